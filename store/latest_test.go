package store_test

import (
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestLatestUpdates(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		write(t, a, func(tx *store.Tx) error {
			for ticket := desk.TicketID(1); ticket <= 3; ticket++ {
				for n := range desk.AuditID(2) {
					audit := desk.Audit{ID: desk.AuditID(10*ticket) + n, Ticket: ticket, Author: desk.UserID(n)}
					if ticket == 1 && n == 1 || ticket == 2 && n == 0 {
						audit.Events = []desk.Event{{Type: desk.EventComment}}
						c := desk.Comment{ID: desk.CommentID(audit.ID), Ticket: ticket, Audit: audit.ID, Body: "said"}
						if err := tx.InsertComment(t.Context(), &c); err != nil {
							return err
						}
					}
					if err := tx.InsertAudit(t.Context(), &audit); err != nil {
						return err
					}
				}
			}
			return nil
		})
		read(t, a, func(tx *store.Tx) error {
			got, err := tx.LatestUpdates(t.Context(), []desk.TicketID{1, 2, 4})
			if err != nil {
				return err
			}
			wantSame(t, "tickets", len(got), 2)
			wantSame(t, "last of the first", got[1].Audit.ID, desk.AuditID(11))
			wantSame(t, "last of the second", got[2].Audit.ID, desk.AuditID(21))
			if got[1].Comment == nil || got[1].Comment.Body != "said" || got[2].Comment != nil {
				t.Errorf("comments: %+v, %+v", got[1].Comment, got[2].Comment)
			}
			none, err := tx.LatestUpdates(t.Context(), nil)
			wantSame(t, "of none", len(none), 0)
			return err
		})
	})
}
