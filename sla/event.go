package sla

import (
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/schedule"
)

// difference tells what an update made of what is promised.
type difference struct {
	ticket desk.TicketID
	hours  *schedule.Hours
	policy *desk.Policy // nil: none from now on
	before *desk.ServiceLevel
	now    *desk.ServiceLevel
	at     time.Time
	out    []desk.MetricEvent
}

func (d *difference) events() []desk.MetricEvent {
	var had, has []desk.Promise
	if d.before != nil {
		had = d.before.Promises
	}
	if d.now != nil {
		has = d.now.Promises
	}
	for i := range had {
		if find(has, &had[i]) == nil {
			d.ends(&had[i])
		}
	}
	for i := range has {
		d.goesOn(find(had, &has[i]), &has[i])
	}
	return d.out
}

func (d *difference) add(p *desk.Promise, kind string) *desk.MetricEvent {
	d.out = append(d.out, desk.MetricEvent{Ticket: d.ticket, Metric: p.Metric.EventName(), Instance: p.Instance, Type: kind, At: d.at, NotedAt: d.at})
	return &d.out[len(d.out)-1]
}

// ends: a promise was kept, as what it was for has come to pass, or it is promised no longer.
func (d *difference) ends(p *desk.Promise) {
	if p.Stage == desk.StageAchieved {
		return
	}
	if d.now != nil && slices.ContainsFunc(d.policy.Targets, func(t desk.Target) bool { return t.Metric == p.Metric }) && d.answered(p) {
		d.spend(d.before, p)
		d.add(p, desk.MetricFulfill)
		return
	}
	d.add(p, desk.MetricApply)
}

// answered tells whether the instance of a promise is over.
func (d *difference) answered(p *desk.Promise) bool {
	switch p.Metric {
	case desk.NextReplyTime:
		return talk(d.now).Next == 0 || talk(d.now).Rounds >= p.Instance
	case desk.PeriodicUpdateTime, desk.PausableUpdateTime:
		return talk(d.now).Replies >= p.Instance
	}
	return false
}

// goesOn: a promise is new, or its target or its stage another.
func (d *difference) goesOn(had, has *desk.Promise) {
	stage := desk.Stage("")
	if had != nil {
		stage = had.Stage
		d.breach(had, has)
	}
	if had == nil && has.Stage == desk.StageAchieved {
		return // it was over before anybody promised it
	}
	if had == nil || d.before.Policy != d.now.Policy || had.Seconds != has.Seconds || had.Business != has.Business {
		d.add(has, desk.MetricApply).Applied = &desk.Applies{Policy: d.policy.ID, Title: d.policy.Title, Description: d.policy.Description,
			Seconds: has.Seconds, Business: has.Business}
	}
	if stage == has.Stage {
		return
	}
	switch has.Stage {
	case desk.StageActive:
		d.add(has, desk.MetricActivate)
	case desk.StagePaused:
		d.add(has, desk.MetricPause)
		d.spend(d.now, has)
	case desk.StageAchieved:
		d.spend(d.now, has)
		d.add(has, desk.MetricFulfill)
	}
}

// breach carries over that a breach was noticed, and takes back one that another target undoes.
func (d *difference) breach(had, has *desk.Promise) {
	has.Breached = had.Breached && has.BrokenBy(d.at)
	if had.Breached && !has.Breached {
		d.add(has, desk.MetricBreach).Deleted = true
	}
}

// spend tells for how long the clock of a promise has run.
func (d *difference) spend(s *desk.ServiceLevel, p *desk.Promise) {
	k := clockOf(&s.Life, talk(s), p.Metric, s.PartnerPauses)
	calendar, _ := k.read(nil, 0, d.at.UnixMicro())
	business, _ := k.read(d.hours, 0, d.at.UnixMicro())
	d.add(p, desk.MetricUpdateStatus).Spent = &desk.Spent{Calendar: minutes(calendar), Business: minutes(business)}
}

func minutes(d time.Duration) int64 { return int64(d / time.Minute) }
