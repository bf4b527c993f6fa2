package ui

import (
	"context"
	"time"

	"interdesk/web/text"
)

// Exact is a time in full, in the account's time zone, as it stands on hover.
func Exact(ctx context.Context, t time.Time) string {
	return FrameOf(ctx).In(t).Format("Mon 2 January 2006, 15:04:05 MST")
}

// justNow is how far ahead of the clock a time still is now: updates of one ticket bear a second each, so that the last
// of several in a row is dated a moment later than it came.
const justNow = 5 * time.Second

// Ago is a time relative to now for up to four weeks, and its date after that.
func Ago(ctx context.Context, t time.Time) string {
	f := FrameOf(ctx)
	d := f.Now.Sub(t)
	if d < -justNow {
		return untilText(ctx, -d, t)
	}
	switch {
	case t.IsZero():
		return text.T(ctx, "time.never")
	case d < time.Minute:
		return text.T(ctx, "time.now")
	case d < time.Hour:
		return text.N(ctx, "time.minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return text.N(ctx, "time.hours", int(d.Hours()))
	case d < 28*24*time.Hour:
		return text.N(ctx, "time.days", int(d.Hours()/24))
	}
	return Date(ctx, t)
}

func untilText(ctx context.Context, d time.Duration, t time.Time) string {
	switch {
	case d < time.Minute:
		return text.T(ctx, "time.soon")
	case d < time.Hour:
		return text.N(ctx, "time.in.minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return text.N(ctx, "time.in.hours", int(d.Hours()))
	case d < 28*24*time.Hour:
		return text.N(ctx, "time.in.days", int(d.Hours()/24))
	}
	return Date(ctx, t)
}

// Date is a day in the account's time zone, without the year while it is this one.
func Date(ctx context.Context, t time.Time) string {
	f := FrameOf(ctx)
	if f.In(t).Year() == f.In(f.Now).Year() {
		return f.In(t).Format("2 Jan")
	}
	return f.In(t).Format("2 Jan 2006")
}
