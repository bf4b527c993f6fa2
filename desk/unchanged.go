package desk

import (
	"slices"
	"time"
)

// changesIn is what of the edits the ticket does not say already. Only that is judged: clients send back whole tickets, and
// what was right when it was set is left alone though an option, pattern, form or person has gone since.
// Group and assignee stay, since they are judged together.
func (t *Ticket) changesIn(e Edits) Edits {
	dropEqual(&e.Subject, t.Subject)
	dropEqual(&e.Status, t.Status)
	dropEqual(&e.Priority, t.Priority)
	dropEqual(&e.Type, t.Type)
	dropEqual(&e.Requester, t.Requester)
	dropEqual(&e.Organization, t.Organization)
	dropEqual(&e.Brand, t.Brand)
	dropEqual(&e.Form, t.Form)
	dropEqual(&e.Schedule, t.Schedule)
	dropEqual(&e.Problem, t.Problem)
	dropEqual(&e.ExternalID, t.ExternalID)
	dropEqual(&e.Recipient, t.Recipient)
	if e.DueAt != nil && e.DueAt.Truncate(time.Second).Equal(t.DueAt) {
		e.DueAt = nil
	}
	if e.SetTags != nil && slices.Equal(NormalizeTags(*e.SetTags), t.Tags) {
		e.SetTags = nil
	}
	dropEqualUsers(&e.Followers, t.Followers)
	dropEqualUsers(&e.EmailCCs, t.EmailCCs)
	if t.Assignee == valueOr(e.Assignee, t.Assignee) && t.Group == valueOr(e.Group, t.Group) {
		e.Assignee, e.Group = nil, nil
	}
	e.Fields = t.fieldChangesIn(e.Fields)
	return e
}

func (t *Ticket) fieldChangesIn(fields map[FieldID][]string) map[FieldID][]string {
	var out map[FieldID][]string
	for id, v := range fields {
		if t.saysInField(id, v) {
			continue
		}
		if out == nil {
			out = make(map[FieldID][]string, len(fields))
		}
		out[id] = v
	}
	return out
}

// saysInField tells whether a custom field has the value as given. Several values are choices, in no order.
func (t *Ticket) saysInField(id FieldID, given []string) bool {
	had := t.Fields[id]
	if slices.Equal(had, given) {
		return len(given) > 0
	}
	return len(had) > 1 && slices.Equal(had, NormalizeTags(given))
}

func dropEqual[T comparable](edit **T, has T) {
	if *edit != nil && **edit == has {
		*edit = nil
	}
}

func dropEqualUsers(edit **[]UserID, has []UserID) {
	if *edit != nil && slices.Equal(sortedUsers(**edit), has) {
		*edit = nil
	}
}

func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
