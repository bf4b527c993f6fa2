package api

import (
	"net/http"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
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

// hit is one result: a ticket or a user.
type hit struct {
	ticket *desk.Ticket
	user   *desk.User
}

// resultTicketJSON and resultUserJSON are results, which say what they are.
type resultTicketJSON struct {
	ticketJSON
	ResultType string `json:"result_type"`
}

type resultUserJSON struct {
	userJSON
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
	s, err := store.ParseSearch(q)
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

// search finds tickets, then users, unless the query says which.
func (c *call) search() error {
	if err := c.Store.IndexWords(c.ctx()); err != nil {
		return err
	}
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
		tickets, users, err := c.countHits(tx, q)
		if err != nil {
			return nil, err
		}
		hits, err := c.hits(tx, q, p, tickets)
		if err != nil {
			return nil, err
		}
		count := tickets + users
		shown, err := c.showHits(tx, hits)
		o := object{{"results", shown}, {"facets", nil}}
		return append(o, c.tail(p, len(hits), p.offset()+len(hits) < min(count, maxResults), count, "", "")...), err
	})
}

func (c *call) countHits(tx *store.Tx, q store.SearchQuery) (tickets, users int, err error) {
	if q.Search.Tickets() {
		n, err := tx.CountSearchedTickets(c.ctx(), q)
		if err != nil {
			return 0, 0, asSearchFailure(err)
		}
		tickets = n.N
	}
	if q.Search.Users() {
		n, err := tx.CountSearchedUsers(c.ctx(), q)
		if err != nil {
			return 0, 0, asSearchFailure(err)
		}
		users = n.N
	}
	return tickets, users, nil
}

// hits reads one page of the tickets and the users behind them.
func (c *call) hits(tx *store.Tx, q store.SearchQuery, p paging, tickets int) (out []hit, err error) {
	from := p.offset()
	if q.Search.Tickets() && from < tickets {
		q.Page = store.Page{Limit: p.size, Offset: from}
		found, err := c.find(tx, q, "ticket")
		if err != nil {
			return nil, err
		}
		out = found.Items
	}
	if rest := p.size - len(out); q.Search.Users() && rest > 0 {
		q.Page = store.Page{Limit: rest, Offset: max(from-tickets, 0)}
		found, err := c.find(tx, q, "user")
		if err != nil {
			return nil, err
		}
		out = append(out, found.Items...)
	}
	return out, nil
}

// find reads one page of one kind.
func (c *call) find(tx *store.Tx, q store.SearchQuery, kind string) (store.Listed[hit], error) {
	if kind == "user" {
		found, err := tx.SearchUsers(c.ctx(), q)
		return asHits(found, func(u *desk.User) hit { return hit{user: u} }), asSearchFailure(err)
	}
	found, err := tx.SearchTickets(c.ctx(), q)
	return asHits(found, func(t *desk.Ticket) hit { return hit{ticket: t} }), asSearchFailure(err)
}

func asHits[T any](found store.Listed[T], as func(*T) hit) store.Listed[hit] {
	out := store.Listed[hit]{More: found.More, After: found.After, Before: found.Before}
	for i := range found.Items {
		out.Items = append(out.Items, as(&found.Items[i]))
	}
	return out
}

func (c *call) showHits(tx *store.Tx, hits []hit) ([]any, error) {
	cfg, err := tx.Config(c.ctx())
	out := make([]any, 0, len(hits))
	for _, h := range hits {
		if h.ticket != nil {
			out = append(out, resultTicketJSON{c.ticket(cfg, h.ticket), "ticket"})
		} else {
			out = append(out, resultUserJSON{c.userOf(h.user), "user"})
		}
	}
	return out, err
}

func (c *call) countSearch() error {
	if err := c.Store.IndexWords(c.ctx()); err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		q, err := c.searchQuery(tx, "")
		if err != nil {
			return nil, err
		}
		tickets, users, err := c.countHits(tx, q)
		return one("count", tickets+users), err
	})
}

// exportSearch goes through all results of one kind by cursor, newest first.
func (c *call) exportSearch() error {
	kind := c.query.Get("filter[type]")
	if !slices.Contains([]string{"ticket", "user"}, kind) {
		return searchFailure("filter[type] must be ticket or user")
	}
	if err := c.Store.IndexWords(c.ctx()); err != nil {
		return err
	}
	p, err := cursorPaging(c.query.Get("page[size]"), c.query.Get("page[after]"), c.query.Get("page[before]"))
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		q, err := c.searchQuery(tx, kind)
		if err != nil {
			return nil, err
		}
		q.Page = store.Page{Limit: p.size, After: p.after, Before: p.before}
		found, err := c.find(tx, q, kind)
		if err != nil {
			return nil, err
		}
		shown, err := c.showHits(tx, found.Items)
		o := object{{"results", shown}, {"facets", nil}}
		return append(o, c.tail(p, len(found.Items), found.More, 0, found.Before, found.After)...), err
	})
}
