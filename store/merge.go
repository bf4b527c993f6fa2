package store

import (
	"context"
	"errors"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// InsertMerge notes that a ticket was merged into another.
func (tx *Tx) InsertMerge(ctx context.Context, id, into desk.TicketID) error {
	_, err := tx.Exec(ctx, `insert into ticket_merges (account_id, ticket_id, into_id) values ($1, $2, $3)`, tx.account, id, into)
	return err
}

// maxMerges is how many merges in a row are followed.
const maxMerges = 20

// MergedInto tells where a ticket's conversation goes on after merges; the ticket itself when it was not merged.
func (tx *Tx) MergedInto(ctx context.Context, id desk.TicketID) (desk.TicketID, error) {
	for range maxMerges {
		var into desk.TicketID
		err := tx.QueryRow(ctx, `select into_id from ticket_merges where account_id = $1 and ticket_id = $2`, tx.account, id).Scan(&into)
		if errors.Is(err, sqldb.ErrNoRows) {
			break
		}
		if err != nil {
			return id, err
		}
		id = into
	}
	return id, nil
}
