package store

import (
	"context"
	"slices"

	"interdesk/desk"
)

const fieldColumns = `
	field_id, type, title, description, agent_description, position, active, required, title_in_portal, visible_in_portal,
	editable_in_portal, required_in_portal, pattern, tag, target, created_at, updated_at`

func scanField(row scanner) (f desk.TicketField, err error) {
	var created, updated int64
	err = row.Scan(&f.ID, &f.Type, &f.Title, &f.Description, &f.AgentDescription, &f.Position, &f.Active, &f.Required,
		&f.TitleInPortal, &f.VisibleInPortal, &f.EditableInPortal, &f.RequiredInPortal, &f.Regexp, &f.Tag, &f.Target,
		&created, &updated)
	f.CreatedAt, f.UpdatedAt = fromMicros(created), fromMicros(updated)
	return f, err
}

// Fields lists the ticket fields by position, each with its options by position.
func (tx *Tx) Fields(ctx context.Context) ([]desk.TicketField, error) {
	fields, err := queryAll(ctx, tx, scanField, `
		select `+fieldColumns+` from ticket_fields where account_id = $1 order by position, field_id`, tx.account)
	if err != nil {
		return nil, err
	}
	options, err := tx.optionsByField(ctx)
	for i := range fields {
		fields[i].Options = options[fields[i].ID]
	}
	return fields, err
}

// Field reads one ticket field with its options.
func (tx *Tx) Field(ctx context.Context, id desk.FieldID) (desk.TicketField, error) {
	f, err := queryOne(ctx, tx, scanField, `
		select `+fieldColumns+` from ticket_fields where account_id = $1 and field_id = $2`, tx.account, id)
	if err != nil {
		return f, err
	}
	f.Options, err = tx.options(ctx, id)
	return f, err
}

// InsertField stores a new ticket field with its options; without a position it comes last.
func (tx *Tx) InsertField(ctx context.Context, f *desk.TicketField) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	if f.Position <= 0 {
		last, err := tx.lastPosition(ctx, "ticket_fields")
		if err != nil {
			return err
		}
		f.Position = last
	}
	stamp(tx, &f.ID, &f.CreatedAt, &f.UpdatedAt)
	_, err := tx.Exec(ctx, `
		insert into ticket_fields (account_id, `+fieldColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		tx.account, f.ID, f.Type, f.Title, f.Description, f.AgentDescription, f.Position, f.Active, f.Required, f.TitleInPortal,
		f.VisibleInPortal, f.EditableInPortal, f.RequiredInPortal, f.Regexp, f.Tag, f.Target,
		micros(f.CreatedAt), micros(f.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.replaceOptions(ctx, f)
}

// UpdateField stores a ticket field and replaces its options; an option whose value stays keeps its id. The type stays.
func (tx *Tx) UpdateField(ctx context.Context, f *desk.TicketField) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	before, err := tx.Field(ctx, f.ID)
	if err != nil {
		return err
	}
	f.Type = before.Type
	f.UpdatedAt = tx.now()
	_, err = tx.Exec(ctx, `
		update ticket_fields set title = $3, description = $4, agent_description = $5, position = $6, active = $7, required = $8,
			title_in_portal = $9, visible_in_portal = $10, editable_in_portal = $11, required_in_portal = $12, pattern = $13,
			tag = $14, target = $15, updated_at = $16
		where account_id = $1 and field_id = $2`,
		tx.account, f.ID, f.Title, f.Description, f.AgentDescription, f.Position, f.Active, f.Required, f.TitleInPortal,
		f.VisibleInPortal, f.EditableInPortal, f.RequiredInPortal, f.Regexp, f.Tag, f.Target, micros(f.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.replaceOptions(ctx, f)
}

// DeleteField removes a field, its options, its place on forms and what tickets say in it.
func (tx *Tx) DeleteField(ctx context.Context, id desk.FieldID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	err := requireRow(tx.Exec(ctx, `delete from ticket_fields where account_id = $1 and field_id = $2`, tx.account, id))
	if err != nil {
		return err
	}
	for _, table := range []string{"ticket_values", "field_options"} {
		if _, err := tx.Exec(ctx, `delete from `+table+` where account_id = $1 and field_id = $2`, tx.account, id); err != nil {
			return err
		}
	}
	forms, err := tx.Forms(ctx)
	for _, form := range forms {
		if i := slices.Index(form.Fields, id); i >= 0 && err == nil {
			form.Fields = slices.Delete(form.Fields, i, i+1)
			err = tx.UpdateForm(ctx, &form)
		}
	}
	return err
}

// ReorderFields puts the named fields first, in that order.
func (tx *Tx) ReorderFields(ctx context.Context, ids []desk.FieldID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return tx.reorder(ctx, "ticket_fields", "field_id", int64s(ids))
}
