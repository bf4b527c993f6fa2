package store_test

import (
	"context"
	"slices"
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// TestByName: people and organizations are listed by their names, page by page, and each once.
func TestByName(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, err := store.Open(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		a := s.Account(1)
		names := []string{"Bo", "Ana", "Zoe", "Ana", "Mio"}
		err = a.Write(ctx, func(tx *store.Tx) error {
			for i, n := range names {
				if err := tx.InsertUser(ctx, &desk.User{Name: n, Role: desk.EndUser}); err != nil {
					return err
				}
				if err := tx.InsertOrganization(ctx, &desk.Organization{Name: n + " & " + string(rune('A'+i))}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, "users", walkNames(ctx, t, a, func(tx *store.Tx, p store.Page) ([]string, store.Page, bool, error) {
			found, err := tx.UsersByName(ctx, store.UserFilter{}, p)
			var out []string
			for _, u := range found.Items {
				out = append(out, u.Name)
			}
			return out, store.Page{Limit: 2, After: found.After}, found.More, err
		}), []string{"Ana", "Ana", "Bo", "Mio", "Zoe"})
		wantSame(t, "organizations", walkNames(ctx, t, a, func(tx *store.Tx, p store.Page) ([]string, store.Page, bool, error) {
			found, err := tx.OrganizationsByName(ctx, "", p)
			var out []string
			for _, o := range found.Items {
				out = append(out, o.Name)
			}
			return out, store.Page{Limit: 2, After: found.After}, found.More, err
		}), []string{"Ana & B", "Ana & D", "Bo & A", "Mio & E", "Zoe & C"})
	})
}

// walk reads a list to its end, two at a time.
func walkNames(ctx context.Context, t *testing.T, a store.Account, read func(*store.Tx, store.Page) ([]string, store.Page, bool, error)) (all []string) {
	t.Helper()
	next, more := store.Page{Limit: 2}, true
	for more {
		err := a.Read(ctx, func(tx *store.Tx) (err error) {
			var some []string
			some, next, more, err = read(tx, next)
			all = slices.Concat(all, some)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestSaid: the first and the newest comments of each ticket, the newest first.
func TestSaid(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, err := store.Open(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		a := s.Account(1)
		var got []store.CommentExcerpt
		err = a.Write(ctx, func(tx *store.Tx) error {
			for id := desk.CommentID(1); id <= 5; id++ {
				c := desk.Comment{ID: id, Ticket: 7, Body: "word " + string(rune('a'+int(id)-1)), Public: id != 5, CreatedAt: noon()}
				if err := tx.InsertComment(ctx, &c); err != nil {
					return err
				}
			}
			var err error
			got, err = tx.CommentExcerpts(ctx, []desk.TicketID{7, 8}, 2, 6)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, "said", got, []store.CommentExcerpt{{Ticket: 7, Body: "word e"}, {Ticket: 7, Public: true, Body: "word d"}, {Ticket: 7, Public: true, Body: "word a"}})
	})
}
