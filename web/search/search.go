package search

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// The kinds of results, in the words of the search language.
const (
	ticketKind       = "ticket"
	userKind         = "user"
	organizationKind = "organization"
)

// searchModel is the page of results.
type searchModel struct {
	q, kind, sort string
	fault         string // what is wrong with the query
	tabs          []listing.Tab
	numbered      *listing.Ticket // the ticket whose number was typed
	tickets       []listing.Ticket
	people        []listing.Person
	organizations []desk.Organization
	more          string // query of the next page, "" when there is none
	building      bool   // the index of words is being made: not everything is found yet
}

func (m *searchModel) empty() bool {
	return m.numbered == nil && len(m.tickets)+len(m.people)+len(m.organizations) == 0
}

// columns is how many the table of results has.
func (m *searchModel) columns() int {
	if m.kind == ticketKind {
		return 5
	}
	return 4
}

// sortOrders are what tickets can be sorted by; the first is the rule. Each is a sort and an order of the search language.
func sortOrders() []string {
	return []string{"relevance", "updated_at.desc", "created_at.desc", "created_at.asc", "priority.desc", "status.asc"}
}

func (m *searchModel) sortOptions(c *ui.Call) []ui.Option {
	var out []ui.Option
	for _, s := range sortOrders() {
		out = append(out, ui.Option{Value: s, Label: c.T("search.sort." + s)})
	}
	return out
}

// showSearch searches. What is wrong with the query stands at the input.
func showSearch(c *ui.Call) error {
	m := &searchModel{q: c.Value("q"), kind: c.Value("type"), sort: c.Value("sort")}
	status := http.StatusOK
	if m.q != "" {
		err := m.runSearch(c)
		if err != nil && desk.KindOf(err) != desk.Invalid {
			return err
		}
		if err != nil {
			status, m.fault = http.StatusUnprocessableEntity, plainFault(err)
		}
	}
	if c.Partial() && c.Value("after") != "" && m.fault == "" {
		return c.Fragment(status, foundRows(m))
	}
	title := c.T("nav.search")
	if m.q != "" {
		title = c.T("search.title", clipText(m.q, 60))
	}
	return c.Show(ui.Page{Title: title, Current: "search", Status: status, Body: searchPage(m, m.sortOptions(c))})
}

func plainFault(err error) string {
	words := strings.TrimPrefix(err.Error(), "Invalid search: ")
	r := []rune(words)
	return strings.ToUpper(string(r[:1])) + string(r[1:]) + "."
}

// runSearch reads the results.
func (m *searchModel) runSearch(c *ui.Call) error {
	asked, err := search.Parse(m.q)
	if err != nil {
		return err
	}
	asked.Typing = true
	m.chooseKind(&asked)
	by, order, _ := strings.Cut(m.sort, ".")
	if !asked.Asked && m.sort != "" {
		if err := asked.SetSort(by, order); err != nil {
			return err
		}
	}
	return c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		q := store.SearchQuery{Search: asked, Config: cfg, Viewer: c.Actor(cfg), At: c.Clock(), Cap: listing.CountCap}
		if m.building, err = tx.SearchIncomplete(c.Ctx()); err != nil {
			return err
		}
		if err := m.readTabs(c, tx, q); err != nil {
			return err
		}
		q.Search.Type = m.kind
		q.Page = store.Page{Limit: listing.PageSize, After: c.Value("after")}
		return m.readPage(c, tx, q)
	})
}

// chooseKind settles which kind of results is shown: as asked, else the first that the query's keywords can be asked of.
func (m *searchModel) chooseKind(asked *search.Query) {
	kinds := []string{ticketKind, userKind, organizationKind}
	for _, k := range append([]string{m.kind}, kinds...) {
		if k != "" && canFind(asked, k) {
			m.kind = k
			return
		}
	}
	m.kind = ticketKind
}

func canFind(asked *search.Query, kind string) bool {
	s := *asked
	if s.Type != "" && s.Type != kind {
		return false
	}
	s.Type = kind
	return (kind == ticketKind || kind == userKind || kind == organizationKind) && s.Finds(kind)
}

// readTabs fills the tabs with those kinds that the query can be asked of.
func (m *searchModel) readTabs(c *ui.Call, tx *store.Tx, q store.SearchQuery) error {
	if c.Partial() {
		return nil
	}
	counts := map[string]func() (store.Count, error){
		ticketKind:       func() (store.Count, error) { return tx.CountSearchedTickets(c.Ctx(), q) },
		userKind:         func() (store.Count, error) { return tx.CountSearchedUsers(c.Ctx(), q) },
		organizationKind: func() (store.Count, error) { return tx.CountSearchedOrganizations(c.Ctx(), q) },
	}
	asked := q.Search
	for _, kind := range []string{ticketKind, userKind, organizationKind} {
		if !canFind(&asked, kind) {
			continue
		}
		q.Search.Type = kind
		n, err := counts[kind]()
		if err != nil {
			return err
		}
		m.tabs = append(m.tabs, listing.Tab{Label: c.T("search.kind." + kind), Count: n, Current: kind == m.kind,
			Address: "/agent/search?" + url.Values{"q": {m.q}, "type": {kind}}.Encode()})
	}
	return nil
}

// readPage reads one page of one kind.
func (m *searchModel) readPage(c *ui.Call, tx *store.Tx, q store.SearchQuery) error {
	switch m.kind {
	case userKind:
		found, err := tx.SearchUsers(c.Ctx(), q)
		if err != nil {
			return err
		}
		m.setNextPage(found.More, found.After)
		m.people, err = listing.People(c, tx, q.Config, found.Items)
		return err
	case organizationKind:
		found, err := tx.SearchOrganizations(c.Ctx(), q)
		m.organizations = found.Items
		m.setNextPage(found.More, found.After)
		return err
	}
	found, err := tx.SearchTickets(c.Ctx(), q)
	if err != nil {
		return err
	}
	m.setNextPage(found.More, found.After)
	if err := m.readNumbered(c, tx, q.Config); err != nil {
		return err
	}
	if m.tickets, err = ticketsOf(c, tx, q.Config, found.Items, markerOf(q.Search)); err != nil || m.numbered == nil {
		return err
	}
	for i := range m.tickets {
		if m.tickets[i].ID == m.numbered.ID {
			m.tickets = append(m.tickets[:i], m.tickets[i+1:]...)
			break
		}
	}
	return nil
}

func (m *searchModel) setNextPage(more bool, after string) {
	if more {
		m.more = url.Values{"q": {m.q}, "type": {m.kind}, "sort": {m.sort}, "after": {after}}.Encode()
	}
}

var numberAlone = regexp.MustCompile(`^#?([0-9]{1,15})$`)

// numberIn is the number that a query is; 0 when it is something else.
func numberIn(q string) desk.TicketID {
	found := numberAlone.FindStringSubmatch(strings.TrimSpace(q))
	if found == nil {
		return 0
	}
	n, _ := strconv.ParseInt(found[1], 10, 64) // fifteen digits always fit
	return desk.TicketID(n)
}

// readNumbered finds the ticket whose number was typed.
func (m *searchModel) readNumbered(c *ui.Call, tx *store.Tx, cfg *desk.Config) error {
	id := numberIn(m.q)
	if id == 0 || c.Value("after") != "" {
		return nil
	}
	found, err := tx.Tickets(c.Ctx(), []desk.TicketID{id})
	if err != nil || len(found) == 0 {
		return err
	}
	tickets, err := listing.Tickets(c, tx, cfg, found)
	if err == nil {
		m.numbered = &tickets[0]
		m.numbered.Emphasized = true
	}
	return err
}
