package rules

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"interdesk/condition"
	"interdesk/rule"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// actionTitle is an action's name; those of one title are told apart.
func (b *builder) actionTitle(d *rule.ActionDefinition) string {
	if words, ok := b.texts("rules.action." + d.Subject); ok {
		return words
	}
	return d.Title
}

// fieldTitle is what a condition asks about.
func (b *builder) fieldTitle(d *rule.ConditionDefinition) string {
	if words, ok := b.texts("rules.field." + d.Subject); ok {
		return words
	}
	return d.Title
}

// options are the values of a definition in the reader's words.
func (b *builder) options(subject string, list []rule.ValueDefinition) []ui.Option {
	out := make([]ui.Option, 0, len(list))
	for _, v := range list {
		out = append(out, ui.Option{Value: v.Value, Label: b.valueTitle(subject, v)})
	}
	return out
}

func (b *builder) valueTitle(subject string, v rule.ValueDefinition) string {
	if v.Value == "" {
		return b.labelText("rules.none")
	}
	for _, key := range []string{"rules.value." + subject + "." + v.Value, "rules.value." + v.Value, subject + "." + v.Value} {
		if words, ok := b.texts(key); ok && !strings.HasPrefix(subject, "custom_fields_") {
			return words
		}
	}
	return v.Title
}

// operatorTitle is an operator as it reads within the sentence.
func (b *builder) operatorTitle(kind string, op rule.OperatorDefinition) string {
	key := string(op.ReadsAs)
	if words, ok := b.texts("rules.op." + kind + "." + key); ok {
		return words
	}
	if words, ok := b.texts("rules.op." + key); ok {
		return words
	}
	return strings.ToLower(op.Title)
}

func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// summary sums the rule up in words; "" while there is nothing to say.
func (b *builder) summary(ctx context.Context) string {
	all, anyOf, do := b.phrases(ctx, b.all), b.phrases(ctx, b.any), b.phrases(ctx, b.do)
	and := text.T(ctx, "rules.summary.and")
	var when []string
	if len(all) > 0 {
		when = append(when, strings.Join(all, and))
	}
	switch {
	case len(anyOf) > 1:
		when = append(when, text.T(ctx, "rules.summary.any", strings.Join(anyOf, text.T(ctx, "rules.summary.or"))))
	case len(anyOf) == 1:
		when = append(when, anyOf[0])
	}
	said, done := strings.Join(when, and), strings.Join(do, and)
	switch {
	case b.place == condition.View && said != "":
		return text.T(ctx, "rules.summary.view", said)
	case b.place == condition.Policy && said != "":
		return text.T(ctx, "rules.summary.policy", said)
	case b.place == condition.Macro && done != "":
		return text.T(ctx, "rules.summary.macro", done)
	case said != "" && done != "":
		return text.T(ctx, "rules.summary.trigger", said, done)
	}
	return ""
}

func (b *builder) phrases(ctx context.Context, list []*line) []string {
	var out []string
	for _, l := range list {
		if l.field != "" {
			out = append(out, b.phrase(ctx, l))
		}
	}
	return out
}

// phrase is one line in words.
func (b *builder) phrase(ctx context.Context, l *line) string {
	field := labelOf(l.fields, l.field)
	if !strings.HasPrefix(l.field, "custom_fields_") {
		field = lowerFirst(field)
	}
	if l.branch != branchDo {
		words := field + " " + labelOf(l.operators, l.operator)
		if l.value.kind != "" {
			words += " " + b.valueWords(ctx, l)
		}
		return words
	}
	switch l.value.kind {
	case controlNotice:
		return text.T(ctx, "rules.summary.notice", field, labelOf(l.value.options, l.at(0)), clipText(l.at(1)))
	case controlHook:
		return text.T(ctx, "rules.summary.set", field, labelOf(l.value.options, l.at(0)))
	}
	return text.T(ctx, "rules.summary.set", field, b.valueWords(ctx, l))
}

// lowerFirst is a title in the middle of a sentence. One of capitals, such as CC, stays as it is.
func lowerFirst(title string) string {
	first, size := utf8.DecodeRuneInString(title)
	if second, _ := utf8.DecodeRuneInString(title[size:]); unicode.IsUpper(second) {
		return title
	}
	return string(unicode.ToLower(first)) + title[size:]
}

func (b *builder) valueWords(ctx context.Context, l *line) string {
	if l.value.kind == controlDay && l.first() == daysFromNow {
		return text.T(ctx, "rules.summary.days", l.at(1))
	}
	if l.value.open {
		return text.T(ctx, "rules.summary.open")
	}
	values := l.values
	if l.value.kind == controlTags {
		values = strings.Fields(tagText(l.values))
	}
	var out []string
	for _, v := range values {
		if v == "" && (l.value.kind == controlMany || l.value.kind == controlTags) {
			continue
		}
		if name := labelOf(l.value.options, v); name != "" {
			out = append(out, clipText(name))
		}
	}
	if len(out) == 0 {
		return text.T(ctx, "rules.summary.open")
	}
	return strings.Join(out, ", ")
}

// clipText shortens a text to what one line can take.
func clipText(s string) string { return clipTo(s, 60) }

func clipTo(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}

// warnings are what is odd about the rule as written.
func (b *builder) warnings(own rule.Warning) []rule.Warning {
	tree, _ := b.tree()
	acts, _ := b.actions()
	switch b.place {
	case condition.Trigger:
		return rule.TriggerWarnings(b.cfg, triggerOf(own.Trigger, tree, acts))
	case condition.Macro:
		return rule.ActionWarnings(b.cfg, acts)
	case condition.Automation:
		return append(rule.ConditionWarnings(b.cfg, tree, b.place), rule.ActionWarnings(b.cfg, acts)...)
	}
	return rule.ConditionWarnings(b.cfg, tree, b.place)
}
