package api

import (
	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
)

// autocompleteProblems finds problems by words of their subjects, of which the last may be a beginning. The text stands in the
// query or in the body.
func (c *call) autocompleteProblems() error {
	text, err := c.nameTyped("text")
	if err != nil {
		return err
	}
	asked := search.Query{Type: search.Ticket, Typing: true, Terms: []search.Term{
		{Key: "ticket_type", Op: ":", Value: string(desk.Problem)}, {Key: "subject", Op: ":", Value: text + "*"}}}
	return c.readOK(func(tx *store.Tx) (object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		found, err := tx.SearchTickets(c.ctx(), store.SearchQuery{Page: store.Page{Limit: pageSize}, Search: asked, Config: cfg, Viewer: c.actor(cfg), At: c.Clock()})
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "tickets", found.Items, c.showTickets)
	})
}
