package store

import (
	"context"

	"interdesk/desk"
)

// FieldUse counts the tickets that say something in a custom field or, with values, one of them; it counts to limit.
func (tx *Tx) FieldUse(ctx context.Context, id desk.FieldID, values []string, limit int) (n int, err error) {
	c := &clause{}
	c.and(`v.account_id = ? and v.field_id = ?`, tx.account, id)
	if len(values) > 0 {
		c.text = append(c.text, "v.value in ("+placeholders(c, values)+")")
	}
	err = tx.QueryRow(ctx, `
		select count(*) from (
			select distinct v.ticket_id from ticket_values v where `+c.where()+` limit `+c.bind("?", limit)+`
		) used`, c.args...).Scan(&n)
	return n, err
}
