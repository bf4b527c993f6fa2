package suspended

import (
	"math"
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

// newest is the cursor of a list that begins with the last id there can be.
const newest = math.MaxInt64

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
	before := c.Value("before")
	if before == "" {
		before = strconv.Itoa(newest)
	}
	err := c.Read(func(tx *store.Tx) error {
		found, err := tx.SuspendedTickets(c.Ctx(), store.SuspendedFilter{Text: m.q}, store.Page{Limit: pageSize, Before: before})
		m.take(found)
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() && c.Value("before") != "" {
		return c.Fragment(0, moreRows(m))
	}
	return c.Show(ui.Page{Title: c.T("suspended.title"), Current: "suspended", Body: listPage(m)})
}

// take turns a page that was read backwards, so that the newest comes first.
func (m *listModel) take(found store.Listed[desk.SuspendedTicket]) {
	for i := len(found.Items) - 1; i >= 0; i-- {
		m.all = append(m.all, found.Items[i])
	}
	if found.More {
		m.more = Path + "?" + url.Values{"q": {m.q}, "before": {found.Before}}.Encode()
	}
}

func pathOf(id desk.SuspendedID) string { return Path + "/" + number(id) }

func number[I ~int64](id I) string { return strconv.FormatInt(int64(id), 10) }
