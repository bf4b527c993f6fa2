package inbound

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/store"
)

// Resume lets automatic mail about a ticket go to an address again, after its correspondence was paused. The ticket's history says who
// did it. One that is not paused is left as it is.
func (s *Service) Resume(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, address string) error {
	if !by.Role.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents resume mail")
	}
	if _, err := tx.LockTicket(ctx, ticket); err != nil {
		return err
	}
	c, err := tx.Correspondence(ctx, ticket, address)
	if err != nil || !c.Paused() {
		return err
	}
	c.Resume(by.ID, s.clock())
	if err := tx.SaveCorrespondence(ctx, &c); err != nil {
		return err
	}
	_, err = s.options.Tickets.ApplyIn(ctx, tx, desk.Update{
		Account: tx.Account(), Ticket: ticket, Actor: desk.Actor{System: true}, Via: desk.Via{Channel: desk.ChannelWeb},
		Edits: desk.Edits{Remarks: []desk.Remark{{Type: desk.EventMail, Message: fmt.Sprintf("%s lets automatic mail go to %s again.", by.Name, c.Address)}}},
	})
	return err
}
