package store_test

import (
	"slices"
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// People sort by name in the same order on every database: whatever the case, accents beside their letters, no text of a
// name taken for SQL, namesakes by the ticket.
func TestViewsSortPeopleAndGroupsByName(t *testing.T) {
	t.Parallel()
	names := []string{"Ann", "ann", "Ärger", "arno", "back\\slash", "bo", "O'Hara'; drop table tickets; --", "zoe", "Ёлка"}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		all := []desk.Ticket{{ID: 50, Status: desk.New}}
		want := []desk.TicketID{50}
		write(t, a, func(tx *store.Tx) error {
			for i := range names {
				name := names[(i*4)%len(names)]
				u := desk.User{Name: name, Role: desk.EndUser}
				if err := tx.InsertUser(ctx, &u); err != nil {
					return err
				}
				all = append(all, desk.Ticket{ID: desk.TicketID(1 + slices.Index(names, name)), Status: desk.New, Assignee: u.ID, Requester: u.ID})
			}
			return nil
		})
		for i := range names {
			want = append(want, desk.TicketID(i+1))
		}
		insertTickets(t, a, all...)
		for _, by := range []string{"assignee", "requester"} {
			page := func(p store.Page) (out store.Listed[desk.Ticket]) {
				read(t, a, func(tx *store.Tx) (err error) {
					out, err = tx.TicketsWhere(ctx, store.ViewQuery{Page: p, Config: kindsConfig(), At: noon(), Output: desk.Output{SortBy: by, SortOrder: "asc"}})
					return err
				})
				return out
			}
			if got := ids(page(store.Page{}).Items); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", by, got, want)
			}
			wantSame(t, "page by page", walk(t, 2, false, page, ""), want)
		}
	})
}
