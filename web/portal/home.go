package portal

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// recent is how many requests the home page shows.
const recent = 5

// homeModel is where customers begin.
type homeModel struct {
	requests []desk.Ticket
	waiting  int // for the reader
}

func (p *portal) showHome(c *ui.Call) error {
	var m homeModel
	if c.User.ID != 0 {
		err := c.Read(func(tx *store.Tx) error {
			q := requestsOf(c.User.ID)
			q.Limit = recent
			found, err := tx.TicketList(c.Ctx(), q)
			if err != nil {
				return err
			}
			m.requests = found.Items
			q.Statuses = statesOf("waiting")
			waiting, err := tx.TicketCount(c.Ctx(), q)
			m.waiting = waiting.N
			return err
		})
		if err != nil {
			return err
		}
	}
	return c.Show(ui.Page{Title: c.T("portal.home"), Shell: ui.Portal, Current: "home", Body: homePage(m)})
}
