package ticket

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/markup"
	"interdesk/web/ui"
)

// showBody is the HTML of one comment as a document of its own.
func showBody(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	var m desk.Comment
	err = c.Read(func(tx *store.Tx) (err error) {
		if err = tx.RequireTicket(c.Ctx(), id); err == nil {
			m, err = tx.Comment(c.Ctx(), id, desk.CommentID(comment))
		}
		return err
	})
	if err != nil {
		return err
	}
	return markup.ServeFrame(c, &m)
}
