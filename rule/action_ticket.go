package rule

import (
	"slices"
	"strconv"
	"strings"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/desk"
)

const anywhere = condition.Trigger | condition.Automation | condition.Macro

// choices are the values that conditions know of a field; actions offer the same.
func (t *table) choices(field string) []condition.Option {
	f, _ := t.config.Catalog().Field(field)
	return f.Choices
}

func (t *table) ticketActions() []action {
	return []action{
		{name: "status", title: "Status", kind: "list", in: anywhere, listed: true, values: t.statuses(),
			read: readWord(func(s string) desk.Edits { v := desk.Status(s); return desk.Edits{Status: &v} })},
		{name: "type", title: "Type", kind: "list", in: anywhere, nullable: true, listed: true, values: t.choices("type"),
			read: readWord(func(s string) desk.Edits { v := desk.TicketType(s); return desk.Edits{Type: &v} })},
		{name: "priority", title: "Priority", kind: "list", in: anywhere, listed: true, values: t.choices("priority")[1:],
			read: readWord(func(s string) desk.Edits { v := desk.Priority(s); return desk.Edits{Priority: &v} })},
		{name: "group_id", title: "Group", kind: "list", in: anywhere, nullable: true, listed: true, values: t.groups(), read: t.readGroup},
		{name: "assignee_id", title: "Assignee", kind: "list", refers: desk.RefersToPeople, in: anywhere, nullable: true, listed: true, values: t.assignees(),
			read: t.readAssignee},
		{name: "brand_id", title: "Brand", kind: "list", in: condition.Trigger, listed: true, values: t.choices("brand_id"),
			read: readRecordID(func(n int64) desk.Edits { v := desk.BrandID(n); return desk.Edits{Brand: &v} })},
		{name: "ticket_form_id", title: "Form", kind: "list", in: anywhere, listed: true, values: t.choices("ticket_form_id"),
			read: readRecordID(func(n int64) desk.Edits { v := desk.FormID(n); return desk.Edits{Form: &v} })},
		{name: "satisfaction_score", title: "Satisfaction", kind: "list", in: condition.Trigger | condition.Automation, listed: true,
			values: []condition.Option{{Value: string(desk.Offered), Title: "Offered to requester"}},
			read:   readWord(func(s string) desk.Edits { return desk.Edits{Offer: s == string(desk.Offered)} })},
		{name: "set_schedule", title: "Schedule", kind: "list", in: condition.Trigger, listed: true, values: t.choices("schedule_id"),
			read: readRecordID(func(n int64) desk.Edits { v := desk.ScheduleID(n); return desk.Edits{Schedule: &v} })},
	}
}

// statuses: an agent's macro makes no ticket new, and only time closes one (rules.md §3).
func (t *table) statuses() []condition.Option {
	if t.in != condition.Macro {
		return t.choices("status")
	}
	return slices.DeleteFunc(slices.Clone(t.choices("status")), func(o condition.Option) bool {
		return o.Value == string(desk.New) || o.Value == string(desk.Closed)
	})
}

func (t *table) groups() []condition.Option {
	if t.in != condition.Macro {
		return t.choices("group_id")
	}
	return append([]condition.Option{{Value: "current_groups", Title: "(current user's groups)"}}, t.choices("group_id")...)
}

func (t *table) assignees() []condition.Option {
	special := []condition.Option{{Value: "requester_id", Title: "(requester)"}}
	if t.in != condition.Automation {
		special = append(special, condition.Option{Value: "current_user", Title: "(current user)"})
	}
	return append(special, t.choices("assignee_id")...)
}

// readWord reads a value that is taken as it stands; the draft knows the words it accepts.
func readWord(edits func(string) desk.Edits) func(actionValue) (preparedAction, string) {
	return func(g actionValue) (preparedAction, string) {
		if g.value.IsList() {
			return preparedAction{}, "takes one value, not a list"
		}
		return fixedEdits(edits(strings.ToLower(g.text()))), ""
	}
}

// readRecordID reads the id of a record.
func readRecordID(edits func(int64) desk.Edits) func(actionValue) (preparedAction, string) {
	return func(g actionValue) (preparedAction, string) {
		n, message := readID(g.text())
		if message != "" {
			return preparedAction{}, message
		}
		return fixedEdits(edits(n)), ""
	}
}

func readID(text string) (int64, string) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, "needs an id, not " + strconv.Quote(text)
	}
	return n, ""
}

func (t *table) readGroup(g actionValue) (preparedAction, string) {
	set := func(v desk.GroupID) desk.Edits { return desk.Edits{Group: &v} }
	switch text := g.text(); {
	case text == "":
		return fixedEdits(set(0)), ""
	case text == "current_groups" && t.in == condition.Macro:
		return preparedAction{edits: func(s actionContext) (desk.Edits, string) {
			if v := s.ownGroup(); v != 0 {
				return set(v), ""
			}
			return desk.Edits{}, "you are in no group"
		}}, ""
	default:
		return readRecordID(func(n int64) desk.Edits { return set(desk.GroupID(n)) })(g)
	}
}

