package suspended

import (
	"net/url"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Path is where suspended mail waits.
const Path = "/agent/suspended"

// pageSize is how many messages the list shows at once.
const pageSize = 40

// Routes are the pages of suspended mail and what is done with it.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + Path, Who: ui.Staff, Serve: showList},
		{Pattern: "POST " + Path, Who: ui.Staff, Serve: act},
		{Pattern: "GET " + Path + "/{id}", Who: ui.Staff, Serve: showMessage},
		{Pattern: "GET " + Path + "/{id}/body", Who: ui.Staff, Serve: showBody},
		{Pattern: "GET " + Path + "/{id}/source", Who: ui.Admins, Serve: showSource},
	}
}

// listModel is a part of the list, the newest first.
type listModel struct {
	q    string
	all  []desk.SuspendedTicket
	more string // address of the next page, "" when there is none
	days int    // how long a message waits before it is deleted
}

func showList(c *ui.Call) error {
	m := &listModel{q: c.Value("q"), days: int(c.Account.Settings.SuspendedFor().Hours()) / 24}
	err := c.Read(func(tx *store.Tx) error {
		found, err := tx.SuspendedTickets(c.Ctx(), store.SuspendedFilter{Text: m.q}, store.SuspendedByID, true, store.Page{Limit: pageSize, After: c.Value("after")})
		m.take(found)
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		return c.Fragment(0, moreRows(m))
	}
	return c.Show(ui.Page{Title: c.T("suspended.title"), Current: "suspended", Body: listPage(m)})
}

func (m *listModel) take(found store.Listed[desk.SuspendedTicket]) {
	m.all = found.Items
	if found.More {
		m.more = Path + "?" + url.Values{"q": {m.q}, "after": {found.After}}.Encode()
	}
}

func pathOf(id desk.SuspendedID) string { return Path + "/" + number(id) }

func number[I ~int64](id I) string { return strconv.FormatInt(int64(id), 10) }
