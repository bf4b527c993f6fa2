package views

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// viewList is the column of views.
type viewList struct {
	mine    []viewEntry // those that the reader keeps for themselves
	shared  []viewEntry
	current desk.ViewID
	folded  bool
}

// viewEntry is one view in the list.
type viewEntry struct {
	id    desk.ViewID
	title string
	count store.Count
	fault string // why it cannot be counted
}

// countOf is the count of one of the views.
func (s *viewList) countOf(id desk.ViewID) store.Count {
	for _, e := range slices.Concat(s.mine, s.shared) {
		if e.id == id {
			return e.count
		}
	}
	return store.Count{}
}

func viewPath(id desk.ViewID) string { return fmt.Sprintf("/agent/views/%d", id) }

// foldCookie remembers in the browser that the column of views is folded away.
const foldCookie = "interdesk_views"

// readViewList reads the views that the caller works from, with counts no older than age.
func (p *pages) readViewList(c *ui.Call, tx *store.Tx, actor *admin.Actor, current desk.ViewID, age time.Duration) (*viewList, error) {
	s := &viewList{current: current}
	if cookie, err := c.R.Cookie(foldCookie); err == nil {
		s.folded = cookie.Value == "folded"
	}
	active := true
	views, err := actor.Views(c.Ctx(), admin.Filter{RuleFilter: store.RuleFilter{Active: &active}, Viewable: true})
	if err != nil {
		return nil, err
	}
	for i := range views {
		v := &views[i]
		e := viewEntry{id: v.ID, title: v.Title}
		if e.count, err = p.counter.count(c.Ctx(), c, tx, actor.Config, v, age); desk.KindOf(err) == desk.Invalid && err != nil {
			e.fault = err.Error() // the page of the view says it, too
		} else if err != nil {
			return nil, err
		}
		if v.Restriction.Type == "User" {
			s.mine = append(s.mine, e)
		} else {
			s.shared = append(s.shared, e)
		}
	}
	return s, nil
}

// showFirstView leads to the first view there is.
func (p *pages) showFirstView(c *ui.Call) error {
	var s *viewList
	err := c.Read(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		s, err = p.readViewList(c, tx, actor, 0, countKept)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case len(s.mine) > 0:
		return c.Redirect(viewPath(s.mine[0].id))
	case len(s.shared) > 0:
		return c.Redirect(viewPath(s.shared[0].id))
	}
	return c.Show(ui.Page{Title: c.T("views.views"), Current: "views", Body: noViews()})
}

// showCounts is the inside of the column of views, with fresh counts.
func (p *pages) showCounts(c *ui.Call) error {
	var s *viewList
	err := c.Read(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		s, err = p.readViewList(c, tx, actor, desk.ViewID(c.Number("current")), countFresh)
		return err
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, viewListBody(s))
}

// countText is a count as the column shows it.
func countText(n store.Count) string {
	if n.Capped {
		return fmt.Sprintf("%dk+", n.N/1_000)
	}
	return strconv.Itoa(n.N)
}

// wholeLabel offers all tickets of a view.
func wholeLabel(ctx context.Context, n store.Count) string {
	if n.Capped {
		return text.N(ctx, "views.bulk.whole.more", n.N)
	}
	return text.N(ctx, "views.bulk.whole", n.N)
}

// pickedLabel says with what it is to be done.
func pickedLabel(ctx context.Context, f *bulkForm) string {
	if f.whole.chosen {
		return text.T(ctx, "views.bulk.whole.chosen")
	}
	return text.N(ctx, "views.picked", len(f.tickets))
}

// countLabel is a count as a sentence.
func countLabel(ctx context.Context, n store.Count) string {
	if n.Capped {
		return text.N(ctx, "views.count.more", n.N)
	}
	return text.N(ctx, "views.count", n.N)
}
