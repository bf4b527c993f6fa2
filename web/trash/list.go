package trash

import (
	"context"
	"math"
	"net/url"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// pageSize is how many tickets the list shows at once.
const pageSize = 40

// Routes are the list and what is done with its tickets.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + ui.TrashPath, Who: ui.Staff, Serve: showList},
		{Pattern: "POST " + ui.TrashPath, Who: ui.Staff, Serve: act},
	}
}

// listModel is a part of the list, what was deleted last first.
type listModel struct {
	all   []store.DeletedTicket
	names map[desk.UserID]string // of whoever deleted them
	more  string                 // address of the next page, "" when there is none
}

func showList(c *ui.Call) error {
	m := &listModel{}
	err := c.Read(func(tx *store.Tx) error {
		found, err := tx.DeletedTickets(c.Ctx(), store.TrashByTime, true, store.Page{Limit: pageSize, After: c.Value("after")})
		if err != nil {
			return err
		}
		if m.all = found.Items; found.More {
			m.more = ui.TrashPath + "?" + url.Values{"after": {found.After}}.Encode()
		}
		who := make([]desk.UserID, len(m.all))
		for i := range m.all {
			who[i] = m.all[i].DeletedBy
		}
		m.names, err = tx.UserNames(c.Ctx(), who)
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		return c.Fragment(0, moreRows(m))
	}
	return c.Show(ui.Page{Title: c.T("trash.title"), Current: "views", Body: listPage(m)})
}

// keptDays is for how many days deleted tickets can be restored.
func keptDays() int { return int(ticketing.TrashKept.Hours()) / 24 }

func erasedAt(d *store.DeletedTicket) time.Time { return d.DeletedAt.Add(ticketing.TrashKept) }

// left is how long a ticket can still be restored.
func left(ctx context.Context, d *store.DeletedTicket) string {
	days := math.Ceil(erasedAt(d).Sub(ui.FrameOf(ctx).Now).Hours() / 24)
	return text.N(ctx, "time.in.days", min(max(int(days), 1), keptDays()))
}

// deleter is who deleted a ticket.
func (m *listModel) deleter(ctx context.Context, d *store.DeletedTicket) string {
	if name := m.names[d.DeletedBy]; name != "" {
		return name
	}
	return text.T(ctx, "word.system")
}

func subject(ctx context.Context, d *store.DeletedTicket) string {
	if d.Subject == "" {
		return text.T(ctx, "trash.nosubject")
	}
	return d.Subject
}
