package schedule_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"interdesk/calendar"
	"interdesk/schedule"
)

// zones change their clocks by hours, by half hours, at midnight, not at all, over the line of dates.
func zones() []string {
	return []string{"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Havana",
		"Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Australia/Lord_Howe", "Australia/Adelaide",
		"Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Casablanca", "Africa/Cairo", "Antarctica/Troll"}
}

// walk is the plain meaning: an instant is open when the wall clock says so.
type walk struct {
	zone     *time.Location
	week     []schedule.Interval
	holidays []schedule.Days
}

func (w walk) open(at time.Time) bool {
	at = at.In(w.zone)
	for _, d := range w.holidays {
		if today := calendar.Of(at); d.First <= today && today <= d.Last {
			return false
		}
	}
	m := int(at.Weekday())*schedule.DayMinutes + at.Hour()*60 + at.Minute()
	for _, i := range w.week {
		if i.Start <= m && m < i.End {
			return true
		}
	}
	return false
}

// TestHoursAgreeWithAWalk compares with going from minute to minute.
func TestHoursAgreeWithAWalk(t *testing.T) {
	t.Parallel()
	for _, name := range zones() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) { checkWalk(t, zone) })
		})
	}
}

func checkWalk(t *rapid.T, zone *time.Location) {
	from := time.Unix(rapid.Int64Range(1262304000/60, 1924988400/60).Draw(t, "from")*60, 0)
	if rapid.Bool().Draw(t, "near a change") {
		if _, end := from.In(zone).ZoneBounds(); end.Unix()%60 == 0 && !end.IsZero() {
			from = end.Add(time.Duration(rapid.IntRange(-3000, 60).Draw(t, "minutes before")) * time.Minute)
		}
	}
	to := from.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "minutes")) * time.Minute)
	w := walk{zone: zone, week: drawWeek(t), holidays: drawHolidays(t, calendar.Of(from.In(zone)))}
	h := schedule.New(zone, w.week, w.holidays)
	var sum time.Duration
	var change time.Time
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if h.Open(at) != w.open(at) {
			t.Fatalf("at %s: open is %v", at.In(zone), h.Open(at))
		}
		if w.open(at) {
			sum += time.Minute
		}
		if change.IsZero() && w.open(at) != w.open(from) {
			change = at
		}
	}
	if got := h.Elapsed(from, to); got != sum || h.Elapsed(to, from) != -sum {
		t.Fatalf("from %s to %s: %s, want %s", from.In(zone), to.In(zone), got, sum)
	}
	if got := h.Next(from); !change.IsZero() && !got.Equal(change) {
		t.Fatalf("after %s: changes at %s, want %s", from.In(zone), got, change)
	}
	if sum > 0 {
		checkAdd(t, h, from, to, time.Duration(rapid.Int64Range(1, int64(sum/time.Microsecond)).Draw(t, "length"))*time.Microsecond)
	}
}

// checkAdd: Add and Elapsed undo each other, and no instant nearer does.
func checkAdd(t *rapid.T, h *schedule.Hours, from, to time.Time, length time.Duration) {
	there := h.Add(from, length)
	if got := h.Elapsed(from, there); got != length || h.Elapsed(from, there.Add(-time.Microsecond)) >= length {
		t.Fatalf("%s after %s is %s, where %s have passed", length, from, there, got)
	}
	back := h.Add(to, -length)
	if got := h.Elapsed(back, to); got != length || h.Elapsed(back.Add(time.Microsecond), to) >= length {
		t.Fatalf("%s before %s is %s, since when %s have passed", length, to, back, got)
	}
}

func drawWeek(t *rapid.T) (week []schedule.Interval) {
	for day := range 7 {
		at := day * schedule.DayMinutes
		for range rapid.IntRange(0, 2).Draw(t, "intervals") {
			a, b := rapid.IntRange(0, schedule.DayMinutes).Draw(t, "start"), rapid.IntRange(0, schedule.DayMinutes).Draw(t, "end")
			week = append(week, schedule.Interval{Start: at + min(a, b), End: at + max(a, b)})
		}
	}
	return week
}

func drawHolidays(t *rapid.T, near calendar.Day) (all []schedule.Days) {
	for range rapid.IntRange(0, 2).Draw(t, "holidays") {
		first := near + calendar.Day(rapid.IntRange(-2, 5).Draw(t, "first"))
		all = append(all, schedule.Days{First: first, Last: first + calendar.Day(rapid.IntRange(0, 2).Draw(t, "more"))})
	}
	return all
}

func TestClocksGoBack(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	around := schedule.New(zone, []schedule.Interval{{Start: 0, End: schedule.WeekMinutes}}, nil)
	night := schedule.New(zone, []schedule.Interval{{Start: 60, End: 240}}, nil) // Sundays from one to four
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name     string
		hours    *schedule.Hours
		from, to string
		want     time.Duration
	}{
		{"a day of 25 hours", around, "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		{"a day of 23 hours", around, "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		{"an hour shown twice", night, "2026-10-25 00:00", "2026-10-26 00:00", 4 * time.Hour},
		{"an hour skipped", night, "2026-03-29 00:00", "2026-03-30 00:00", 2 * time.Hour},
		{"a year", around, "2026-01-01 00:00", "2027-01-01 00:00", 365 * 24 * time.Hour},
	} {
		if got := c.hours.Elapsed(day(c.from), day(c.to)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestHoursThatNeverOpen(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	never := schedule.New(time.UTC, nil, nil)
	if never.Open(now) || never.Elapsed(now, now.Add(time.Hour)) != 0 || !never.Add(now, time.Hour).IsZero() || !never.Next(now).IsZero() {
		t.Error("an empty week opens")
	}
	always := schedule.New(time.UTC, []schedule.Interval{{Start: 0, End: schedule.WeekMinutes}}, nil)
	if !always.Open(now) || !always.Next(now).IsZero() {
		t.Error("a full week closes")
	}
	var none *schedule.Hours
	if !none.Open(now) || none.Elapsed(now, now.Add(time.Hour)) != time.Hour || !none.Add(now, -time.Hour).Equal(now.Add(-time.Hour)) {
		t.Error("without hours every hour counts")
	}
}
