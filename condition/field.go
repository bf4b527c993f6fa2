package condition

import (
	"slices"
	"strings"
)

// Place is where a rule's conditions and actions stand; several are combined with |.
type Place uint8

// The places.
const (
	Trigger Place = 1 << iota
	Automation
	View   // conditions only
	Macro  // actions only
	Policy // of service levels; conditions only
)

// String is the place in a sentence: "a trigger".
func (p Place) String() string {
	switch p {
	case Trigger:
		return "a trigger"
	case Automation:
		return "an automation"
	case Macro:
		return "a macro"
	case View:
		return "a view"
	case Policy:
		return "a policy"
	}
	return "a rule"
}

// Has tells whether every place of q is among p.
func (p Place) Has(q Place) bool { return p&q == q }

// Slot is the place of a field within Facts. Slots are dense and small; the catalog's author hands them out.
type Slot int

// Option is one value a field can take. The order of the options is their rank, lowest first.
type Option struct {
	Value   string
	Title   string
	Aliases []string // other spellings accepted in a condition
}

// Field is something conditions can ask about. What each operator means for it follows from its Kind (see the package
// comment); the rest says how the field is named, where it is offered and which special values it knows.
type Field struct {
	Name    string   // as in the API: "status", "custom_fields_15"
	Aliases []string // further names accepted in a condition
	Title   string
	Group   string // heading in rule builders
	Refers  string // what the ids among its values name, where the catalog's author has a word for it
	Kind    Kind
	Slot    Slot
	In      Place

	// Operators the field offers, canonical, in the order of rule builders. Empty means Kind.Operators().
	Operators []Operator

	// Choices lists the values. For Choice and Member a condition must name one of them, unless there are none
	// listed or Open is set. For other kinds they are suggestions.
	Choices  []Option
	Open     bool
	Nullable bool // "" is a value as well, though not among Choices

	OnlyAll       bool // never in `any`; always true for the hours kinds
	Selective     bool // of these, views and automations need one in `all`
	NotNeedsValue bool // "is not" and "contains none" are false where there is no value
	Passing       bool // comes and goes with time alone, whatever becomes of the ticket
	MayLieAhead   bool // kind Hours: the instant may be to come, as a due date; any other that is ahead of the clock counts as now

	CurrentUser   bool     // kind ID: the value "current_user" is the user who makes the update or looks at the view
	CurrentGroups bool     // kind ID, views: the value "current_groups" is any group of that user
	Peers         []string // kind ID: fields of the same subject whose name is a value, such as "requester_id"
}

// Offers tells whether the field can be used with the operator, in either spelling, at the place.
func (f Field) Offers(op Operator, place Place) bool {
	op = op.Canonical()
	if op.Compares() && place != Trigger {
		return false
	}
	return slices.Contains(f.Operators, op)
}

// ReadsAs is the operator whose name says best what this one means for the field.
func (f Field) ReadsAs(op Operator) Operator {
	switch op = op.Canonical(); {
	case f.Kind == Words && op == Is:
		return IncludesString
	case f.Kind == Words && op == IsNot:
		return NotIncludesString
	}
	return op
}

// OperatorTitle is the operator's name for people, as it reads after this field's title.
func (f Field) OperatorTitle(op Operator) string {
	op = f.ReadsAs(op)
	switch {
	case f.Kind.isHours() && !strings.HasSuffix(string(op), "business_hours"):
		return op.Title() + " (calendar hours)"
	}
	return op.Title()
}

// option gives the declared spelling of a value; values are told apart without regard to ASCII case.
func (f Field) option(text string) (string, bool) {
	for _, o := range f.Choices {
		if sameFold(o.Value, text) || slices.ContainsFunc(o.Aliases, func(a string) bool { return sameFold(a, text) }) {
			return o.Value, true
		}
	}
	return text, false
}

// lists tells whether text may be compared with, as far as Choices bind.
func (f Field) lists(text string) bool {
	strict := f.Kind == Choice || f.Kind == Member
	if !strict || f.Open || len(f.Choices) == 0 || text == "" && f.Nullable {
		return true
	}
	_, ok := f.option(text)
	return ok
}

// rank is the position among Choices, -1 for a value that is not listed.
func (f Field) rank(text string) int {
	return slices.IndexFunc(f.Choices, func(o Option) bool { return o.Value == text })
}

func (f Field) label() string {
	if f.Title != "" {
		return f.Title
	}
	return f.Name
}
