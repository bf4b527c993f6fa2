package store_test

import (
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestCorrespondence(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		at := time.Unix(1e9, 0).UTC()
		other := desk.RemoteDesk{Address: "support@kongen.example", Name: "Kongen", Kind: "zendesk", URL: "https://kongen.zendesk.com", CreatedAt: at, SeenAt: at}
		c := desk.Correspondence{Ticket: 7, Address: other.Address, RemoteTicket: "4711", AutomaticAt: at, Received: 3, Since: at, Replies: 2,
			Words: "w", Repeats: 1, PausedAt: at, PauseReason: "why", ResumedAt: at, ResumedBy: 5, UpdatedAt: at,
			Choice: desk.ChooseShare, Agreement: 9, ChosenBy: 5}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.SaveRemoteDesk(ctx, &other); err != nil {
				return err
			}
			again := other
			again.ID, again.Name, again.NeverOffer = 0, "Kongen Sensors", true
			if err := tx.SaveRemoteDesk(ctx, &again); err != nil {
				return err
			}
			if again.ID != other.ID {
				t.Errorf("the desk at one address is %d and %d", other.ID, again.ID)
			}
			other, c.Desk = again, other.ID
			return tx.SaveCorrespondence(ctx, &c)
		})
		write(t, acme, func(tx *store.Tx) error {
			found, err := tx.RemoteDeskAt(ctx, "Support@Kongen.example")
			if err != nil {
				return err
			}
			wantSame(t, "the desk", found, other)
			all, err := tx.CorrespondencesOf(ctx, 7)
			if err != nil {
				return err
			}
			wantSame(t, "the correspondences", all, []desk.Correspondence{c})
			for what, find := range map[string]func() ([]desk.Correspondence, error){
				"those that wait": func() ([]desk.Correspondence, error) { return tx.CorrespondencesAwaiting(ctx, 9) },
				"those of their ticket": func() ([]desk.Correspondence, error) {
					return tx.CorrespondencesWithTicket(ctx, "kongen.zendesk.com", "4711")
				},
			} {
				found, err := find()
				if err != nil {
					return err
				}
				wantSame(t, what, found, []desk.Correspondence{c})
			}
			if none, err := tx.CorrespondencesWithTicket(ctx, "other.zendesk.com", "4711"); err != nil || len(none) != 0 {
				t.Errorf("another desk's ticket is found: %v %v", none, err)
			}
			if err := tx.NoteAutomaticMail(ctx, 8, "Mia@example.com", at); err != nil {
				return err
			}
			begun, err := tx.Correspondence(ctx, 8, "mia@example.com")
			if !begun.AutomaticAt.Equal(at) || begun.Paused() {
				t.Errorf("begun as %+v", begun)
			}
			return err
		})
	})
}
