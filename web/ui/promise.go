package ui

import (
	"context"
	"strconv"
	"time"

	"interdesk/desk"
	"interdesk/web/text"
)

// Clock is a promise of a service level as a badge shows it.
type Clock struct {
	Metric   desk.Metric
	BreachAt time.Time     // of one that runs, or was broken
	SoonAt   time.Time     // from when on it presses: a quarter of the time is left
	Left     time.Duration // of one that rests
	Rests    bool
}

// clockOf is the badge of a promise; ok is false where nothing is to be kept any more, or nobody knows when.
func clockOf(p *desk.Promise) (c Clock, ok bool) {
	if p.Stage == desk.StageAchieved || p.BreachAt == 0 && p.Stage != desk.StagePaused {
		return c, false
	}
	quarter := time.Duration(p.Seconds) * time.Second / 4
	return Clock{Metric: p.Metric, BreachAt: p.At(), SoonAt: p.At().Add(-quarter), Left: time.Duration(p.Left) * time.Microsecond,
		Rests: p.BreachAt == 0}, true
}

// Clocks are the badges of all that is promised for a ticket and still to be kept.
func Clocks(t *desk.Ticket) (out []Clock) {
	if t.Level == nil {
		return nil
	}
	for i := range t.Level.Promises {
		if c, ok := clockOf(&t.Level.Promises[i]); ok {
			out = append(out, c)
		}
	}
	return out
}

// ForemostClock is the badge for a line of a list: of what is broken longest or will be first, else of what rests with the least
// left; nil where there is none.
func ForemostClock(t *desk.Ticket) *Clock {
	var first *Clock
	for _, c := range Clocks(t) {
		if first == nil || c.before(first) {
			first = &c
		}
	}
	return first
}

func (c *Clock) before(o *Clock) bool {
	if c.Rests != o.Rests {
		return !c.Rests
	}
	if c.Rests {
		return c.Left < o.Left
	}
	return c.BreachAt.Before(o.BreachAt)
}

// class is the colour: green, amber when it presses, red when it is broken, grey while it rests.
func (c *Clock) class(ctx context.Context) string {
	switch now := FrameOf(ctx).Now; {
	case c.Rests:
		return "sla-rests"
	case !now.Before(c.BreachAt):
		return "sla-late"
	case !now.Before(c.SoonAt):
		return "sla-soon"
	}
	return "sla-calm"
}

func (c *Clock) metric(ctx context.Context) string {
	return text.T(ctx, "sla.metric."+string(c.Metric))
}

// title says it in full.
func (c *Clock) title(ctx context.Context) string {
	switch {
	case c.Rests:
		return text.T(ctx, "sla.rests", c.metric(ctx), spanText(c.Left))
	case !FrameOf(ctx).Now.Before(c.BreachAt):
		return text.T(ctx, "sla.late", c.metric(ctx), Exact(ctx, c.BreachAt))
	}
	return text.T(ctx, "sla.due", c.metric(ctx), Exact(ctx, c.BreachAt))
}

// left is how much time is left; less than nothing once it is broken.
func (c *Clock) left(ctx context.Context) string {
	if c.Rests {
		return spanText(c.Left)
	}
	return spanText(c.BreachAt.Sub(FrameOf(ctx).Now))
}

// spanText is a length of time in its greatest unit, as the browser's script writes it: 5h, -12m.
func spanText(d time.Duration) string {
	switch size := d.Abs(); {
	case size < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case size < 24*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + "d"
}

// Waiting is a partner who has the ball, and since when.
type Waiting struct {
	Partner string
	Since   time.Time
}

// WaitingOf is on whom a ticket under a policy waits; nil where the ball is ours, or nobody shares the ticket.
func WaitingOf(cfg *desk.Config, t *desk.Ticket) *Waiting {
	if t.Level == nil || t.Status.Finished() {
		return nil
	}
	since := t.Level.Life.BallSince()
	if since.IsZero() {
		return nil
	}
	for _, s := range t.Shares {
		if a, ok := cfg.Agreements[s.Agreement]; ok && (s.State == desk.ShareLive || s.State == desk.ShareSending) {
			return &Waiting{a.Name, since}
		}
	}
	return nil
}
