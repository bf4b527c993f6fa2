package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/search"
	"interdesk/store"
)

func searchRoutes() []route {
	return []route{
		{"GET", "/search", agents, (*call).search},
		{"GET", "/search/count", agents, (*call).countSearch},
		{"GET", "/search/export", agents, (*call).exportSearch},
	}
}

// maxResults is how far a search can be paged by offset; export goes on for ever.
const maxResults = 1000

// searchHit is one result: a ticket, a user, an organization or a group.
type searchHit struct {
	ticket       *desk.Ticket
	user         *desk.User
	organization *desk.Organization
	group        *desk.Group
}

// Results say what they are.
type resultTicketJSON struct {
	ticketJSON
	ResultType string `json:"result_type"`
}

type resultUserJSON struct {
	userJSON
	ResultType string `json:"result_type"`
}

type resultOrganizationJSON struct {
	organizationJSON
	ResultType string `json:"result_type"`
}

type resultGroupJSON struct {
	groupJSON
	ResultType string `json:"result_type"`
}

// query reads what is searched for; kind narrows it as "type:" would.
func (c *call) searchQuery(tx *store.Tx, kind string) (store.SearchQuery, error) {
	q := c.query.Get("query")
	if strings.TrimSpace(q) == "" {
		return store.SearchQuery{}, searchFailure("query cannot be blank")
	}
	if kind != "" {
		q = "type:" + kind + " " + q
	}
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return store.SearchQuery{}, err
	}
	s, err := search.Parse(q)
	if err != nil {
		return store.SearchQuery{}, asSearchFailure(err)
	}
	if by := c.query.Get("sort_by"); by != "" && by != "relevance" {
		if err := s.SetSort(by, c.query.Get("sort_order")); err != nil {
			return store.SearchQuery{}, asSearchFailure(err)
		}
	}
	return store.SearchQuery{Search: s, Config: cfg, Viewer: c.actor(cfg), At: c.Clock()}, nil
}

// asSearchFailure gives an Invalid error the shape that clients of a search look for.
func asSearchFailure(err error) error {
	if err == nil {
		return nil
	}
	if desk.KindOf(err) == desk.Invalid {
		return searchFailure(strings.TrimPrefix(err.Error(), "Invalid search: "))
	}
	return err
}

func searchFailure(words string) error {
	return &httpkit.Failure{Status: http.StatusUnprocessableEntity, Code: "invalid", Message: "Invalid search: " + words}
}

// search finds tickets, then users, unless the query says what else.
func (c *call) search() error {
	p, err := c.paging()
	if err != nil {
		return err
	}
	if p.offset()+p.size > maxResults {
		return searchFailure("Requested response size was greater than Search Response Limits")
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		q, err := c.searchQuery(tx, "")
		if err != nil {
			return nil, err
		}
		counts, err := c.countHits(tx, q)
		if err != nil {
			return nil, err
		}
		hits, err := c.searchPage(tx, q, p, counts)
		if err != nil {
			return nil, err
		}
		count := total(counts)
		shown, err := c.showHits(tx, hits)
		o := object{{"results", shown}, {"facets", nil}}
		return append(o, c.pageTail(p, len(hits), p.offset()+len(hits) < min(count, maxResults), count, "", "")...), err
	})
}

// countHits counts the results of each kind.
func (c *call) countHits(tx *store.Tx, q store.SearchQuery) ([]int, error) {
	count := map[string]func(context.Context, store.SearchQuery) (store.Count, error){"ticket": tx.CountSearchedTickets,
		"user": tx.CountSearchedUsers, "organization": tx.CountSearchedOrganizations, "group": tx.CountSearchedGroups}
	counts := make([]int, len(search.Types()))
	for i, kind := range search.Types() {
		if !q.Search.Finds(kind) {
			continue
		}
		n, err := count[kind](c.ctx(), q)
		if err != nil {
			return nil, asSearchFailure(err)
		}
		counts[i] = n.N
	}
	return counts, nil
}

func total(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// searchPage reads one page of the results, one kind behind the other.
func (c *call) searchPage(tx *store.Tx, q store.SearchQuery, p paging, counts []int) (out []searchHit, err error) {
	from := p.offset()
	for i, kind := range search.Types() {
		if rest := p.size - len(out); rest > 0 && from < counts[i] {
			q.Page = store.Page{Limit: rest, Offset: from}
			found, err := c.searchKind(tx, q, kind)
			if err != nil {
				return nil, err
			}
			out = append(out, found.Items...)
		}
		from = max(from-counts[i], 0)
	}
	return out, nil
}

// searchKind reads one page of one kind.
func (c *call) searchKind(tx *store.Tx, q store.SearchQuery, kind string) (store.Listed[searchHit], error) {
	switch kind {
	case "user":
		found, err := tx.SearchUsers(c.ctx(), q)
		return asHits(found, func(u *desk.User) searchHit { return searchHit{user: u} }), asSearchFailure(err)
	case "organization":
		found, err := tx.SearchOrganizations(c.ctx(), q)
		return asHits(found, func(o *desk.Organization) searchHit { return searchHit{organization: o} }), asSearchFailure(err)
	case "group":
		found, err := tx.SearchGroups(c.ctx(), q)
		return asHits(found, func(g *desk.Group) searchHit { return searchHit{group: g} }), asSearchFailure(err)
	}
	found, err := tx.SearchTickets(c.ctx(), q)
	return asHits(found, func(t *desk.Ticket) searchHit { return searchHit{ticket: t} }), asSearchFailure(err)
}

func asHits[T any](found store.Listed[T], as func(*T) searchHit) store.Listed[searchHit] {
	out := store.Listed[searchHit]{More: found.More, After: found.After, Before: found.Before}
	for i := range found.Items {
		out.Items = append(out.Items, as(&found.Items[i]))
	}
	return out
}

func (c *call) showHits(tx *store.Tx, hits []searchHit) ([]any, error) {
	cfg, err := tx.Config(c.ctx())
	out := make([]any, 0, len(hits))
	for _, h := range hits {
		switch {
		case h.ticket != nil:
			out = append(out, resultTicketJSON{c.ticketOf(cfg, h.ticket), "ticket"})
		case h.user != nil:
			out = append(out, resultUserJSON{c.userOf(h.user), "user"})
		case h.organization != nil:
			out = append(out, resultOrganizationJSON{c.organizationOf(*h.organization), "organization"})
		default:
			out = append(out, resultGroupJSON{c.groupOf(*h.group), "group"})
		}
	}
	return out, err
}

func (c *call) countSearch() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		q, err := c.searchQuery(tx, "")
		if err != nil {
			return nil, err
		}
		counts, err := c.countHits(tx, q)
		return objectOf("count", total(counts)), err
	})
}

// exportSearch goes through all results of one kind by cursor, newest first.
func (c *call) exportSearch() error {
	kind := c.query.Get("filter[type]")
	if !slices.Contains(search.Types(), kind) {
		return searchFailure("filter[type] must be ticket, user, organization or group")
	}
	p, err := cursorPaging(c.query.Get("page[size]"), c.query.Get("page[after]"), c.query.Get("page[before]"), exportSize)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		q, err := c.searchQuery(tx, kind)
		if err != nil {
			return nil, err
		}
		q.Page = store.Page{Limit: p.size, After: p.after, Before: p.before}
		found, err := c.searchKind(tx, q, kind)
		if err != nil {
			return nil, err
		}
		shown, err := c.showHits(tx, found.Items)
		o := object{{"results", shown}, {"facets", nil}}
		return append(o, c.pageTail(p, len(found.Items), found.More, 0, found.Before, found.After)...), err
	})
}
