package views

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// column is one column of a list beside those that every list has: status, subject and when it was updated.
type column struct {
	desk.Column
	title  string
	class  string // says how wide it is
	sort   string // address of the list sorted by it; "" where it cannot be
	sorted string // "asc" or "desc" where the list is
}

// columnsOf are the columns that a view names and the list does not have anyway.
func columnsOf(ctx context.Context, cfg *desk.Config, o desk.Output) []column {
	var out []column
	for _, k := range cfg.ShownColumns(o) {
		if k.Kind == desk.ColumnText || k.Kind == desk.ColumnStatus || k.ID == "updated" {
			continue
		}
		out = append(out, columnNamed(ctx, cfg, k.ID))
	}
	return out
}

// columnNamed is a column that every list has.
func columnNamed(ctx context.Context, cfg *desk.Config, id string) column {
	k, _ := cfg.Column(id)
	return column{Column: k, title: columnTitle(ctx, k), class: columnClass(k)}
}

// columnTitle is in the reader's language, but for what admins named themselves.
func columnTitle(ctx context.Context, k desk.Column) string {
	if k.Kind == desk.ColumnField {
		return k.Title
	}
	return text.T(ctx, "views.column."+k.ID)
}

func columnClass(k desk.Column) string {
	switch k.Kind {
	case desk.ColumnStatus:
		return "q-status"
	case desk.ColumnNumber:
		return "q-number"
	case desk.ColumnPriority:
		return "q-short"
	case desk.ColumnName:
		return "q-name"
	case desk.ColumnTime:
		return "q-time"
	case desk.ColumnBreach:
		return "q-time q-clock"
	}
	return "q-word"
}

// order is what a list is sorted by.
type order struct{ by, way string }

// orderOf is what a list is sorted by: as its reader wishes, if that is possible, else as its view says.
func orderOf(cfg *desk.Config, o desk.Output, by, way string) order {
	wished, ok := cfg.Column(by)
	if !ok || !wished.Sortable {
		return order{cfg.ColumnID(o.SortBy), directionOr(o.SortOrder)}
	}
	return order{wished.ID, directionOr(way)}
}

func directionOr(way string) string {
	if way == "asc" {
		return way
	}
	return "desc"
}

// applyTo is a view's output in another order. Groups stay; what they are made of can be turned round.
func (s order) applyTo(cfg *desk.Config, o desk.Output) desk.Output {
	o.SortBy, o.SortOrder, o.GroupBy = s.by, s.way, cfg.ColumnID(o.GroupBy)
	if o.GroupBy == s.by {
		o.GroupOrder = s.way
	}
	return o
}

// linkHeading gives the headings their sorting: another column begins with what is least, times with the newest, and the same
// column is turned round.
func (s order) linkHeading(path string, c *column) {
	if !c.Sortable {
		return
	}
	way := "asc"
	if c.Kind == desk.ColumnTime || c.Kind == desk.ColumnPriority {
		way = "desc"
	}
	if c.ID == s.by {
		c.sorted = s.way
		way = map[string]string{"asc": "desc", "desc": "asc"}[s.way]
	}
	c.sort = path + "?" + url.Values{"sort": {c.ID}, "order": {way}}.Encode()
}

// cell is what a ticket says in a column: a text, a moment, how much it presses or what is promised.
type cell struct {
	class    string
	text     string
	at       time.Time
	priority desk.Priority
	clock    *ui.Clock
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
	switch c.Kind {
	case desk.ColumnPriority:
		out.priority = t.Priority
	case desk.ColumnTime:
		out.at = timeIn(c.ID, t)
	case desk.ColumnBreach:
		out.clock = ui.ForemostClock(t)
	default:
		out.text = textIn(ctx, cfg, n, c.Column, t)
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

func textIn(ctx context.Context, cfg *desk.Config, n *nameTable, column desk.Column, t *desk.Ticket) string {
	switch column.ID {
	case "nice_id":
		return fmt.Sprintf("#%d", t.ID)
	case "status":
		return text.T(ctx, "status."+string(t.Status))
	case "type":
		return text.T(ctx, "type."+string(t.Type))
	case "satisfaction_score":
		return text.T(ctx, "satisfaction.score."+string(t.Rating.Score.Plain()))
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
	return fieldText(ctx, cfg.Field(column.Field), cfg.Location, t)
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
func fieldText(ctx context.Context, f *desk.TicketField, zone *time.Location, t *desk.Ticket) string {
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
			return ui.Date(ctx, day.Begin(zone))
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
func groupTitle(ctx context.Context, cfg *desk.Config, n *nameTable, by desk.Column, t *desk.Ticket) string {
	switch {
	case by.Kind == desk.ColumnTime:
		if at := timeIn(by.ID, t); !at.IsZero() {
			return ui.Date(ctx, at)
		}
		return ""
	case by.Kind == desk.ColumnPriority && t.Priority != "":
		return text.T(ctx, "priority."+string(t.Priority))
	case by.Kind == desk.ColumnPriority, by.ID == "type" && t.Type == "":
		return ""
	}
	return textIn(ctx, cfg, n, by, t)
}
