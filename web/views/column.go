package views

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/admin"
	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// column is one column of a list beside those that every list has: status, subject and when it was updated.
type column struct {
	id     string
	title  string
	class  string // says how wide it is
	sort   string // address of the list sorted by it; "" where it cannot be
	sorted string // "asc" or "desc" where the list is
}

// ColumnName is the one name of a column that has several.
func ColumnName(id string) string {
	switch id = strings.TrimPrefix(id, "custom_fields_"); id {
	case "description":
		return "subject"
	case "ticket_id", "id":
		return "nice_id"
	case "created_at":
		return "created"
	case "updated_at":
		return "updated"
	}
	return id
}

// columnsOf are the columns that a view names and the list does not have anyway. A custom field that is gone is left out.
func columnsOf(ctx context.Context, cfg *desk.Config, names []string) []column {
	if len(names) == 0 {
		names = admin.DefaultColumns()
	}
	known := rule.Columns(cfg)
	var out []column
	for _, name := range names {
		name = ColumnName(name)
		at := slices.IndexFunc(known, func(k rule.Column) bool { return k.ID == name })
		if at < 0 || name == "subject" || name == "status" || name == "updated" {
			continue
		}
		out = append(out, column{id: name, title: columnTitle(ctx, known[at]), class: columnClass(name)})
	}
	return out
}

// columnTitle is in the reader's language, but for what admins named themselves.
func columnTitle(ctx context.Context, k rule.Column) string {
	if _, err := strconv.ParseInt(k.ID, 10, 64); err == nil {
		return k.Title
	}
	return text.T(ctx, "views.column."+k.ID)
}

func columnClass(name string) string {
	switch name {
	case "status":
		return "q-status"
	case "nice_id":
		return "q-number"
	case "priority":
		return "q-short"
	case "type", "brand", "ticket_form":
		return "q-word"
	case "requester", "submitter", "assignee", "group", "organization":
		return "q-name"
	}
	if _, err := strconv.ParseInt(name, 10, 64); err == nil {
		return "q-word"
	}
	return "q-time"
}

// order is what a list is sorted by.
type order struct{ by, way string }

// orderOf is what a list is sorted by: as its reader wishes, if that is possible, else as its view says.
func orderOf(cfg *desk.Config, o desk.Output, by, way string) order {
	by = ColumnName(by)
	if by == "" || !store.Sortable(cfg, by) {
		return order{ColumnName(o.SortBy), directionOr(o.SortOrder)}
	}
	return order{by, directionOr(way)}
}

func directionOr(way string) string {
	if way == "asc" {
		return way
	}
	return "desc"
}

// applyTo is a view's output in another order. Groups stay; what they are made of can be turned round.
func (s order) applyTo(o desk.Output) desk.Output {
	o.SortBy, o.SortOrder, o.GroupBy = s.by, s.way, ColumnName(o.GroupBy)
	if o.GroupBy == s.by {
		o.GroupOrder = s.way
	}
	return o
}

// linkHeading gives the headings their sorting: another column begins with what is least, times with the newest, and the same
// column is turned round.
func (s order) linkHeading(cfg *desk.Config, path string, c *column) {
	if !store.Sortable(cfg, c.id) {
		return
	}
	way := "asc"
	if c.class == "q-time" || c.id == "priority" {
		way = "desc"
	}
	if c.id == s.by {
		c.sorted = s.way
		way = map[string]string{"asc": "desc", "desc": "asc"}[s.way]
	}
	c.sort = path + "?" + url.Values{"sort": {c.id}, "order": {way}}.Encode()
}

// cell is what a ticket says in a column: a text, a moment or how much it presses.
type cell struct {
	class    string
	text     string
	at       time.Time
	priority desk.Priority
}

// nameTable are the people and organizations that a page of tickets speaks of.
type nameTable struct {
	people        map[desk.UserID]string
	organizations map[desk.OrganizationID]string
}

func (n *nameTable) personName(cfg *desk.Config, id desk.UserID) string {
	if s, ok := cfg.Staff[id]; ok {
		return s.Name
	}
	return n.people[id]
}

