package suspended

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/mail/suspended"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/markup"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// messageModel is a message to be read.
type messageModel struct {
	suspended.Letter
	body   markup.Body
	images bool        // pictures from elsewhere were asked for
	ticket desk.Ticket // that it wanted to update; without id: none that is there
	as     string      // address in whose name to recover it, as it was typed
	faults ui.Faults
}

func showMessage(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return messageAnswer(c, 0, desk.SuspendedID(id), messageModel{})
}

// messageAnswer shows a message; with faults, why nothing was done with it.
func messageAnswer(c *ui.Call, status int, id desk.SuspendedID, m messageModel) (err error) {
	if m.Letter, err = c.Suspended.Read(c.Ctx(), c.Account.ID, c.User, id); err != nil {
		return err
	}
	m.images = c.Value("images") == "1"
	said := bodyOf(&m.Letter)
	m.body = markup.BodyOf(said.Body, said.HTML, c.T("markup.quoted"))
	if m.SuspendedTicket.Ticket != 0 {
		if err = m.readTicket(c); err != nil {
			return err
		}
	}
	return c.Show(ui.Page{Title: subject(c.Ctx(), &m.SuspendedTicket), Current: "suspended", Status: status, Body: messagePage(&m)})
}

// readTicket reads the ticket that the message wanted to update, unless it is gone.
func (m *messageModel) readTicket(c *ui.Call) error {
	return c.Read(func(tx *store.Tx) error {
		t, err := tx.Ticket(c.Ctx(), m.SuspendedTicket.Ticket)
		if desk.KindOf(err) == desk.NotFound || err == nil && !t.DeletedAt.IsZero() {
			return nil
		}
		m.ticket = t
		return err
	})
}

// bodyOf is what a message says, cleaned as a comment's. Of one that cannot be read only what was kept beside it.
func bodyOf(l *suspended.Letter) *desk.Comment {
	if l.Message == nil {
		return &desk.Comment{Body: l.Content}
	}
	return &desk.Comment{Body: l.Message.Text, HTML: ticketing.CleanHTML(l.Message.HTML)}
}

// showBody is the HTML of a message in the frame that lets it do nothing.
func showBody(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	l, err := c.Suspended.Read(c.Ctx(), c.Account.ID, c.User, desk.SuspendedID(id))
	if err != nil {
		return err
	}
	return markup.ServeFrame(c, bodyOf(&l))
}

// showSource gives the source of a message as a file.
func showSource(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var m desk.Mail
	err = c.Read(func(tx *store.Tx) error {
		kept, err := tx.Suspended(c.Ctx(), desk.SuspendedID(id))
		if err == nil {
			m, err = tx.Mail(c.Ctx(), kept.Mail)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ServeSource(m.Blob, fmt.Sprintf("suspended-%d.eml", id))
}

// files are the names of what came with a message.
func (m *messageModel) files() []message.Part {
	if m.Message == nil {
		return nil
	}
	return m.Message.Files
}

// recoverable: mail of the desk itself would answer itself, and of what cannot be read nothing can be made.
func (m *messageModel) recoverable() bool {
	return m.Cause != desk.SuspendFromSupportAddress && m.Message != nil
}

// blockable: the message says who sent it, and that is not the desk itself.
func (m *messageModel) blockable() bool {
	return m.Cause != desk.SuspendFromSupportAddress && domain(m.AuthorEmail) != ""
}

// outlook is what becomes of a message that is recovered, or why it cannot be.
func (m *messageModel) outlook(ctx context.Context) string {
	switch {
	case m.Cause == desk.SuspendFromSupportAddress:
		return text.T(ctx, "suspended.outlook.own")
	case m.Message == nil:
		return text.T(ctx, "suspended.outlook.unreadable")
	case m.ticket.ID != 0:
		return text.T(ctx, "suspended.outlook.comment", m.ticket.ID)
	}
	return text.T(ctx, "suspended.outlook.ticket")
}

// asHint is the key of what is said of the address in whose name a message is recovered.
func (m *messageModel) asHint() string {
	if m.AuthorEmail == "" {
		return "suspended.as.hint.nobody"
	}
	return "suspended.as.hint"
}

func fileName(ctx context.Context, p message.Part) string {
	if p.FileName == "" {
		return text.T(ctx, "suspended.file.unnamed")
	}
	return p.FileName
}
