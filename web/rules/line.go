package rules

import (
	"slices"
	"strings"

	"interdesk/rule"
	"interdesk/web/ui"
)

// The branches of a rule.
const (
	branchAll = "all"
	branchAny = "any"
	branchDo  = "do"
)

// line is one condition or action in the builder.
type line struct {
	branch, key string // what its inputs are called: "all.3.field"
	field       string
	operator    string
	values      []string // one or several; of a notice: recipient, subject, body
	find        string   // what to search for, without script
	found       []string // what that found
	faults      []string

	fields    []ui.Option
	operators []ui.Option
	value     control
}

// control is the input of a line's value.
type control struct {
	kind    string // see below; "" for no value
	options []ui.Option
	load    string // where more options are searched
	open    bool   // nothing is chosen yet, and something must be
}

// The kinds of controls.
const (
	controlSelect = "select"
	controlMany   = "many"   // several of the options
	controlSearch = "search" // one of more than can be listed
	controlTags   = "tags"
	controlText   = "text"
	controlNumber = "number"
	controlDate   = "date"
	controlDay    = "day" // a date, or days from now
	controlArea   = "area"
	controlNotice = "notice" // recipient, subject and body
	controlHook   = "hook"   // id and body
)

func (l *line) name(part string) string { return l.branch + "." + l.key + "." + part }

func (l *line) id(part string) string { return ui.Input{Name: l.name(part)}.ID() }

func (l *line) first() string { return l.at(0) }

func (l *line) at(i int) string {
	if i < len(l.values) {
		return l.values[i]
	}
	return ""
}

// conditionDefinition finds what a line's field offers.
func (b *builder) conditionDefinition(subject string) *rule.ConditionDefinition {
	i := slices.IndexFunc(b.offer.ConditionsAll, func(d rule.ConditionDefinition) bool { return d.Subject == subject })
	if i < 0 {
		return nil
	}
	return &b.offer.ConditionsAll[i]
}

func (b *builder) actionDefinition(subject string) *rule.ActionDefinition {
	i := slices.IndexFunc(b.offer.Actions, func(d rule.ActionDefinition) bool { return d.Subject == subject })
	if i < 0 {
		return nil
	}
	return &b.offer.Actions[i]
}

// fillChoices gives a line what can be chosen in it.
func (b *builder) fillChoices(l *line) {
	if l.branch == branchDo {
		b.fillActionChoices(l)
		return
	}
	offer := b.offer.ConditionsAll
	if l.branch == branchAny {
		offer = b.offer.ConditionsAny
	}
	for _, d := range offer {
		l.fields = append(l.fields, ui.Option{Value: d.Subject, Label: b.fieldTitle(&d), Group: b.heading(d.Subject)})
	}
	l.fields = b.withChosen(byHeading(l.fields), l.field)
	d := b.conditionDefinition(l.field)
	if d == nil {
		return
	}
	for _, op := range d.Operators {
		l.operators = append(l.operators, ui.Option{Value: op.Value, Label: b.operatorTitle(d.Type, op)})
	}
	if l.operator == "" && len(d.Operators) > 0 {
		l.operator = d.Operators[0].Value
	}
	l.operator = canonicalOperator(l.operator)
	l.operators = b.withChosen(l.operators, l.operator)
	l.value = b.conditionControl(d, l)
}

func (b *builder) conditionControl(d *rule.ConditionDefinition, l *line) control {
	switch op := l.operator; {
	case slices.ContainsFunc(d.Operators, func(o rule.OperatorDefinition) bool { return o.Value == op && o.Terminal }):
		return control{}
	case d.Type == "tags":
		return control{kind: controlTags, load: searchTags}
	case strings.HasPrefix(op, "within_"):
		return control{kind: controlNumber}
	}
	if where := searchedKind(d.Subject); where != "" {
		return control{kind: controlSearch, load: where, options: b.withAllChosen(b.withAllChosen(b.options(d.Subject, d.Values), l.values), l.found)}
	}
	if len(d.Values) > 0 {
		several := strings.Contains(l.operator, "includes")
		return b.selectControl(b.options(d.Subject, d.Values), l, several)
	}
	return control{kind: map[string]string{"integer": controlNumber, "hours": controlNumber, "date": controlDate}[d.Type]}.orTextInput()
}

