package store

import (
	"context"
	"errors"

	"interdesk/desk"
)

const formColumns = `
	form_id, name, display_name, position, active, is_default, end_user_visible, field_ids, created_at, updated_at,
	agent_conditions, end_user_conditions, deleted_at`

func scanForm(row scanner) (f desk.TicketForm, err error) {
	var fields, agents, endUsers string
	var created, updated, deleted int64
	err = row.Scan(&f.ID, &f.Name, &f.DisplayName, &f.Position, &f.Active, &f.Default, &f.EndUserVisible, &fields,
		&created, &updated, &agents, &endUsers, &deleted)
	if err != nil {
		return f, err
	}
	f.CreatedAt, f.UpdatedAt, f.DeletedAt = fromMicros(created), fromMicros(updated), fromMicros(deleted)
	return f, errors.Join(fromJSON(fields, "fields of a form", &f.Fields), fromJSON(agents, "conditions of a form", &f.AgentConditions),
		fromJSON(endUsers, "conditions of a form", &f.EndUserConditions))
}

// Forms lists the ticket forms by position, without the deleted ones.
func (tx *Tx) Forms(ctx context.Context) ([]desk.TicketForm, error) {
	return queryAll(ctx, tx, scanForm, `
		select `+formColumns+` from ticket_forms where account_id = $1 and deleted_at = 0 order by position, form_id`, tx.account)
}

// Form reads one ticket form, also a deleted one.
func (tx *Tx) Form(ctx context.Context, id desk.FormID) (desk.TicketForm, error) {
	return queryOne(ctx, tx, scanForm, `
		select `+formColumns+` from ticket_forms where account_id = $1 and form_id = $2`, tx.account, id)
}

// InsertForm stores a new form, last where its position is desk.LastPosition.
func (tx *Tx) InsertForm(ctx context.Context, f *desk.TicketForm) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	lists, err := formLists(f)
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
		insert into ticket_forms (account_id, `+formColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0)`,
		tx.account, f.ID, f.Name, f.DisplayName, f.Position, f.Active, f.Default, f.EndUserVisible, lists[0],
		micros(f.CreatedAt), micros(f.UpdatedAt), lists[1], lists[2])
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
	lists, err := formLists(f)
	if err != nil {
		return err
	}
	f.Default = f.Default || before.Default
	f.UpdatedAt = tx.now()
	_, err = tx.Exec(ctx, `
		update ticket_forms set name = $3, display_name = $4, position = $5, active = $6, is_default = $7, end_user_visible = $8,
			field_ids = $9, updated_at = $10, agent_conditions = $11, end_user_conditions = $12
		where account_id = $1 and form_id = $2`,
		tx.account, f.ID, f.Name, f.DisplayName, f.Position, f.Active, f.Default, f.EndUserVisible, lists[0], micros(f.UpdatedAt),
		lists[1], lists[2])
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

// DeleteForm takes a form out of use. Tickets that name it then have no form that asks for more.
func (tx *Tx) DeleteForm(ctx context.Context, id desk.FormID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		update ticket_forms set active = false, deleted_at = $3 where account_id = $1 and form_id = $2 and deleted_at = 0`,
		tx.account, id, micros(tx.now())))
}

// ReorderForms puts the named forms first, in that order.
func (tx *Tx) ReorderForms(ctx context.Context, ids []desk.FormID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return tx.reorder(ctx, "ticket_forms", "form_id", int64s(ids))
}

// formLists writes a form's fields and conditions as they are stored.
func formLists(f *desk.TicketForm) (lists [3]string, err error) {
	f.Fields = append([]desk.FieldID{}, f.Fields...)
	for i, list := range []any{f.Fields, f.AgentConditions, f.EndUserConditions} {
		if lists[i], err = toJSON(list); err != nil {
			return lists, err
		}
	}
	return lists, nil
}
