package configtext

import (
	"context"
	"fmt"
	"slices"

	"interdesk/desk"
)

func fields() *kind {
	k := typed(kind{name: kindField, folder: "ticket_fields", title: "title"},
		func(ctx context.Context, w *work) ([]desk.TicketField, error) { return w.actor.Fields(ctx) },
		func(f *desk.TicketField) string { return text(f.ID) },
		func(_ context.Context, _ *work, f *desk.TicketField) fieldText {
			t := fieldText{Title: f.Title, Type: string(f.Type), Description: f.Description, AgentDescription: f.AgentDescription, Active: f.Active,
				Required: f.Required, VisibleInPortal: f.VisibleInPortal, EditableInPortal: f.EditableInPortal, RequiredInPortal: f.RequiredInPortal,
				Regexp: f.Regexp, Tag: f.Tag, Target: f.Target, Options: optionTexts(f.Options)}
			if f.TitleInPortal != f.Title {
				t.TitleInPortal = f.TitleInPortal
			}
			return t
		},
		func(ctx context.Context, w *work, t *fieldText) (string, error) {
			f := desk.TicketField{Type: desk.FieldType(t.Type), Position: desk.LastPosition}
			t.into(&f)
			err := w.actor.CreateField(ctx, &f)
			return text(f.ID), err
		},
		func(ctx context.Context, w *work, id string, t *fieldText) error {
			_, err := w.actor.ChangeField(ctx, desk.FieldID(number(id)), func(f *desk.TicketField) error {
				f.Type = desk.FieldType(t.Type)
				t.into(f)
				return nil
			})
			return err
		})
	k.match = func(_ *work, t any, all []record) *record {
		kind := desk.FieldType(t.(*fieldText).Type)
		at := slices.IndexFunc(all, func(r record) bool { return r.source.(*desk.TicketField).Type == kind })
		if kind.Custom() || at < 0 {
			return nil
		}
		return &all[at]
	}
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteField(ctx, desk.FieldID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.TicketFields }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderFields(ctx, idsOf[desk.FieldID](ids))
	}
	return k
}

func (t *fieldText) into(f *desk.TicketField) {
	f.Title, f.Description, f.AgentDescription, f.Active, f.Required = t.Title, t.Description, t.AgentDescription, t.Active, t.Required
	f.TitleInPortal, f.VisibleInPortal, f.EditableInPortal, f.RequiredInPortal = t.TitleInPortal, t.VisibleInPortal, t.EditableInPortal, t.RequiredInPortal
	f.Regexp, f.Tag, f.Target, f.Options = t.Regexp, t.Tag, t.Target, optionsOf(t.Options, f.Options)
}

func optionTexts(options []desk.FieldOption) (out []optionText) {
	for _, o := range options {
		out = append(out, optionText{o.Name, o.Value, o.Default})
	}
	return out
}

// optionsOf are the options of a text; one whose value was there before stays the same option.
func optionsOf(list []optionText, before []desk.FieldOption) (out []desk.FieldOption) {
	for i, o := range list {
		option := desk.FieldOption{Name: o.Name, Value: o.Value, Default: o.Default, Position: i + 1}
		if at := slices.IndexFunc(before, func(b desk.FieldOption) bool { return b.Value == o.Value }); at >= 0 {
			option.ID = before[at].ID
		}
		out = append(out, option)
	}
	return out
}

func userFields() *kind {
	k := personFields(kindUserField, "user_fields", desk.OfUsers)
	k.order = func(o *orderText) *[]string { return &o.UserFields }
	return k
}

func organizationFields() *kind {
	k := personFields(kindOrganizationField, "organization_fields", desk.OfOrganizations)
	k.order = func(o *orderText) *[]string { return &o.OrganizationFields }
	return k
}

