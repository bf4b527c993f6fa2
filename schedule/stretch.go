package schedule

import (
	"time"

	"interdesk/calendar"
)

// Lengths in microseconds.
const (
	second = 1_000_000
	minute = 60 * second
	day    = DayMinutes * minute
	week   = WeekMinutes * minute
)

// stretch is the time between two changes of a zone's clocks. In it local time, in microseconds since 1970-01-01 00:00 of
// the wall clock, is the instant plus the offset.
type stretch struct {
	begin, end         time.Time
	beginless, endless bool
	offset             int64
	zone               *time.Location
}

func (h *Hours) stretchAt(at time.Time) stretch {
	at = at.In(h.zone)
	begin, end := calendar.Steady(at)
	_, offset := at.Zone()
	return stretch{begin: begin, end: end, beginless: begin.IsZero(), endless: end.IsZero(), offset: int64(offset) * second, zone: h.zone}
}

// stretchBefore is the stretch that ends with at, or has it within.
func (h *Hours) stretchBefore(at time.Time) stretch { return h.stretchAt(at.Add(-time.Microsecond)) }

func (s stretch) local(at time.Time) int64 { return at.UnixMicro() + s.offset }

func (s stretch) instant(local int64) time.Time { return time.UnixMicro(local - s.offset).In(s.zone) }

func (h *Hours) localOf(at time.Time) int64 { return h.stretchAt(at).local(at) }

// between is the working time from one local time to another in one stretch.
func (h *Hours) between(from, to int64) int64 {
	sum := h.since(to) - h.since(from)
	for _, d := range h.holidays {
		begin, end := max(from, int64(d.First)*day), min(to, int64(d.Last+1)*day)
		if begin < end {
			sum -= h.since(end) - h.since(begin)
		}
	}
	return sum
}

// since is the working time, holidays or not, from a Sunday to a local time.
func (h *Hours) since(local int64) int64 {
	weeks, within := weekOf(local)
	sum := weeks * h.length
	for _, i := range h.week {
		begin, end := int64(i.Start)*minute, int64(i.End)*minute
		if within <= begin {
			break
		}
		sum += min(within, end) - begin
	}
	return sum
}

// weekOf counts whole weeks since a Sunday, and how much of the next has passed.
func weekOf(local int64) (weeks, within int64) {
	const sunday = -4 * day // 1969-12-28; the first of January 1970 was a Thursday
	weeks = floorDiv(local-sunday, week)
	return weeks, local - sunday - weeks*week
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
