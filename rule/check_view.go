package rule

import (
	"fmt"

	"interdesk/condition"
	"interdesk/desk"
)

// CheckView says everything that is wrong with a view before it is stored.
func CheckView(c *desk.Config, v desk.View) error {
	f := desk.Faults{}
	checkTitle(f, v.Title)
	checkConditions(f, c, v.Conditions, condition.View)
	checkOutput(f, c, v.Output)
	checkRestriction(f, c, v.Restriction)
	checkSize(f, "view", v.Title, v.Description, v.Conditions, v.Output)
	return f.Err()
}

func checkOutput(f desk.Faults, c *desk.Config, o desk.Output) {
	if len(o.Columns) > desk.MaxViewColumns {
		f.Add("output", "TooManyValues", fmt.Sprintf("Output: a view shows %d columns at most", desk.MaxViewColumns))
	}
	for _, id := range o.Columns {
		if _, ok := c.Column(id); !ok {
			f.Add("output", "InvalidValue", fmt.Sprintf("Output: there is no column %q", id))
		}
	}
	if col, ok := c.Column(o.SortBy); o.SortBy != "" && (!ok || !col.Sortable) {
		f.Add("output", "InvalidValue", fmt.Sprintf("Output: a view cannot be sorted by %q", o.SortBy))
	}
	if col, ok := c.Column(o.GroupBy); o.GroupBy != "" && (!ok || !col.Groupable) {
		f.Add("output", "InvalidValue", fmt.Sprintf("Output: a view cannot be grouped by %q", o.GroupBy))
	}
	for _, order := range []string{o.SortOrder, o.GroupOrder} {
		if order != "" && order != "asc" && order != "desc" {
			f.Add("output", "InvalidValue", fmt.Sprintf("Output: the order is asc or desc, not %q", order))
		}
	}
}
