package api

import (
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func ticketListRoutes() []route {
	return []route{
		{"GET", "/tickets", agents, (*call).listTickets},
		{"GET", "/tickets/count", agents, (*call).countTickets},
		{"GET", "/tickets/recent", agents, (*call).recentTickets},
		{"GET", "/tickets/{id}/incidents", agents, (*call).ticketIncidents},
		{"GET", "/problems", agents, (*call).listProblems},
		{"POST", "/problems/autocomplete", agents, (*call).autocompleteProblems},
		{"GET", "/users/{id}/tickets/requested", agents, (*call).ticketsRequested},
		{"GET", "/users/{id}/tickets/assigned", agents, (*call).ticketsAssigned},
		{"GET", "/users/{id}/tickets/ccd", agents, (*call).ticketsCopied},
		{"GET", "/users/{id}/tickets/assigned/count", agents, (*call).countTicketsAssigned},
		{"GET", "/users/{id}/tickets/ccd/count", agents, (*call).countTicketsCopied},
		{"GET", "/users/{id}/tickets/followed", agents, (*call).ticketsFollowed},
		{"GET", "/organizations/{id}/tickets", agents, (*call).ticketsOfOrganization},
		{"GET", "/organizations/{id}/tickets/count", agents, (*call).countTicketsOfOrganization},
	}
}

func (c *call) listTickets() error {
	return c.ticketsWhere(store.TicketQuery{ExternalID: c.query.Get("external_id")}, nil)
}

func (c *call) countTickets() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		n, err := tx.TicketCount(c.ctx(), store.TicketQuery{})
		return objectOf("count", c.countObject(n.N)), err
	})
}

// recent is how many tickets count as such.
const recent = 5

// recentTickets are the few that changed last among those of the caller.
func (c *call) recentTickets() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		q := store.TicketQuery{Assignee: c.user.ID, Sort: store.SortUpdated, Desc: true, Page: store.Page{Limit: recent}}
		found, err := tx.TicketList(c.ctx(), q)
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "tickets", found.Items, c.showTickets)
	})
}

func (c *call) listProblems() error {
	return c.ticketsWhere(store.TicketQuery{Type: desk.Problem}, nil)
}

func (c *call) ticketIncidents() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.ticketsWhere(store.TicketQuery{Problem: id}, func(tx *store.Tx) error { return agentSees(c, tx, id) })
}

func (c *call) ticketsRequested() error {
	return c.ticketsOfUser(func(id desk.UserID) store.TicketQuery { return store.TicketQuery{Requester: id} })
}

func (c *call) ticketsAssigned() error {
	return c.ticketsOfUser(func(id desk.UserID) store.TicketQuery { return store.TicketQuery{Assignee: id} })
}

func (c *call) ticketsCopied() error {
	return c.ticketsOfUser(func(id desk.UserID) store.TicketQuery { return store.TicketQuery{CC: id} })
}

func (c *call) ticketsFollowed() error {
	return c.ticketsOfUser(func(id desk.UserID) store.TicketQuery { return store.TicketQuery{Follower: id} })
}

func (c *call) ticketsOfUser(filter func(desk.UserID) store.TicketQuery) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.ticketsWhere(filter(desk.UserID(id)), func(tx *store.Tx) error { return c.knowUser(tx, id) })
}

func (c *call) ticketsOfOrganization() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.ticketsWhere(store.TicketQuery{Organization: desk.OrganizationID(id)}, func(tx *store.Tx) error { return c.knowOrganization(tx, id) })
}

func (c *call) countTicketsAssigned() error {
	return c.countTicketsAt(c.knowUser, func(id int64) store.TicketQuery { return store.TicketQuery{Assignee: desk.UserID(id)} })
}

func (c *call) countTicketsCopied() error {
	return c.countTicketsAt(c.knowUser, func(id int64) store.TicketQuery { return store.TicketQuery{CC: desk.UserID(id)} })
}

func (c *call) countTicketsOfOrganization() error {
	return c.countTicketsAt(c.knowOrganization, func(id int64) store.TicketQuery { return store.TicketQuery{Organization: desk.OrganizationID(id)} })
}

// countTicketsAt counts the tickets of what the path names.
func (c *call) countTicketsAt(known func(tx *store.Tx, id int64) error, of func(id int64) store.TicketQuery) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		if err := known(tx, id); err != nil {
			return nil, err
		}
		n, err := tx.TicketCount(c.ctx(), of(id))
		return objectOf("count", c.countObject(n.N)), err
	})
}

func (c *call) knowUser(tx *store.Tx, id int64) error {
	_, err := tx.User(c.ctx(), desk.UserID(id))
	return err
}

func (c *call) knowOrganization(tx *store.Tx, id int64) error {
	_, err := tx.Organization(c.ctx(), desk.OrganizationID(id))
	return err
}

// ticketsWhere lists tickets; known refuses the list when what it hangs on does not exist.
func (c *call) ticketsWhere(q store.TicketQuery, known func(tx *store.Tx) error) error {
	if err := c.parseSort(&q); err != nil {
		return err
	}
	return listTickets(c, "tickets", q, known, c.showTickets)
}

func listTickets(c *call, key string, q store.TicketQuery, known func(tx *store.Tx) error, show func(*store.Tx, []desk.Ticket) (any, object, error)) error {
	return answerList(c, listSpec[desk.Ticket]{
		key:  key,
		look: c.isStaff(),
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error) {
			if known != nil {
				if err := known(tx); err != nil {
					return store.Listed[desk.Ticket]{}, err
				}
			}
			at := q
			at.Page = p
			return tx.TicketList(c.ctx(), at)
		},
		count: func(tx *store.Tx) (int, error) {
			n, err := tx.TicketCount(c.ctx(), q)
			return n.N, err
		},
		show: show,
	})
}

// parseSort reads sort=-updated_at, or sort_by with sort_order. Older clients say by whose name they sort people.
func (c *call) parseSort(q *store.TicketQuery) error {
	name, down := c.query.Get("sort_by"), strings.EqualFold(c.query.Get("sort_order"), "desc")
	if s := c.query.Get("sort"); s != "" {
		name, down = strings.CutPrefix(s, "-")
	}
	q.Desc = down
	switch name = strings.TrimSuffix(name, ".name"); name {
	case "", "id":
		q.Sort = store.SortID
	case "created_at", "updated_at", "status", "priority", "subject", "requester", "assignee", "group", "locale":
		q.Sort = store.TicketSort(name)
	default:
		return httpkit.BadRequest("InvalidValue", "sort must be id, created_at, updated_at, status, priority, subject, requester, assignee, group or locale, with - before it for descending order")
	}
	return nil
}
