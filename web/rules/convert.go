package rules

import (
	"encoding/json"
	"slices"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// severalOf tells whether a condition of a field and operator takes a list of values.
func (b *builder) severalOf(field, operator string) bool {
	d := b.conditionDefinition(field)
	return d != nil && strings.Contains(operator, "includes") && !strings.Contains(operator, "string") && len(d.Values) > 0
}

func (b *builder) conditionValues(one condition.Condition) []string {
	if b.severalOf(one.Field, string(one.Operator)) {
		return one.Value.List()
	}
	if one.Value.IsNull() {
		return nil
	}
	return []string{one.Value.Text()}
}

// toCondition reads a line as it stands; what is wrong with it, the check says.
func (b *builder) toCondition(l *line) condition.Condition {
	out := condition.Condition{Field: l.field, Operator: condition.Operator(l.operator)}
	d := b.conditionDefinition(l.field)
	if out.Operator == "" && d != nil && len(d.Operators) > 0 {
		out.Operator = condition.Operator(d.Operators[0].Value)
	}
	switch {
	case out.Operator.Terminal():
	case b.severalOf(l.field, l.operator):
		out.Value = condition.ValueOf(slices.DeleteFunc(slices.Clone(l.values), func(v string) bool { return v == "" }))
	case d != nil && d.Type == "tags":
		out.Value = condition.ValueOf(tagText(l.values))
	default:
		out.Value = condition.ValueOf(l.first())
	}
	return out
}

// tagText is tags as rules keep them: in one text, a blank between.
func tagText(list []string) string {
	return strings.Join(desk.NormalizeTags(strings.FieldsFunc(strings.Join(list, " "), func(r rune) bool { return r == ' ' || r == ',' })), " ")
}

// actionValues are an action's value as the inputs of its line.
func actionValues(a desk.Action) []string {
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
	switch {
	case strings.HasPrefix(a.Field, "comment_value") && len(out) == 2 && out[0] == "channel:all":
		return out[1:]
	case len(out) == 2 && out[0] == "specific_date":
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
	case d.Type == "tags":
		value = tagText(l.values)
	case d.Subject == "notification_webhook" || d.Subject == "notification_target":
		value = []any{l.at(0), pairsOf(l.at(1))}
	case d.Type == "notification":
		value = []string{l.at(0), l.at(1), l.at(2)}
	case d.Type == "multiselect":
		value = slices.DeleteFunc(slices.Clone(l.values), func(v string) bool { return v == "" })
	case d.Type == "date" && l.first() == daysFromNow:
		value = []string{daysFromNow, l.at(1)}
	}
	raw, err := json.Marshal(value)
	if err != nil {
		raw = json.RawMessage("null")
	}
	return desk.Action{Field: l.field, Value: raw}
}

// daysFromNow is the word for a date that is counted from the day the rule acts.
const daysFromNow = "days_from_now"

// pairsOf reads a hook's body back: a text, or the pairs of a form as they were kept.
func pairsOf(body string) any {
	var list [][]string
	if strings.HasPrefix(body, "[[") && json.Unmarshal([]byte(body), &list) == nil {
		return list
	}
	return body
}
