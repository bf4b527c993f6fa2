package inbound

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/mail/message"
)

// takeBounces notes which of our mails did not arrive, and is done with a message that says no more than that. Only what
// speaks of a mail that we sent to that address counts, so that nobody can have somebody else's address taken for dead.
func (t *taking) takeBounces(ctx context.Context) (done bool, err error) {
	if t.origin.Kind != message.Undelivered {
		return false, nil
	}
	for _, b := range t.message.Bounces() {
		sent, found, err := t.sentMail(ctx, b)
		if err != nil {
			return false, err
		}
		if !found {
			continue
		}
		done = true
		if err := t.noteBounce(ctx, b, sent); err != nil {
			return false, err
		}
	}
	if !done {
		return false, nil
	}
	m := &t.mail
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailProcessed, "bounce", t.origin.Reason, t.at
	return true, t.tx.UpdateMail(ctx, m)
}

// sentMail finds the mail of ours that a server speaks of: by its id, else as the last one to that address about the ticket that
// the bounce's own recipient names. Both are words that only who had the mail can know.
func (t *taking) sentMail(ctx context.Context, b message.Bounce) (desk.Mail, bool, error) {
	if b.MessageID != "" {
		all, err := t.tx.MailsWithMessageID(ctx, b.MessageID)
		if err != nil {
			return desk.Mail{}, false, err
		}
		for _, m := range all {
			if m.Direction == desk.MailOut && (b.Recipient == "" || strings.EqualFold(m.Recipient, b.Recipient)) {
				return m, true, nil
			}
		}
	}
	ticket, ok := t.options.Tokens.InAddress(t.tx.Account(), t.mail.Recipient)
	if !ok || b.Recipient == "" {
		return desk.Mail{}, false, nil
	}
	all, err := t.tx.MailsOf(ctx, ticket)
	for _, m := range slices.Backward(all) {
		if m.Direction == desk.MailOut && strings.EqualFold(m.Recipient, b.Recipient) {
			return m, true, err
		}
	}
	return desk.Mail{}, false, err
}

// noteBounce tells the mail, the address and the ticket. A mail that is only late, or did arrive, changes nothing.
func (t *taking) noteBounce(ctx context.Context, b message.Bounce, sent desk.Mail) error {
	t.mail.Ticket = sent.Ticket
	if b.Delivered || b.Kind == message.BounceDelayed || sent.State == desk.MailBounced {
		return nil
	}
	reason := cut(strings.TrimSpace(b.Status+" "+b.Diagnostic), desk.MaxName*4)
	sent.State, sent.Cause, sent.Reason, sent.DoneAt = desk.MailBounced, string(b.Kind), reason, t.at
	if err := t.tx.UpdateMail(ctx, &sent); err != nil {
		return err
	}
	if err := t.noteUndelivered(ctx, b, sent.Recipient, reason); err != nil || sent.Ticket == 0 {
		return err
	}
	return t.remark(ctx, sent.Ticket, desk.EventError, fmt.Sprintf("Mail to %s did not arrive: %s", sent.Recipient, bounceSentence(b, reason)))
}

func (t *taking) noteUndelivered(ctx context.Context, b message.Bounce, address, reason string) error {
	if b.Permanent {
		return t.tx.SetDeliverable(ctx, address, desk.Undeliverable, reason)
	}
	return t.tx.CountUndelivered(ctx, address, reason)
}

// bounceWords say what a kind of bounce means.
var bounceWords = map[message.BounceKind]string{
	message.BounceUnknown:  "there is no such address",
	message.BounceFull:     "the mailbox is full",
	message.BounceRefused:  "the other server refused it",
	message.BounceTooLarge: "it is too large for the other server",
	message.BounceRelay:    "the other server could not be reached",
}

func bounceSentence(b message.Bounce, reason string) string {
	words := bounceWords[b.Kind]
	switch {
	case words == "":
		return reason
	case reason == "":
		return words
	}
	return words + " (" + reason + ")"
}

// remark puts a sentence of the desk itself into a ticket's history.
func (t *taking) remark(ctx context.Context, ticket desk.TicketID, kind desk.EventType, words string) error {
	_, err := t.options.Tickets.ApplyIn(ctx, t.tx, desk.Update{
		Account: t.tx.Account(), Ticket: ticket, Actor: desk.Actor{System: true}, Via: t.via(),
		Edits: desk.Edits{Remarks: []desk.Remark{{Type: kind, Message: words}}},
	})
	if desk.KindOf(err) == desk.NotFound {
		return nil // the ticket was deleted
	}
	return err
}
