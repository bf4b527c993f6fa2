package store

import (
	"context"

	"interdesk/desk"
)

// SortedWhere reads a page of a view by one statement that leaves to the database how.
func (tx *Tx) SortedWhere(ctx context.Context, q ViewQuery) (Listed[desk.Ticket], error) {
	c, err := tx.viewClause(q)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	return tx.sortedPage(ctx, q.Page, c, viewKeys(q.Config, q.Output))
}

// What tests ask about the columns of tickets.
const (
	TicketColumns = ticketColumns
	WholeTicket   = wholeTicket
)

func TicketNames() []string { return ticketNames() }

// MailsByMessageID is how messages are found by the id in their header.
const MailsByMessageID = mailsByMessageID