// cellFor reads a column of a ticket.
func cellFor(ctx context.Context, cfg *desk.Config, n *nameTable, c *column, t *desk.Ticket) cell {
	out := cell{class: c.class}
	switch c.class {
	case "q-short":
		out.priority = t.Priority
	case "q-time":
		out.at = timeIn(c.id, t)
	default:
		out.text = textIn(ctx, cfg, n, c.id, t)
	}
	return out
}

func timeIn(column string, t *desk.Ticket) time.Time {
	switch column {
	case "created":
		return t.CreatedAt
	case "assigned":
		return t.AssignedAt
	case "due_date":
		return t.DueAt
	case "solved":
		return t.SolvedAt
	case "updated_assignee":
		return t.AssigneeAt
	case "updated_requester":
		return t.RequesterAt
	}
	return t.UpdatedAt
}

func textIn(ctx context.Context, cfg *desk.Config, n *nameTable, column string, t *desk.Ticket) string {
	switch column {
	case "nice_id":
		return fmt.Sprintf("#%d", t.ID)
	case "status":
		return text.T(ctx, "status."+string(t.Status))
	case "type":
		return text.T(ctx, "type."+string(t.Type))
	case "requester":
		return n.personName(cfg, t.Requester)
	case "submitter":
		return n.personName(cfg, t.Submitter)
	case "assignee":
		return n.personName(cfg, t.Assignee)
	case "organization":
		return n.organizations[t.Organization]
	case "group":
		g, _ := cfg.Group(t.Group)
		return g.Name
	case "brand":
		return cfg.Brand.Name
	case "ticket_form":
		return formName(cfg, t.Form)
	}
	return fieldText(ctx, cfg, column, t)
}

func formName(cfg *desk.Config, id desk.FormID) string {
	for _, f := range cfg.Forms {
		if f.ID == id {
			return f.Name
		}
	}
	return ""
}

// fieldText is a custom field's value in words.
func fieldText(ctx context.Context, cfg *desk.Config, column string, t *desk.Ticket) string {
	id, err := strconv.ParseInt(column, 10, 64)
	if err != nil {
		return ""
	}
	f := cfg.Field(desk.FieldID(id))
	if f == nil || len(t.Fields[f.ID]) == 0 {
		return ""
	}
	value := t.Fields[f.ID]
	switch {
	case f.Type == desk.FieldCheckbox && value.Text() == "true":
		return text.T(ctx, "word.yes")
	case f.Type == desk.FieldCheckbox:
		return text.T(ctx, "word.no")
	case f.Type == desk.FieldDate:
		if day, ok := calendar.Parse(value.Text()); ok {
			return ui.Date(ctx, day.Begin(cfg.Location))
		}
	}
	words := make([]string, len(value))
	for i, v := range value {
		if words[i] = v; f.Type.HasOptions() {
			if o, ok := f.Option(v); ok {
				words[i] = o.Name
			}
		}
	}
	return clipLine(strings.Join(words, ", "), cellLength)
}

// groupTitle is what a ticket is grouped under, in words; "" where it says nothing there.
func groupTitle(ctx context.Context, cfg *desk.Config, n *nameTable, by string, t *desk.Ticket) string {
	switch columnClass(by) {
	case "q-time":
		if at := timeIn(by, t); !at.IsZero() {
			return ui.Date(ctx, at)
		}
		return ""
	case "q-short":
		if t.Priority != "" {
			return text.T(ctx, "priority."+string(t.Priority))
		}
		return ""
	}
	if by == "type" && t.Type == "" {
		return ""
	}
	return textIn(ctx, cfg, n, by, t)
}

// ungroupedTitle is the heading over tickets that say nothing in the column they are grouped by.
func ungroupedTitle(ctx context.Context, cfg *desk.Config, by string) string {
	if by == "" {
		return ""
	}
	return text.T(ctx, "views.group.none", columnTitle(ctx, knownColumn(cfg, by)))
}

func knownColumn(cfg *desk.Config, id string) rule.Column {
	for _, k := range rule.Columns(cfg) {
		if k.ID == id {
			return k
		}
	}
	return rule.Column{ID: id}
}
