package api

import (
	"net/http"
	"strconv"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// viewQuery asks for a view's tickets as the caller sees them, sorted as the request says or else the view.
func (c *call) viewQuery(cfg *desk.Config, v *desk.View, p store.Page) store.ViewQuery {
	o := v.Output
	if by, ok := cfg.Column(c.query.Get("sort_by")); ok && by.Sortable {
		o.SortBy, o.GroupBy = by.ID, ""
	}
	if order := c.query.Get("sort_order"); order == "asc" || order == "desc" {
		o.SortOrder = order
	}
	return store.ViewQuery{Page: p, Config: cfg, Tree: v.Conditions, Viewer: c.actor(cfg), At: c.Clock(), Output: o}
}

// viewTickets is a view's tickets as lists of tickets show them.
func (c *call) viewTickets() error {
	return answerList(c, listSpec[desk.Ticket]{
		key: "tickets",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error) {
			v, cfg, err := c.reachView(tx)
			if err != nil {
				return store.Listed[desk.Ticket]{}, err
			}
			return tx.TicketsWhere(c.ctx(), c.viewQuery(cfg, &v, p))
		},
		count: func(tx *store.Tx) (int, error) {
			v, cfg, err := c.reachView(tx)
			if err != nil {
				return 0, err
			}
			n, err := tx.CountWhere(c.ctx(), c.viewQuery(cfg, &v, store.Page{}))
			return n.N, err
		},
		show: c.showTickets,
	})
}

// executeView is a view's tickets as rows of its columns.
func (c *call) executeView() error {
	return c.runView(func(tx *store.Tx) (desk.View, *desk.Config, error) { return c.reachView(tx) })
}

// previewView executes a view that is not stored.
func (c *call) previewView() error {
	var in viewInput
	if err := c.parseRecord("view", &in); err != nil {
		return err
	}
	return c.runView(func(tx *store.Tx) (desk.View, *desk.Config, error) { return c.previewedView(tx, &in) })
}

func (c *call) previewedView(tx *store.Tx, in *viewInput) (desk.View, *desk.Config, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return desk.View{}, nil, err
	}
	v := desk.View{Title: "Preview", Active: true, Output: desk.Output{Columns: desk.DefaultColumns()}}
	in.applyTo(&v)
	return v, cfg, rule.CheckView(cfg, v)
}

func (c *call) runView(find func(tx *store.Tx) (desk.View, *desk.Config, error)) error {
	var v desk.View
	var cfg *desk.Config
	return answerList(c, listSpec[desk.Ticket]{
		key: "rows",
		page: func(tx *store.Tx, p store.Page) (_ store.Listed[desk.Ticket], err error) {
			if v, cfg, err = find(tx); err != nil {
				return store.Listed[desk.Ticket]{}, err
			}
			return tx.TicketsWhere(c.ctx(), c.viewQuery(cfg, &v, p))
		},
		count: func(tx *store.Tx) (int, error) {
			n, err := tx.CountWhere(c.ctx(), c.viewQuery(cfg, &v, store.Page{}))
			return n.N, err
		},
		show: func(tx *store.Tx, tickets []desk.Ticket) (any, object, error) {
			return c.viewRows(tx, cfg, &v, tickets)
		},
	})
}

// viewRows shows the columns of each ticket; what they name follows: users, groups, organizations.
func (c *call) viewRows(tx *store.Tx, cfg *desk.Config, v *desk.View, tickets []desk.Ticket) (any, object, error) {
	columns := cfg.ShownColumns(v.Output)
	group, _ := cfg.Column(v.Output.GroupBy)
	users, err := tx.UsersByID(c.ctx(), usersIn(tickets))
	if err != nil {
		return nil, nil, err
	}
	organizations, err := tx.OrganizationsByID(c.ctx(), distinct(tickets, func(t desk.Ticket) desk.OrganizationID { return t.Organization }))
	if err != nil {
		return nil, nil, err
	}
	out := make([]object, len(tickets))
	for i := range tickets {
		out[i] = c.viewRow(cfg, columns, group, &tickets[i])
	}
	groups := []desk.Group{}
	for _, id := range distinct(tickets, func(t desk.Ticket) desk.GroupID { return t.Group }) {
		if g, ok := cfg.Group(id); ok {
			groups = append(groups, g)
		}
	}
	return out, object{{"columns", c.executionOf(cfg, v.Output).Columns}, {"groups", c.groupsOf(groups)}, {"users", c.usersShown(users)},
		{"organizations", c.organizationsOf(organizations)}, {"view", c.viewShort(cfg, v)}}, nil
}

// viewShort is the view that rows belong to. A preview has no address.
func (c *call) viewShort(cfg *desk.Config, v *desk.View) object {
	o := object{{"id", nullID(v.ID)}, {"url", nil}, {"title", v.Title}, {"execution", c.executionOf(cfg, v.Output)}}
	if v.ID != 0 {
		o[1].value = c.url("views", int64(v.ID))
	}
	return o
}

