package ui

import (
	"context"
	"time"

	"interdesk/web/text"
)

// Exact is a time in full, in the reader's time zone, as it stands on hover.
func Exact(ctx context.Context, t time.Time) string {
	return FrameOf(ctx).Here(t).Format("Mon 2 January 2006, 15:04:05 MST")
}

// justNow is how far ahead of the clock a time still is now: updates of one ticket bear a second each, so that the last
// of several in a row is dated a moment later than it came.
const justNow = 5 * time.Second

// Ago is a time relative to now for up to four weeks, and its date after that.
func Ago(ctx context.Context, t time.Time) string { return relative(ctx, t, "time.") }

// ShortAgo is the same for narrow columns: 5m ago.
func ShortAgo(ctx context.Context, t time.Time) string { return relative(ctx, t, "time.short.") }

// relative is in the words of the catalogue whose keys begin so.
func relative(ctx context.Context, t time.Time, words string) string {
	d := FrameOf(ctx).Now.Sub(t)
	now := "time.now"
	if d < -justNow {
		d, now, words = -d, "time.soon", words+"in."
	}
	switch {
	case t.IsZero():
		return text.T(ctx, "time.never")
	case d < time.Minute:
		return text.T(ctx, now)
	case d < time.Hour:
		return text.N(ctx, words+"minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return text.N(ctx, words+"hours", int(d.Hours()))
	case d < 28*24*time.Hour:
		return text.N(ctx, words+"days", int(d.Hours()/24))
	}
	return Date(ctx, t)
}

// Date is a day in the account's time zone, without the year while it is this one.
func Date(ctx context.Context, t time.Time) string {
	f := FrameOf(ctx)
	if f.In(t).Year() == f.In(f.Now).Year() {
		return f.Here(t).Format("2 Jan")
	}
	return f.Here(t).Format("2 Jan 2006")
}
