package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// partnership is an account with an agreement and a ticket shared under it.
type partnership struct {
	account   store.Account
	agreement desk.Agreement
	share     desk.Share
}

var sharedAt = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func eachPartnership(t *testing.T, test func(t *testing.T, p *partnership)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		st, err := store.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close(context.Background()) })
		a, admin, err := setup.CreateAccount(t.Context(), st, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost", desk.User{Name: "Ana"}, "")
		if err != nil {
			t.Fatal(err)
		}
		p := &partnership{account: st.Account(a.ID)}
		p.agreement = desk.Agreement{UUID: "agreement-1", Name: "Zed", Status: desk.AgreementAccepted, RemoteURL: "https://zed.example/sharing",
			LocalURL: "https://acme.example/sharing", Terms: desk.Terms{PublicComments: true, SyncFields: true}, ShareNotes: true,
			Dialect: desk.DialectRT, StatusMap: map[string]string{"waiting": "pending"}, CreatedAt: sharedAt, UpdatedAt: sharedAt}
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			number, err := tx.NextTicket(ctx)
			if err != nil {
				return err
			}
			p.agreement.ID = desk.AgreementID(tx.NewID())
			p.share = desk.Share{ID: desk.ShareID(tx.NewID()), Agreement: p.agreement.ID, Ticket: number, UUID: "ticket-1", State: desk.ShareLive,
				Tags: []string{"a"}, Fields: map[string]string{"serial": `"X"`}, Foreign: map[string]string{"zd": `{}`}, Status: "open",
				Subject: "Dark", RemoteID: "12", Requester: "person-1", CreatedAt: sharedAt, UpdatedAt: sharedAt}
			return errors.Join(
				tx.InsertTicket(ctx, &desk.Ticket{ID: number, Status: desk.New, Requester: admin.ID, CreatedAt: sharedAt, UpdatedAt: sharedAt}),
				tx.InsertAgreement(ctx, &p.agreement, "sealed"), tx.InsertShare(ctx, &p.share))
		})
		test(t, p)
	})
}

func (p *partnership) write(t *testing.T, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := p.account.Write(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAgreements(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.Agreement(ctx, p.agreement.ID)
			same(t, p.agreement, got)
			byUUID, err2 := tx.AgreementByUUID(ctx, "agreement-1")
			same(t, p.agreement, byUUID)
			key, err3 := tx.AgreementKey(ctx, p.agreement.ID)
			same(t, "sealed", key)
			got.Status, got.PausedBy, got.LastError, got.LastErrorAt = desk.AgreementInactive, desk.PausedByPartner, "broken", sharedAt
			got.Denied, got.Peer, got.NotesSince = []desk.ShareID{4, 5}, desk.PeerInterdesk, sharedAt
			err4 := tx.UpdateAgreement(ctx, &got)
			again, err5 := tx.LockAgreement(ctx, got.ID)
			same(t, got, again)
			config, err6 := tx.Config(ctx)
			same(t, desk.AgreementInactive, config.Agreements[got.ID].Status)
			return errors.Join(err, err2, err3, err4, err5, err6)
		})
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			twin := p.agreement
			twin.ID = desk.AgreementID(tx.NewID())
			if err := tx.Savepoint(ctx, func() error { return tx.InsertAgreement(ctx, &twin, "x") }); desk.KindOf(err) != desk.Invalid {
				t.Errorf("a second agreement with the uuid: %v", err)
			}
			if err := tx.DeleteAgreement(ctx, p.agreement.ID, sharedAt); err != nil {
				return err
			}
			if _, err := tx.Agreement(ctx, p.agreement.ID); desk.KindOf(err) != desk.NotFound {
				t.Errorf("deleted and still there: %v", err)
			}
			all, err := tx.Agreements(ctx)
			same(t, 0, len(all))
			_, err2 := tx.FindAgreement(ctx, p.agreement.ID)
			return errors.Join(err, err2)
		})
	})
}

func TestContactAndTrouble(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			seen := func(at time.Time, words string) {
				t.Helper()
				a, err := tx.Agreement(ctx, p.agreement.ID)
				if err != nil || !a.LastSeenAt.Equal(at) || a.LastError != words {
					t.Errorf("%v %q %v", a.LastSeenAt, a.LastError, err)
				}
			}
			err := tx.RecordContact(ctx, p.agreement.ID, sharedAt)
			seen(sharedAt, "")
			err2 := tx.RecordContact(ctx, p.agreement.ID, sharedAt.Add(time.Second)) // too soon to be worth a write
			seen(sharedAt, "")
			err3 := tx.RecordError(ctx, p.agreement.ID, "broken", sharedAt)
			seen(sharedAt, "broken")
			err4 := tx.RecordContact(ctx, p.agreement.ID, sharedAt.Add(2*time.Second))
			seen(sharedAt.Add(2*time.Second), "")
			a, err5 := tx.Agreement(ctx, p.agreement.ID)
			if !a.LastErrorAt.IsZero() {
				t.Errorf("the time of no trouble is %v", a.LastErrorAt)
			}
			return errors.Join(err, err2, err3, err4, err5)
		})
	})
}

