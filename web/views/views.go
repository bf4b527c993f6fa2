package views

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// shelf is the column of views.
type shelf struct {
	mine    []entry // those that the reader keeps for themselves
	shared  []entry
	current desk.ViewID
	folded  bool
}

// entry is one view on the shelf.
type entry struct {
	id    desk.ViewID
	title string
	count store.Count
}

func address(id desk.ViewID) string { return fmt.Sprintf("/agent/views/%d", id) }

// foldCookie remembers in the browser that the column of views is folded away.
const foldCookie = "interdesk_views"

// shelf reads the views that the caller works from, with counts no older than age.
func (p *pages) shelf(c *ui.Call, tx *store.Tx, actor *admin.Actor, current desk.ViewID, age time.Duration) (*shelf, error) {
	s := &shelf{current: current}
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
		e := entry{id: v.ID, title: v.Title}
		if e.count, err = p.counter.of(c.Ctx(), c, tx, actor.Config, v, age); err != nil {
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

// first leads to the first view there is.
func (p *pages) first(c *ui.Call) error {
	var s *shelf
	err := c.Read(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		s, err = p.shelf(c, tx, actor, 0, countKept)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case len(s.mine) > 0:
		return c.Go(address(s.mine[0].id))
	case len(s.shared) > 0:
		return c.Go(address(s.shared[0].id))
	}
	return c.Show(ui.Page{Title: c.T("views.views"), Current: "views", Body: noViews()})
}

// counts is the inside of the column of views, with fresh counts.
func (p *pages) counts(c *ui.Call) error {
	var s *shelf
	err := c.Read(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		s, err = p.shelf(c, tx, actor, desk.ViewID(c.Number("current")), countFresh)
		return err
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, shelfList(s))
}

// short is a count as the column shows it.
func short(n store.Count) string {
	if n.Capped {
		return fmt.Sprintf("%dk+", n.N/1_000)
	}
	return strconv.Itoa(n.N)
}

// spoken is a count as a sentence.
func spoken(ctx context.Context, n store.Count) string {
	if n.Capped {
		return text.N(ctx, "views.count.more", n.N)
	}
	return text.N(ctx, "views.count", n.N)
}
