package sla

import (
	"time"

	"interdesk/desk"
	"interdesk/schedule"
)

// clock is one time of a ticket: since when it counts, in which statuses, and until when at most.
type clock struct {
	life   *desk.Life
	from   int64 // microseconds UTC; 0: it has not started
	until  int64 // 0: it has not ended
	counts [len(desk.Statuses)]bool
	rests  bool // while the partner has the ball
}

// statuses are the ranks in which a clock runs.
func statuses(in ...desk.Status) (out [len(desk.Statuses)]bool) {
	for _, s := range in {
		out[s.Rank()] = true
	}
	return out
}

// clockOf is the clock of a metric in a life; talk is who waits for whose word.
func clockOf(l *desk.Life, talk *desk.Talk, m desk.Metric, rests bool) clock {
	c := clock{life: l, rests: rests, counts: statuses(desk.New, desk.Open, desk.Pending, desk.Hold)}
	if len(l.Spans) == 0 {
		return c
	}
	c.from = l.Spans[0].At
	switch m {
	case desk.FirstReplyTime:
		c.from, c.until = talk.First, max(talk.Replied, 0)
	case desk.NextReplyTime:
		c.from = talk.Next
	case desk.PeriodicUpdateTime:
		c.from = talk.Update
	case desk.PausableUpdateTime:
		c.from, c.counts = talk.Update, statuses(desk.New, desk.Open, desk.Hold)
	case desk.RequesterWaitTime:
		c.counts = statuses(desk.New, desk.Open, desk.Hold)
	case desk.AgentWorkTime:
		c.counts = statuses(desk.New, desk.Open)
	}
	return c
}

// runs tells whether the clock counts in a span.
func (c *clock) runs(s desk.Span) bool { return c.counts[s.Status] && !(c.rests && s.Ball) }

// running tells whether the clock counts now.
func (c *clock) running() bool {
	n := len(c.life.Spans)
	return c.from != 0 && c.until == 0 && n > 0 && c.runs(c.life.Spans[n-1])
}

// read gives how much time the clock has counted at an instant, and when it came to as much as was promised, or will, if the
// ticket stays as it is; 0 for never.
func (c *clock) read(hours *schedule.Hours, within time.Duration, at int64) (used time.Duration, crossed int64) {
	if c.from == 0 {
		return 0, 0
	}
	for i, s := range c.life.Spans {
		end, last := at, i == len(c.life.Spans)-1
		if !last {
			end = c.life.Spans[i+1].At
		}
		if c.until != 0 {
			end = min(end, c.until)
		}
		begin := max(s.At, c.from)
		if begin > end || !c.runs(s) {
			continue
		}
		passed := hours.Elapsed(time.UnixMicro(begin), time.UnixMicro(end))
		if open := last && c.until == 0; crossed == 0 && (used+passed >= within || open) {
			if there := hours.Add(time.UnixMicro(begin), within-used); !there.IsZero() {
				crossed = there.UnixMicro()
			}
		}
		used += passed
	}
	return used, crossed
}
