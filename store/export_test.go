package store

import (
	"context"

	"interdesk/desk"
)

// Walked reads a page of a view by a walk, whatever the engine, where one is tried at all; whole tells that it led to a page.
func (tx *Tx) Walked(ctx context.Context, q ViewQuery) (out Listed[desk.Ticket], whole bool, err error) {
	g := gathered{tx: tx, at: map[desk.TicketID][]any{}}
	c, err := tx.viewClause(q)
	if err == nil {
		whole, err = g.walk(ctx, q.Page, c, viewKeys(q.Config, q.Output))
	}
	return g.listed(q.Page), whole, err
}

// Sorted reads a page of a view by one statement.
func (tx *Tx) Sorted(ctx context.Context, q ViewQuery) (Listed[desk.Ticket], error) {
	g := gathered{tx: tx, at: map[desk.TicketID][]any{}}
	c, err := tx.viewClause(q)
	if err == nil {
		err = g.sort(ctx, q.Page, c, viewKeys(q.Config, q.Output))
	}
	return g.listed(q.Page), err
}