// ownGroup is the group an agent's macro puts the ticket in: where it is, if that is one of theirs, else their first.
func (s actionContext) ownGroup() desk.GroupID {
	m := s.config.Staff[s.actor.ID]
	switch {
	case slices.Contains(m.Groups, s.ticket.Group):
		return s.ticket.Group
	case m.DefaultGroup != 0:
		return m.DefaultGroup
	case len(m.Groups) > 0:
		return m.Groups[0]
	}
	return 0
}

func (t *table) readAssignee(g actionValue) (preparedAction, string) {
	set := func(v desk.UserID) desk.Edits { return desk.Edits{Assignee: &v} }
	if g.text() == "" {
		return fixedEdits(set(0)), ""
	}
	return t.readPerson(g, set)
}

// readPerson reads a user's id or a word for one.
func (t *table) readPerson(g actionValue, set func(desk.UserID) desk.Edits) (preparedAction, string) {
	switch text := g.text(); {
	case text == "requester_id":
		return preparedAction{edits: func(s actionContext) (desk.Edits, string) { return set(s.ticket.Requester), "" }}, ""
	case text == "current_user" && t.in != condition.Automation:
		return preparedAction{edits: func(s actionContext) (desk.Edits, string) {
			if s.actor.ID == 0 {
				return desk.Edits{}, "no person made this update"
			}
			return set(s.actor.ID), ""
		}}, ""
	default:
		return readRecordID(func(n int64) desk.Edits { return set(desk.UserID(n)) })(g)
	}
}

func (t *table) peopleActions() []action {
	current := []condition.Option{{Value: "current_user", Title: "(current user)"}}
	if t.in == condition.Automation {
		current = nil
	}
	staff := append(current, t.choices("assignee_id")...)
	return []action{
		{name: "cc", title: "Add CC", kind: "list", refers: desk.RefersToPeople, in: anywhere, repeatable: true, values: staff,
			read: func(g actionValue) (preparedAction, string) {
				return t.readPerson(g, func(u desk.UserID) desk.Edits { return desk.Edits{AddCCs: []desk.UserID{u}} })
			}},
		{name: "follower", title: "Add follower", kind: "list", refers: desk.RefersToPeople, in: anywhere, repeatable: true, listed: true, values: staff,
			read: func(g actionValue) (preparedAction, string) {
				return t.readPerson(g, func(u desk.UserID) desk.Edits { return desk.Edits{AddFollowers: []desk.UserID{u}} })
			}},
	}
}

// fieldAction declares custom_fields_<id>.
func (t *table) fieldAction(name string) (action, bool) {
	digits, ok := strings.CutPrefix(name, "custom_fields_")
	if !ok {
		return action{}, false
	}
	n, message := readID(digits)
	f := t.config.Field(desk.FieldID(n))
	if message != "" || f == nil || !f.Type.Custom() {
		return action{}, false
	}
	return t.customField(f), true
}

func (t *table) customField(f *desk.TicketField) action {
	name := "custom_fields_" + strconv.FormatInt(int64(f.ID), 10)
	declared, _ := t.config.Catalog().Field(name)
	a := action{name: name, title: f.Title, kind: declared.Kind.String(), group: desk.GroupCustom, in: anywhere, nullable: true, values: declared.Choices}
	if f.Type == desk.FieldCheckbox {
		a.values = []condition.Option{{Value: "true", Title: "Yes"}, {Value: "false", Title: "No"}}
	}
	a.read = func(g actionValue) (preparedAction, string) { return readField(f, g) }
	a.check = func(g actionValue) string {
		if days, ok := daysFromNow(f, g); ok || days != "" {
			return days
		}
		_, message := f.Canonical(fieldValue(f, g))
		return message
	}
	return a
}

func readField(f *desk.TicketField, g actionValue) (preparedAction, string) {
	set := func(v []string) desk.Edits { return desk.Edits{Fields: map[desk.FieldID][]string{f.ID: v}} }
	message, ok := daysFromNow(f, g)
	if message != "" || !ok {
		return fixedEdits(set(fieldValue(f, g))), message
	}
	n, _ := strconv.Atoi(g.value.List()[1])
	return preparedAction{edits: func(s actionContext) (desk.Edits, string) {
		return set([]string{(calendar.Of(s.at.In(s.config.Location)) + calendar.Day(n)).String()}), ""
	}}, ""
}

// fieldValue is what the draft is asked to put into the field.
func fieldValue(f *desk.TicketField, g actionValue) []string {
	list := g.value.List()
	switch {
	case f.Type == desk.FieldMultiselect:
		return list
	case f.Type == desk.FieldDate && len(list) == 2 && list[0] == "specific_date":
		return list[1:]
	case g.value.IsList() && len(list) > 1:
		return list // refused: one value is wanted
	}
	return []string{g.value.Text()}
}

const maxDaysAhead = 36_500

// daysFromNow reads the relative form of a date: ["days_from_now", 3].
func daysFromNow(f *desk.TicketField, g actionValue) (message string, ok bool) {
	list := g.value.List()
	if f.Type != desk.FieldDate || !g.value.IsList() || len(list) != 2 || list[0] != "days_from_now" {
		return "", false
	}
	if n, err := strconv.Atoi(list[1]); err != nil || n < -maxDaysAhead || n > maxDaysAhead {
		return "needs a whole number of days", false
	}
	return "", true
}
