package calendar_test

import (
	_ "embed"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"interdesk/calendar"
)

//go:embed testdata/zones.txt
var zoneNames string

func day(t testing.TB, s string) calendar.Day {
	t.Helper()
	d, ok := calendar.Parse(s)
	if !ok {
		t.Fatalf("%q is no day", s)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// In every zone each day is there once: it begins with the first instant that bears its date, the days leave no gap
// and do not overlap, and none is longer or shorter than clocks are changed.
func TestDaysOfAllZones(t *testing.T) {
	t.Parallel()
	for name := range strings.FieldsSeq(zoneNames) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := zone(t, name)
			last := day(t, "2028-12-31")
			for d := day(t, "2025-01-01"); d <= last; d++ {
				begin, end := d.Begin(z), d.End(z)
				if got := begin.Format(time.DateOnly); got != d.String() || calendar.Of(begin) != d {
					t.Fatalf("%s begins at %s", d, begin)
				}
				if before := begin.Add(-time.Microsecond); calendar.Of(before) != d-1 {
					t.Fatalf("%s begins at %s, but before that it is %s", d, begin, calendar.Of(before))
				}
				if !end.Equal((d + 1).Begin(z)) || calendar.Of(end.Add(-time.Microsecond)) != d {
					t.Fatalf("%s ends at %s, the next day begins at %s", d, end, (d + 1).Begin(z))
				}
				if hours := end.Sub(begin).Hours(); hours < 22 || hours > 26 {
					t.Fatalf("%s has %v hours", d, hours)
				}
				if begin.Unix()%(15*60) != 0 {
					t.Fatalf("%s begins at %s, which is not at a quarter of an hour", d, begin)
				}
				if noon := d.At(12*time.Hour, z); calendar.Of(noon) != d || noon.Hour() != 12 {
					t.Fatalf("noon of %s is %s", d, noon)
				}
			}
		})
	}
}

func TestDaysThatClocksChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone, day, begin string
		hours            float64
	}{
		"midnight is skipped":             {"Atlantic/Azores", "2026-03-29", "2026-03-29T01:00:00Z", 23},
		"the day before":                  {"Atlantic/Azores", "2026-03-28", "2026-03-28T01:00:00Z", 24},
		"midnight comes twice":            {"Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z", 25},
		"midnight is skipped, Cairo":      {"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23},
		"midnight becomes eleven, Cairo":  {"Africa/Cairo", "2026-10-29", "2026-10-28T21:00:00Z", 25},
		"midnight is skipped, Santiago":   {"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 23},
		"midnight is skipped, Havana":     {"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23},
		"midnight is skipped, Beirut":     {"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", 23},
		"clocks go forward at two":        {"Europe/Oslo", "2026-03-29", "2026-03-28T23:00:00Z", 23},
		"half an hour, Lord Howe":         {"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5},
		"an hour back under way, Ramadan": {"Africa/Casablanca", "2026-02-15", "2026-02-14T23:00:00Z", 25},
		"a day that was left out":         {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0},
		"the day after it":                {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, d := zone(t, c.zone), day(t, c.day)
			begin := d.Begin(z)
			if got := begin.UTC().Format(time.RFC3339); got != c.begin || d.End(z).Sub(begin).Hours() != c.hours {
				t.Errorf("begins at %s and has %v hours, want %s and %v", got, d.End(z).Sub(begin).Hours(), c.begin, c.hours)
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "9999-12-31"} {
		if got := day(t, good).String(); got != good {
			t.Errorf("%s is read as %s", good, got)
		}
	}
	for _, bad := range []string{"", "0000-12-31", "1900-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-01", "2026/01/01",
		"+026-01-01", "2026-01-0x", "10000-01-01", "2026-01-01T"} {
		if d, ok := calendar.Parse(bad); ok {
			t.Errorf("%q is read as %s", bad, d)
		}
	}
}

// Days agree with those of package time in UTC, where no clock changes.
func TestDaysCountAsTheCalendarDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62_135_596_800, 253_402_300_799).Draw(t, "seconds"), 0).UTC()
		d := calendar.Of(at)
		if d.String() != at.Format(time.DateOnly) || d.Weekday() != at.Weekday() {
			t.Fatalf("%s is on %s, a %s", at, d, d.Weekday())
		}
		if again, ok := calendar.Parse(d.String()); !ok || again != d {
			t.Fatalf("%s is read as %s, %v", d, again, ok)
		}
		n := rapid.IntRange(-40_000, 40_000).Draw(t, "days")
		want := at.AddDate(0, 0, n).Format(time.DateOnly)
		if at.AddDate(0, 0, n).Year() > 9999 {
			want = "9999-12-31"
		}
		if at.AddDate(0, 0, n).Year() < 1 {
			want = "0001-01-01"
		}
		if got := calendar.Shift(d.String(), n); got != want {
			t.Fatalf("%d days after %s it is %s, not %s", n, d, got, want)
		}
	})
}

// TestLeapYearsEnd: beyond the changes that a zone lists, package time has leap years end a day early.
func TestLeapYearsEnd(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"America/New_York", "Australia/Sydney", "Europe/Berlin"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		last, _ := calendar.Parse("2040-12-31")
		if got := last.End(zone).Sub(last.Begin(zone)); got != 24*time.Hour {
			t.Errorf("%s: the last day of 2040 has %s", name, got)
		}
	}
}