func (c control) orTextInput() control {
	if c.kind == "" {
		c.kind = controlText
	}
	return c
}

// selectControl is a select. One that must be chosen begins with nothing chosen.
func (b *builder) selectControl(options []ui.Option, l *line, several bool) control {
	options = b.withAllChosen(options, l.values)
	if several {
		return control{kind: controlMany, options: options}
	}
	open := l.first() == "" && !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == "" })
	if open {
		options = append([]ui.Option{{Label: b.labelText("rules.choose")}}, options...)
	}
	return control{kind: controlSelect, options: options, open: open}
}

func (b *builder) fillActionChoices(l *line) {
	for _, d := range b.offer.Actions {
		l.fields = append(l.fields, ui.Option{Value: d.Subject, Label: b.actionTitle(&d), Group: b.heading(d.Subject)})
	}
	l.fields = b.withChosen(byHeading(l.fields), l.field)
	if d := b.actionDefinition(l.field); d != nil {
		l.value = b.actionControl(d, l)
	}
}

func (b *builder) actionControl(d *rule.ActionDefinition, l *line) control {
	switch {
	case strings.HasPrefix(d.Subject, "comment_value"):
		return control{kind: controlArea}
	case d.Type == "tags":
		return control{kind: controlTags, load: searchTags}
	case d.Subject == "notification_webhook" || d.Subject == "notification_target":
		return control{kind: controlHook}
	case d.Type == "notification":
		return control{kind: controlNotice, options: b.withAllChosen(b.recipients(d), l.values[:min(1, len(l.values))])}
	case d.Type == "date":
		return control{kind: controlDay}
	case len(d.Values) > 0:
		return b.selectControl(b.options(d.Subject, d.Values), l, d.Type == "multiselect")
	case d.Type == "integer":
		return control{kind: controlNumber}
	}
	return control{}.orTextInput()
}

// recipients are the words for people, then groups or staff by name.
func (b *builder) recipients(d *rule.ActionDefinition) []ui.Option {
	list := b.options(d.Subject, d.Values)
	if strings.HasSuffix(d.Subject, "_group") {
		for _, g := range b.cfg.Groups {
			list = append(list, ui.Option{Value: idText(g.ID), Label: g.Name})
		}
		return list
	}
	if who := b.conditionDefinition("assignee_id"); who != nil {
		for _, v := range who.Values {
			if v.Value != "" && v.Value[0] <= '9' {
				list = append(list, ui.Option{Value: v.Value, Label: v.Title})
			}
		}
	}
	return list
}

// canonicalOperator is the one spelling of an operator.
func canonicalOperator(op string) string {
	switch op {
	case "changed_to":
		return "value"
	case "changed_from":
		return "value_previous"
	case "not_changed_to":
		return "not_value"
	case "not_changed_from":
		return "not_value_previous"
	}
	return op
}

// withChosen has a chosen value stand among the options, also one that is offered no more.
func (b *builder) withChosen(options []ui.Option, chosen string) []ui.Option {
	if chosen == "" || slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == chosen }) {
		return options
	}
	return append(slices.Clone(options), ui.Option{Value: chosen, Label: b.nameOf(chosen)})
}

func (b *builder) withAllChosen(options []ui.Option, chosen []string) []ui.Option {
	for _, v := range chosen {
		options = b.withChosen(options, v)
	}
	return options
}

// byHeading has the options of one heading stand together.
func byHeading(options []ui.Option) []ui.Option {
	var order []string
	for _, o := range options {
		if !slices.Contains(order, o.Group) {
			order = append(order, o.Group)
		}
	}
	slices.SortStableFunc(options, func(a, b ui.Option) int { return slices.Index(order, a.Group) - slices.Index(order, b.Group) })
	return options
}
