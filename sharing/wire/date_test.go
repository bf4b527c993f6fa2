package wire

import (
	"testing"
	"time"
)

// Every row of nhd §12.
func TestParseDate(t *testing.T) {
	t.Parallel()
	moment := time.Date(2010, 11, 24, 22, 13, 54, 0, time.UTC)
	for _, test := range []struct {
		text string
		want time.Time
	}{
		{"2010-11-24 14:13:54 -0800", moment},
		{"2010-11-24 22:13:54 +0000", moment},
		{"2010-11-24T22:13:54Z", moment},
		{"2010-11-24T14:13:54-08:00", moment},
		{"2010-11-24T22:13:54.250Z", moment.Add(250 * time.Millisecond)},
		{"2010-11-24T22:13:54.123456789+00:00", moment.Add(123456789)},
		{"2010-11-24T14:13:54-0800", moment},
		{"2010-11-24T14:13:54 -0800", moment},
		{"2010-11-24 14:13:54 -08:00", moment},
		{"2010-11-24 14:13:54-08:00", moment},
		{"2010-11-24 22:13:54Z", moment},
		{"2010-11-24 22:13:54 Z", moment},
		{"2010-11-24T22:13:54", moment},
		{"2010-11-24 22:13:54", moment},
		{"2010-11-24 22:13:54 UTC", moment},
		{"2010-11-24 22:13:54 GMT", moment},
		{"2010/11/24 14:13:54 -0800", moment},
		{"2014-01-01", time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"  2010-11-24 14:13:54 -0800 ", moment},
	} {
		got, ok := ParseDate(test.text)
		if !ok || !got.Equal(test.want) || got.Location() != time.UTC {
			t.Errorf("ParseDate(%q) = %v, %v", test.text, got, ok)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	receipt := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, text := range []string{"", "not a date", "1290636834", "2010-13-24", "24.11.2010", "2010-11-24 22:13:54 PST", "0000-01-01", "yesterday"} {
		if got, ok := ParseDate(text); ok {
			t.Errorf("ParseDate(%q) = %v", text, got)
		}
		if got := readDate(text).Or(receipt); !got.Equal(receipt) {
			t.Errorf("readDate(%q).Or(receipt) = %v", text, got)
		}
	}
}

func TestFormatDate(t *testing.T) {
	t.Parallel()
	west := time.FixedZone("", -8*3600)
	if got := FormatDate(time.Date(2010, 11, 24, 14, 13, 54, 999, west)); got != "2010-11-24 22:13:54 +0000" {
		t.Error(got)
	}
}

func TestClampDate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for ahead, want := range map[time.Duration]time.Time{
		-time.Hour: now.Add(-time.Hour), 5 * time.Minute: now.Add(5 * time.Minute), 6 * time.Minute: now,
	} {
		if got := ClampDate(now.Add(ahead), now); !got.Equal(want) {
			t.Errorf("%v ahead = %v, want %v", ahead, got, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("2010-11-24 14:13:54 -0800")
	f.Add("2010-11-24T22:13:54.5+23:59")
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := ParseDate(text)
		if !ok {
			return
		}
		again, ok := ParseDate(FormatDate(at))
		if !ok || !again.Equal(at.Truncate(time.Second)) {
			t.Errorf("%q: %v became %v, %v", text, at, again, ok)
		}
	})
}
