package report

import (
	"time"

	"interdesk/calendar"
	"interdesk/desk"
)

// MaxDays is the longest span.
const MaxDays = 400

// Span is a row of whole days in a time zone, at most MaxDays.
type Span struct {
	First, Last calendar.Day // both included
	Zone        *time.Location
}

// LastDays is the span of so many days that ends with today.
func LastDays(days int, now time.Time) Span {
	today := calendar.Of(now)
	return Span{First: today + 1 - calendar.Day(min(max(days, 1), MaxDays)), Last: today, Zone: now.Location()}
}

// Between is the span from one day to another, both included, written as 2026-01-31. What is no span, or a longer one
// than MaxDays, is an Invalid error at "from" or "to".
func Between(from, to string, zone *time.Location) (Span, error) {
	faults := desk.Faults{}
	first, ok := calendar.Parse(from)
	if !ok {
		faults.Add("from", "InvalidValue", "From: write a day as 2026-01-31")
	}
	last, ok := calendar.Parse(to)
	if !ok {
		faults.Add("to", "InvalidValue", "To: write a day as 2026-01-31")
	}
	if err := faults.Err(); err != nil {
		return Span{}, err
	}
	switch {
	case last < first:
		faults.Add("to", "InvalidValue", "To: must not be before the first day")
	case last-first >= MaxDays:
		faults.Add("from", "InvalidValue", "From: a report covers 400 days at most; choose a later first day")
	}
	return Span{First: first, Last: last, Zone: zone}, faults.Err()
}

// Len is how many days there are.
func (s Span) Len() int { return int(s.Last-s.First) + 1 }

// bounds are the microseconds at which the span begins and has ended.
func (s Span) bounds() (from, until int64) {
	return s.First.Begin(s.Zone).UnixMicro(), s.Last.End(s.Zone).UnixMicro()
}
