package store

import (
	"context"

	"interdesk/desk"
	"interdesk/search"
)

// What is changed is noted in search_due, in the change's own transaction, and indexed soon after: see RunSearchIndexer.
// Until then a search looks at the texts of what is noted there themselves.

const indexerSignal = "search due"

// searchDue is a note of something that is to be indexed.
type searchDue struct {
	account, ticket, id int64
	altered             bool  // something is no longer as it was
	comment             int64 // only this; 0: the whole ticket, or one place
	place               search.Place
	gone                string // what stood in that place
}

// indexTicket notes that a ticket is new, or about to be deleted.
func (tx *Tx) indexTicket(ctx context.Context, id desk.TicketID, deleted bool) error {
	if !deleted {
		tx.inserted = append(tx.inserted, id)
	}
	return tx.noteDue(ctx, searchDue{ticket: int64(id), altered: deleted})
}

// indexComment notes that a comment, or a file on it, is new. A ticket that is new in this transaction is noted already.
func (tx *Tx) indexComment(ctx context.Context, ticket desk.TicketID, comment desk.CommentID) error {
	for _, id := range tx.inserted {
		if id == ticket {
			return nil
		}
	}
	return tx.noteDue(ctx, searchDue{ticket: int64(ticket), comment: int64(comment)})
}

// indexChange notes that a ticket's title or tags are no longer what they were.
func (tx *Tx) indexChange(ctx context.Context, ticket desk.TicketID, place search.Place, gone string) error {
	return tx.noteDue(ctx, searchDue{ticket: int64(ticket), altered: true, place: place, gone: gone})
}

func (tx *Tx) noteDue(ctx context.Context, d searchDue) error {
	_, err := tx.Exec(ctx, `
		insert into search_due (account_id, altered, ticket_id, due_id, comment_id, place, gone) values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.account, d.altered, d.ticket, tx.NewID(), d.comment, int64(d.place), d.gone)
	if err == nil {
		tx.Notify(indexerSignal)
	}
	return err
}

func scanDue(row scanner) (d searchDue, err error) {
	err = row.Scan(&d.account, &d.altered, &d.ticket, &d.id, &d.comment, &d.place, &d.gone)
	return d, err
}

const dueColumns = `account_id, altered, ticket_id, due_id, comment_id, place, gone`
