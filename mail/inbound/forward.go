package inbound

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/ticketing"
)

// forwarded reads a customer's mail that staff have handed on to the desk. Only a new ticket is made of one.
func (t *taking) forwarded(s standing, ticket *desk.Ticket) (message.Forward, bool) {
	if !s.staff || ticket != nil || !message.IsForward(t.message.Subject) {
		return message.Forward{}, false
	}
	f, ok := message.Forwarded(t.message.Text, t.message.HTML)
	if _, valid := desk.NormalizeEmail(f.From.Email); !ok || !valid || t.ours(f.From.Email) || strings.TrimSpace(f.Text) == "" && strings.TrimSpace(f.HTML) == "" {
		return f, false
	}
	return f, true
}

// takeForward makes a ticket of what the customer wrote, in their name; what the agent wrote above it is a private note.
func (t *taking) takeForward(ctx context.Context, s standing, f message.Forward) (desk.Applied, error) {
	actor, err := t.actor(ctx, &s)
	if err != nil {
		return desk.Applied{}, err
	}
	email, _ := desk.NormalizeEmail(f.From.Email)
	customer, err := ticketing.PersonAt(ctx, t.tx, email, cut(f.From.Name, desk.MaxName))
	if err != nil {
		return desk.Applied{}, err
	}
	note := words{text: f.Note, html: bodyHTML(f.NoteHTML, t.sources)}
	c, note, err := t.command(ctx, actor, note)
	if err != nil {
		return desk.Applied{}, err
	}
	t.flag(desk.FlagOnBehalf)
	u := desk.Update{Account: t.tx.Account(), Actor: actor, Vouched: true, Via: t.via(), Edits: desk.Edits{Requester: &customer.ID}}
	said := words{text: strings.TrimSpace(f.Text), html: bodyHTML(f.HTML, t.sources)}
	if err := t.open(ctx, &u, said); err != nil {
		return desk.Applied{}, err
	}
	if subject := strings.TrimSpace(f.Subject); subject != "" {
		u.Edits.Subject = ptr(shorten(subject))
	}
	if u.Comment, err = t.comment(ctx, said, true, actor.ID); err != nil {
		return desk.Applied{}, err
	}
	u.Comment.Author = customer.ID
	applied, err := t.apply(ctx, u, c)
	if err != nil || note.blank() {
		return applied, err
	}
	return applied, t.addNote(ctx, applied.Ticket.ID, actor, note)
}

// addNote is what an agent wrote above a mail that they handed on: for staff, unless they say otherwise.
func (t *taking) addNote(ctx context.Context, ticket desk.TicketID, actor desk.Actor, w words) error {
	w, public := w.bounded(), false
	_, err := t.options.Tickets.ApplyIn(ctx, t.tx, desk.Update{Account: t.tx.Account(), Ticket: ticket, Actor: actor, Vouched: true,
		Via:     desk.Via{Channel: desk.ChannelMail, From: t.author.Email, To: desk.PlainAddress(t.mail.Recipient)},
		Comment: &desk.NewComment{Body: w.text, HTML: w.html, Public: &public}})
	return err
}

func ptr[T any](v T) *T { return &v }
