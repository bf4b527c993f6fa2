package views

import (
	"net/url"
	"strconv"
	"strings"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// A page of a list, and how many lines at most are brought up to date in place.
const (
	pageSize = 30
	mostRows = 300
)

// ticketList is one list as it is shown.
type ticketList struct {
	view    desk.View
	path    string // of the list, without its query
	order   order
	sorted  bool // by the reader's wish
	columns []column
	updated column
	status  column
	rows    []row
	more    string // query of the part that follows, "" where there is none
	after   bool   // it does not begin at the list's start
	shared  bool   // the view asks for what partners have a part in
	fault   string // why the view has nothing to show
}

// listModel is the page around it.
type listModel struct {
	views *viewList
	list  *ticketList
	bulk  *bulkForm
}

// showView is a view's page.
func (p *pages) showView(c *ui.Call) error {
	m := listModel{}
	err := c.Read(func(tx *store.Tx) error {
		actor, s, err := p.readTicketList(c, tx)
		if err != nil {
			return err
		}
		m.list = s
		if m.bulk, err = bulkFormOf(c, actor); err != nil {
			return err
		}
		m.views, err = p.readViewList(c, tx, actor, s.view.ID, countKept)
		return err
	})
	if err != nil {
		return err
	}
	m.bulk.back, m.bulk.whole = c.R.URL.RequestURI(), wholeView{id: m.list.view.ID, count: m.views.countOf(m.list.view.ID)}
	return c.Show(ui.Page{Title: m.list.view.Title, Current: "views", Body: listPage(m)})
}

// showRows is the list alone: the part that follows a cursor, or as many lines from the start as are shown already.
func (p *pages) showRows(c *ui.Call) error {
	var s *ticketList
	err := c.Read(func(tx *store.Tx) (err error) {
		_, s, err = p.readTicketList(c, tx)
		return err
	})
	if err != nil {
		return err
	}
	if s.after {
		return c.Fragment(0, ticketRows(s))
	}
	return c.Fragment(0, listBody(s))
}

// readTicketList reads the list that the path and the query name.
func (p *pages) readTicketList(c *ui.Call, tx *store.Tx) (*admin.Actor, *ticketList, error) {
	id, err := c.ID("id")
	if err != nil {
		return nil, nil, err
	}
	actor, err := c.Admin.As(c.Ctx(), tx, c.User)
	if err != nil {
		return nil, nil, err
	}
	v, err := actor.View(c.Ctx(), desk.ViewID(id))
	if err != nil {
		return nil, nil, err
	}
	s := &ticketList{view: v, path: viewPath(v.ID), shared: asksForPartners(v.Conditions)}
	s.order = orderOf(actor.Config, v.Output, c.Value("sort"), c.Value("order"))
	s.sorted = c.Value("sort") != "" && s.order.by == actor.Config.ColumnID(c.Value("sort"))
	s.columns = columnsOf(c.Ctx(), actor.Config, v.Output)
	s.status, s.updated = columnNamed(c.Ctx(), actor.Config, "status"), columnNamed(c.Ctx(), actor.Config, "updated")
	for i := range s.columns {
		s.order.linkHeading(s.path, &s.columns[i])
	}
	s.order.linkHeading(s.path, &s.status)
	s.order.linkHeading(s.path, &s.updated)
	return actor, s, s.readRows(c, tx, actor.Config)
}

func (s *ticketList) readRows(c *ui.Call, tx *store.Tx, cfg *desk.Config) error {
	asked := store.Page{Limit: pageSize, After: c.Value("after")}
	s.after = asked.After != ""
	if n := int(c.Number("shown")); !s.after && n > pageSize {
		asked.Limit = min(n, mostRows)
	}
	output := s.order.applyTo(cfg, s.view.Output)
	found, err := tx.TicketsWhere(c.Ctx(), store.ViewQuery{Page: asked, Config: cfg, Tree: s.view.Conditions,
		Viewer: access.ActorOf(cfg, c.User), At: c.Clock(), Output: output})
	if desk.KindOf(err) == desk.Invalid && !s.after {
		s.fault = err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	if s.rows, err = readRows(c, tx, cfg, output, s.columns, found.Items, c.Value("under")); err != nil {
		return err
	}
	if found.More {
		s.more = s.nextQuery(c, found.After)
	}
	return nil
}

// nextQuery is the query of the part of the list that follows a cursor.
func (s *ticketList) nextQuery(c *ui.Call, after string) string {
	q := url.Values{"after": {after}}
	if s.sorted {
		q.Set("sort", s.order.by)
		q.Set("order", s.order.way)
	}
	under := c.Value("under")
	for i := range s.rows {
		if s.rows[i].group != "" {
			under = s.rows[i].group
		}
	}
	if under != "" {
		q.Set("under", under)
	}
	return q.Encode()
}

// orderQuery is what the list's own address says of its order, with the ? before it.
func (s *ticketList) orderQuery() string {
	if !s.sorted {
		return ""
	}
	return "?" + url.Values{"sort": {s.order.by}, "order": {s.order.way}}.Encode()
}

// columnsClass is the class of a list with so many columns.
func (s *ticketList) columnsClass() string { return "q-cols-" + strconv.Itoa(len(s.columns)) }

func (s *ticketList) columnCount() string { return strconv.Itoa(4 + len(s.columns)) }

// asksForPartners tells whether a view asks for what is shared: by its agreement, or by a tag that says so, as triggers
// that share usually add one.
func asksForPartners(t condition.Tree) bool {
	for _, list := range []condition.Conditions{t.All, t.Any} {
		for _, c := range list {
			if c.Field == "sent_to" || c.Field == "received_from" || strings.HasPrefix(c.Value.Text(), "shared_") {
				return true
			}
		}
	}
	return false
}
