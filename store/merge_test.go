package store_test

import (
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Merges are followed to their end, and known from both sides.
func TestMerges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		write(t, a, func(tx *store.Tx) error {
			for _, m := range [][2]desk.TicketID{{1, 3}, {2, 3}, {3, 4}} {
				if err := tx.InsertMerge(ctx, m[0], m[1]); err != nil {
					return err
				}
			}
			return nil
		})
		read(t, a, func(tx *store.Tx) error {
			for id, want := range map[desk.TicketID]desk.TicketID{1: 4, 3: 4, 4: 4, 9: 9} {
				into, err := tx.MergedInto(ctx, id)
				if err != nil {
					return err
				}
				wantSame(t, "into", into, want)
			}
			all, err := tx.MergedFrom(ctx, 3, 5)
			if err != nil {
				return err
			}
			wantSame(t, "from", all, []desk.TicketID{2, 1})
			newest, err := tx.MergedFrom(ctx, 3, 1)
			wantSame(t, "the newest", newest, []desk.TicketID{2})
			return err
		})
	})
}
