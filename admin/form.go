package admin

import (
	"context"
	"slices"

	"interdesk/desk"
)

// Forms lists the ticket forms that I may fill in, with the fields that I may know of.
func (a *Actor) Forms(ctx context.Context) ([]desk.TicketForm, error) {
	all, err := a.tx.Forms(ctx)
	if err != nil || a.Me.Role.Staff() {
		return all, err
	}
	fields, err := a.Fields(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(f desk.TicketForm) bool { return !f.Active || !f.EndUserVisible })
	for i := range all {
		all[i].AgentConditions = nil
		all[i].Fields = slices.DeleteFunc(all[i].Fields, func(id desk.FieldID) bool {
			return !slices.ContainsFunc(fields, func(f desk.TicketField) bool { return f.ID == id })
		})
	}
	return all, nil
}

// Form reads a ticket form that I may fill in; staff also one that is deleted.
func (a *Actor) Form(ctx context.Context, id desk.FormID) (desk.TicketForm, error) {
	if a.Me.Role.Staff() {
		return a.tx.Form(ctx, id)
	}
	all, err := a.Forms(ctx)
	if err != nil {
		return desk.TicketForm{}, err
	}
	at := slices.IndexFunc(all, func(f desk.TicketForm) bool { return f.ID == id })
	if at < 0 {
		return desk.TicketForm{}, desk.Missing()
	}
	return all[at], nil
}

// CreateForm stores a new ticket form.
func (a *Actor) CreateForm(ctx context.Context, f *desk.TicketForm) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.checkForm(ctx, f); err != nil {
		return err
	}
	return a.tx.InsertForm(ctx, f)
}

// CloneForm makes a copy of a form that is not yet active.
func (a *Actor) CloneForm(ctx context.Context, id desk.FormID) (desk.TicketForm, error) {
	f, err := a.Form(ctx, id)
	if err != nil {
		return f, err
	}
	copied := desk.TicketForm{Position: desk.LastPosition, Name: f.Name, DisplayName: f.DisplayName, EndUserVisible: f.EndUserVisible, Fields: f.Fields,
		AgentConditions: f.AgentConditions, EndUserConditions: f.EndUserConditions}
	return copied, a.CreateForm(ctx, &copied)
}

// ChangeForm has change edit a ticket form, and stores it.
func (a *Actor) ChangeForm(ctx context.Context, id desk.FormID, change func(*desk.TicketForm) error) (desk.TicketForm, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.TicketForm{}, err
	}
	if err := a.lock(ctx); err != nil {
		return desk.TicketForm{}, err
	}
	f, err := a.tx.Form(ctx, id)
	if err == nil && !f.DeletedAt.IsZero() {
		err = desk.Missing()
	}
	if err != nil {
		return f, err
	}
	wasDefault := f.Default
	if err := change(&f); err != nil {
		return f, err
	}
	f.ID, f.Default = id, f.Default || wasDefault
	if err := a.checkForm(ctx, &f); err != nil {
		return f, err
	}
	return f, a.tx.UpdateForm(ctx, &f)
}

func (a *Actor) checkForm(ctx context.Context, f *desk.TicketForm) error {
	known, err := a.tx.Fields(ctx)
	if err != nil {
		return err
	}
	return (&desk.Config{Fields: known}).BuildIndexes().CheckForm(f)
}

// DeleteForm takes a form out of use that is not the default one.
func (a *Actor) DeleteForm(ctx context.Context, id desk.FormID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	f, err := a.tx.Form(ctx, id)
	if err != nil {
		return err
	}
	if f.Default {
		return desk.InvalidField("base", "InvalidValue", "The default form cannot be deleted: make another one the default first")
	}
	return a.tx.DeleteForm(ctx, id)
}

// ReorderForms puts the named forms first, in that order.
func (a *Actor) ReorderForms(ctx context.Context, ids []desk.FormID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderForms(ctx, ids)
}
