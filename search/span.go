package search

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"interdesk/calendar"
)

// WholeNumber reads a number that is not negative.
func WholeNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}

// Span is the stretch of time that a value means: a day, or one instant.
type Span struct{ From, To time.Time } // To is the first instant after it

func relativeForm() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9]{1,6})(minute|hour|day|week|month|year)s?$`)
}

// SpanOf reads a time: 2026-01-31, an RFC 3339 instant, today, yesterday, or so long from now (4hours, 2days), which
// lies in the past, of a due date ahead.
func SpanOf(value string, now time.Time, where *time.Location, ahead bool) (Span, bool) {
	value = strings.ToLower(strings.TrimSpace(value))
	today := calendar.Of(now.In(where))
	switch value {
	case "today":
		return daySpan(today, where), true
	case "yesterday":
		return daySpan(today-1, where), true
	case "tomorrow":
		return daySpan(today+1, where), true
	}
	if day, ok := calendar.Parse(value); ok {
		return daySpan(day, where), true
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(value)); err == nil {
		return Span{at, at.Add(time.Second)}, true
	}
	m := relativeForm().FindStringSubmatch(value)
	if m == nil {
		return Span{}, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return Span{}, false
	}
	if !ahead {
		n = -n
	}
	at := addUnits(now.UTC(), n, m[2])
	return Span{at, at}, true
}

func daySpan(day calendar.Day, where *time.Location) Span {
	return Span{day.Begin(where), day.End(where)}
}

// addUnits goes by clocks that never change, so that a day is 24 hours.
func addUnits(at time.Time, n int, unit string) time.Time {
	switch unit {
	case "minute":
		return at.Add(time.Duration(n) * time.Minute)
	case "hour":
		return at.Add(time.Duration(n) * time.Hour)
	case "day":
		return at.AddDate(0, 0, n)
	case "week":
		return at.AddDate(0, 0, 7*n)
	case "month":
		return at.AddDate(0, n, 0)
	}
	return at.AddDate(n, 0, 0)
}
