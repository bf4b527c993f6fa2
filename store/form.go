package store

import (
	"context"

	"interdesk/desk"
)

const formColumns = `
	form_id, name, display_name, position, active, is_default, end_user_visible, field_ids, created_at, updated_at`

func scanForm(row scanner) (f desk.TicketForm, err error) {
	var fields string
	var created, updated int64
	err = row.Scan(&f.ID, &f.Name, &f.DisplayName, &f.Position, &f.Active, &f.Default, &f.EndUserVisible, &fields,
		&created, &updated)
	if err != nil {
		return f, err
	}
	f.CreatedAt, f.UpdatedAt = fromMicros(created), fromMicros(updated)
	return f, fromJSON(fields, "fields of a form", &f.Fields)
}

// Forms lists the ticket forms by position.
func (tx *Tx) Forms(ctx context.Context) ([]desk.TicketForm, error) {
	return queryAll(ctx, tx, scanForm, `
		select `+formColumns+` from ticket_forms where account_id = $1 order by position, form_id`, tx.account)
}

// Form reads one ticket form.
func (tx *Tx) Form(ctx context.Context, id desk.FormID) (desk.TicketForm, error) {
	return queryOne(ctx, tx, scanForm, `
		select `+formColumns+` from ticket_forms where account_id = $1 and form_id = $2`, tx.account, id)
}

// InsertForm stores a new form, last where its position is desk.LastPosition.
func (tx *Tx) InsertForm(ctx context.Context, f *desk.TicketForm) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	fields, err := formFieldsText(f)
	if err != nil {
		return err
	}
	if f.Position == desk.LastPosition {
		if f.Position, err = tx.lastPosition(ctx, "ticket_forms"); err != nil {
			return err
		}
	}
	stamp(tx, &f.ID, &f.CreatedAt, &f.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into ticket_forms (account_id, `+formColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.account, f.ID, f.Name, f.DisplayName, f.Position, f.Active, f.Default, f.EndUserVisible, fields,
		micros(f.CreatedAt), micros(f.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.soleDefaultForm(ctx, f)
}

// UpdateForm stores a form anew. The default form stays it until another takes its place.
func (tx *Tx) UpdateForm(ctx context.Context, f *desk.TicketForm) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	before, err := tx.Form(ctx, f.ID)
	if err != nil {
		return err
	}
	fields, err := formFieldsText(f)
	if err != nil {
		return err
	}
	f.Default = f.Default || before.Default
	f.UpdatedAt = tx.now()
	_, err = tx.Exec(ctx, `
		update ticket_forms set name = $3, display_name = $4, position = $5, active = $6, is_default = $7, end_user_visible = $8,
			field_ids = $9, updated_at = $10
		where account_id = $1 and form_id = $2`,
		tx.account, f.ID, f.Name, f.DisplayName, f.Position, f.Active, f.Default, f.EndUserVisible, fields, micros(f.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.soleDefaultForm(ctx, f)
}

func (tx *Tx) soleDefaultForm(ctx context.Context, f *desk.TicketForm) error {
	if !f.Default {
		return nil
	}
	_, err := tx.Exec(ctx, `
		update ticket_forms set is_default = false where account_id = $1 and form_id <> $2 and is_default`, tx.account, f.ID)
	return err
}

// DeleteForm removes a form. Tickets that name it then have no form that asks for more.
func (tx *Tx) DeleteForm(ctx context.Context, id desk.FormID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `delete from ticket_forms where account_id = $1 and form_id = $2`, tx.account, id))
}

// ReorderForms puts the named forms first, in that order.
func (tx *Tx) ReorderForms(ctx context.Context, ids []desk.FormID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return tx.reorder(ctx, "ticket_forms", "form_id", int64s(ids))
}

// formFieldsText writes a form's fields as they are stored.
func formFieldsText(f *desk.TicketForm) (string, error) {
	if f.Fields == nil {
		f.Fields = []desk.FieldID{}
	}
	return toJSON(f.Fields)
}
