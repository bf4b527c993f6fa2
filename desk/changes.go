package desk

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// recordChanges writes an event for each field that differs between prev and now: net changes only (rules.md §9). A new ticket
// also tells what it starts without, as the API does.
func (d *Draft) recordChanges(prev *Ticket, typ EventType, by *Via) {
	n := &d.Now
	put := func(field string, value, previous any) {
		d.Events = append(d.Events, Event{ID: EventID(d.NewID()), Type: typ, Field: field, Value: value, Previous: previous, Via: by})
	}
	text := func(field string, now, was string, always bool) {
		if now != was || (always && typ == EventCreate) {
			put(field, nullText(now), nullText(was))
		}
	}
	text("subject", n.Subject, prev.Subject, true)
	text("requester_id", idText(n.Requester), idText(prev.Requester), true)
	text("priority", string(n.Priority), string(prev.Priority), true)
	text("type", string(n.Type), string(prev.Type), true)
	text("status", string(n.Status), string(prev.Status), true)
	text("organization_id", idText(n.Organization), idText(prev.Organization), false)
	text("group_id", idText(n.Group), idText(prev.Group), false)
	text("assignee_id", idText(n.Assignee), idText(prev.Assignee), false)
	text("brand_id", idText(n.Brand), idText(prev.Brand), true)
	text("ticket_form_id", idText(n.Form), idText(prev.Form), false)
	text("schedule_id", idText(n.Schedule), idText(prev.Schedule), false)
	text("problem_id", idText(n.Problem), idText(prev.Problem), false)
	text("external_id", n.ExternalID, prev.ExternalID, false)
	text("due_at", timeText(n.DueAt), timeText(prev.DueAt), false)
	text("satisfaction_score", string(n.Rating.Score.Plain()), string(prev.Rating.Score.Plain()), false)
	if !slices.Equal(n.Tags, prev.Tags) {
		put("tags", nonNil(n.Tags), nonNil(prev.Tags))
	}
	d.recordFieldChanges(prev, put)
	d.recordPeopleChanges(prev, by)
}

func (d *Draft) recordFieldChanges(prev *Ticket, put func(string, any, any)) {
	ids := slices.AppendSeq(slices.Collect(maps.Keys(d.Now.Fields)), maps.Keys(prev.Fields))
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		now, was := d.Now.Fields[id], prev.Fields[id]
		if slices.Equal(now, was) {
			continue
		}
		if f := d.Config.Field(id); f != nil && f.Type == FieldMultiselect {
			put(idText(id), nonNil(now), nonNil(was))
		} else {
			put(idText(id), nullText(now.Text()), nullText(was.Text()))
		}
	}
}

func (d *Draft) recordPeopleChanges(prev *Ticket, by *Via) {
	put := func(t EventType, now, was []UserID) {
		if !slices.Equal(now, was) {
			d.Events = append(d.Events, Event{ID: EventID(d.NewID()), Type: t, Value: userTexts(now), Previous: userTexts(was), Via: by})
		}
	}
	put(EventFollowers, d.Now.Followers, prev.Followers)
	put(EventEmailCCs, d.Now.EmailCCs, prev.EmailCCs)
}

func idText[T ~int64](id T) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func nullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func userTexts(ids []UserID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = idText(id)
	}
	return out
}
