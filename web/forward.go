package web

import "interdesk/web/ui"

// forwardTicket leads from the short address of a ticket to the page on which the visitor reads it, if there is one.
func forwardTicket(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	page := "/requests/"
	if c.User.Role.Staff() {
		page = "/agent/tickets/"
	}
	return c.Redirect(page + ui.IDText(id))
}
