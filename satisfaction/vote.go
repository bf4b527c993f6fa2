package satisfaction

import (
	"context"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
)

// Opened is what a link is about.
type Opened struct {
	Ticket    desk.Ticket
	Requester desk.User
}

// Open finds the ticket of a link and who rates it, and changes nothing. NotFound: the link is over, it is none of ours, or its
// ticket has another requester by now or is gone.
func Open(ctx context.Context, tx *store.Tx, a *access.Service, token string) (o Opened, err error) {
	ticket, user, err := a.LinkedRater(tx.Account(), token)
	if err != nil {
		return o, err
	}
	if o.Ticket, err = tx.Ticket(ctx, ticket); err != nil {
		return o, err
	}
	if o.Ticket.Requester != user {
		return o, desk.Missing()
	}
	o.Requester, err = tx.User(ctx, user)
	if err == nil && (!o.Requester.Active || o.Requester.Suspended) {
		err = desk.Missing()
	}
	return o, err
}

// Vote rates a ticket in its requester's name. whence says by which door and program.
func Vote(ctx context.Context, tx *store.Tx, tickets *ticketing.Service, ticket desk.TicketID, by desk.User, v desk.Vote, whence desk.Update) (desk.Applied, error) {
	u := whence
	u.Account, u.Ticket, u.Edits = tx.Account(), ticket, desk.Edits{Rate: &v}
	ticketing.SpeakFor(&u, by)
	return tickets.ApplyIn(ctx, tx, u)
}
