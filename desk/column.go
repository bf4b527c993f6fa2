package desk

import (
	"slices"
	"strings"
)

// ColumnKind is what a column of a view shows.
type ColumnKind uint8

// The kinds of columns.
const (
	ColumnText     ColumnKind = iota // a text of the ticket
	ColumnNumber                     // the ticket's number
	ColumnStatus                     //
	ColumnPriority                   //
	ColumnChoice                     // one of few words, or names that admins gave
	ColumnName                       // the name of a person, a group or an organization
	ColumnTime                       // a moment
	ColumnBreach                     // when a promise is broken, the foremost one
	ColumnField                      // a custom field
)

// Column is something that views can show and perhaps be sorted and grouped by (rules.md §6.1). All that speaks of columns
// reads this table, so a column is accepted everywhere alike.
type Column struct {
	ID        string
	Aliases   []string // further names by which clients ask for it
	Title     string
	Kind      ColumnKind
	Field     FieldID // of ColumnField
	Sortable  bool
	Groupable bool
}

// DefaultColumns are those of a view that names none.
func DefaultColumns() []string {
	return []string{"subject", "requester", "created", "updated", "group", "assignee"}
}

// customPrefix stands before a custom field's id in the API.
const customPrefix = "custom_fields_"

func systemColumns() []Column {
	return []Column{
		{ID: "subject", Aliases: []string{"description"}, Title: "Subject", Kind: ColumnText},
		{ID: "requester", Title: "Requester", Kind: ColumnName, Sortable: true, Groupable: true},
		{ID: "created", Aliases: []string{"created_at"}, Title: "Requested", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "updated", Aliases: []string{"updated_at"}, Title: "Updated", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "group", Title: "Group", Kind: ColumnName, Sortable: true, Groupable: true},
		{ID: "assignee", Title: "Assignee", Kind: ColumnName, Sortable: true, Groupable: true},
		{ID: "nice_id", Aliases: []string{"id", "ticket_id"}, Title: "ID", Kind: ColumnNumber, Sortable: true},
		{ID: "status", Title: "Status", Kind: ColumnStatus, Sortable: true, Groupable: true},
		{ID: "priority", Title: "Priority", Kind: ColumnPriority, Sortable: true, Groupable: true},
		{ID: "type", Title: "Type", Kind: ColumnChoice, Sortable: true, Groupable: true},
		{ID: "organization", Title: "Organization", Kind: ColumnName, Sortable: true, Groupable: true},
		{ID: "brand", Title: "Brand", Kind: ColumnChoice, Sortable: true, Groupable: true},
		{ID: "ticket_form", Title: "Form", Kind: ColumnChoice, Sortable: true, Groupable: true},
		{ID: "submitter", Title: "Submitter", Kind: ColumnName},
		{ID: "assigned", Title: "Assigned", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "due_date", Aliases: []string{"due_at"}, Title: "Due date", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "solved", Title: "Solved", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "updated_assignee", Title: "Assignee updated", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "updated_requester", Title: "Requester updated", Kind: ColumnTime, Sortable: true, Groupable: true},
		{ID: "satisfaction_score", Title: "Satisfaction", Kind: ColumnChoice, Sortable: true, Groupable: true},
		{ID: "sla_next_breach_at", Title: "Next SLA breach", Kind: ColumnBreach, Sortable: true},
	}
}

// newColumns lists the columns of an account, custom fields last. Tickets have several values in a multiselect field, so no
// place among others.
func newColumns(fields []TicketField) []Column {
	list := systemColumns()
	for i := range fields {
		if f := &fields[i]; f.Type.Custom() {
			one := f.Type != FieldMultiselect
			list = append(list, Column{ID: idText(f.ID), Title: f.Title, Kind: ColumnField, Field: f.ID, Sortable: one, Groupable: one})
		}
	}
	return list
}

// Columns lists what views of the account can show, custom fields last. It is shared: nobody changes it.
func (c *Config) Columns() []Column { return c.columns }

// Column finds a column by its id or another of its names; a custom field also by its id with the API's prefix.
func (c *Config) Column(name string) (Column, bool) {
	name = strings.TrimPrefix(name, customPrefix)
	i := slices.IndexFunc(c.columns, func(k Column) bool { return k.ID == name || slices.Contains(k.Aliases, name) })
	if i < 0 {
		return Column{}, false
	}
	return c.columns[i], true
}

// ShownColumns are the columns of an output, the usual ones where it names none. A custom field that is gone is left out.
func (c *Config) ShownColumns(o Output) []Column {
	names := o.Columns
	if len(names) == 0 {
		names = DefaultColumns()
	}
	shown := make([]Column, 0, len(names))
	for _, name := range names {
		if column, ok := c.Column(name); ok {
			shown = append(shown, column)
		}
	}
	return shown
}

// ColumnID is the one name of a column that has several. A name that is no column's stays as it is.
func (c *Config) ColumnID(name string) string {
	if column, ok := c.Column(name); ok {
		return column.ID
	}
	return name
}

// CanonicalOutput is an output with each column once and by its one name.
func (c *Config) CanonicalOutput(o Output) Output {
	var columns []string
	for _, name := range o.Columns {
		if id := c.ColumnID(name); !slices.Contains(columns, id) {
			columns = append(columns, id)
		}
	}
	o.Columns, o.GroupBy, o.SortBy = columns, c.ColumnID(o.GroupBy), c.ColumnID(o.SortBy)
	return o
}
