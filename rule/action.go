package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// action declares one thing rules can do.
type action struct {
	name       string // as the API spells it
	title      string
	kind       string  // "list", "tags", "text", … as the API spells it
	group      string  // heading in rule builders; "" is the ticket's
	control    Control // "": as its kind says
	refers     string  // what the ids among its values name, such as desk.RefersToPeople
	in         condition.Place
	repeatable bool // builders offer it more than once
	nullable   bool // "" and null are values
	listed     bool // the value must be one of values
	values     []condition.Option
	read       func(actionValue) (preparedAction, string)
	check      func(actionValue) string // what else must hold for the rule to be stored; nil: nothing
}

// actionValue is an action's value at hand.
type actionValue struct {
	config *desk.Config
	raw    json.RawMessage
	value  condition.Value
}

// text is the value as one text; a list of one element counts as that element.
func (g actionValue) text() string { return strings.TrimSpace(g.value.Text()) }

// preparedAction is an action made ready: exactly one of edits, notice and reply is set.
type preparedAction struct {
	title   string
	partner desk.AgreementID                         // of an action that shares; 0 else
	edits   func(actionContext) (desk.Edits, string) // the second result says why it cannot be done, "" when it can
	notice  *notice
	reply   func(*reply)
}

// actionContext is what actions that name nobody in particular refer to.
type actionContext struct {
	config *desk.Config
	actor  desk.Actor
	ticket *desk.Ticket
	at     time.Time
}

type notice struct {
	event desk.EventType
	desk.Notice
}

// fixedEdits is the action of edits that depend on nothing.
func fixedEdits(e desk.Edits) preparedAction {
	return preparedAction{edits: func(actionContext) (desk.Edits, string) { return e, "" }}
}

// table is the actions of an account at one place.
type table struct {
	config *desk.Config
	in     condition.Place
	rows   []action
}

func newTable(c *desk.Config, in condition.Place) *table {
	t := &table{config: c, in: in}
	t.rows = slices.Concat(t.ticketActions(), t.tagActions(), t.peopleActions(), t.shareActions(), noticeActions(), t.hookActions(), commentActions())
	return t
}

// find declares the action of a name.
func (t *table) find(name string) (action, bool) {
	for _, row := range t.rows {
		if row.name == name {
			return row, true
		}
	}
	return t.fieldAction(name)
}

// all lists what may be done at the table's place, custom fields last.
func (t *table) all() []action {
	var out []action
	for _, row := range t.rows {
		if row.in&t.in != 0 {
			out = append(out, row)
		}
	}
	for i := range t.config.Fields {
		if f := &t.config.Fields[i]; f.Active && f.Type.Custom() {
			out = append(out, t.customField(f))
		}
	}
	return out
}

// prepare makes an action ready, patiently: what the account no longer knows by that value is found out when it runs.
// The second result says why that is impossible, "" when it is not.
func (t *table) prepare(a desk.Action) (preparedAction, string) {
	d, _, _, message := t.lookup(a)
	return d, message
}

// check is prepare without the patience: the value must be one the account knows.
func (t *table) check(a desk.Action) string {
	_, row, g, message := t.lookup(a)
	switch {
	case message != "":
		return message
	case row.listed && !row.lists(g.text()):
		return row.title + ": " + row.unlistedMessage(g.text())
	case row.check != nil:
		if message := row.check(g); message != "" {
			return row.title + ": " + message
		}
	}
	return ""
}

func (t *table) lookup(a desk.Action) (preparedAction, action, actionValue, string) {
	row, ok := t.find(a.Field)
	if !ok {
		return preparedAction{}, row, actionValue{}, fmt.Sprintf("There is no action %q", a.Field)
	}
	if row.in&t.in == 0 {
		return preparedAction{}, row, actionValue{}, fmt.Sprintf("%s cannot be used in %s", row.title, t.in)
	}
	g := actionValue{config: t.config, raw: a.Value}
	if len(g.raw) == 0 {
		g.raw = json.RawMessage("null")
	}
	if err := json.Unmarshal(g.raw, &g.value); err != nil {
		return preparedAction{}, row, g, row.title + ": its value is not JSON"
	}
	if strings.HasPrefix(strings.TrimSpace(string(g.raw)), "{") {
		return preparedAction{}, row, g, row.title + ": takes a plain value, not an object"
	}
	d, message := row.read(g)
	if message != "" {
		message = row.title + ": " + message
	}
	d.title = row.title
	return d, row, g, message
}

func (a *action) lists(text string) bool {
	return (text == "" && a.nullable) ||
		slices.ContainsFunc(a.values, func(o condition.Option) bool { return strings.EqualFold(o.Value, text) })
}

// unlistedMessage says which values there are, unless they are too many to read.
func (a *action) unlistedMessage(text string) string {
	if len(a.values) == 0 || len(a.values) > 12 {
		return fmt.Sprintf("%q is not one of its values", text)
	}
	var known []string
	for _, o := range a.values {
		word := o.Value
		if o.Title != o.Value && o.Title != "" {
			word += " (" + o.Title + ")"
		}
		known = append(known, word)
	}
	return fmt.Sprintf("%q is not one of its values; use %s", text, strings.Join(known, ", "))
}
