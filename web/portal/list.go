package portal

import (
	"net/url"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
	"interdesk/web/ui"
)

// pageSize is how many requests stand on one page of the list.
const pageSize = 25

// listModel is a page of requests.
type listModel struct {
	whose  string // "" mine, "copied", "organization"
	filter string // "" all, "open", "waiting", "solved"
	search string
	shared bool // the reader's organization shares its requests
	people map[desk.UserID]string
	found  store.Listed[desk.Ticket]
	faults ui.Faults
	before bool // there are later ones
	after  bool // there are earlier ones
}

// address is the list with other choices.
func (m listModel) address(whose, filter, cursor, at string) string {
	q := url.Values{}
	for name, value := range map[string]string{"whose": whose, "state": filter, "q": m.search, cursor: at} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/requests"
	}
	return "/requests?" + q.Encode()
}

func (p *portal) showList(c *ui.Call) error {
	m := listModel{whose: c.Value("whose"), filter: c.Value("state"), search: c.Value("q")}
	err := c.Read(func(tx *store.Tx) error {
		viewer, err := access.ViewerIn(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		m.shared = viewer.SharedTicket && viewer.Organization != 0
		if err := m.readRequests(c, tx); err != nil {
			return err
		}
		m.people, err = requesters(c, tx, m.found.Items)
		return err
	})
	if faults, ok := ui.FaultsOf(err); ok {
		m.faults, err = faults, nil
	}
	if err != nil {
		return err
	}
	return c.Show(ui.Page{Title: c.T("nav.requests"), Shell: ui.Portal, Current: "requests", Body: listPage(m)})
}

func (m *listModel) readRequests(c *ui.Call, tx *store.Tx) (err error) {
	at := store.Page{Limit: pageSize, After: c.Value("after"), Before: c.Value("before")}
	if m.search != "" {
		m.found, err = m.searchRequests(c, tx, at)
	} else {
		q := m.query(c.User)
		q.Page = at
		m.found, err = tx.TicketList(c.Ctx(), q)
	}
	backward := at.Before != ""
	m.after = m.found.More && !backward || backward
	m.before = m.found.More && backward || at.After != ""
	return err
}

func (m *listModel) query(u desk.User) store.TicketQuery {
	q := requestsOf(u.ID)
	q.Statuses = statesOf(m.filter)
	switch {
	case m.whose == "copied":
		q.Requester, q.CC = 0, u.ID
	case m.whose == "organization" && m.shared:
		q.Requester, q.Organization = 0, u.Organization
	}
	return q
}

// searchRequests finds words in the reader's own requests, and those that they are copied on. Staff search as everybody here.
func (m *listModel) searchRequests(c *ui.Call, tx *store.Tx, at store.Page) (found store.Listed[desk.Ticket], err error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return found, err
	}
	s, err := search.Parse("type:ticket " + m.search)
	if err != nil {
		return found, err
	}
	viewer := c.Actor(cfg)
	viewer.Role = desk.EndUser
	return tx.SearchTickets(c.Ctx(), store.SearchQuery{Page: at, Search: s, Config: cfg, Viewer: viewer, At: c.Clock()})
}

// requesters are the names of those who asked, where that is somebody else than the reader.
func requesters(c *ui.Call, tx *store.Tx, tickets []desk.Ticket) (map[desk.UserID]string, error) {
	var ids []desk.UserID
	for i := range tickets {
		if tickets[i].Requester != c.User.ID {
			ids = append(ids, tickets[i].Requester)
		}
	}
	return readNames(c, tx, ids)
}
