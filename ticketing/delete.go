package ticketing

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Delete takes a ticket out of sight. Partners it is shared with are told first: the desk that shared it stops sharing,
// and a received one answers 410 from then on (nhd §8).
func (s *Service) Delete(ctx context.Context, account desk.AccountID, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.DeleteIn(ctx, tx, actor, via, id) })
}

// DeleteIn deletes within the caller's transaction.
func (s *Service) DeleteIn(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	if !actor.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents delete tickets")
	}
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	var live []desk.AgreementID
	for _, share := range t.Shares {
		if share.Active() {
			live = append(live, share.Agreement)
		}
	}
	if len(live) > 0 {
		u := desk.Update{Account: tx.Account(), Ticket: id, Actor: actor, Via: via, Edits: desk.Edits{Unshare: live}}
		if _, err := s.ApplyIn(ctx, tx, u); err != nil {
			return err
		}
	}
	return tx.DeleteTicket(ctx, id, s.clock())
}
