package store

import (
	"slices"
	"strings"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/schedule"
)

// countedBySQL asks whether one of some schedules counts for a ticket. The default one counts also where the ticket has none,
// or one that is gone.
func (f *filter) countedBySQL(ids []desk.ScheduleID) string {
	all := f.config.Schedules
	if len(all) == 0 || len(ids) == 0 {
		return never
	}
	if !slices.Contains(ids, all[0].ID) {
		return inList(f.clause, "t.schedule_id", ids)
	}
	var others []desk.ScheduleID
	for i := range all {
		if !slices.Contains(ids, all[i].ID) {
			others = append(others, all[i].ID)
		}
	}
	if len(others) == 0 {
		return always
	}
	return "not (" + inList(f.clause, "t.schedule_id", others) + ")"
}

func (f *filter) scheduleSQL(p *condition.Plan) string {
	switch p.Probe {
	case condition.ProbeNone:
		if len(f.config.Schedules) == 0 {
			return always
		}
	case condition.ProbeSame:
		var ids []desk.ScheduleID
		for _, id := range idsOf(p.Texts, false) {
			if f.config.Schedule(desk.ScheduleID(id)) != nil {
				ids = append(ids, desk.ScheduleID(id))
			}
		}
		return f.countedBySQL(ids)
	}
	return never
}

// openSQL asks what holds for all tickets alike: whether it is open now.
func (f *filter) openSQL(p *condition.Plan) string {
	at, open := time.UnixMicro(f.at), 0
	for i := range f.config.Schedules {
		id := f.config.Schedules[i].ID
		if f.config.HoursOfSchedule(id).Open(at) && (p.Probe == condition.ProbeNone || slices.Contains(idsOf(p.Texts, false), int64(id))) {
			open++
		}
	}
	if (open > 0) == (p.Probe == condition.ProbeHas) {
		return always
	}
	return never
}

// businessSQL is elapsedSQL in working time. Of the tickets that one schedule counts for, the instants are a span, as working time
// never runs backwards.
func (f *filter) businessSQL(p *condition.Plan) string {
	column, guard := f.instantColumn(p.Field.Name)
	if column == "" || p.Probe != condition.ProbeElapsed || p.Low > p.High {
		return never
	}
	var either []string
	for i := range f.config.Schedules {
		id := f.config.Schedules[i].ID
		from, to, ok := businessSpan(f.config.HoursOfSchedule(id), f.at, p)
		if ok {
			counted := f.countedBySQL([]desk.ScheduleID{id})
			either = append(either, f.bind("("+counted+" and "+column+" between ? and ?)", from, to))
		}
	}
	if len(either) == 0 {
		return never
	}
	return "(" + column + " <> 0" + guard + " and (" + strings.Join(either, " or ") + "))"
}

// businessSpan are the instants from which (for HoursUntil: until which) Low to High of working time have passed at an instant.
func businessSpan(h *schedule.Hours, at int64, p *condition.Plan) (from, to int64, ok bool) {
	sign := int64(-1)
	if p.Field.Kind == condition.HoursUntil {
		sign = 1
	}
	near, far, ok := condition.Span(p.Low, p.High, func(length int64) (int64, bool) {
		there := h.Add(time.UnixMicro(at), time.Duration(sign*length)*time.Microsecond)
		return sign * there.UnixMicro(), !there.IsZero()
	}, sign*at)
	if sign < 0 {
		return -far, -near, ok
	}
	return near, far, ok
}
