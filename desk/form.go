package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// TicketForm is which fields a request shows, in order. Each account has one default form.
type TicketForm struct {
	ID             FormID
	Name           string
	DisplayName    string // what end users read instead of Name; may be empty
	Position       int
	Active         bool
	Default        bool
	EndUserVisible bool
	Fields         []FieldID
	// What agents and end users are asked for depending on other fields.
	AgentConditions   []FormCondition
	EndUserConditions []FormCondition
	CreatedAt         time.Time
	UpdatedAt         time.Time
	DeletedAt         time.Time // zero while it can be used
}

// FormCondition shows fields of a form while another one says something. A field that some condition names is hidden unless one
// that names it holds (Zendesk: agent_conditions, end_user_conditions).
type FormCondition struct {
	Parent   FieldID            `json:"parent_field_id"`
	Value    string             `json:"value"` // an option, "true" or "false" of a tick box, a word of priority or type
	Children []ConditionalField `json:"child_fields"`
}

// ConditionalField is a field that a condition shows.
type ConditionalField struct {
	ID         FieldID  `json:"id"`
	Required   bool     `json:"is_required"`                   // end users must fill it in; agents, to solve, unless RequiredOn says when
	RequiredOn []Status `json:"required_on_statuses,omitzero"` // agents must have filled it in for these, none of them too; nil: not said
}

// MaxFormConditions is how many conditions a form has at most for agents, and for end users.
const MaxFormConditions = 1500

// RequirableStatuses are those for which a condition can require a field: a closed ticket was solved first.
var RequirableStatuses = Statuses[:len(Statuses)-1]

// OpenToRequests tells whether end users may fill in the form.
func (f *TicketForm) OpenToRequests() bool { return f.Active && f.EndUserVisible }

// RequiredFor tells whether an agent must have filled in the field for a ticket of that status.
func (f *ConditionalField) RequiredFor(s Status) bool {
	if f.RequiredOn == nil {
		return f.Required && s.Finished()
	}
	return slices.Contains(f.RequiredOn, s) || s == Closed && slices.Contains(f.RequiredOn, Solved)
}

// Asked is which of the fields that conditions name are shown now, and how.
type Asked struct {
	named map[FieldID]bool
	by    map[FieldID][]ConditionalField
}

// AskedBy looks which conditions hold, where says tells what a field says. One that hangs on a hidden field does not.
func AskedBy(all []FormCondition, says func(FieldID) FieldValue) Asked {
	if len(all) == 0 {
		return Asked{}
	}
	a := Asked{named: map[FieldID]bool{}, by: map[FieldID][]ConditionalField{}}
	for _, one := range all {
		for _, child := range one.Children {
			a.named[child.ID] = true
		}
	}
	waiting := slices.Clone(all)
	for before := -1; before != len(waiting); {
		before = len(waiting)
		waiting = slices.DeleteFunc(waiting, func(one FormCondition) bool {
			if a.Hides(one.Parent) || !holds(says(one.Parent), one.Value) {
				return false
			}
			for _, child := range one.Children {
				a.by[child.ID] = append(a.by[child.ID], child)
			}
			return true
		})
	}
	return a
}

// Hides tells whether a field is not shown.
func (a Asked) Hides(id FieldID) bool { return a.named[id] && len(a.by[id]) == 0 }

// Requires tells whether a field that may be required by itself must be filled in: conditions that name it decide alone.
func (a Asked) Requires(id FieldID, itself bool, required func(*ConditionalField) bool) bool {
	if !a.named[id] {
		return itself
	}
	by := a.by[id]
	for i := range by {
		if required(&by[i]) {
			return true
		}
	}
	return false
}

// holds tells whether a field says a value; a tick box that nobody has touched says false.
func holds(v FieldValue, value string) bool {
	return slices.Contains(v, value) || value == "false" && v.Text() == ""
}

// fieldSays is what a ticket says in a field, as conditions of forms ask for it.
func (c *Config) fieldSays(t *Ticket, id FieldID) FieldValue {
	switch f := c.Field(id); {
	case f == nil:
		return nil
	case f.Type == FieldTicketType:
		return FieldValue{string(t.Type)}
	case f.Type == FieldPriority:
		return FieldValue{string(t.Priority)}
	}
	return t.Fields[id]
}

// AskedOfAgents is what the ticket's form asks of agents depending on what the ticket says.
func (c *Config) AskedOfAgents(t *Ticket) Asked {
	if f := c.formOf(t); f != nil {
		return AskedBy(c.ActiveConditions(f.AgentConditions), func(id FieldID) FieldValue { return c.fieldSays(t, id) })
	}
	return Asked{}
}

