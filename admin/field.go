package admin

import (
	"context"
	"fmt"
	"slices"

	"interdesk/desk"
)

// Fields lists the ticket fields that I may know of, by position: end users what their forms show.
func (a *Actor) Fields(ctx context.Context) ([]desk.TicketField, error) {
	all, err := a.tx.Fields(ctx)
	return slices.DeleteFunc(all, func(f desk.TicketField) bool { return a.hidesField(&f) }), err
}

func (a *Actor) hidesField(f *desk.TicketField) bool {
	return !a.Me.Role.Staff() && (!f.Active || !f.VisibleInPortal)
}

// Field reads a ticket field that I may know of.
func (a *Actor) Field(ctx context.Context, id desk.FieldID) (desk.TicketField, error) {
	f, err := a.tx.Field(ctx, id)
	if err == nil && a.hidesField(&f) {
		err = desk.Missing()
	}
	return f, err
}

// CreateField checks and stores a new ticket field with its options.
func (a *Actor) CreateField(ctx context.Context, f *desk.TicketField) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	if err := a.checkNewField(ctx, f); err != nil {
		return err
	}
	if err := a.checkTags(ctx, &desk.TicketField{}, f); err != nil {
		return err
	}
	defaultPortalTitle(f)
	if err := a.tx.InsertField(ctx, f); err != nil {
		return err
	}
	return a.service.fieldsChanged(ctx, a.tx.Tx)
}

// ChangeField has change edit a ticket field, and stores it. Its type stays.
func (a *Actor) ChangeField(ctx context.Context, id desk.FieldID, change func(*desk.TicketField) error) (desk.TicketField, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.TicketField{}, err
	}
	f, err := a.tx.Field(ctx, id)
	if err != nil {
		return f, err
	}
	before := f
	before.Options = slices.Clone(f.Options)
	if err := change(&f); err != nil {
		return f, err
	}
	if f.Type != before.Type {
		return f, desk.InvalidField("type", "InvalidValue", "Type: cannot be changed")
	}
	f.ID = id
	defaultPortalTitle(&f)
	if err := f.Check().Err(); err != nil {
		return f, err
	}
	if f.Type.AlwaysRequired() && !f.Required && before.Required {
		return f, desk.InvalidField("required", "InvalidValue", "Required: "+f.Title+" is always required when a ticket is solved")
	}
	if err := a.checkTags(ctx, &before, &f); err != nil {
		return f, err
	}
	if err := a.tx.UpdateField(ctx, &f); err != nil {
		return f, err
	}
	return f, a.service.fieldsChanged(ctx, a.tx.Tx)
}

// defaultPortalTitle: end users read the field's own title unless they are given another.
func defaultPortalTitle(f *desk.TicketField) {
	if f.TitleInPortal == "" {
		f.TitleInPortal = f.Title
	}
}

// DeleteField removes a custom field and what tickets say in it.
func (a *Actor) DeleteField(ctx context.Context, id desk.FieldID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	f, err := a.tx.Field(ctx, id)
	if err != nil {
		return err
	}
	if !f.Type.Custom() {
		return desk.InvalidField("base", "InvalidValue", "A field of the system cannot be deleted")
	}
	if err := a.checkUnused(ctx, &f); err != nil {
		return err
	}
	return a.tx.DeleteField(ctx, id)
}

// ReorderFields puts the named fields first, in that order.
func (a *Actor) ReorderFields(ctx context.Context, ids []desk.FieldID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderFields(ctx, ids)
}

func (a *Actor) checkNewField(ctx context.Context, f *desk.TicketField) error {
	all, err := a.tx.Fields(ctx)
	if err != nil {
		return err
	}
	faults := f.Check()
	if len(all) >= desk.MaxFields {
		faults.Add("base", "TooManyRecords", fmt.Sprintf("No more than %d ticket fields", desk.MaxFields))
	}
	if f.Type == "" {
		faults.Add("type", "BlankValue", "Type: cannot be blank")
	} else if !f.Type.Custom() {
		faults.Add("type", "InvalidValue", "Type: "+string(f.Type)+" is not a type of field that can be added")
	}
	if f.Type.HasOptions() && len(f.Options) == 0 {
		faults.Add("custom_field_options", "BlankValue", "Custom field options: at least one is needed")
	}
	if f.Type == desk.FieldLookup && !slices.Contains([]string{"zen:user", "zen:organization", "zen:ticket"}, f.Target) {
		faults.Add("relationship_target_type", "InvalidValue", "Relationship target type: must be zen:user, zen:organization or zen:ticket")
	}
	return faults.Err()
}
