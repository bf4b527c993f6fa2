package search

import (
	"testing"
	"time"
)

func TestSearchedDays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ value, zone, now, from, to string }{
		"midnight is skipped":                 {"2026-03-29", "Atlantic/Azores", "2026-06-01T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		"the day before it":                   {"2026-03-28", "Atlantic/Azores", "2026-06-01T12:00:00Z", "2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z"},
		"today, when midnight was skipped":    {"today", "Atlantic/Azores", "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		"yesterday, when midnight was":        {"yesterday", "Atlantic/Azores", "2026-03-30T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		"tomorrow, when midnight will be":     {"tomorrow", "Atlantic/Azores", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		"midnight comes twice":                {"2026-10-25", "Atlantic/Azores", "2026-06-01T12:00:00Z", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"},
		"so long ago, whatever clocks change": {"1day", "Atlantic/Azores", "2026-03-30T00:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T00:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := SpanOf(c.value, now.In(zone), zone, false)
			from, to := got.From.UTC().Format(time.RFC3339), got.To.UTC().Format(time.RFC3339)
			if !ok || from != c.from || to != c.to {
				t.Errorf("from %s to %s, want %s to %s", from, to, c.from, c.to)
			}
		})
	}
}
