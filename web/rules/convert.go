package rules

import (
	"encoding/json"
	"slices"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
)

// operatorDefinition finds what a condition's field offers for an operator; nil where it offers none such.
func (b *builder) operatorDefinition(field, operator string) *rule.OperatorDefinition {
	d := b.conditionDefinition(field)
	if d == nil {
		return nil
	}
	return d.Operator(operator)
}

func (b *builder) conditionValues(one condition.Condition) []string {
	op := b.operatorDefinition(one.Field, string(one.Operator))
	switch {
	case op != nil && op.Control == rule.ControlSelect && op.Arity == rule.SeveralValues:
		return one.Value.List()
	case one.Value.IsNull():
		return nil
	}
	return []string{one.Value.Text()}
}

// toCondition reads a line as it stands; what is wrong with it, the check says.
func (b *builder) toCondition(l *line) condition.Condition {
	out := condition.Condition{Field: l.field, Operator: condition.Operator(l.operator)}
	op := b.operatorDefinition(l.field, l.operator)
	if op == nil {
		if !out.Operator.Terminal() {
			out.Value = condition.ValueOf(l.first())
		}
		return out
	}
	out.Operator = condition.Operator(op.Value)
	switch {
	case op.Arity == rule.NoValue:
	case op.Control == rule.ControlTags:
		out.Value = condition.ValueOf(tagText(l.values))
	case op.Arity == rule.SeveralValues:
		out.Value = condition.ValueOf(withoutEmpty(l.values))
	default:
		out.Value = condition.ValueOf(l.first())
	}
	return out
}

func withoutEmpty(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v == "" })
}

// tagText is tags as rules keep them: in one text, a blank between.
func tagText(list []string) string {
	return strings.Join(desk.NormalizeTags(strings.FieldsFunc(strings.Join(list, " "), func(r rune) bool { return r == ' ' || r == ',' })), " ")
}

// actionValues are an action's value as the inputs of its line.
func (b *builder) actionValues(a desk.Action) []string {
	var v condition.Value
	if json.Unmarshal(a.Value, &v) != nil || v.IsNull() {
		return nil
	}
	if !v.IsList() {
		return []string{v.Text()}
	}
	var parts []condition.Value
	if json.Unmarshal(a.Value, &parts) != nil {
		return nil
	}
	var out []string
	for _, p := range parts {
		text := p.Text()
		if raw, err := p.MarshalJSON(); p.IsList() && err == nil {
			text = string(raw) // the pairs of a form
		}
		out = append(out, text)
	}
	if d := b.actionDefinition(a.Field); d != nil && len(out) == 2 &&
		(d.Control == rule.ControlArea && out[0] == allChannels || d.Control == rule.ControlDay && out[0] == specificDate) {
		return out[1:]
	}
	return out
}

// toAction reads a line as it stands.
func (b *builder) toAction(l *line) desk.Action {
	var value any = l.first()
	d := b.actionDefinition(l.field)
	switch {
	case d == nil:
	case d.Control == rule.ControlTags:
		value = tagText(l.values)
	case d.Control == rule.ControlHook:
		value = []any{l.at(0), pairsOf(l.at(1))}
	case d.Control == rule.ControlNotice:
		value = []string{l.at(0), l.at(1), l.at(2)}
	case d.Arity == rule.SeveralValues:
		value = withoutEmpty(l.values)
	case d.Control == rule.ControlDay && l.first() == daysFromNow:
		value = []string{daysFromNow, l.at(1)}
	}
	raw, err := json.Marshal(value)
	if err != nil {
		raw = json.RawMessage("null")
	}
	return desk.Action{Field: l.field, Value: raw}
}

// The words before a value that tell what kind it is.
const (
	daysFromNow  = "days_from_now" // counted from the day the rule acts
	specificDate = "specific_date"
	allChannels  = "channel:all"
)

// pairsOf reads a hook's body back: a text, or the pairs of a form as they were kept.
func pairsOf(body string) any {
	var list [][]string
	if strings.HasPrefix(body, "[[") && json.Unmarshal([]byte(body), &list) == nil {
		return list
	}
	return body
}