func TestShares(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.ShareByUUID(ctx, p.agreement.ID, "ticket-1")
			same(t, p.share, got)
			if _, err := tx.ShareByUUID(ctx, p.agreement.ID+1, "ticket-1"); desk.KindOf(err) != desk.NotFound {
				t.Errorf("found under another agreement: %v", err)
			}
			ticket, err2 := tx.Ticket(ctx, p.share.Ticket)
			same(t, []desk.ShareRef{{Share: p.share.ID, Agreement: p.agreement.ID, State: desk.ShareLive, RemoteID: "12"}}, ticket.Shares)
			got.State, got.StateBy, got.Tags, got.LastSentAt = desk.ShareEnded, desk.ByPerson, []string{}, sharedAt
			got.BarredRules, got.SentSeq, got.Sync = []desk.TriggerID{7, 8}, 12, desk.ShareSync{Marks: map[string]int64{"status": 12}}
			err3 := tx.UpdateShare(ctx, &got)
			again, err4 := tx.LockShare(ctx, got.ID)
			same(t, got, again)
			ticket, err5 := tx.Ticket(ctx, p.share.Ticket)
			same(t, []desk.ShareRef{{Share: p.share.ID, Agreement: p.agreement.ID, State: desk.ShareEnded, Barred: true, BarredRules: []desk.TriggerID{7, 8}, RemoteID: "12"}}, ticket.Shares)
			live, err6 := tx.SharesIn(ctx, p.agreement.ID, []desk.ShareState{desk.ShareSending, desk.ShareLive}, 0, 10)
			same(t, 0, len(live))
			twin := p.share
			twin.ID = desk.ShareID(tx.NewID())
			if err := tx.Savepoint(ctx, func() error { return tx.InsertShare(ctx, &twin) }); desk.KindOf(err) != desk.Invalid {
				t.Errorf("shared twice: %v", err)
			}
			return errors.Join(err, err2, err3, err4, err5, err6)
		})
	})
}

func TestShareComments(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			var ids []desk.CommentID
			for n, local := range []bool{false, true, false} {
				c := desk.Comment{ID: desk.CommentID(tx.NewID()), Ticket: p.share.Ticket, Body: "b", LocalOnly: local, CreatedAt: sharedAt}
				if n == 2 {
					c.UUID = "comment-2"
				}
				if err := tx.InsertComment(ctx, &c); err != nil {
					return err
				}
				ids = append(ids, c.ID)
			}
			unsent := func(all bool, want ...desk.CommentID) {
				t.Helper()
				list, err := tx.CommentsFor(ctx, p.share.Ticket, p.share.ID, all, 10)
				var got []desk.CommentID
				for _, c := range list {
					got = append(got, c.ID)
				}
				same(t, want, got)
				if err != nil {
					t.Error(err)
				}
			}
			unsent(false, ids[0], ids[2])
			kept, err := tx.SetCommentUUID(ctx, p.share.Ticket, ids[0], "comment-0")
			same(t, "comment-0", kept)
			kept, err2 := tx.SetCommentUUID(ctx, p.share.Ticket, ids[2], "another")
			same(t, "comment-2", kept)
			err3 := tx.AddShareComment(ctx, p.share.ID, "comment-0", ids[0], false, 7)
			err4 := tx.AddShareComment(ctx, p.share.ID, "comment-0", ids[2], false, 8)
			unsent(false, ids[2])
			unsent(true, ids[0], ids[2])
			had, err5 := tx.ShareComments(ctx, p.share.ID)
			same(t, map[string]desk.CommentID{"comment-0": ids[0]}, had)
			named, bare, err6 := tx.CommentNames(ctx, p.share.Ticket)
			same(t, map[string]desk.CommentID{"comment-0": ids[0], "comment-2": ids[2]}, named)
			same(t, []desk.CommentID{ids[1]}, bare)
			err7 := tx.ForgetShareComments(ctx, p.share.ID, 7)
			unsent(false, ids[0], ids[2])
			return errors.Join(err, err2, err3, err4, err5, err6, err7)
		})
	})
}

func TestActors(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			err := errors.Join(tx.InsertActor(ctx, 0, "ours", 1), tx.InsertActor(ctx, 0, "ours", 2), tx.InsertActor(ctx, p.agreement.ID, "ours", 3))
			got, err2 := tx.Actor(ctx, 0, "ours")
			same(t, desk.UserID(1), got)
			got, err3 := tx.Actor(ctx, p.agreement.ID, "ours")
			same(t, desk.UserID(3), got)
			if _, err := tx.Actor(ctx, p.agreement.ID+1, "ours"); desk.KindOf(err) != desk.NotFound {
				t.Errorf("%v", err)
			}
			names, err4 := tx.ActorUUIDs(ctx, []desk.UserID{1, 2, 3})
			same(t, map[desk.UserID]string{1: "ours", 3: "ours"}, names)
			return errors.Join(err, err2, err3, err4)
		})
	})
}

