package schedule

import (
	"slices"
	"time"

	"interdesk/calendar"
)

// Interval is when work begins and ends, in minutes since Sunday 00:00 of the wall clock. It does not cross midnight.
type Interval struct {
	Start int `json:"start_time"`
	End   int `json:"end_time"`
}

// Days is a row of days, both ends among them.
type Days struct{ First, Last calendar.Day }

// The lengths of a day and a week, in minutes.
const (
	DayMinutes  = 24 * 60
	WeekMinutes = 7 * DayMinutes
)

// Hours is when somebody works. The nil *Hours works around the clock.
type Hours struct {
	zone     *time.Location
	week     []Interval // in order, none touching the next
	length   int64      // of all intervals, in microseconds
	holidays []Days     // in order, none touching the next
}

// New makes hours of a zone. Intervals and holidays may come in any order and overlap; what is empty is left out.
func New(zone *time.Location, week []Interval, holidays []Days) *Hours {
	h := &Hours{zone: zone}
	for _, i := range slices.SortedFunc(slices.Values(week), func(a, b Interval) int { return a.Start - b.Start }) {
		i.Start, i.End = max(i.Start, 0), min(i.End, WeekMinutes)
		if i.Start >= i.End {
			continue
		}
		if n := len(h.week); n > 0 && i.Start <= h.week[n-1].End {
			h.week[n-1].End = max(h.week[n-1].End, i.End)
		} else {
			h.week = append(h.week, i)
		}
	}
	for _, i := range h.week {
		h.length += int64(i.End-i.Start) * minute
	}
	for _, d := range slices.SortedFunc(slices.Values(holidays), func(a, b Days) int { return int(a.First - b.First) }) {
		if n := len(h.holidays); n > 0 && d.First <= h.holidays[n-1].Last+1 {
			h.holidays[n-1].Last = max(h.holidays[n-1].Last, d.Last)
		} else if d.First <= d.Last {
			h.holidays = append(h.holidays, d)
		}
	}
	return h
}

// Open tells whether an instant is within the hours.
func (h *Hours) Open(at time.Time) bool {
	if h == nil {
		return true
	}
	local := h.localOf(at)
	day := calendar.Day(floorDiv(local, day))
	if slices.ContainsFunc(h.holidays, func(d Days) bool { return d.First <= day && day <= d.Last }) {
		return false
	}
	_, within := weekOf(local)
	return slices.ContainsFunc(h.week, func(i Interval) bool { return int64(i.Start)*minute <= within && within < int64(i.End)*minute })
}

// Elapsed is how much working time lies between two instants; negative when to is before from.
func (h *Hours) Elapsed(from, to time.Time) time.Duration {
	switch {
	case to.Before(from):
		return -h.Elapsed(to, from)
	case h == nil:
		return to.Sub(from)
	}
	var sum int64
	for s := h.stretchAt(from); ; s = h.stretchAt(s.end) {
		if !s.endless && s.end.Before(to) {
			sum += h.between(s.local(from), s.local(s.end))
			from = s.end
			continue
		}
		return time.Duration(sum+h.between(s.local(from), s.local(to))) * time.Microsecond
	}
}

// Reach is how far Add looks.
const Reach = 100 * 365 * 24 * time.Hour

// Add is the first instant by which so much working time has passed since at; with a negative length, the last one since
// which so much has passed until at. It is zero where that is farther away than Reach, as always in hours that never open.
func (h *Hours) Add(at time.Time, length time.Duration) time.Time {
	switch {
	case h == nil:
		return at.Add(length)
	case length == 0:
		return at
	case length < 0:
		return h.back(at, -length.Microseconds())
	}
	left := length.Microseconds()
	for from, s := at, h.stretchAt(at); ; from, s = s.end, h.stretchAt(s.end) {
		limit := at.Add(Reach)
		last := !s.end.Before(limit) || s.endless
		if !last {
			limit = s.end
		}
		low, high := s.local(from), s.local(limit)
		if n := h.between(low, high); n < left && !last {
			left -= n
			continue
		} else if n < left {
			return time.Time{}
		}
		return s.instant(search(low, high, func(x int64) bool { return h.between(low, x) >= left }))
	}
}

func (h *Hours) back(at time.Time, left int64) time.Time {
	for to, s := at, h.stretchBefore(at); ; to, s = s.begin, h.stretchBefore(s.begin) {
		limit := at.Add(-Reach)
		last := !s.begin.After(limit) || s.beginless
		if !last {
			limit = s.begin
		}
		low, high := s.local(limit), s.local(to)
		if n := h.between(low, high); n < left && !last {
			left -= n
			continue
		} else if n < left {
			return time.Time{}
		}
		return s.instant(search(low, high, func(x int64) bool { return h.between(x, high) < left }) - 1)
	}
}

// Next is the first instant after at when the hours open or close; zero where that is farther away than Reach.
func (h *Hours) Next(at time.Time) time.Time {
	if h == nil {
		return time.Time{}
	}
	if h.Open(at) {
		return h.closes(at)
	}
	opens := h.Add(at, time.Microsecond)
	if opens.IsZero() {
		return opens
	}
	return opens.Add(-time.Microsecond)
}

// closes is the end of the open time that at is in: there, more time passes than work does.
func (h *Hours) closes(at time.Time) time.Time {
	for from, s := at, h.stretchAt(at); ; from, s = s.end, h.stretchAt(s.end) {
		limit := at.Add(Reach)
		last := !s.end.Before(limit) || s.endless
		if !last {
			limit = s.end
		}
		low, high := s.local(from), s.local(limit)
		if h.between(low, high) == high-low && !last && h.Open(s.end) {
			continue
		}
		if h.between(low, high) == high-low {
			if last {
				return time.Time{}
			}
			return s.end
		}
		return s.instant(search(low, high, func(x int64) bool { return h.between(low, x) < x-low }) - 1)
	}
}

// search is the first x within low..high of which yes holds, as it does from there on; high when of none.
func search(low, high int64, yes func(int64) bool) int64 {
	for low < high {
		if middle := low + (high-low)/2; yes(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
