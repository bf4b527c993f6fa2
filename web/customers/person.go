package customers

import (
	"fmt"
	"net/url"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// ticketList is a list of tickets that belong to somebody.
type ticketList struct {
	kind    string
	people  bool // the requester of each is shown
	tickets []listing.Ticket
	more    string // address of the next page, "" when there is none
}

// columns is how many the list's table has.
func (l *ticketList) columns() int {
	if l.people {
		return 5
	}
	return 4
}

// ticketLists are the lists of tickets on a page: how each is asked for, the first being the rule.
type ticketLists struct {
	path  string
	names []string
	query map[string]store.TicketQuery
}

// chosenName is the list that the caller asks for.
func (l *ticketLists) chosenName(c *ui.Call) string {
	for _, name := range l.names {
		if c.Value("list") == name {
			return name
		}
	}
	return l.names[0]
}

func (l *ticketLists) readTabs(c *ui.Call, tx *store.Tx, current string) ([]listing.Tab, error) {
	var out []listing.Tab
	for _, name := range l.names {
		q := l.query[name]
		q.Cap = listing.CountCap
		n, err := tx.TicketCount(c.Ctx(), q)
		if err != nil {
			return nil, err
		}
		out = append(out, listing.Tab{Label: c.T("customers.list." + name), Address: l.path + "?list=" + name, Count: n, Current: name == current})
	}
	return out, nil
}

// readList reads a page of the chosen list.
func (l *ticketLists) readList(c *ui.Call, tx *store.Tx, cfg *desk.Config, name string) (ticketList, error) {
	q := l.query[name]
	q.Page = store.Page{Limit: listing.PageSize, After: c.Value("after")}
	found, err := tx.TicketList(c.Ctx(), q)
	if err != nil {
		return ticketList{}, err
	}
	out := ticketList{kind: name, people: name != "requested"}
	if found.More {
		out.more = l.path + "?" + url.Values{"list": {name}, "after": {found.After}}.Encode()
	}
	out.tickets, err = listing.Tickets(c, tx, cfg, found.Items)
	return out, err
}

// userModel is one person.
type userModel struct {
	listing.Person
	edit     bool // the reader may change them
	requests bool // they can be a ticket's requester
	tabs     []listing.Tab
	list     ticketList
}

// listsOf are the lists of tickets on a person's page. What is assigned stands in the order of its status, the rest newest
// first: both go along an index.
func listsOf(u *desk.User) *ticketLists {
	l := &ticketLists{path: fmt.Sprintf("/agent/users/%d", u.ID), names: []string{"requested", "cc"}, query: map[string]store.TicketQuery{
		"requested": {Requester: u.ID, Desc: true},
		"cc":        {CC: u.ID, Desc: true},
		"assigned":  {Assignee: u.ID, Sort: store.SortStatus},
	}}
	if u.Role.Staff() {
		l.names = []string{"assigned", "requested", "cc"}
	}
	return l
}

// showUser is a person's page.
func showUser(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := &userModel{}
	if err := c.Read(func(tx *store.Tx) error { return m.readUser(c, tx, desk.UserID(id)) }); err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		return c.Fragment(0, ticketRows(&m.list))
	}
	return c.Show(ui.Page{Title: m.Name, Current: "customers", Body: userPage(m)})
}

func (m *userModel) readUser(c *ui.Call, tx *store.Tx, id desk.UserID) error {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return err
	}
	u, err := tx.User(c.Ctx(), id)
	if err != nil {
		return err
	}
	people, err := listing.People(c, tx, cfg, []desk.User{u})
	if err != nil {
		return err
	}
	m.Person = people[0]
	m.edit = u.Active && u.Foreign == 0 && access.CanManageUser(access.ViewerOf(c.User, nil), u)
	m.requests = u.Foreign == 0 && ticketing.MayRequest(u) == nil
	lists := listsOf(&u)
	current := lists.chosenName(c)
	if !c.Partial() {
		if m.tabs, err = lists.readTabs(c, tx, current); err != nil {
			return err
		}
	}
	m.list, err = lists.readList(c, tx, cfg, current)
	return err
}

// organizationModel is one organization: its tickets, or its people.
type organizationModel struct {
	desk.Organization
	group      string
	tabs       []listing.Tab
	showPeople bool
	list       ticketList
	members    []listing.Person
	more       string
}

// showOrganization is an organization's page.
func showOrganization(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := &organizationModel{showPeople: c.Value("list") == "people"}
	if err := c.Read(func(tx *store.Tx) error { return m.readOrganization(c, tx, desk.OrganizationID(id)) }); err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		if m.showPeople {
			return c.Fragment(0, moreMembers(m))
		}
		return c.Fragment(0, ticketRows(&m.list))
	}
	return c.Show(ui.Page{Title: m.Name, Current: "customers", Body: organizationPage(m)})
}

func (m *organizationModel) readOrganization(c *ui.Call, tx *store.Tx, id desk.OrganizationID) error {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return err
	}
	if m.Organization, err = tx.Organization(c.Ctx(), id); err != nil {
		return err
	}
	g, _ := cfg.Group(m.Group)
	m.group = g.Name
	lists := &ticketLists{path: fmt.Sprintf("/agent/organizations/%d", id), names: []string{"organization"},
		query: map[string]store.TicketQuery{"organization": {Organization: id, Desc: true}}}
	if !c.Partial() {
		if err := m.readTabs(c, tx, lists); err != nil {
			return err
		}
	}
	if !m.showPeople {
		m.list, err = lists.readList(c, tx, cfg, "organization")
		return err
	}
	found, err := tx.UsersByName(c.Ctx(), store.UserFilter{Organization: id}, store.Page{Limit: listing.PageSize, After: c.Value("after")})
	if err != nil {
		return err
	}
	if found.More {
		m.more = lists.path + "?" + url.Values{"list": {"people"}, "after": {found.After}}.Encode()
	}
	m.members, err = listing.People(c, tx, cfg, found.Items)
	return err
}

func (m *organizationModel) readTabs(c *ui.Call, tx *store.Tx, lists *ticketLists) (err error) {
	if m.tabs, err = lists.readTabs(c, tx, "organization"); err != nil {
		return err
	}
	n, err := tx.CountUsers(c.Ctx(), store.UserFilter{Organization: m.ID})
	m.tabs[0].Current = !m.showPeople
	m.tabs = append(m.tabs, listing.Tab{Label: c.T("customers.list.people"), Address: lists.path + "?list=people", Count: store.Count{N: n}, Current: m.showPeople})
	return err
}
