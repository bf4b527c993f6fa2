package admin

import (
	"strconv"

	"interdesk/web/ui"
)

// idOrNone is an id as the value of an input: "" for none.
func idOrNone[I ~int64](id I) string {
	if id == 0 {
		return ""
	}
	return ui.IDText(id)
}

// idsOf reads the ids that inputs of one name have.
func idsOf[I ~int64](c *ui.Call, name string) (all []I) {
	_ = c.R.FormValue(name) // reads the form
	for _, s := range c.R.Form[name] {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			all = append(all, I(n))
		}
	}
	return all
}
