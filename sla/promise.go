package sla

import (
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/schedule"
)

// Advance is what is promised for a ticket as an update leaves it: by its policy, nil for none, and reckoned from its life,
// which has the update's moment. before is what was promised until then. The events say what has happened to the metrics; they
// have no ids yet. A breach that is none after all, as another target counts from the same start, is among them as deleted.
func Advance(c *desk.Config, policy *desk.Policy, t *desk.Ticket, before *desk.ServiceLevel, life desk.Life, at time.Time) (*desk.ServiceLevel, []desk.MetricEvent) {
	before, events := Notice(t.ID, before, at)
	if policy == nil && before == nil {
		return nil, nil
	}
	var now *desk.ServiceLevel
	if policy != nil {
		now = &desk.ServiceLevel{Policy: policy.ID, PartnerReplies: policy.PartnerReplies, PartnerPauses: policy.PartnerPauses, Life: life}
		for _, target := range policy.TargetsFor(t.Priority) {
			now.Promises = append(now.Promises, desk.Promise{Metric: target.Metric, Seconds: target.Seconds, Business: target.Business})
		}
		now.Promises = reckon(now, c.HoursOf(t), at)
	}
	d := difference{ticket: t.ID, hours: c.HoursOf(t), policy: policy, before: before, now: now, at: at}
	events = append(events, d.events()...)
	now, late := Notice(t.ID, now, at) // what a target that is new has broken from the start
	return now, append(events, late...)
}

// Reckon is a service level with its clocks read anew by hours that have changed, and the breaches that are none any more.
func Reckon(ticket desk.TicketID, s *desk.ServiceLevel, hours *schedule.Hours, at time.Time) (*desk.ServiceLevel, []desk.MetricEvent) {
	out := *s
	out.Promises = reckon(s, hours, at)
	d := difference{ticket: ticket, at: at}
	for i := range out.Promises {
		if had := find(s.Promises, &out.Promises[i]); had != nil {
			d.breach(had, &out.Promises[i])
		}
	}
	return &out, d.out
}

// talk is who waits for whose word as the service level sees it.
func talk(s *desk.ServiceLevel) *desk.Talk {
	if s.PartnerReplies {
		return &s.Life.Talks[1]
	}
	return &s.Life.Talks[0]
}

// reckon reads the clocks of promises. What has not started is left out.
func reckon(s *desk.ServiceLevel, business *schedule.Hours, at time.Time) (out []desk.Promise) {
	for _, p := range s.Promises {
		k := clockOf(&s.Life, talk(s), p.Metric, s.PartnerPauses)
		if k.from == 0 {
			continue
		}
		p.Instance = instance(talk(s), p.Metric)
		var hours *schedule.Hours
		if p.Business {
			hours = business
		}
		within := time.Duration(p.Seconds) * time.Second
		used, crossed := k.read(hours, within, at.UnixMicro())
		p.Stage, p.BreachAt, p.Left, p.Breached = stage(&k), 0, 0, false
		switch {
		case p.Stage == desk.StageActive || crossed != 0:
			p.BreachAt = crossed
		case p.Stage == desk.StagePaused:
			p.Left = (within - used).Microseconds()
		}
		out = append(out, p)
	}
	return out
}

func stage(k *clock) desk.Stage {
	switch last := k.life.Spans[len(k.life.Spans)-1]; {
	case k.until != 0 || last.Status >= desk.Solved.Rank():
		return desk.StageAchieved
	case k.running():
		return desk.StageActive
	}
	return desk.StagePaused
}

// instance counts what begins anew with each reply.
func instance(t *desk.Talk, m desk.Metric) int {
	switch m {
	case desk.NextReplyTime:
		return 1 + t.Rounds
	case desk.PeriodicUpdateTime, desk.PausableUpdateTime:
		return 1 + t.Replies
	}
	return 1
}

// find is the promise of the same metric and instance.
func find(list []desk.Promise, p *desk.Promise) *desk.Promise {
	i := slices.IndexFunc(list, func(o desk.Promise) bool { return o.Metric == p.Metric && o.Instance == p.Instance })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// Notice notes which promises are broken by now, each once.
func Notice(ticket desk.TicketID, s *desk.ServiceLevel, at time.Time) (*desk.ServiceLevel, []desk.MetricEvent) {
	due := func(p desk.Promise) bool {
		return p.Stage != desk.StageAchieved && !p.Breached && p.BreachAt != 0 && p.BreachAt <= at.UnixMicro()
	}
	if s == nil || !slices.ContainsFunc(s.Promises, due) {
		return s, nil
	}
	out := *s
	out.Promises = slices.Clone(s.Promises)
	var events []desk.MetricEvent
	for i := range out.Promises {
		if p := &out.Promises[i]; due(*p) {
			p.Breached = true
			events = append(events, desk.MetricEvent{Ticket: ticket, Metric: p.Metric.EventName(), Instance: p.Instance, Type: desk.MetricBreach,
				At: time.UnixMicro(p.BreachAt).UTC(), NotedAt: at})
		}
	}
	return &out, events
}
