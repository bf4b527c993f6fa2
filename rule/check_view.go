package rule

import (
	"fmt"
	"slices"
	"strconv"

	"interdesk/condition"
	"interdesk/desk"
)

// Column is something a view can show, and perhaps sort and group by.
type Column struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Sortable  bool   `json:"sortable"`
	Groupable bool   `json:"filterable"`
}

// Columns lists what views of an account can show (rules.md §6.1), custom fields last.
func Columns(c *desk.Config) []Column {
	list := []Column{
		{"subject", "Subject", false, false}, {"requester", "Requester", true, true}, {"created", "Requested", true, true},
		{"updated", "Updated", true, true}, {"group", "Group", true, true}, {"assignee", "Assignee", true, true},
		{"nice_id", "ID", true, false}, {"status", "Status", true, true}, {"priority", "Priority", true, true},
		{"type", "Type", true, true}, {"organization", "Organization", true, true}, {"brand", "Brand", true, true},
		{"ticket_form", "Form", true, true}, {"submitter", "Submitter", false, false}, {"assigned", "Assigned", true, true},
		{"due_date", "Due date", true, true}, {"solved", "Solved", true, true},
		{"updated_assignee", "Assignee updated", true, true}, {"updated_requester", "Requester updated", true, true},
	}
	for i := range c.Fields {
		if f := &c.Fields[i]; f.Type.Custom() {
			list = append(list, Column{strconv.FormatInt(int64(f.ID), 10), f.Title, f.Type != desk.FieldMultiselect, f.Type != desk.FieldMultiselect})
		}
	}
	return list
}

// column finds a column; the API calls the subject "description" on the way in, and a custom field by its id alone or with
// its prefix.
func column(list []Column, id string) (Column, bool) {
	switch id {
	case "description":
		id = "subject"
	case "ticket_id":
		id = "nice_id"
	}
	if n := len("custom_fields_"); len(id) > n && id[:n] == "custom_fields_" {
		id = id[n:]
	}
	i := slices.IndexFunc(list, func(c Column) bool { return c.ID == id })
	if i < 0 {
		return Column{}, false
	}
	return list[i], true
}

// CheckView says everything that is wrong with a view before it is stored.
func CheckView(c *desk.Config, v desk.View) error {
	f := desk.Faults{}
	checkTitle(f, v.Title)
	checkConditions(f, c, v.Conditions, condition.View)
	checkOutput(f, Columns(c), v.Output)
	checkRestriction(f, c, v.Restriction)
	checkSize(f, "view", v.Title, v.Description, v.Conditions, v.Output)
	return f.Err()
}

func checkOutput(f desk.Faults, known []Column, o desk.Output) {
	if len(o.Columns) > desk.MaxViewColumns {
		f.Add("output", "TooManyValues", fmt.Sprintf("Output: a view shows %d columns at most", desk.MaxViewColumns))
	}
	for _, id := range o.Columns {
		if _, ok := column(known, id); !ok {
			f.Add("output", "InvalidValue", fmt.Sprintf("Output: there is no column %q", id))
		}
	}
	if col, ok := column(known, o.SortBy); o.SortBy != "" && (!ok || !col.Sortable) {
		f.Add("output", "InvalidValue", fmt.Sprintf("Output: a view cannot be sorted by %q", o.SortBy))
	}
	if col, ok := column(known, o.GroupBy); o.GroupBy != "" && (!ok || !col.Groupable) {
		f.Add("output", "InvalidValue", fmt.Sprintf("Output: a view cannot be grouped by %q", o.GroupBy))
	}
	for _, order := range []string{o.SortOrder, o.GroupOrder} {
		if order != "" && order != "asc" && order != "desc" {
			f.Add("output", "InvalidValue", fmt.Sprintf("Output: the order is asc or desc, not %q", order))
		}
	}
}
