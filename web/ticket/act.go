package ticket

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// config is the account's configuration as it is now.
func config(c *ui.Call) (cfg *desk.Config, err error) {
	err = c.Read(func(tx *store.Tx) (err error) {
		cfg, err = tx.Config(c.Ctx())
		return err
	})
	return cfg, err
}

// hide makes a public comment an internal note.
func hide(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	cfg, err := config(c)
	if err != nil {
		return err
	}
	if err := c.Tickets.Hide(c.Ctx(), c.Account.ID, c.Actor(cfg), c.Via(), id, desk.CommentID(comment)); err != nil {
		return err
	}
	c.Good(c.T("ticket.hidden"))
	return c.Go(Path(id) + "#c" + number(desk.CommentID(comment)))
}

// remove takes the ticket out of sight.
func remove(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	cfg, err := config(c)
	if err != nil {
		return err
	}
	if err := c.Tickets.Delete(c.Ctx(), c.Account.ID, c.Actor(cfg), c.Via(), id); err != nil {
		return err
	}
	c.Good(c.T("ticket.deleted", "#"+number(id)))
	return c.Go("/agent")
}
