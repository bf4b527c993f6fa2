package api

import (
	"interdesk/desk"
	"interdesk/store"
)

// searchRequests searches the tickets that the caller may see, and shows them as requests.
func (c *call) searchRequests() error {
	var q store.SearchQuery
	return answerList(c, listSpec[desk.Ticket]{
		key: "requests",
		page: func(tx *store.Tx, p store.Page) (_ store.Listed[desk.Ticket], err error) {
			if q, err = c.searchQuery(tx, "ticket"); err != nil {
				return store.Listed[desk.Ticket]{}, err
			}
			q.Page = p
			found, err := tx.SearchTickets(c.ctx(), q)
			return found, asSearchFailure(err)
		},
		count: func(tx *store.Tx) (int, error) {
			n, err := tx.CountSearchedTickets(c.ctx(), q)
			return n.N, asSearchFailure(err)
		},
		show: c.showRequests,
	})
}
