package store

import (
	"math"
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

// know notes what a condition that must hold says of columns that indexes have, and what leads to its tickets from other
// tables. It may say less than the condition does, never more.
func (f *filter) know(p *condition.Plan) {
	if p.Field.Kind == condition.Choice {
		f.knowChoice(p)
		return
	}
	if p.Not {
		return
	}
	if field, ok := customField(p); ok {
		f.knowValue(p, field)
		return
	}
	switch p.Field.Kind {
	case condition.ID:
		f.knowReference(p)
	case condition.Tags, condition.Member:
		f.knowSet(p)
	case condition.Hours, condition.HoursUntil:
		f.knowElapsed(p)
	}
}

// knowChoice: of status and priority there are few, so that a negation leaves some.
func (f *filter) knowChoice(p *condition.Plan) {
	texts, column, all := p.Texts, "", len(desk.Statuses)
	if p.Probe == condition.ProbeNone {
		texts = []string{""}
	}
	var asked []int
	switch p.Field.Name {
	case "status":
		column, asked = "status_rank", ranks(texts, func(s string) int { return desk.Status(s).Rank() })
	case "priority":
		column, asked, all = "priority_rank", ranks(texts, func(s string) int { return desk.Priority(s).Rank() }), len(desk.Priorities)
	default:
		return
	}
	values := []any{}
	for rank := range all {
		if slices.Contains(asked, rank) != p.Not {
			values = append(values, int64(rank))
		}
	}
	f.knowEqual(column, values)
}

func (f *filter) knowReference(p *condition.Plan) {
	column := idColumns()[p.Field.Name]
	if column == "" || slices.Contains([]string{"via_id", "schedule_id", "satisfaction_reason_code"}, p.Field.Name) {
		return
	}
	values := []any{}
	switch p.Probe {
	case condition.ProbeNone:
		values = append(values, int64(0))
	case condition.ProbeSame:
		values = anys(idsOf(p.Texts, false))
	case condition.ProbeUser:
		if f.viewer.ID != 0 {
			values = append(values, int64(f.viewer.ID))
		}
	case condition.ProbeGroups:
		values = anys(slices.DeleteFunc(slices.Clone(f.viewer.Groups), func(g desk.GroupID) bool { return g == 0 }))
	default:
		return
	}
	f.knowEqual(column[len("t."):], values)
}

func (f *filter) knowSet(p *condition.Plan) {
	if p.Field.Name == "within_schedule" || p.Probe != condition.ProbeHas || len(p.Texts) == 0 || len(p.Texts) > pathValues {
		return
	}
	path := accessPath{repeats: len(p.Texts) > 1}
	if p.Field.Name == "current_tags" {
		path.table, path.index, path.columns = "ticket_tags", "sqlite_autoindex_ticket_tags_1", []string{"tag", "ticket_id"}
		for _, tag := range p.Texts {
			path.values = append(path.values, tag)
		}
	} else {
		path.table, path.index, path.columns = "shares", "shares_agreement", []string{"agreement_id", "state", "ticket_id"}
		path.values, path.repeats = anys(idsOf(p.Texts, false)), true
	}
	if len(path.values) > 0 {
		f.beside = append(f.beside, path)
	}
}

// knowElapsed: SOLVED and its like hold only in their status; of other instants some have an index.
func (f *filter) knowElapsed(p *condition.Plan) {
	if p.Probe != condition.ProbeElapsed || p.Low > p.High {
		return
	}
	if f.knowBreach(p) {
		return
	}
	if rank := statusLasting(p.Field.Name); rank >= 0 {
		f.knowEqual("status_rank", []any{int64(rank)})
		if !p.Business {
			f.knowSpan("status_at", interval{saturatingSub(f.at, p.High), saturatingSub(f.at, p.Low)})
		}
		return
	}
	column := map[string]string{"NEW": "created_at", "updated_at": "updated_at"}[p.Field.Name]
	if column == "" || p.Business {
		return
	}
	f.knowSpan(column, interval{saturatingSub(f.at, p.High), saturatingSub(f.at, p.Low)})
}

// knowBreach: no promise is broken before the foremost.
func (f *filter) knowBreach(p *condition.Plan) bool {
	latest := int64(math.MaxInt64)
	switch p.Field.Name {
	case "sla_next_breach_at":
		if !p.Business {
			latest = saturatingSub(f.at, p.Low)
		}
	case "until_sla_next_breach_at":
		if !p.Business {
			latest = saturatingAdd(f.at, p.High)
		}
	default:
		return false
	}
	f.knowSpan("sla_at", interval{1, latest})
	return true
}

// knowValue: the values of an account's own fields are found by their beginnings.
func (f *filter) knowValue(p *condition.Plan, field int64) {
	texts := p.Texts
	if p.Probe == condition.ProbeTrue {
		texts = []string{"true"}
	} else if p.Probe != condition.ProbeSame && p.Probe != condition.ProbeHas {
		return
	}
	if len(texts) == 0 || len(texts) > pathValues || slices.Contains(texts, "") {
		return
	}
	path := accessPath{table: "ticket_values", index: "ticket_values_found", columns: []string{"found_by", "field_id", "ticket_id"},
		low: []any{field}, high: []any{field}, repeats: true}
	for _, s := range texts {
		path.values = append(path.values, foundBy(s))
	}
	path.values = distinct(path.values)
	f.beside = append(f.beside, path)
}
