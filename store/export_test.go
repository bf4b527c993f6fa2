package store

import (
	"context"

	"interdesk/desk"
)

// Scanned reads a page of a view along an index, whatever the engine, where one is tried at all; whole tells that it led to a page.
func (tx *Tx) Scanned(ctx context.Context, q ViewQuery) (out Listed[desk.Ticket], whole bool, err error) {
	g := pageReader{tx: tx, at: map[desk.TicketID][]any{}}
	c, err := tx.viewClause(q)
	if err == nil {
		whole, err = g.indexScan(ctx, q.Page, c, viewKeys(q.Config, q.Output))
	}
	return g.listed(q.Page), whole, err
}

// Sorted reads a page of a view by one statement.
func (tx *Tx) Sorted(ctx context.Context, q ViewQuery) (Listed[desk.Ticket], error) {
	g := pageReader{tx: tx, at: map[desk.TicketID][]any{}}
	c, err := tx.viewClause(q)
	if err == nil {
		err = g.sortRows(ctx, q.Page, c, viewKeys(q.Config, q.Output))
	}
	return g.listed(q.Page), err
}
