package rule

import (
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

// Catalogue is what rule builders offer at a place (rules.md §1.2).
type Catalogue struct {
	Actions       []ActionDefinition    `json:"actions"`
	ConditionsAll []ConditionDefinition `json:"conditions_all"`
	ConditionsAny []ConditionDefinition `json:"conditions_any"`
}

// ActionDefinition is one action.
//
// Group is what API clients know; builders go by Heading, one of desk's groups, and by Control and Arity. Refers says what
// the ids among its values name.
type ActionDefinition struct {
	Title      string            `json:"title"`
	Subject    string            `json:"subject"`
	Type       string            `json:"type"`
	Group      string            `json:"group"`
	Nullable   bool              `json:"nullable"`
	Repeatable bool              `json:"repeatable"`
	Values     []ValueDefinition `json:"values,omitempty"`

	Heading string  `json:"-"`
	Control Control `json:"-"`
	Arity   Arity   `json:"-"`
	Refers  string  `json:"-"`
}

// ConditionDefinition is one field that conditions can ask about.
type ConditionDefinition struct {
	Title      string               `json:"title"`
	Subject    string               `json:"subject"`
	Type       string               `json:"type"`
	Group      string               `json:"group"`
	Nullable   bool                 `json:"nullable"`
	Repeatable bool                 `json:"repeatable"`
	Operators  []OperatorDefinition `json:"operators"`
	Values     []ValueDefinition    `json:"values,omitempty"`

	Heading string `json:"-"`
	Refers  string `json:"-"`
}

// OperatorDefinition is one way to compare; a terminal one takes no value. ReadsAs is the operator whose name says best what
// it means for the field.
type OperatorDefinition struct {
	Value    string `json:"value"`
	Title    string `json:"title"`
	Terminal bool   `json:"terminal"`

	ReadsAs condition.Operator `json:"-"`
	Control Control            `json:"-"`
	Arity   Arity              `json:"-"`
}

// ValueDefinition is one value to choose.
type ValueDefinition struct {
	Value   string `json:"value"`
	Title   string `json:"title"`
	Enabled bool   `json:"enabled"`
}

// Definitions lists the conditions and actions an account has at a place.
func Definitions(c *desk.Config, in condition.Place) Catalogue {
	out := Catalogue{Actions: []ActionDefinition{}, ConditionsAll: []ConditionDefinition{}, ConditionsAny: []ConditionDefinition{}}
	if in != condition.View && in != condition.Policy {
		for _, a := range newTable(c, in).all() {
			out.Actions = append(out.Actions, a.definition())
		}
	}
	if in == condition.Macro {
		return out
	}
	for _, f := range c.Catalog().Fields() {
		if !f.In.Has(in) || !isOffered(&f) {
			continue
		}
		d := defineCondition(&f, in)
		out.ConditionsAll = append(out.ConditionsAll, d)
		if !f.OnlyAll {
			out.ConditionsAny = append(out.ConditionsAny, d)
		}
	}
	return out
}

// isOffered: sharing conditions are offered once there is an agreement of their direction (rules.md §2.4).
func isOffered(f *condition.Field) bool {
	return len(f.Choices) > 0 || !slices.Contains([]string{"sent_to", "delivered_to", "sharing_failed", "received_from"}, f.Name)
}

// apiGroup is the group under which the API offers everything.
const apiGroup = "ticket"

func (a *action) definition() ActionDefinition {
	d := ActionDefinition{Title: a.title, Subject: a.name, Type: a.kind, Group: apiGroup, Nullable: a.nullable, Repeatable: a.repeatable,
		Values: defineValues(a.values, a.nullable), Heading: a.heading(), Refers: a.refers}
	d.Control, d.Arity = a.defaultControl()
	if a.control != "" {
		d.Control = a.control
	}
	return d
}

func defineCondition(f *condition.Field, place condition.Place) ConditionDefinition {
	d := ConditionDefinition{Title: f.Title, Subject: f.Name, Type: f.Kind.String(), Group: apiGroup, Nullable: f.Nullable,
		Repeatable: f.Kind == condition.Tags || f.Kind == condition.Multi || f.Kind == condition.Words,
		Values:     defineValues(conditionValues(f, place), f.Nullable), Heading: f.Group, Refers: f.Refers}
	for _, op := range f.Operators {
		if f.Offers(op, place) {
			control, arity := conditionControl(f, op, len(d.Values) > 0)
			d.Operators = append(d.Operators, OperatorDefinition{Value: string(op), Title: f.OperatorTitle(op), Terminal: op.Terminal(),
				ReadsAs: f.ReadsAs(op), Control: control, Arity: arity})
		}
	}
	return d
}

// Operator finds the definition of an operator in any of its spellings, without one the first.
func (d *ConditionDefinition) Operator(name string) *OperatorDefinition {
	if len(d.Operators) == 0 {
		return nil
	}
	if name == "" {
		return &d.Operators[0]
	}
	name = string(condition.Operator(name).Canonical())
	i := slices.IndexFunc(d.Operators, func(o OperatorDefinition) bool { return o.Value == name })
	if i < 0 {
		return nil
	}
	return &d.Operators[i]
}

// conditionValues puts the words that stand for somebody before the choices.
func conditionValues(f *condition.Field, place condition.Place) []condition.Option {
	var special []condition.Option
	if f.CurrentUser && place != condition.Policy {
		special = append(special, condition.Option{Value: "current_user", Title: "(current user)"})
	}
	if f.CurrentGroups && place == condition.View {
		special = append(special, condition.Option{Value: "current_groups", Title: "(current user's groups)"})
	}
	for _, p := range f.Peers {
		special = append(special, condition.Option{Value: p, Title: map[string]string{"requester_id": "(requester)", "assignee_id": "(assignee)"}[p]})
	}
	if f.Kind == condition.Checkbox || f.Kind == condition.Flag {
		special = append(special, condition.Option{Value: "true", Title: "Yes"}, condition.Option{Value: "false", Title: "No"})
	}
	return slices.Concat(special, f.Choices)
}

func defineValues(list []condition.Option, nullable bool) []ValueDefinition {
	var out []ValueDefinition
	none := slices.ContainsFunc(list, func(o condition.Option) bool { return o.Value == "" })
	if nullable && !none && len(list) > 0 {
		out = append(out, ValueDefinition{"", "-", true})
	}
	for _, o := range list {
		out = append(out, ValueDefinition{o.Value, o.Title, true})
	}
	return out
}
