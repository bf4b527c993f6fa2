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

// MergedFrom lists tickets that were merged into a ticket, the newest first, so many at most.
func (tx *Tx) MergedFrom(ctx context.Context, into desk.TicketID, limit int) ([]desk.TicketID, error) {
	return queryAll(ctx, tx, func(row scanner) (id desk.TicketID, err error) {
		err = row.Scan(&id)
		return id, err
	}, `
		select ticket_id from ticket_merges`+tx.IndexedBy("ticket_merges_into")+`
		where account_id = $1 and into_id = $2 order by ticket_id desc limit $3`, tx.account, into, limit)
}
