package store

import (
	"context"

	"interdesk/condition"
	"interdesk/desk"
)

// furnish gives a new account all that a help desk needs on its first day. admin gets its id.
func (tx *Tx) furnish(ctx context.Context, a desk.Account, admin *desk.User, hash string) error {
	brand := desk.Brand{Name: a.Name, Subdomain: a.Subdomain, Default: true}
	stamp(tx, &brand.ID, &brand.CreatedAt, &brand.UpdatedAt)
	if err := tx.insertBrand(ctx, brand); err != nil {
		return err
	}
	support := desk.Group{Name: "Support", Description: "Answers all requests", Default: true, Public: true}
	if err := tx.InsertGroup(ctx, &support); err != nil {
		return err
	}
	admin.Role, admin.DefaultGroup, admin.Verified = desk.Admin, support.ID, true
	if err := tx.InsertUser(ctx, admin); err != nil {
		return err
	}
	if err := tx.SetPasswordHash(ctx, admin.ID, hash); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{tx.furnishFields, tx.furnishTriggers, tx.furnishViews} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// furnishFields declares the fields that every ticket has, and the form that shows them.
func (tx *Tx) furnishFields(ctx context.Context) error {
	form := desk.TicketForm{Name: "Default form", Active: true, Default: true, EndUserVisible: true}
	for _, f := range []desk.TicketField{
		{Type: desk.FieldSubject, Title: "Subject", VisibleInPortal: true, EditableInPortal: true, RequiredInPortal: true},
		{Type: desk.FieldDescription, Title: "Description", Description: "Tell us what happened and what you need. We answer as soon as we can.",
			VisibleInPortal: true, EditableInPortal: true, RequiredInPortal: true},
		{Type: desk.FieldStatus, Title: "Status", Description: "Where the request stands"},
		{Type: desk.FieldTicketType, Title: "Type", Description: "Question, incident, problem or task"},
		{Type: desk.FieldPriority, Title: "Priority", Description: "How soon it must be done"},
		{Type: desk.FieldGroup, Title: "Group", Description: "The team that works on it"},
		{Type: desk.FieldAssignee, Title: "Assignee", Description: "The agent who works on it", Required: true},
	} {
		f.Active, f.TitleInPortal = true, f.Title
		if err := tx.InsertField(ctx, &f); err != nil {
			return err
		}
		form.Fields = append(form.Fields, f.ID)
	}
	return tx.InsertForm(ctx, &form)
}

func (tx *Tx) furnishTriggers(ctx context.Context) error {
	initial := desk.TriggerCategory{Name: "Initial triggers"}
	notices := desk.TriggerCategory{Name: "Notifications"}
	for _, c := range []*desk.TriggerCategory{&initial, &notices} {
		if err := tx.InsertCategory(ctx, c); err != nil {
			return err
		}
	}
	for _, t := range standardTriggers() {
		t.Category = notices.ID
		if t.Actions[0].Field == "assignee_id" {
			t.Category = initial.ID
		}
		if err := tx.InsertTrigger(ctx, &t, 0); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) furnishViews(ctx context.Context) error {
	for _, v := range standardViews() {
		if err := tx.InsertView(ctx, &v); err != nil {
			return err
		}
	}
	return nil
}

func when(field string, op condition.Operator, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: op, Value: condition.ValueOf(value)}
}
