// Package calendar reckons with days. A day is a number, so that the next one is one more and a row of days has a length
// before anybody walks along it; only when days meet instants does a time zone come in.
//
// In a zone a day begins with the first instant that bears its date, and ends where the next one begins. That is mostly
// midnight and 24 hours later. Where clocks skip midnight the day begins at one o'clock and has 23 hours; where they go
// back after midnight it has 25. A date that a zone skips altogether is a day of no length. Adding days to a time.Time, or
// asking time.Date for a midnight that is not there, may give an instant of the day before: so nobody else does it.
package calendar

import "time"

// Day is a day of the Gregorian calendar, counted from 1970-01-01.
type Day int64

// First and Last are the days that can be written.
const (
	First Day = -719162 // 0001-01-01
	Last  Day = 2932896 // 9999-12-31
)

const (
	daySeconds = 24 * 60 * 60

	// mostAhead bounds how far a zone's clocks are away from UTC.
	mostAhead = 26 * 60 * 60
)

// Of is the day that an instant has in its own location.
func Of(t time.Time) Day {
	_, offset := t.Zone()
	return Day(floorDiv(t.Unix()+int64(offset), daySeconds))
}

// Parse reads a day written as 2026-01-31. It allocates nothing.
func Parse(s string) (Day, bool) {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	year, month, day := number(s[0:4]), number(s[5:7]), number(s[8:10])
	if year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return of(year, month, day), true
}

// number reads digits; -1 when there is anything else.
func number(s string) int64 {
	n := int64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int64(s[i]-'0')
	}
	return n
}

func daysIn(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// of counts the days of the Gregorian calendar. The year starts in March here, so that the leap day is its last.
func of(year, month, day int64) Day {
	if month <= 2 {
		year, month = year-1, month+12
	}
	const from1970 = 719469
	return Day(365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - from1970)
}

// String writes the day as Parse reads it. Days that cannot be written are shown as the nearest that can.
func (d Day) String() string { return d.Format(time.DateOnly) }

// Format writes the day in a layout of package time.
func (d Day) Format(layout string) string { return d.utc().Format(layout) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

func (d Day) utc() time.Time { return time.Unix(int64(d.written())*daySeconds, 0).UTC() }

func (d Day) written() Day { return min(max(d, First), Last) }

// Begin is the first instant of the day in a zone, and End the first one after it.
func (d Day) Begin(zone *time.Location) time.Time { return d.At(0, zone) }

// End is the first instant after the day in a zone.
func (d Day) End(zone *time.Location) time.Time { return (d.written() + 1).begin(0, zone) }

// At is the first instant of the day in a zone at which its clocks show so much after midnight, or more.
func (d Day) At(clock time.Duration, zone *time.Location) time.Time {
	return d.written().begin(int64(clock/time.Second), zone)
}

// begin looks through the stretches of time between two changes of the zone's clocks. They are few, as it begins and ends
// not more than two days away from the instant it looks for.
func (d Day) begin(seconds int64, zone *time.Location) time.Time {
	shown := int64(d)*daySeconds + seconds
	from := shown - mostAhead
	for until := shown + mostAhead; from < until; {
		at := time.Unix(from, 0).In(zone)
		_, offset := at.Zone()
		_, change := Steady(at)
		found := time.Unix(max(shown-int64(offset), from), 0).In(zone)
		if change.IsZero() || found.Before(change) {
			return found
		}
		from = change.Unix()
	}
	return time.Unix(from, 0).In(zone)
}

// Steady is a time around an instant in which the clocks of its location do not change; a zero bound is none. Beyond the
// changes that a zone lists, package time takes leap years to end a day early: an end that is not ahead becomes that of the
// day, in UTC.
func Steady(at time.Time) (begin, end time.Time) {
	begin, end = at.ZoneBounds()
	if !end.IsZero() && !end.After(at) {
		end = time.Unix((floorDiv(at.Unix(), daySeconds)+1)*daySeconds, 0).In(at.Location())
	}
	return begin, end
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Shift is the day some days after a day (before it, when negative), both written out; "" when day is none. Days that
// cannot be written become the nearest one that can.
func Shift(day string, days int) string {
	d, ok := Parse(day)
	if !ok {
		return ""
	}
	return (d + Day(days)).String()
}
