package rules

import (
	"slices"

	"interdesk/desk"
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

// The kinds of controls that the page tells apart: those of rule's definitions, and a select for several.
const (
	controlSelect = string(rule.ControlSelect)
	controlMany   = "many"
	controlSearch = string(rule.ControlSearch)
	controlTags   = string(rule.ControlTags)
	controlNumber = string(rule.ControlNumber)
	controlDate   = string(rule.ControlDate)
	controlDay    = string(rule.ControlDay)
	controlArea   = string(rule.ControlArea)
	controlNotice = string(rule.ControlNotice)
	controlHook   = string(rule.ControlHook)

	hookExample = `{"ticket": {{ticket.id}}, "title": "{{ticket.title}}"}`
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
		l.fields = append(l.fields, ui.Option{Value: d.Subject, Label: b.fieldTitle(&d), Group: b.labelText("rules.heading." + d.Heading)})
	}
	l.fields = b.withChosen(byHeading(l.fields), l.field)
	d := b.conditionDefinition(l.field)
	if d == nil {
		return
	}
	for _, op := range d.Operators {
		l.operators = append(l.operators, ui.Option{Value: op.Value, Label: b.operatorTitle(d.Type, op)})
	}
	op := d.Operator(l.operator)
	if op != nil {
		l.operator = op.Value
	}
	l.operators = b.withChosen(l.operators, l.operator)
	l.value = control{kind: string(rule.ControlText)} // of an operator that is offered no more
	if op != nil {
		l.value = b.conditionControl(d, op, l)
	}
}

func (b *builder) conditionControl(d *rule.ConditionDefinition, op *rule.OperatorDefinition, l *line) control {
	switch op.Control {
	case rule.ControlSelect:
		return b.selectControl(b.options(d.Subject, d.Values), l, op.Arity == rule.SeveralValues)
	case rule.ControlSearch:
		return control{kind: controlSearch, load: searchFor(d.Refers),
			options: b.withAllChosen(b.withAllChosen(b.options(d.Subject, d.Values), l.values), l.found)}
	case rule.ControlTags:
		return control{kind: controlTags, load: searchTags}
	}
	return control{kind: string(op.Control)}
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
		l.fields = append(l.fields, ui.Option{Value: d.Subject, Label: b.actionTitle(&d), Group: b.labelText("rules.heading." + d.Heading)})
	}
	l.fields = b.withChosen(byHeading(l.fields), l.field)
	if d := b.actionDefinition(l.field); d != nil {
		l.value = b.actionControl(d, l)
	}
}

func (b *builder) actionControl(d *rule.ActionDefinition, l *line) control {
	switch d.Control {
	case rule.ControlSelect:
		return b.selectControl(b.options(d.Subject, d.Values), l, d.Arity == rule.SeveralValues)
	case rule.ControlTags:
		return control{kind: controlTags, load: searchTags}
	case rule.ControlNotice:
		return control{kind: controlNotice, options: b.withAllChosen(b.recipients(d), l.values[:min(1, len(l.values))])}
	case rule.ControlHook:
		return control{kind: controlHook, options: b.withChosen(b.options(d.Subject, d.Values), l.at(0)), open: l.at(0) == ""}
	}
	return control{kind: string(d.Control)}
}

// recipients are the words for people, then groups or staff by name.
func (b *builder) recipients(d *rule.ActionDefinition) []ui.Option {
	list := b.options(d.Subject, d.Values)
	if d.Refers == desk.RefersToGroups {
		for _, g := range b.cfg.Groups {
			list = append(list, ui.Option{Value: ui.IDText(g.ID), Label: g.Name})
		}
		return list
	}
	assignee, _ := b.cfg.Catalog().Field("assignee_id")
	for _, o := range assignee.Choices {
		list = append(list, ui.Option{Value: o.Value, Label: o.Title})
	}
	return list
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
