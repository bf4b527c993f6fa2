package wire

import (
	"strings"
	"time"
)

// dateOut is what every known peer reads (nhd §12).
const dateOut = "2006-01-02 15:04:05 -0700"

// dateLayouts are the forms accepted, in the order of nhd §12. A fraction of a second is taken by time.Parse in all of them.
var dateLayouts = [...]string{
	dateOut,
	"2006-01-02 15:04:05 -07:00", // Request Tracker reads and may write a colon, with a blank or a T
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 Z07:00",
	time.RFC3339,
	"2006-01-02T15:04:05-0700",
	"2006-01-02T15:04:05 -0700",
	"2006-01-02T15:04:05", // without a zone: taken as UTC
	"2006-01-02 15:04:05",
	"2006-01-02 15:04:05 MST", // the word UTC: see ParseDate
	"2006/01/02 15:04:05 -0700",
	"2006-01-02",
}

// Date is a moment as a peer stated it.
type Date struct {
	At  time.Time // UTC; zero when the text could not be read
	Raw string    // the text that could not be read; empty when At holds
}

// On returns the date of a known moment.
func On(at time.Time) Date { return Date{At: at.UTC()} }

// Or returns the moment, or the time of receipt for a date that could not be read (nhd §12).
func (d Date) Or(receipt time.Time) time.Time {
	if d.At.IsZero() {
		return receipt
	}
	return d.At
}

// MarshalJSON writes the date in UTC, to the second.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.At.IsZero() {
		return marshal(d.Raw)
	}
	return marshal(FormatDate(d.At))
}

func readDate(text string) Date {
	if at, ok := ParseDate(text); ok {
		return Date{At: at}
	}
	return Date{Raw: shorten(text, maxWord)}
}

// FormatDate writes a moment as it travels: UTC, to the second (nhd §12).
func FormatDate(at time.Time) string { return at.UTC().Format(dateOut) }

// ParseDate reads a date in any of the forms of nhd §12. It returns UTC, and false when the receipt time must stand in.
func ParseDate(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range dateLayouts {
		at, err := time.ParseInLocation(layout, text, time.UTC)
		if err != nil || !plausible(at) {
			continue
		}
		// An abbreviation other than UTC or GMT has no known offset: guessing would be worse than the receipt time.
		if zone := at.Location().String(); strings.HasSuffix(layout, "MST") && zone != "UTC" && !strings.HasSuffix(text, "GMT") {
			continue
		}
		return at.UTC(), true
	}
	return time.Time{}, false
}

// plausible refuses years that microseconds in 64 bits or a four-digit year cannot carry onward.
func plausible(at time.Time) bool {
	return at.UTC().Year() >= 1 && at.UTC().Year() <= 9999 && !at.IsZero()
}

// ClampDate limits a date from the future, which would otherwise stand above all later comments: more than five minutes ahead counts as
// now (nhd §12).
func ClampDate(at, now time.Time) time.Time {
	if at.After(now.Add(5 * time.Minute)) {
		return now
	}
	return at
}
