package store_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// randomDesk is a desk of random tickets with namesakes among the assignees, and somebody who is not of the staff.
func randomDesk(t *testing.T, a store.Account, tickets int) *desk.Config {
	t.Helper()
	config := kindsConfig()
	config.Staff = map[desk.UserID]desk.StaffMember{}
	assignees := []desk.UserID{0, 0, 0}
	write(t, a, func(tx *store.Tx) error {
		for _, name := range []string{"zoe", "Ann", "O'Hara", "ann", "left"} {
			u := desk.User{Name: name, Role: desk.EndUser}
			if err := tx.InsertUser(t.Context(), &u); err != nil {
				return err
			}
			if assignees = append(assignees, u.ID); name != "left" {
				config.Staff[u.ID] = desk.StaffMember{ID: u.ID, Name: name}
			}
		}
		return nil
	})
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]desk.Ticket, tickets)
	for i := range all {
		moment := func() time.Time { return noon().Add(time.Duration(r.IntN(20)) * time.Hour) }
		all[i] = desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.Statuses[r.IntN(6)], Priority: desk.Priorities[r.IntN(5)],
			Assignee: assignees[r.IntN(len(assignees))], Group: []desk.GroupID{0, 31, 32, 33}[r.IntN(4)], Requester: desk.UserID(r.IntN(3)),
			CreatedAt: moment(), UpdatedAt: moment()}
	}
	insertTickets(t, a, all...)
	return config.BuildIndexes()
}

// A page is the same, with its cursors, by whatever way it is read, whatever the view is grouped and sorted by.
func TestPagesAreAsSortedOnes(t *testing.T) {
	t.Parallel()
	has := func(field string, op condition.Operator, value any) condition.Condition {
		return condition.Condition{Field: field, Operator: op, Value: condition.ValueOf(value)}
	}
	trees := []condition.Tree{{}, {All: condition.Conditions{has("assignee_id", condition.Is, "")}},
		{All: condition.Conditions{has("status", condition.LessThan, "solved")}},
		{All: condition.Conditions{has("status", condition.IsNot, "closed"), has("updated_at", condition.LessThan, "9")}},
		{All: condition.Conditions{has("status", condition.Is, "pending"), has("group_id", condition.Is, "31"), has("priority", condition.Is, "low")}},
		{Any: condition.Conditions{has("status", condition.Is, "new"), has("priority", condition.Is, "urgent")}}}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		config, n := randomDesk(t, a, 1500), 0
		for _, group := range []string{"", "assignee", "group", "status", "priority", "requester"} {
			for _, sort := range []string{"", "id", "created", "updated", "status", "priority", "assignee", "solved"} {
				n++
				q := store.ViewQuery{Config: config, Tree: trees[n%len(trees)], At: noon().Add(20 * time.Hour)}
				q.Output = desk.Output{GroupBy: group, GroupOrder: []string{"asc", "desc"}[n%2], SortBy: sort, SortOrder: []string{"asc", "desc"}[n/2%2]}
				q.Limit = []int{7, 150}[n%2]
				wantSamePages(t, a, q)
			}
		}
	})
}

// wantSamePages goes through a view there and back.
func wantSamePages(t *testing.T, a store.Account, q store.ViewQuery) {
	t.Helper()
	for step := range 12 {
		var got, want store.Listed[desk.Ticket]
		var counted store.Count
		read(t, a, func(tx *store.Tx) (err error) {
			if want, err = tx.SortedWhere(t.Context(), q); err == nil {
				got, err = tx.TicketsWhere(t.Context(), q)
			}
			if step == 0 && err == nil {
				counted, err = tx.CountWhere(t.Context(), store.ViewQuery{Config: q.Config, Tree: q.Tree, At: q.At, Cap: len(want.Items)})
			}
			return err
		})
		if step == 0 && (counted.N != len(want.Items) || counted.Capped != want.More) {
			t.Errorf("%+v: %d tickets, more %v; counted %+v", q.Output, len(want.Items), want.More, counted)
		}
		wantSame(t, "page", got, want)
		if q.Offset = 0; step == 0 {
			q.Offset = 40
		}
		if step < 8 {
			q.After, q.Before = want.After, ""
		} else {
			q.After, q.Before = "", want.Before
		}
		if step == 0 {
			q.After = ""
		}
		if len(want.Items) == 0 {
			return
		}
	}
}

// What lies far behind in the order of a list is found all the same.
func TestThePageBehindWhatDoesNotBelongToIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		var all []desk.Ticket
		for i := range 600 {
			x := desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.Closed, CreatedAt: noon().Add(time.Duration(i) * time.Hour), Subject: "closed"}
			if i >= 400 {
				x.Status = desk.New
			}
			if i >= 590 {
				x.Subject = "rare"
			}
			all = append(all, x)
		}
		insertTickets(t, a, all...)
		rare := condition.Condition{Field: "subject_includes_word", Operator: condition.Is, Value: condition.ValueOf("rare")}
		fresh := condition.Condition{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}
		for _, c := range []struct {
			name string
			tree condition.Tree
			want []desk.TicketID
		}{
			{"by its path", condition.Tree{All: condition.Conditions{fresh}}, []desk.TicketID{401, 402, 403}},
			{"without a path", condition.Tree{All: condition.Conditions{rare}}, []desk.TicketID{591, 592, 593}},
			{"by a path without end", condition.Tree{All: condition.Conditions{fresh, rare}}, []desk.TicketID{591, 592, 593}},
		} {
			read(t, a, func(tx *store.Tx) error {
				got, err := tx.TicketsWhere(t.Context(), store.ViewQuery{Page: store.Page{Limit: 3}, Config: kindsConfig(), At: noon(), Tree: c.tree,
					Output: desk.Output{SortBy: "created", SortOrder: "asc"}})
				wantSame(t, c.name, ids(got.Items), c.want)
				return err
			})
		}
	})
}
