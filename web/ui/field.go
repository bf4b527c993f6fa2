package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/web/text"
)

// FieldInput is the input of one custom field in a form.
type FieldInput struct {
	Field  *desk.TicketField
	Value  []string // as the ticket has it, or as it was typed
	Faults []string
	Portal bool // for customers: their title, help and required mark
	Attrs  map[string]any
}

// FieldName is the name of a custom field's input.
func FieldName(id desk.FieldID) string { return "field." + strconv.FormatInt(int64(id), 10) }

// fewOptions is up to how many choices of a multiselect stand as tick boxes; more are searched.
const fewOptions = 12

// input is what the parts for plain inputs want to know.
func (f FieldInput) input(ctx context.Context) Input {
	in := Input{Name: FieldName(f.Field.ID), Label: f.Field.Title, Hint: f.Field.AgentDescription, Value: f.text(), Faults: f.Faults, Attrs: map[string]any{}}
	if f.Portal {
		in.Label, in.Hint, in.Required = FieldTitle(f.Field), f.Field.Description, f.Field.RequiredInPortal
	} else if f.Field.Required {
		in.Hint = strings.TrimSpace(in.Hint + " " + text.T(ctx, "field.solve"))
	}
	for k, v := range f.Attrs {
		in.Attrs[k] = v
	}
	f.applyType(ctx, &in)
	return in
}

// applyType is what a field's type asks of its input. Numbers are plain text: a wheel must not change them.
func (f FieldInput) applyType(ctx context.Context, in *Input) {
	switch f.Field.Type {
	case desk.FieldDate:
		in.Type = "date"
	case desk.FieldInteger:
		in.Attrs["inputmode"] = "numeric"
	case desk.FieldDecimal:
		in.Attrs["inputmode"] = "decimal"
	case desk.FieldCreditCard:
		in.Attrs["inputmode"], in.Attrs["autocomplete"] = "numeric", "off"
		in.Hint = strings.TrimSpace(in.Hint + " " + text.T(ctx, "field.card"))
	case desk.FieldLookup:
		in.Attrs["inputmode"] = "numeric"
		if in.Hint == "" {
			in.Hint = text.T(ctx, "field.lookup."+strings.TrimPrefix(f.Field.Target, "zen:"))
		}
	case desk.FieldTagger, desk.FieldMultiselect:
		in.Options = f.options(ctx)
		if len(in.Options) > fewOptions {
			in.Attrs["data-part"] = "pick"
		}
	}
}

func (f FieldInput) text() string {
	if len(f.Value) == 0 {
		return ""
	}
	return f.Value[0]
}

// options are the choices; of a dropdown also the choice of nothing.
func (f FieldInput) options(ctx context.Context) []Option {
	var all []Option
	if f.Field.Type == desk.FieldTagger {
		all = append(all, Option{Label: text.T(ctx, "field.nothing")})
	}
	for _, o := range f.Field.Options {
		all = append(all, Option{Value: o.Value, Label: optionName(o)})
	}
	return all
}

// optionName: a name may tell a path, "Camera::Lens".
func optionName(o desk.FieldOption) string { return strings.ReplaceAll(o.Name, "::", " › ") }

// FieldTitle is a field's name among customers.
func FieldTitle(f *desk.TicketField) string {
	if f.TitleInPortal != "" {
		return f.TitleInPortal
	}
	return f.Title
}

// FieldDefault is what the input of a new ticket begins with.
func FieldDefault(f *desk.TicketField) []string {
	var all []string
	for _, o := range f.Options {
		if o.Default && (len(all) == 0 || f.Type == desk.FieldMultiselect) {
			all = append(all, o.Value)
		}
	}
	return all
}

// FieldText is what a ticket says in a field, as people read it; "" for nothing.
func FieldText(ctx context.Context, f *desk.TicketField, v desk.FieldValue) string {
	if len(v) == 0 {
		return ""
	}
	switch f.Type {
	case desk.FieldCheckbox:
		if v.Text() == "true" {
			return text.T(ctx, "word.yes")
		}
		return text.T(ctx, "word.no")
	case desk.FieldDate:
		if day, ok := calendar.Parse(v.Text()); ok {
			return day.Format("2 Jan 2006")
		}
	case desk.FieldTagger, desk.FieldMultiselect:
		names := make([]string, len(v))
		for i, tag := range v {
			names[i] = tag
			if o, ok := f.Option(tag); ok {
				names[i] = optionName(o)
			}
		}
		return strings.Join(names, ", ")
	}
	return strings.Join(v, ", ")
}

// FieldsTyped reads the inputs of custom fields as desk.Edits wants them. What was not sent is not in it; "" clears.
func (c *Call) FieldsTyped(fields []desk.TicketField) map[desk.FieldID][]string {
	typed := map[desk.FieldID][]string{}
	for i := range fields {
		if name := FieldName(fields[i].ID); fields[i].Type.Custom() && c.HasValue(name) {
			values := slices.DeleteFunc(slices.Clone(c.R.Form[name]), func(s string) bool { return strings.TrimSpace(s) == "" })
			typed[fields[i].ID] = values
		}
	}
	return typed
}

// FieldFaults is what is wrong with what was typed, each at its input; with portal, also what customers left out.
func (c *Call) FieldFaults(fields []desk.TicketField, typed map[desk.FieldID][]string, portal bool) Faults {
	faults := Faults{}
	for i := range fields {
		f := &fields[i]
		values, sent := typed[f.ID]
		if !f.Type.Custom() || !sent && !portal {
			continue
		}
		title := f.Title
		if portal {
			title = FieldTitle(f)
		}
		v, message := f.Canonical(values)
		switch {
		case message != "" && portal && f.Type == desk.FieldRegexp: // customers read no patterns
			faults[FieldName(f.ID)] = []string{c.T("field.pattern", title)}
		case message != "":
			faults[FieldName(f.ID)] = []string{title + ": " + message}
		case portal && f.RequiredInPortal && (len(v) == 0 || f.Type == desk.FieldCheckbox && v.Text() != "true"):
			faults[FieldName(f.ID)] = []string{c.T("field.required", title)}
		}
	}
	return faults
}
