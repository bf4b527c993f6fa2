package ui

import (
	"encoding/json"

	"github.com/a-h/templ"

	"interdesk/desk"
)

// Conditions are those of a form, with what they ask for now. The zero value asks for nothing.
type Conditions struct {
	Config   *desk.Config
	All      []desk.FormCondition
	Asked    desk.Asked
	Required func(*desk.ConditionalField) bool // whether the field must be filled in where the condition holds
}

// InputName is the name of a field's input, as conditions of forms speak of it.
func InputName(f *desk.TicketField) string {
	switch f.Type {
	case desk.FieldPriority:
		return "priority"
	case desk.FieldTicketType:
		return "type"
	}
	return FieldName(f.ID)
}

// condition is one as the browser reads it.
type condition struct {
	Input    string `json:"input"`
	Value    string `json:"value"`
	Required bool   `json:"required"`
}

// of are the conditions that show a field.
func (c Conditions) of(id desk.FieldID) (out []condition) {
	for _, one := range c.All {
		parent := c.Config.Field(one.Parent)
		for i := range one.Children {
			if child := &one.Children[i]; child.ID == id && parent != nil {
				out = append(out, condition{Input: InputName(parent), Value: one.Value, Required: c.Required(child)})
			}
		}
	}
	return out
}

// Attributes of the element around a field's input: by them the part "conditions" shows and hides it, and style without script
// leaves it.
func (c Conditions) Attributes(f *desk.TicketField) templ.Attributes {
	all := c.of(f.ID)
	if len(all) == 0 {
		return nil
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return nil // texts and truth values always are JSON
	}
	return templ.Attributes{"data-when": string(raw), "data-input": InputName(f), "data-unasked": c.Asked.Hides(f.ID),
		"data-needed": c.Asked.Requires(f.ID, f.Required, c.Required)}
}
