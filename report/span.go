package report

import (
	"time"

	"interdesk/desk"
)

// MaxDays is the longest span.
const MaxDays = 400

// Span is a row of whole days in a time zone.
type Span struct {
	From  time.Time // midnight at which it begins
	Until time.Time // midnight at which it has ended
}

// LastDays is the span of so many days that ends with today.
func LastDays(days int, now time.Time) Span {
	days = min(max(days, 1), MaxDays)
	today := midnight(now)
	return Span{From: today.AddDate(0, 0, 1-days), Until: today.AddDate(0, 0, 1)}
}

// Between is the span from one day to another, both included, written as 2026-01-31. What is no span, or a longer one
// than MaxDays, is an Invalid error at "from" or "to".
func Between(from, to string, at *time.Location) (Span, error) {
	faults := desk.Faults{}
	first, err := time.ParseInLocation(time.DateOnly, from, at)
	if err != nil {
		faults.Add("from", "InvalidValue", "From: write a day as 2026-01-31")
	}
	last, err := time.ParseInLocation(time.DateOnly, to, at)
	if err != nil {
		faults.Add("to", "InvalidValue", "To: write a day as 2026-01-31")
	}
	if err := faults.Err(); err != nil {
		return Span{}, err
	}
	s := Span{From: midnight(first), Until: midnight(last).AddDate(0, 0, 1)}
	switch {
	case !s.From.Before(s.Until):
		faults.Add("to", "InvalidValue", "To: must not be before the first day")
	case s.Until.After(s.From.AddDate(0, 0, MaxDays)):
		faults.Add("from", "InvalidValue", "From: a report covers 400 days at most; choose a later first day")
	}
	return s, faults.Err()
}

// midnight is the beginning of a day. Where clocks skip midnight it is the first moment of the day.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Days are the beginnings of the span's days.
func (s Span) Days() []time.Time {
	var days []time.Time
	for d := s.From; d.Before(s.Until); d = midnight(d.AddDate(0, 0, 1)) {
		days = append(days, d)
	}
	return days
}

// Last is the last day of the span.
func (s Span) Last() time.Time { return s.Until.AddDate(0, 0, -1) }

func (s Span) bounds() (from, until int64) { return s.From.UnixMicro(), s.Until.UnixMicro() }
