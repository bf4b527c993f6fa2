package inbound

import (
	"context"

	"interdesk/desk"
)

// thread finds the ticket that a message answers: by the messages that it names, then by our tokens in it. 0 is none: it is
// about something new, or about a ticket that was deleted. The subject says nothing.
func (t *taking) thread(ctx context.Context) (desk.TicketID, error) {
	ticket, err := t.threadTicket(ctx)
	if err != nil || ticket == nil {
		return 0, err
	}
	return ticket.ID, nil
}

// threadTicket is thread with the ticket itself, which is read once.
func (t *taking) threadTicket(ctx context.Context) (*desk.Ticket, error) {
	if t.threaded {
		return t.ticket, nil
	}
	id, err := t.tx.ThreadOf(ctx, t.message.Answers())
	if err != nil {
		return nil, err
	}
	if id == 0 {
		id, _ = t.options.Tokens.Find(t.tx.Account(), t.message, t.mail.Recipient)
	}
	t.threaded = true
	if id == 0 {
		return nil, nil
	}
	if id, err = t.tx.MergedInto(ctx, id); err != nil {
		return nil, err
	}
	found, err := t.tx.Ticket(ctx, id)
	switch {
	case desk.KindOf(err) == desk.NotFound, err == nil && !found.DeletedAt.IsZero():
		return nil, nil
	case err != nil:
		return nil, err
	}
	t.ticket = &found
	return t.ticket, nil
}

// answersPrivate tells whether the message answers a mail of ours that told of a private comment: then so is the answer.
func (t *taking) answersPrivate(ctx context.Context) (bool, error) {
	for _, id := range t.message.InReplyTo {
		mails, err := t.tx.MailsWithMessageID(ctx, id)
		if err != nil {
			return false, err
		}
		for _, m := range mails {
			if m.Direction != desk.MailOut || m.Comment == 0 || t.ticket == nil || m.Ticket != t.ticket.ID {
				continue
			}
			c, err := t.tx.Comment(ctx, m.Ticket, m.Comment)
			if err != nil {
				return false, err
			}
			return !c.Public, nil
		}
	}
	return false, nil
}