func TestDeliveries(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			var all []desk.Delivery
			for n, state := range []desk.DeliveryState{desk.DeliveryDone, desk.DeliveryWaiting, desk.DeliveryFailing, desk.DeliveryDead} {
				d := desk.Delivery{ID: desk.DeliveryID(tx.NewID()), Agreement: p.agreement.ID, Share: p.share.ID, Ticket: p.share.Ticket, Kind: "update",
					Method: "PUT", State: state, Automatic: n%2 == 0, CreatedAt: sharedAt.Add(time.Duration(n) * time.Minute)}
				if err := tx.InsertDelivery(ctx, &d); err != nil {
					return err
				}
				all = append(all, d)
			}
			page, err := tx.ShareDeliveries(ctx, p.share.ID, 0, 2)
			same(t, []desk.Delivery{all[3], all[2]}, page)
			page, err2 := tx.ShareDeliveries(ctx, p.share.ID, page[1].ID, 2)
			same(t, []desk.Delivery{all[1], all[0]}, page)
			open, err3 := tx.OpenDeliveries(ctx, p.share.ID, 10)
			same(t, []desk.Delivery{all[1], all[2]}, open)
			h, err4 := tx.AgreementHealth(ctx, p.agreement.ID)
			same(t, store.Health{Waiting: 1, Failing: 1, Dead: 1, OldestWaiting: all[1].CreatedAt}, h)
			n, err5 := tx.CountAutomatic(ctx, p.share.ID, sharedAt)
			same(t, 1, n)
			untold, err6 := tx.AgreementUntold(ctx, p.agreement.ID)
			same(t, false, untold)
			all[1].State, all[1].Answer, all[1].Code, all[1].Attempts, all[1].DoneAt = desk.DeliveryDone, "fine", 200, 1, sharedAt
			err7 := tx.UpdateDelivery(ctx, &all[1])
			got, err8 := tx.Delivery(ctx, all[1].ID)
			same(t, all[1], got)
			return errors.Join(err, err2, err3, err4, err5, err6, err7, err8)
		})
	})
}

func TestDeliveryBodiesAreBounded(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			long := make([]byte, 0, desk.MaxDeliveryBody+10)
			for len(long) <= desk.MaxDeliveryBody {
				long = append(long, "é"...)
			}
			d := desk.Delivery{ID: 1, Agreement: p.agreement.ID, Body: "x" + string(long), CreatedAt: sharedAt}
			err := tx.InsertDelivery(ctx, &d)
			got, err2 := tx.Delivery(ctx, 1)
			if len(got.Body) > desk.MaxDeliveryBody || len(got.Body) < desk.MaxDeliveryBody-2 {
				t.Errorf("%d bytes", len(got.Body))
			}
			return errors.Join(err, err2)
		})
	})
}

func TestShareFilesAndFetches(t *testing.T) {
	eachPartnership(t, func(t *testing.T, p *partnership) {
		p.write(t, func(ctx context.Context, tx *store.Tx) error {
			f := store.ShareFile{Token: "token", Share: p.share.ID, Attachment: 9, ExpiresAt: sharedAt}
			err := tx.InsertShareFile(ctx, f)
			got, err2 := tx.LinkOf(ctx, p.share.ID, 9)
			same(t, f, got)
			f.ExpiresAt = sharedAt.Add(time.Hour)
			err3 := errors.Join(tx.ExtendShareFile(ctx, "token", f.ExpiresAt), tx.ExtendShareFile(ctx, "token", sharedAt))
			got, err4 := tx.ShareFile(ctx, "token")
			same(t, f, got)
			err5 := tx.DropShareFiles(ctx, sharedAt.Add(2*time.Hour))
			if _, err := tx.ShareFile(ctx, "token"); desk.KindOf(err) != desk.NotFound {
				t.Errorf("%v", err)
			}
			w := store.Fetch{ID: 5, Share: p.share.ID, Ticket: p.share.Ticket, Comment: 8, URL: "https://zed.example/x", FileName: "x", CreatedAt: sharedAt}
			err6 := tx.InsertFetch(ctx, w)
			fetch, err7 := tx.Fetch(ctx, 5)
			same(t, w, fetch)
			pending, err8 := tx.PendingFetches(ctx, p.share.Ticket)
			same(t, map[desk.CommentID]time.Time{8: sharedAt}, pending)
			err9 := tx.DeleteFetch(ctx, 5)
			if _, err := tx.Fetch(ctx, 5); desk.KindOf(err) != desk.NotFound {
				t.Errorf("%v", err)
			}
			return errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9)
		})
	})
}
