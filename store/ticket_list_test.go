package store_test

import (
	"slices"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// variedTickets differ in all that lists narrow and sort by, with ties.
func variedTickets(n int) []desk.Ticket {
	out := make([]desk.Ticket, n)
	for i := range out {
		t := desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.Statuses[i%6], Priority: desk.Priorities[i%5], Type: desk.TicketTypes[i%5],
			Requester: desk.UserID(20 + i%3), Submitter: 20, Assignee: desk.UserID(30 * (i % 2)), Group: desk.GroupID(40 + i%2),
			Organization: desk.OrganizationID(50 * (i % 2)), Problem: desk.TicketID(i % 2), Public: i%4 != 0,
			CreatedAt: noon().Add(-time.Duration(i%4) * time.Hour), UpdatedAt: noon().Add(time.Duration(i%3) * time.Hour)}
		if i%5 == 0 {
			t.ExternalID, t.Followers, t.EmailCCs = "ext", []desk.UserID{60}, []desk.UserID{61}
		}
		out[i] = t
	}
	return out
}

func listTickets(t *testing.T, a store.Account, q store.TicketQuery) (out store.Listed[desk.Ticket]) {
	t.Helper()
	read(t, a, func(tx *store.Tx) (err error) {
		out, err = tx.TicketList(t.Context(), q)
		return err
	})
	return out
}

func TestTicketListNarrows(t *testing.T) {
	t.Parallel()
	all := variedTickets(24)
	cases := []struct {
		name string
		q    store.TicketQuery
		want func(*desk.Ticket) bool
	}{
		{"all", store.TicketQuery{}, func(*desk.Ticket) bool { return true }},
		{"requester", store.TicketQuery{Requester: 21}, func(x *desk.Ticket) bool { return x.Requester == 21 }},
		{"submitter", store.TicketQuery{Submitter: 99}, func(*desk.Ticket) bool { return false }},
		{"assignee", store.TicketQuery{Assignee: 30}, func(x *desk.Ticket) bool { return x.Assignee == 30 }},
		{"group", store.TicketQuery{Group: 41}, func(x *desk.Ticket) bool { return x.Group == 41 }},
		{"organization", store.TicketQuery{Organization: 50}, func(x *desk.Ticket) bool { return x.Organization == 50 }},
		{"problem", store.TicketQuery{Problem: 1}, func(x *desk.Ticket) bool { return x.Problem == 1 }},
		{"external id", store.TicketQuery{ExternalID: "ext"}, func(x *desk.Ticket) bool { return x.ExternalID == "ext" }},
		{"copied", store.TicketQuery{CC: 61}, func(x *desk.Ticket) bool { return len(x.EmailCCs) > 0 }},
		{"followed", store.TicketQuery{Follower: 60}, func(x *desk.Ticket) bool { return len(x.Followers) > 0 }},
		{"copied is not followed", store.TicketQuery{Follower: 61}, func(*desk.Ticket) bool { return false }},
		{"type", store.TicketQuery{Type: desk.Incident}, func(x *desk.Ticket) bool { return x.Type == desk.Incident }},
		{"public", store.TicketQuery{Public: true}, func(x *desk.Ticket) bool { return x.Public }},
		{"ids", store.TicketQuery{IDs: []desk.TicketID{3, 1, 99}}, func(x *desk.Ticket) bool { return x.ID == 1 || x.ID == 3 }},
		{"statuses", store.TicketQuery{Statuses: []desk.Status{desk.Open, desk.Closed}},
			func(x *desk.Ticket) bool { return x.Status == desk.Open || x.Status == desk.Closed }},
		{"several", store.TicketQuery{Requester: 20, Group: 40, Statuses: []desk.Status{desk.New}},
			func(x *desk.Ticket) bool { return x.Requester == 20 && x.Group == 40 && x.Status == desk.New }},
	}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		insertTickets(t, a, all...)
		for _, c := range cases {
			var want []desk.TicketID
			for i := range all {
				if c.want(&all[i]) {
					want = append(want, all[i].ID)
				}
			}
			wantSame(t, c.name, ids(listTickets(t, a, c.q).Items), want)
			read(t, a, func(tx *store.Tx) error {
				n, err := tx.TicketCount(t.Context(), c.q)
				wantSame(t, c.name+" counted", n, store.Count{N: len(want)})
				return err
			})
		}
	})
}

// walk reads a whole list in pages of a size, forward or backward, and gives it in the list's order.
func walk(t *testing.T, size int, back bool, page func(store.Page) store.Listed[desk.Ticket], last string) []desk.TicketID {
	t.Helper()
	var out []desk.TicketID
	p := store.Page{Limit: size}
	if back {
		p.Before = last
	}
	for range 100 {
		part := page(p)
		if back {
			out = append(ids(part.Items), out...)
			p.Before = part.Before
		} else {
			out = append(out, ids(part.Items)...)
			p.After = part.After
		}
		if !part.More {
			return out
		}
	}
	t.Fatal("the list does not end")
	return nil
}

func TestPagesMakeTheWholeList(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		insertTickets(t, a, variedTickets(23)...)
		for _, sort := range []store.TicketSort{store.SortID, store.SortCreated, store.SortUpdated, store.SortStatus, store.SortPriority} {
			for _, desc := range []bool{false, true} {
				q := store.TicketQuery{Sort: sort, Desc: desc}
				whole := listTickets(t, a, q)
				if len(whole.Items) != 23 || whole.More || !slices.IsSortedFunc(whole.Items, byQuery(q)) {
					t.Fatalf("%q desc %v: %v, more %v", sort, desc, ids(whole.Items), whole.More)
				}
				page := func(p store.Page) store.Listed[desk.Ticket] {
					q := q
					q.Page = p
					return listTickets(t, a, q)
				}
				want := ids(whole.Items)
				wantSame(t, "forward", walk(t, 4, false, page, ""), want)
				wantSame(t, "backward", walk(t, 4, true, page, whole.After), want[:22])
				wantSame(t, "offset", ids(page(store.Page{Limit: 5, Offset: 20}).Items), want[20:])
			}
		}
	})
}

func byQuery(q store.TicketQuery) func(a, b desk.Ticket) int {
	return func(a, b desk.Ticket) int {
		n := 0
		switch q.Sort {
		case store.SortCreated:
			n = a.CreatedAt.Compare(b.CreatedAt)
		case store.SortUpdated:
			n = a.UpdatedAt.Compare(b.UpdatedAt)
		case store.SortStatus:
			n = a.Status.Rank() - b.Status.Rank()
		case store.SortPriority:
			n = a.Priority.Rank() - b.Priority.Rank()
		}
		if n == 0 {
			n = int(a.ID - b.ID)
		}
		if q.Desc {
			return -n
		}
		return n
	}
}

func TestForeignCursorsAreRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		insertTickets(t, a, variedTickets(3)...)
		byID := listTickets(t, a, store.TicketQuery{}).After
		for _, cursor := range []string{"nonsense", "!", "bnVsbA", "W10", "WyJhIl0", byID + "x", "WyJcdTAwMDAiXQ", "e30"} {
			for _, p := range []store.Page{{After: cursor}, {Before: cursor}} {
				err := a.Read(t.Context(), func(tx *store.Tx) error {
					_, err := tx.TicketList(t.Context(), store.TicketQuery{Page: p})
					return err
				})
				wantFault(t, err, "page", "InvalidCursor")
			}
		}
		err := a.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.TicketList(t.Context(), store.TicketQuery{Page: store.Page{After: byID}, Sort: store.SortUpdated})
			return err
		})
		wantFault(t, err, "page", "InvalidCursor")
	})
}
