package rule

import (
	"interdesk/condition"
	"interdesk/desk"
)

// Control is the kind of input in which a builder takes a value.
type Control string

// The controls. "" takes no value.
const (
	ControlSelect Control = "select" // one or several of the values
	ControlSearch Control = "search" // one of more than can be listed, beside the values
	ControlTags   Control = "tags"
	ControlText   Control = "text"
	ControlArea   Control = "area" // a long text
	ControlNumber Control = "number"
	ControlDate   Control = "date"
	ControlDay    Control = "day"    // a date, or how many days from the day the rule acts
	ControlNotice Control = "notice" // recipient, subject and body
	ControlHook   Control = "hook"   // whose id, and a body
)

// Arity is how many values are given at once.
type Arity uint8

// The arities.
const (
	NoValue Arity = iota
	OneValue
	SeveralValues
)

// conditionControl is how the value of a condition is given.
func conditionControl(f *condition.Field, op condition.Operator, listed bool) (Control, Arity) {
	switch {
	case op.Terminal():
		return "", NoValue
	case f.Kind == condition.Tags:
		return ControlTags, SeveralValues
	case op == condition.WithinPreviousDays, op == condition.WithinNextDays, f.Kind == condition.Number, f.Kind == condition.Hours,
		f.Kind == condition.HoursUntil:
		return ControlNumber, OneValue
	case f.Refers != "" && len(f.Choices) == 0:
		return ControlSearch, OneValue
	case listed && (op == condition.Includes || op == condition.NotIncludes):
		return ControlSelect, SeveralValues
	case listed:
		return ControlSelect, OneValue
	case f.Kind == condition.Date:
		return ControlDate, OneValue
	}
	return ControlText, OneValue
}

// defaultControl is how the value of an action is given that declares no control of its own.
func (a *action) defaultControl() (Control, Arity) {
	switch {
	case a.kind == "tags":
		return ControlTags, SeveralValues
	case a.kind == "notification":
		return ControlNotice, OneValue
	case a.kind == "date":
		return ControlDay, OneValue
	case a.kind == "multiselect":
		return ControlSelect, SeveralValues
	case len(a.values) > 0:
		return ControlSelect, OneValue
	case a.kind == "integer":
		return ControlNumber, OneValue
	}
	return ControlText, OneValue
}

// heading is under which builders offer the action.
func (a *action) heading() string {
	if a.group == "" {
		return desk.GroupTicket
	}
	return a.group
}