// viewRow is one ticket: its columns, what it is grouped by, and the ticket in short.
func (c *call) viewRow(cfg *desk.Config, columns []desk.Column, group desk.Column, t *desk.Ticket) object {
	o := object{{"ticket_id", t.ID}}
	for _, col := range columns {
		key, value := columnValue(cfg, col, t)
		o = append(o, member{key, value})
	}
	if group.ID != "" {
		_, value := columnValue(cfg, group, t)
		o = append(o, member{"group_value", value})
	}
	short := object{{"id", t.ID}, {"subject", t.Subject}, {"description", t.Description}, {"status", t.Status}, {"type", nullString(t.Type)},
		{"priority", nullString(t.Priority)}, {"url", c.url("tickets", int64(t.ID))}}
	return append(o, member{"ticket", short})
}

// columnValue is what a ticket says in a column, and the member under which rows show it.
func columnValue(cfg *desk.Config, column desk.Column, t *desk.Ticket) (string, any) {
	switch name := column.ID; column.Kind {
	case desk.ColumnField:
		f := cfg.Field(column.Field)
		return name, fieldValue(f, t.Fields[f.ID])
	case desk.ColumnNumber:
		return name, t.ID
	case desk.ColumnText:
		return name, t.Subject
	case desk.ColumnStatus:
		return name, t.Status
	case desk.ColumnPriority:
		return name, nullString(t.Priority)
	case desk.ColumnTime:
		return name, timeValue(name, t)
	case desk.ColumnBreach:
		return name, nullTime(t.Level.BreachAt())
	default:
		if name == "type" {
			return name, nullString(t.Type)
		}
		if name == "satisfaction_score" {
			return name, t.Rating.Score.Plain()
		}
		return name + "_id", relatedValue(name, t)
	}
}

func relatedValue(name string, t *desk.Ticket) any {
	switch name {
	case "requester":
		return t.Requester
	case "submitter":
		return t.Submitter
	case "assignee":
		return nullID(t.Assignee)
	case "group":
		return nullID(t.Group)
	case "organization":
		return nullID(t.Organization)
	case "brand":
		return t.Brand
	}
	return nullID(t.Form)
}

func timeValue(name string, t *desk.Ticket) any {
	switch name {
	case "created":
		return nullTime(t.CreatedAt)
	case "updated":
		return nullTime(t.UpdatedAt)
	case "assigned":
		return nullTime(t.AssignedAt)
	case "due_date":
		return nullTime(t.DueAt)
	case "solved":
		return nullTime(t.SolvedAt)
	case "updated_assignee":
		return nullTime(t.AssigneeAt)
	case "updated_requester":
		return nullTime(t.RequesterAt)
	}
	return nil
}

// viewCountJSON is how many tickets a view has. It is always fresh.
type viewCountJSON struct {
	URL    string       `json:"url"`
	ViewID *desk.ViewID `json:"view_id"`
	Value  *int         `json:"value"`
	Pretty string       `json:"pretty"`
	Fresh  bool         `json:"fresh"`
	Active bool         `json:"active"`
	Error  string       `json:"error,omitempty"` // why it cannot be counted
}

func (c *call) countOf(tx *store.Tx, cfg *desk.Config, v *desk.View) (viewCountJSON, error) {
	n, err := tx.CountWhere(c.ctx(), c.viewQuery(cfg, v, store.Page{}))
	out := viewCountJSON{URL: c.url("views", int64(v.ID), "count"), ViewID: nullID(v.ID), Value: &n.N, Pretty: strconv.Itoa(n.N), Fresh: true, Active: v.Active}
	if v.ID == 0 {
		out.URL = c.url("views", "preview", "count")
	}
	if n.Capped {
		out.Pretty += "+"
	}
	return out, err
}

func (c *call) countView() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		v, cfg, err := c.reachView(tx)
		if err != nil {
			return nil, err
		}
		n, err := c.countOf(tx, cfg, &v)
		return objectOf("view_count", n), err
	})
}

// maxCounts is how many views are counted at once.
const maxCounts = 20

func (c *call) countManyViews() error {
	ids, err := c.queryIDs("ids", maxCounts)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		views, err := c.someViews(tx, ids)
		if err != nil {
			return nil, err
		}
		out := make([]viewCountJSON, len(views))
		for i := range views {
			if out[i], err = c.countOf(tx, cfg, &views[i]); desk.KindOf(err) == desk.Invalid && err != nil {
				out[i].Value, out[i].Pretty, out[i].Fresh, out[i].Error = nil, "-", false, faultsIn(err)
			} else if err != nil {
				return nil, err
			}
		}
		return objectOf("view_counts", out), nil
	})
}

func (c *call) countPreview() error {
	var in viewInput
	if err := c.parseRecord("view", &in); err != nil {
		return err
	}
	var n viewCountJSON
	err := c.readTx(func(tx *store.Tx) error {
		v, cfg, err := c.previewedView(tx, &in)
		if err != nil {
			return err
		}
		n, err = c.countOf(tx, cfg, &v)
		return err
	})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, objectOf("view_count", n))
}
