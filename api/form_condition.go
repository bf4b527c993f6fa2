package api

import (
	"fmt"
	"slices"

	"interdesk/desk"
)

// conditionInput is what clients may say of a condition of a form (Zendesk: agent_conditions, end_user_conditions).
type conditionInput struct {
	Parent   numberInput  `json:"parent_field_id"`
	Kind     textInput    `json:"parent_field_type"` // follows from the field; taken and not kept
	Value    textInput    `json:"value"`
	Children []childInput `json:"child_fields"`
}

type childInput struct {
	ID         numberInput `json:"id"`
	Required   flagInput   `json:"is_required"`
	RequiredOn *struct {
		Type     textInput  `json:"type"`
		Statuses textsInput `json:"statuses"`
		Custom   textsInput `json:"custom_statuses"` // there are none
	} `json:"required_on_statuses"`
}

// The words for which statuses a field is required.
const (
	allStatuses  = "ALL_STATUSES"
	noStatuses   = "NO_STATUSES"
	someStatuses = "SOME_STATUSES"
)

func readConditions(name, title string, in []conditionInput) ([]desk.FormCondition, error) {
	out := make([]desk.FormCondition, len(in))
	for i, one := range in {
		out[i] = desk.FormCondition{Parent: desk.FieldID(one.Parent.v), Value: one.Value.v, Children: make([]desk.ConditionalField, len(one.Children))}
		for at, child := range one.Children {
			on, err := child.statuses()
			if err != nil {
				return nil, desk.InvalidField(name, "InvalidValue", title+": "+err.Error())
			}
			out[i].Children[at] = desk.ConditionalField{ID: desk.FieldID(child.ID.v), Required: child.Required.v, RequiredOn: on}
		}
	}
	return out, nil
}

// statuses reads for which statuses a field is required; nil: not said.
func (in *childInput) statuses() ([]desk.Status, error) {
	if in.RequiredOn == nil {
		return nil, nil
	}
	switch kind := in.RequiredOn.Type.v; kind {
	case allStatuses:
		return slices.Clone(desk.RequirableStatuses), nil
	case noStatuses:
		return []desk.Status{}, nil
	case someStatuses:
	default:
		return nil, fmt.Errorf("required_on_statuses is of type %s, %s or %s, not %q", allStatuses, noStatuses, someStatuses, kind)
	}
	out := []desk.Status{}
	for _, s := range in.RequiredOn.Statuses.v {
		if !slices.Contains(desk.RequirableStatuses, desk.Status(s)) {
			return nil, fmt.Errorf("%q is not a status on which a field can be required", s)
		}
		out = append(out, desk.Status(s))
	}
	return out, nil
}

// conditionsOf shows conditions of a form; for agents also for which statuses a field is required.
func conditionsOf(cfg *desk.Config, all []desk.FormCondition, agents bool) []object {
	out := make([]object, len(all))
	for i, one := range all {
		children := make([]object, len(one.Children))
		for at := range one.Children {
			child := &one.Children[at]
			children[at] = object{{"id", child.ID}, {"is_required", child.Required}}
			if agents {
				children[at] = append(children[at], object{{"required_on_statuses", requiredOn(child)}}...)
			}
		}
		var kind desk.FieldType
		var value any = one.Value
		if f := cfg.Field(one.Parent); f != nil {
			kind = f.Type
		}
		if kind == desk.FieldCheckbox {
			value = one.Value == "true"
		}
		out[i] = object{{"parent_field_id", one.Parent}, {"parent_field_type", kind}, {"value", value}, {"child_fields", children}}
	}
	return out
}

func requiredOn(f *desk.ConditionalField) object {
	on := slices.DeleteFunc(slices.Clone(desk.RequirableStatuses), func(s desk.Status) bool { return !f.RequiredFor(s) })
	switch len(on) {
	case 0:
		return object{{"type", noStatuses}}
	case len(desk.RequirableStatuses):
		return object{{"type", allStatuses}}
	}
	return object{{"type", someStatuses}, {"statuses", on}}
}