func personFields(name, folder string, of desk.PersonKind) *kind {
	k := typed(kind{name: name, folder: folder, title: "key"},
		func(ctx context.Context, w *work) ([]desk.PersonField, error) { return w.actor.PersonFields(ctx, of) },
		func(f *desk.PersonField) string { return text(f.ID) },
		func(_ context.Context, _ *work, f *desk.PersonField) personFieldText {
			return personFieldText{Key: f.Key, Title: f.Title, Type: string(f.Type), Description: f.Description, Active: f.Active,
				Regexp: f.Regexp, Tag: f.Tag, Target: f.Target, Options: optionTexts(f.Options)}
		},
		func(ctx context.Context, w *work, t *personFieldText) (string, error) {
			f := desk.PersonField{Of: of}
			t.into(&f)
			err := w.actor.CreatePersonField(ctx, &f)
			return text(f.ID), err
		},
		func(ctx context.Context, w *work, id string, t *personFieldText) error {
			_, err := w.actor.ChangePersonField(ctx, of, desk.FieldID(number(id)), func(f *desk.PersonField) error {
				t.into(f)
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeletePersonField(ctx, of, desk.FieldID(number(id)))
	}
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderPersonFields(ctx, of, idsOf[desk.FieldID](ids))
	}
	return k
}

func (t *personFieldText) into(f *desk.PersonField) {
	f.Key, f.Title, f.Type, f.Description, f.Active = t.Key, t.Title, desk.FieldType(t.Type), t.Description, t.Active
	f.Regexp, f.Tag, f.Target, f.Options = t.Regexp, t.Tag, t.Target, optionsOf(t.Options, f.Options)
}

func forms() *kind {
	k := typed(kind{name: kindForm, folder: "ticket_forms", title: "name", first: func(t any) bool { return t.(*formText).Default }},
		func(ctx context.Context, w *work) ([]desk.TicketForm, error) { return w.actor.Forms(ctx) },
		func(f *desk.TicketForm) string { return text(f.ID) },
		func(ctx context.Context, w *work, f *desk.TicketForm) formText {
			t := formText{Name: f.Name, DisplayName: f.DisplayName, Active: f.Active, Default: f.Default, EndUserVisible: f.EndUserVisible}
			for _, id := range f.Fields {
				t.Fields = append(t.Fields, w.name(ctx, kindField, text(id)))
			}
			t.AgentConditions, t.EndUserConditions = w.formConditions(ctx, f.AgentConditions), w.formConditions(ctx, f.EndUserConditions)
			return t
		},
		func(ctx context.Context, w *work, t *formText) (string, error) {
			f := desk.TicketForm{Position: desk.LastPosition}
			if t.into(ctx, w, &f); w.doc.broken {
				return "", nil
			}
			err := w.actor.CreateForm(ctx, &f)
			return text(f.ID), err
		},
		func(ctx context.Context, w *work, id string, t *formText) error {
			var wanted desk.TicketForm
			if t.into(ctx, w, &wanted); w.doc.broken {
				return nil
			}
			_, err := w.actor.ChangeForm(ctx, desk.FormID(number(id)), func(f *desk.TicketForm) error {
				if f.Default && !t.Default {
					return desk.InvalidField("default", "InvalidValue", "one form is the default: make another one that instead")
				}
				f.Name, f.DisplayName, f.Active, f.Default, f.EndUserVisible = t.Name, t.DisplayName, t.Active, t.Default, t.EndUserVisible
				f.Fields, f.AgentConditions, f.EndUserConditions = wanted.Fields, wanted.AgentConditions, wanted.EndUserConditions
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteForm(ctx, desk.FormID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.Forms }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderForms(ctx, idsOf[desk.FormID](ids))
	}
	return k
}

func (t *formText) into(ctx context.Context, w *work, f *desk.TicketForm) {
	f.Name, f.DisplayName, f.Active, f.Default, f.EndUserVisible = t.Name, t.DisplayName, t.Active, t.Default, t.EndUserVisible
	for i, name := range t.Fields {
		f.Fields = append(f.Fields, desk.FieldID(w.idOrFault(ctx, kindField, name, fmt.Sprintf("ticket_fields[%d]", i))))
	}
	f.AgentConditions = w.formConditionsOf(ctx, t.AgentConditions, "agent_conditions")
	f.EndUserConditions = w.formConditionsOf(ctx, t.EndUserConditions, "end_user_conditions")
}

// formConditions are the conditions of a form as a text; where they say for which statuses, that is the whole of it.
func (w *work) formConditions(ctx context.Context, all []desk.FormCondition) (out []formConditionText) {
	for _, one := range all {
		t := formConditionText{Field: w.name(ctx, kindField, text(one.Parent)), Value: one.Value}
		for _, child := range one.Children {
			shown := conditionalFieldText{Field: w.name(ctx, kindField, text(child.ID)), Required: child.Required && child.RequiredOn == nil}
			for _, s := range child.RequiredOn {
				shown.RequiredOn = append(shown.RequiredOn, string(s))
			}
			t.Show = append(t.Show, shown)
		}
		out = append(out, t)
	}
	return out
}

func (w *work) formConditionsOf(ctx context.Context, all []formConditionText, path string) (out []desk.FormCondition) {
	field := func(name, path string) desk.FieldID { return desk.FieldID(w.idOrFault(ctx, kindField, name, path)) }
	for i, t := range all {
		at := fmt.Sprintf("%s[%d]", path, i)
		one := desk.FormCondition{Parent: field(t.Field, at+".field"), Value: t.Value}
		for n, shown := range t.Show {
			child := desk.ConditionalField{ID: field(shown.Field, fmt.Sprintf("%s.show[%d].field", at, n)), Required: shown.Required}
			for _, s := range shown.RequiredOn {
				child.RequiredOn = append(child.RequiredOn, desk.Status(s))
				child.Required = child.Required || desk.Status(s) == desk.Solved
			}
			one.Children = append(one.Children, child)
		}
		out = append(out, one)
	}
	return out
}

func idsOf[T ~int64](ids []string) []T {
	out := make([]T, len(ids))
	for i, id := range ids {
		out[i] = T(number(id))
	}
	return out
}
