package inbound

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/upload"
)

// refusedMail is why a message is not let in.
type refusedMail struct {
	cause  desk.SuspensionCause
	reason string
	ticket desk.TicketID // that it wanted to update; 0 for a new one
}

// suspend keeps a message for somebody to look at.
func (t *taking) suspend(ctx context.Context, why refusedMail) error {
	m := &t.mail
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailSuspended, "suspended", why.reason, t.at
	if err := t.tx.UpdateMail(ctx, m); err != nil {
		return err
	}
	if err := t.leaveFiles(ctx); err != nil {
		return err
	}
	return t.tx.InsertSuspended(ctx, &desk.SuspendedTicket{
		Mail: m.ID, Cause: why.cause, Reason: why.reason, AuthorName: cut(t.author.Name, desk.MaxName), AuthorEmail: t.author.Email, Recipient: m.Recipient,
		Subject: m.Subject, Content: cut(t.message.Text, desk.MaxSuspendedContent), Ticket: why.ticket,
	})
}

// leaveFiles gives up the files that were stored for a ticket: as an upload that nobody claims they are cleared away. The
// source of the message has them.
func (t *taking) leaveFiles(ctx context.Context) error {
	token := upload.NewToken()
	for _, a := range t.attachments {
		if err := t.options.Uploads.Add(ctx, t.tx, token, &a, 0); err != nil {
			return err
		}
	}
	return nil
}

// suspendUnprocessable keeps a message that nothing could be made of, with its source. Repeating it does nothing.
func (s *Service) suspendUnprocessable(ctx context.Context, tx *store.Tx, id desk.MailID, p *Prepared, reason string) error {
	m, err := tx.LockMail(ctx, id)
	if desk.KindOf(err) == desk.NotFound || err == nil && m.State != desk.MailReceived {
		return nil
	}
	if err != nil {
		return err
	}
	kept := desk.SuspendedTicket{Mail: id, Cause: desk.SuspendUnprocessable, Reason: reason, AuthorEmail: m.Sender, Recipient: m.Recipient, Subject: "(unreadable)"}
	if p != nil && p.message != nil {
		kept.AuthorName, kept.AuthorEmail = cut(p.message.From.Name, desk.MaxName), strings.ToLower(p.message.From.Email)
		kept.Subject, kept.Content = cut(p.message.Subject, desk.MaxSubject), cut(p.message.Text, desk.MaxSuspendedContent)
		m.Subject, m.MessageID = kept.Subject, p.messageID()
	}
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailSuspended, "suspended", reason, s.clock()
	if err := tx.UpdateMail(ctx, &m); err != nil {
		return err
	}
	return tx.InsertSuspended(ctx, &kept)
}

// cut shortens a text to so many bytes of valid UTF-8 without zeros, which PostgreSQL does not take.
func cut(text string, most int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}
