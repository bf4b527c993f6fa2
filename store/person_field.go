package store

import (
	"context"

	"interdesk/desk"
)

const personFieldColumns = `field_id, kind, field_key, position, definition, created_at, updated_at`

func scanPersonField(row scanner) (f desk.PersonField, err error) {
	var definition string
	var created, updated int64
	var id desk.FieldID
	var position int
	if err := row.Scan(&id, &f.Of, &f.Key, &position, &definition, &created, &updated); err != nil {
		return f, err
	}
	err = fromJSON(definition, "definition of a field", &f.TicketField)
	f.ID, f.Position, f.CreatedAt, f.UpdatedAt = id, position, fromMicros(created), fromMicros(updated)
	return f, err
}

// PersonFields lists the fields of people and organizations, each kind by position.
func (tx *Tx) PersonFields(ctx context.Context) ([]desk.PersonField, error) {
	return queryAll(ctx, tx, scanPersonField, `
		select `+personFieldColumns+` from person_fields where account_id = $1 order by kind, position, field_id`, tx.account)
}

// PersonField reads one field of a kind of person.
func (tx *Tx) PersonField(ctx context.Context, kind desk.PersonKind, id desk.FieldID) (desk.PersonField, error) {
	return queryOne(ctx, tx, scanPersonField, `
		select `+personFieldColumns+` from person_fields where account_id = $1 and field_id = $2 and kind = $3`, tx.account, id, kind)
}

// InsertPersonField stores a new field; without a position it comes last. A taken key is an Invalid error of it.
func (tx *Tx) InsertPersonField(ctx context.Context, f *desk.PersonField) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	if f.Position <= 0 {
		err := tx.QueryRow(ctx, `
			select coalesce(max(position), 0) + 1 from person_fields where account_id = $1 and kind = $2`, tx.account, f.Of).Scan(&f.Position)
		if err != nil {
			return err
		}
	}
	stamp(tx, &f.ID, &f.CreatedAt, &f.UpdatedAt)
	tx.numberOptions(f)
	definition, err := toJSON(f.TicketField)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into person_fields (account_id, `+personFieldColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.account, f.ID, f.Of, f.Key, f.Position, definition, micros(f.CreatedAt), micros(f.UpdatedAt))
	return uniqueFault(err, "field_key", "key", "Key: has already been taken")
}

// numberOptions gives new options their ids, and all of them their places.
func (tx *Tx) numberOptions(f *desk.PersonField) {
	for i := range f.Options {
		if f.Options[i].Position = i + 1; f.Options[i].ID == 0 {
			f.Options[i].ID = desk.OptionID(tx.NewID())
		}
	}
}

// UpdatePersonField stores a field anew; its kind, key and type stay.
func (tx *Tx) UpdatePersonField(ctx context.Context, f *desk.PersonField) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	f.UpdatedAt = tx.now()
	tx.numberOptions(f)
	definition, err := toJSON(f.TicketField)
	if err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		update person_fields set position = $3, definition = $4, updated_at = $5 where account_id = $1 and field_id = $2`,
		tx.account, f.ID, f.Position, definition, micros(f.UpdatedAt)))
}

// DeletePersonField removes a field. What people said in it is not shown any more, and is gone with their next change.
func (tx *Tx) DeletePersonField(ctx context.Context, id desk.FieldID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `delete from person_fields where account_id = $1 and field_id = $2`, tx.account, id))
}
