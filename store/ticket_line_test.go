package store_test

import (
	"testing"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// What a list shows beside the tickets themselves.
func TestTicketLines(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		ctx := t.Context()
		insertTickets(t, a, desk.Ticket{ID: 1, Status: desk.New, Public: true}, desk.Ticket{ID: 2, Status: desk.New}, desk.Ticket{ID: 3, Status: desk.New, Public: true})
		insertComments(t, a, saidOn(1, 11, true, "first"), saidOn(1, 12, true, "ärger im Büro"), saidOn(1, 13, false, "note"), saidOn(2, 14, false, "note"), saidOn(3, 15, true, "short"))
		ada, bo := desk.User{Name: "Ada Lovelace", Role: desk.EndUser}, desk.User{Name: "Bo", Role: desk.EndUser}
		write(t, a, func(tx *store.Tx) error {
			if err := tx.InsertUser(ctx, &ada); err != nil {
				return err
			}
			if err := tx.InsertUser(ctx, &bo); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `
				insert into attendances (account_id, user_id, ticket_id, version, present_until, writing_until)
				values ($1, $2, 1, 4, 0, 0), ($1, $3, 2, 5, 0, 0)`, tx.Account(), ada.ID, bo.ID)
			return err
		})
		read(t, a, func(tx *store.Tx) error {
			seen, err := tx.SeenVersions(ctx, ada.ID, []desk.TicketID{1, 2, 3})
			wantSame(t, "seen", seen, map[desk.TicketID]int64{1: 4})
			if err != nil {
				return err
			}
			words, err := tx.LatestExcerpts(ctx, []desk.TicketID{1, 2, 3}, 8)
			wantSame(t, "last words", words, map[desk.TicketID]string{1: "ärger im", 3: "short"})
			if err != nil {
				return err
			}
			names, err := tx.UserNames(ctx, []desk.UserID{bo.ID, ada.ID, 999})
			wantSame(t, "names", names, map[desk.UserID]string{ada.ID: "Ada Lovelace", bo.ID: "Bo"})
			if err != nil {
				return err
			}
			c, err := tx.CountWhere(ctx, store.ViewQuery{Config: (&desk.Config{}).BuildIndexes(), Tree: condition.Tree{}, At: noon(), Cap: 2})
			wantSame(t, "count", c, store.Count{N: 2, Capped: true})
			return err
		})
	})
}
