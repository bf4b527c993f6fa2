package store_test

import (
	"slices"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Names that stand in the statement sort as names that are looked up, whatever they are made of.
func TestViewsSortByKnownNames(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		config := &desk.Config{Staff: map[desk.UserID]desk.StaffMember{}}
		config.BuildIndexes()
		var all []desk.Ticket
		write(t, a, func(tx *store.Tx) error {
			for i, name := range []string{"zoe", "Ann", "O'Hara'; drop table tickets; --", `back\slash`, "$1 ?", "bo", "Ärger", "ann"} {
				u := desk.User{Name: name, Role: desk.EndUser}
				if err := tx.InsertUser(ctx, &u); err != nil {
					return err
				}
				if name != "bo" {
					config.Staff[u.ID] = desk.StaffMember{ID: u.ID, Name: name}
				}
				all = append(all, desk.Ticket{ID: desk.TicketID(i + 1), Status: desk.New, Assignee: u.ID})
			}
			return nil
		})
		insertTickets(t, a, append(all, desk.Ticket{ID: 50, Status: desk.New})...)
		for _, by := range []string{"assignee", "group"} {
			page := func(c *desk.Config) func(p store.Page) store.Listed[desk.Ticket] {
				return func(p store.Page) (out store.Listed[desk.Ticket]) {
					read(t, a, func(tx *store.Tx) (err error) {
						out, err = tx.TicketsWhere(ctx, store.ViewQuery{Page: p, Config: c, At: noon(), Output: desk.Output{SortBy: by, SortOrder: "asc"}, Tree: condition.Tree{}})
						return err
					})
					return out
				}
			}
			want := ids(page((&desk.Config{}).BuildIndexes())(store.Page{}).Items)
			if got := ids(page(config)(store.Page{}).Items); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", by, got, want)
			}
			wantSame(t, "page by page", walk(t, 2, false, page(config), ""), want)
		}
	})
}
