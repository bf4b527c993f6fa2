package store

import (
	"context"

	"interdesk/desk"
)

const optionColumns = `option_id, field_id, name, value, position, is_default`

type ownedOption struct {
	field  desk.FieldID
	option desk.FieldOption
}

func scanOption(row scanner) (o ownedOption, err error) {
	err = row.Scan(&o.option.ID, &o.field, &o.option.Name, &o.option.Value, &o.option.Position, &o.option.Default)
	return o, err
}

func (tx *Tx) optionsByField(ctx context.Context) (map[desk.FieldID][]desk.FieldOption, error) {
	all, err := queryAll(ctx, tx, scanOption, `
		select `+optionColumns+` from field_options where account_id = $1 order by field_id, position, option_id`, tx.account)
	out := map[desk.FieldID][]desk.FieldOption{}
	for _, o := range all {
		out[o.field] = append(out[o.field], o.option)
	}
	return out, err
}

func (tx *Tx) options(ctx context.Context, id desk.FieldID) ([]desk.FieldOption, error) {
	return queryAll(ctx, tx, func(row scanner) (desk.FieldOption, error) {
		o, err := scanOption(row)
		return o.option, err
	}, `
		select `+optionColumns+` from field_options
		where account_id = $1 and field_id = $2 order by position, option_id`, tx.account, id)
}

// replaceOptions makes the stored options those of f, in their order, and fills in their ids.
func (tx *Tx) replaceOptions(ctx context.Context, f *desk.TicketField) error {
	before, err := tx.options(ctx, f.ID)
	if err != nil {
		return err
	}
	known := make(map[string]desk.FieldOption, len(before))
	for _, o := range before {
		known[o.Value] = o
	}
	for i := range f.Options {
		o := &f.Options[i]
		old, is := known[o.Value]
		delete(known, o.Value)
		o.ID, o.Position = old.ID, i+1
		if is && *o == old {
			continue
		}
		if err := tx.putOption(ctx, f.ID, o); err != nil {
			return err
		}
	}
	for _, o := range known {
		_, err := tx.Exec(ctx, `delete from field_options where account_id = $1 and option_id = $2`, tx.account, o.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) putOption(ctx context.Context, field desk.FieldID, o *desk.FieldOption) error {
	if o.ID == 0 {
		o.ID = desk.OptionID(tx.NewID())
	}
	_, err := tx.Exec(ctx, `
		insert into field_options (account_id, `+optionColumns+`) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (account_id, option_id) do update
		set name = excluded.name, position = excluded.position, is_default = excluded.is_default`,
		tx.account, o.ID, field, o.Name, o.Value, o.Position, o.Default)
	return err
}
