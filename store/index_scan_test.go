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

// A page is the same, with its cursors, whether it is read along an index or sorted, whatever the view is grouped and sorted by.
func TestPagesAlongAnIndexAreAsSortedOnes(t *testing.T) {
	t.Parallel()
	unsolved := condition.Condition{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}
	nobody := condition.Condition{Field: "assignee_id", Operator: condition.Is, Value: condition.ValueOf("")}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		config, scanned := randomDesk(t, a, 50), 0
		pages := func(q store.ViewQuery) {
			for range 200 {
				var got, want store.Listed[desk.Ticket]
				var whole bool
				read(t, a, func(tx *store.Tx) (err error) {
					if want, err = tx.Sorted(t.Context(), q); err == nil {
						got, whole, err = tx.Scanned(t.Context(), q)
					}
					return err
				})
				if whole {
					scanned++
					wantSame(t, "page", got, want)
				}
				if q.After = want.After; !want.More {
					return
				}
			}
			t.Fatalf("%+v does not end", q.Output)
		}
		trees, n := []condition.Tree{{All: condition.Conditions{nobody}}, {All: condition.Conditions{unsolved}}, {}}, 0
		for _, group := range []string{"", "assignee", "group", "status", "priority"} {
			for _, sort := range []string{"", "id", "created", "updated", "status", "priority", "assignee", "group"} {
				for _, ways := range [][2]string{{"asc", "asc"}, {"asc", "desc"}, {"desc", "asc"}, {"desc", "desc"}} {
					n++
					pages(store.ViewQuery{Page: store.Page{Limit: 1 + n%7}, Config: config, Tree: trees[n%3], At: noon(),
						Output: desk.Output{GroupBy: group, GroupOrder: ways[0], SortBy: sort, SortOrder: ways[1]}})
				}
			}
		}
		if scanned < 200 {
			t.Errorf("only %d pages were scanned", scanned)
		}
	})
}

// What no scan comes to is sorted: whoever asks gets the page.
func TestAScanThatLeadsNowhereIsGivenUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		var all []desk.Ticket
		for i := range 60 {
			x := desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.Closed, CreatedAt: noon().Add(time.Duration(i) * time.Hour)}
			if i >= 40 {
				x.Status = desk.New
			}
			all = append(all, x)
		}
		insertTickets(t, a, all...)
		q := store.ViewQuery{Page: store.Page{Limit: 5}, Config: kindsConfig(), At: noon(), Output: desk.Output{SortBy: "created", SortOrder: "asc"},
			Tree: condition.Tree{All: condition.Conditions{{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}}}}
		read(t, a, func(tx *store.Tx) error {
			_, whole, err := tx.Scanned(t.Context(), q)
			if err != nil || whole {
				t.Errorf("whole %v, error %v", whole, err)
			}
			got, err := tx.TicketsWhere(t.Context(), q)
			wantSame(t, "page", ids(got.Items), []desk.TicketID{41, 42, 43, 44, 45})
			return err
		})
	})
}