// ActiveConditions are those that hang on a field which is in use.
func (c *Config) ActiveConditions(all []FormCondition) []FormCondition {
	if !slices.ContainsFunc(all, c.isIdle) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), c.isIdle)
}

func (c *Config) isIdle(one FormCondition) bool {
	f := c.Field(one.Parent)
	return f == nil || !f.Active
}

// CanDecide tells whether conditions of forms can hang on fields of the type.
func (t FieldType) CanDecide() bool {
	return t == FieldCheckbox || t == FieldTagger || t == FieldMultiselect || t == FieldTicketType || t == FieldPriority
}

// CanBeConditional tells whether conditions of forms can show and hide fields of the type: what every ticket needs they cannot.
func (t FieldType) CanBeConditional() bool {
	return t.Custom() || t == FieldTicketType || t == FieldPriority
}

// CheckForm finds what is wrong with a form: its name, its fields, and its conditions, at the names of the API.
func (c *Config) CheckForm(f *TicketForm) error {
	faults := Faults{}
	faults.CheckName("name", f.Name)
	if f.Default && !f.Active {
		faults.Add("active", "InvalidValue", "Active: the default form must be active")
	}
	for _, id := range f.Fields {
		if c.Field(id) == nil {
			faults.Add("ticket_field_ids", "InvalidValue", fmt.Sprintf("Ticket fields: there is no field %d", id))
		}
	}
	c.checkConditions(faults, "agent_conditions", "Agent conditions", f, f.AgentConditions)
	c.checkConditions(faults, "end_user_conditions", "End user conditions", f, f.EndUserConditions)
	return faults.Err()
}

// checkConditions finds what is wrong with conditions; options may be gone since, which only never holds then.
func (c *Config) checkConditions(faults Faults, name, title string, form *TicketForm, all []FormCondition) {
	fail := func(format string, args ...any) {
		faults.Add(name, "InvalidValue", title+": "+fmt.Sprintf(format, args...))
	}
	if len(all) > MaxFormConditions {
		fail("a form has %d at most", MaxFormConditions)
		return
	}
	type asked struct {
		field FieldID
		value string
	}
	seen := map[asked]bool{}
	for _, one := range all {
		parent := c.shownField(form, one.Parent)
		switch {
		case parent == nil:
			fail("the form has no field %d, on which one hangs", one.Parent)
			continue
		case !parent.Type.CanDecide():
			fail("%s cannot decide what is shown; a dropdown, multi-select, tick box, type or priority can", parent.Title)
		case one.Value == "":
			fail("one that hangs on %s does not say on which value", parent.Title)
		case seen[asked{one.Parent, one.Value}]:
			fail("two ask for the value %s of %s; put their fields together", one.Value, parent.Title)
		case len(one.Value) > MaxName || strings.ContainsRune(one.Value, 0):
			fail("%q cannot be a value of %s", one.Value[:min(len(one.Value), 50)], parent.Title)
		case len(one.Children) == 0:
			fail("the one for %s of %s shows no field", one.Value, parent.Title)
		}
		seen[asked{one.Parent, one.Value}] = true
		for i, child := range one.Children {
			switch f := c.shownField(form, child.ID); {
			case slices.ContainsFunc(one.Children[:i], func(c ConditionalField) bool { return c.ID == child.ID }):
				fail("the one for %s of %s shows a field twice", one.Value, parent.Title)
				return
			case f == nil:
				fail("the form has no field %d, which one shows", child.ID)
			case !f.Type.CanBeConditional():
				fail("%s is always shown", f.Title)
			}
		}
	}
	if names := c.inCircles(all); names != "" {
		fail("these hang on themselves: %s", names)
	}
}

func (c *Config) shownField(form *TicketForm, id FieldID) *TicketField {
	if !slices.Contains(form.Fields, id) {
		return nil
	}
	return c.Field(id)
}

// inCircles names the fields that conditions show depending on themselves.
func (c *Config) inCircles(all []FormCondition) string {
	hang := map[FieldID][]FieldID{} // the fields on which each one hangs
	for _, one := range all {
		for _, child := range one.Children {
			hang[child.ID] = append(hang[child.ID], one.Parent)
		}
	}
	for before := -1; before != len(hang); {
		before = len(hang)
		maps.DeleteFunc(hang, func(_ FieldID, on []FieldID) bool {
			return !slices.ContainsFunc(on, func(id FieldID) bool { return len(hang[id]) > 0 })
		})
	}
	var names []string
	for id := range hang {
		if f := c.Field(id); f != nil {
			names = append(names, f.Title)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
