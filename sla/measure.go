package sla

import (
	"time"

	"interdesk/desk"
	"interdesk/schedule"
)

// Measures is how long things took with a ticket, whether or not anything was promised for it. Nil is what has not happened.
type Measures struct {
	Reply           *desk.Spent // to the first reply
	FirstResolution *desk.Spent // from creation
	FullResolution  *desk.Spent // from creation; of a solved ticket
	AgentWait       *desk.Spent // that we waited for the customer
	RequesterWait   *desk.Spent // that the customer waited for us
	OnHold          *desk.Spent

	InitiallyAssignedAt time.Time
	CommentedAt         time.Time // the latest comment
}

// Measure takes the measures of a ticket from its moments, oldest first.
func Measure(moments []desk.Moment, business *schedule.Hours, at time.Time) (m Measures) {
	life := Live(moments)
	if len(life.Spans) == 0 {
		return m
	}
	between := func(from, to int64) *desk.Spent {
		begin, end := time.UnixMicro(from), time.UnixMicro(to)
		return &desk.Spent{Calendar: minutes(end.Sub(begin)), Business: minutes(business.Elapsed(begin, end))}
	}
	in := func(ranks ...desk.Status) *desk.Spent {
		k := clock{life: &life, from: life.Spans[0].At, counts: statuses(ranks...)}
		calendar, _ := k.read(nil, 0, at.UnixMicro())
		working, _ := k.read(business, 0, at.UnixMicro())
		return &desk.Spent{Calendar: minutes(calendar), Business: minutes(working)}
	}
	if talk := &life.Talks[0]; talk.Replied > 0 {
		m.Reply = between(talk.First, talk.Replied)
	}
	m.AgentWait, m.RequesterWait, m.OnHold = in(desk.Pending), in(desk.New, desk.Open, desk.Hold), in(desk.Hold)
	solved := int64(0)
	for i, s := range life.Spans {
		if finished(s) && (i == 0 || !finished(life.Spans[i-1])) {
			solved = s.At
			if m.FirstResolution == nil {
				m.FirstResolution = between(life.Spans[0].At, solved)
			}
		}
	}
	if solved != 0 && finished(life.Spans[len(life.Spans)-1]) {
		m.FullResolution = between(life.Spans[0].At, solved)
	}
	for _, one := range moments {
		if one.Assigned && m.InitiallyAssignedAt.IsZero() {
			m.InitiallyAssignedAt = one.At
		}
		if one.Said != desk.Silence {
			m.CommentedAt = one.At
		}
	}
	return m
}

func finished(s desk.Span) bool { return s.Status >= desk.Solved.Rank() }
