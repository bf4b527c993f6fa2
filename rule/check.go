package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"interdesk/condition"
	"interdesk/desk"
)

// CheckTrigger says everything that is wrong with a trigger before it is stored; nil when nothing is. The error is
// Invalid; its faults stand under "title", "conditions", "actions" and "base".
func CheckTrigger(c *desk.Config, t desk.Trigger) error {
	f := desk.Faults{}
	checkTitle(f, t.Title)
	checkConditions(f, c, t.Conditions, condition.Trigger)
	checkActions(f, newTable(c, condition.Trigger), t.Actions)
	checkSize(f, "trigger", t.Title, t.Description, t.Conditions, t.Actions)
	return f.Err()
}

// CheckMacro says everything that is wrong with a macro before it is stored.
func CheckMacro(c *desk.Config, m desk.Macro) error {
	f := desk.Faults{}
	checkTitle(f, m.Title)
	checkActions(f, newTable(c, condition.Macro), m.Actions)
	checkRestriction(f, c, m.Restriction)
	checkSize(f, "macro", m.Title, m.Description, m.Actions)
	return f.Err()
}

// CheckTitle says what is wrong with the title of a rule of which nothing else changes.
func CheckTitle(title string) error {
	f := desk.Faults{}
	checkTitle(f, title)
	return f.Err()
}

func checkTitle(f desk.Faults, title string) {
	switch {
	case strings.TrimSpace(title) == "":
		f.Add("title", "BlankValue", "Title: cannot be blank")
	case utf8.RuneCountInString(title) > desk.MaxName:
		f.Add("title", "TooLong", fmt.Sprintf("Title: is too long (%d characters at most)", desk.MaxName))
	}
}

func checkConditions(f desk.Faults, c *desk.Config, t condition.Tree, place condition.Place) {
	for _, p := range c.Catalog().Check(t, place) {
		code := "InvalidValue"
		if t.Len() == 0 {
			code = "BlankValue"
		}
		f.Add("conditions", code, fmt.Sprintf("Conditions: %s: %s", p.Path, p.Message))
	}
}

func checkActions(f desk.Faults, t *table, actions []desk.Action) {
	if len(actions) == 0 {
		f.Add("actions", "BlankValue", "Actions: at least one action is needed")
	}
	for i, a := range actions {
		if message := t.check(a); message != "" {
			f.Add("actions", "InvalidValue", fmt.Sprintf("Actions: actions[%d]: %s", i, message))
		}
	}
}

func checkRestriction(f desk.Faults, c *desk.Config, r desk.Restriction) {
	known := func(int64) bool { return true }
	switch r.Type {
	case "":
		return
	case "Group":
		known = func(id int64) bool { _, ok := c.Group(desk.GroupID(id)); return ok }
	case "User":
		known = func(id int64) bool { _, ok := c.Staff[desk.UserID(id)]; return ok }
	default:
		f.Add("restriction", "InvalidValue", fmt.Sprintf("Restriction: its type is Group or User, not %q", r.Type))
		return
	}
	if len(r.IDs) == 0 {
		f.Add("restriction", "BlankValue", "Restriction: the id of the "+strings.ToLower(r.Type)+" is missing")
	}
	if i := slices.IndexFunc(r.IDs, func(id int64) bool { return !known(id) }); i >= 0 {
		f.Add("restriction", "InvalidValue", fmt.Sprintf("Restriction: no %s has the id %d", strings.ToLower(r.Type), r.IDs[i]))
	}
}

// checkSize measures a rule's parts as JSON.
func checkSize(f desk.Faults, what string, parts ...any) {
	size := 0
	for _, p := range parts {
		raw, err := json.Marshal(p)
		if err != nil {
			return // a value that is not JSON has its own fault
		}
		size += len(raw)
	}
	if size > desk.MaxRule {
		f.Add("base", "TooLong", fmt.Sprintf("The %s is too large (%d bytes at most)", what, desk.MaxRule))
	}
}
