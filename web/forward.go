package web

import (
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// forwardTicket leads from the short address of a ticket to the page on which the visitor reads it.
func forwardTicket(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	page := "/requests/"
	if c.User.Role.Staff() {
		page = "/agent/tickets/"
	}
	if err := c.Read(func(tx *store.Tx) error {
		_, err := tx.Ticket(c.Ctx(), desk.TicketID(id))
		return err
	}); err != nil && c.User.ID != 0 {
		return err
	}
	return c.Redirect(page + strconv.FormatInt(id, 10))
}
