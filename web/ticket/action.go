package ticket

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// readConfig is the account's configuration as it is now.
func readConfig(c *ui.Call) (cfg *desk.Config, err error) {
	err = c.Read(func(tx *store.Tx) (err error) {
		cfg, err = tx.Config(c.Ctx())
		return err
	})
	return cfg, err
}

// hideComment makes a public comment an internal note.
func hideComment(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	cfg, err := readConfig(c)
	if err != nil {
		return err
	}
	if err := c.Tickets.Hide(c.Ctx(), c.Account.ID, c.Actor(cfg), c.Via(), id, desk.CommentID(comment)); err != nil {
		return err
	}
	c.ToastSuccess(c.T("ticket.hidden"))
	return c.Redirect(Path(id) + "#c" + number(desk.CommentID(comment)))
}

// removeTicket takes the ticket out of sight.
func removeTicket(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	cfg, err := readConfig(c)
	if err != nil {
		return err
	}
	if err := c.Tickets.Delete(c.Ctx(), c.Account.ID, c.Actor(cfg), c.Via(), id); err != nil {
		return err
	}
	c.ToastDeleted(c.T("ticket.deleted", "#"+number(id)), id)
	return c.Redirect("/agent")
}

// markAsSpam takes the ticket out of sight and suspends its requester. Undoing a half of that is no offer: the trash has the ticket.
func markAsSpam(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	cfg, err := readConfig(c)
	if err != nil {
		return err
	}
	if err := c.Tickets.Spam(c.Ctx(), c.Account.ID, c.Actor(cfg), c.Via(), id); err != nil {
		return err
	}
	c.ToastSuccess(c.T("ticket.spam.done", "#"+number(id)))
	return c.Redirect("/agent")
}

// spammable tells whether the ticket's requester is one who can be suspended for it: no colleague, and nobody of a partner.
func (m *model) spammable() bool {
	u := m.Names.Users[m.Ticket.Requester]
	return u.Active && u.Role == desk.EndUser && u.Foreign == 0
}
