package ticket

import (
	"context"
	"fmt"
	"slices"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// readLetters reads what went out by mail about the ticket, by the update that it tells of, and whether anything can.
func (m *model) readLetters(c *ui.Call, tx *store.Tx) error {
	all, err := tx.MailsOf(c.Ctx(), m.Ticket.ID)
	if err != nil {
		return err
	}
	m.letters = map[desk.AuditID][]desk.Mail{}
	for _, l := range all {
		if l.Direction == desk.MailOut {
			m.letters[l.Audit] = append(m.letters[l.Audit], l)
		}
	}
	m.canMail, err = c.Mail.CanSend(c.Ctx(), tx)
	return err
}

// readSources reads by which mails comments came, whose sources admins may read.
func (m *model) readSources(c *ui.Call, tx *store.Tx) error {
	if !c.Frame.Admin() || !slices.ContainsFunc(m.comments, func(s desk.Comment) bool { return s.Via.Channel == desk.ChannelMail }) {
		return nil
	}
	all, err := tx.MailsOf(c.Ctx(), m.Ticket.ID)
	m.sources = map[desk.CommentID]desk.MailID{}
	for _, l := range all {
		if l.Direction == desk.MailIn && l.Comment != 0 && l.Blob != "" {
			m.sources[l.Comment] = l.ID
		}
	}
	return err
}

// lettersOf says what became of the letters about an update, or why there are none.
func (m *model) lettersOf(ctx context.Context, a *desk.Audit) (out []EventText) {
	for _, l := range m.letters[a.ID] {
		out = append(out, m.describeLetter(ctx, &l))
	}
	if len(out) > 0 || m.canMail {
		return out
	}
	for i := range a.Events {
		if t := a.Events[i].Type; t == desk.EventNotification || t == desk.EventGroupNotice {
			return []EventText{{icon: "mail-off", Words: text.T(ctx, "ticket.letter.none")}}
		}
	}
	return nil
}

func (m *model) describeLetter(ctx context.Context, l *desk.Mail) EventText {
	who := l.Recipient
	if name := m.Names.User(ctx, l.User); l.User != 0 && name != "" {
		who = name
	}
	e := EventText{icon: "mail", Words: text.T(ctx, "ticket.letter."+string(l.State), who)}
	switch {
	case l.State == desk.MailSent:
		e.icon = "mail-check"
	case l.State != desk.MailQueued:
		e.icon = "mail-off"
	}
	if l.Reason != "" {
		e.Words += " " + l.Reason
	}
	if l.Blob != "" {
		e.Source = fmt.Sprintf("%s/mails/%d", Path(l.Ticket), l.ID)
	}
	return e
}

// peopleWritten are those whom letters went to.
func (m *model) peopleWritten() (ids []desk.UserID) {
	for _, all := range m.letters {
		for _, l := range all {
			ids = append(ids, l.User)
		}
	}
	return ids
}

// showSource gives the source of a mail about the ticket, in or out, as a file. It may hold what only admins should read: tokens,
// links, people's addresses.
func showSource(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	number, err := c.ID("mail")
	if err != nil {
		return err
	}
	var l desk.Mail
	err = c.Read(func(tx *store.Tx) error {
		l, err = tx.Mail(c.Ctx(), desk.MailID(number))
		return err
	})
	if err != nil {
		return err
	}
	if l.Ticket != id || l.Blob == "" {
		return desk.Missing()
	}
	return c.ServeSource(l.Blob, fmt.Sprintf("ticket-%d-mail-%d.eml", id, number))
}
