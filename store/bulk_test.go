package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestBulkJobs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		made := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
		old := store.BulkJob{ID: "old", User: ada.ID, Status: store.BulkQueued, Total: 2, CreatedAt: made}
		job := store.BulkJob{ID: "new", User: ada.ID, Status: store.BulkQueued, Total: 3, Kind: "BulkCreateUsersJob"}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertBulk(ctx, &old); err != nil {
				return err
			}
			if err := tx.InsertBulk(ctx, &job); err != nil {
				return err
			}
			return tx.ProgressBulk(ctx, "new", 1, 1, nil)
		})
		show := func(what, status string, progress, unfinished int) {
			t.Helper()
			read(t, acme, func(tx *store.Tx) error {
				b, err := tx.Bulk(ctx, "new")
				if err != nil {
					return err
				}
				wantSame(t, what, []any{b.Status, b.Progress, b.Failed, b.Total}, []any{status, progress, 1, 3})
				n, err := tx.UnfinishedBulks(ctx)
				wantSame(t, what+": unfinished", n, unfinished)
				return err
			})
		}
		show("at work", store.BulkWorking, 1, 2)
		write(t, acme, func(tx *store.Tx) error {
			err := tx.FinishBulk(ctx, "new", store.BulkCompleted, "done", json.RawMessage(`[{"id":1}]`))
			if err != nil {
				return err
			}
			return tx.ProgressBulk(ctx, "new", 2, 0, nil)
		})
		show("done", store.BulkCompleted, 3, 1)
		read(t, acme, func(tx *store.Tx) error {
			both, err := tx.Bulks(ctx, "new", "old", "none")
			wantSame(t, "both", titles(both, func(b store.BulkJob) string { return b.ID }), []string{"old", "new"})
			wantSame(t, "results", string(both[1].Results), `[{"id":1}]`)
			return err
		})
		write(t, acme, func(tx *store.Tx) error {
			n, err := tx.PruneBulks(ctx, made.Add(time.Hour))
			wantSame(t, "pruned", n, int64(1))
			return err
		})
		wantKind(t, acme.Write(ctx, func(tx *store.Tx) error {
			return tx.FinishBulk(ctx, "old", store.BulkFailed, "", nil)
		}), desk.NotFound)
	})
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		first := store.Idempotent{Request: "fingerprint", Ticket: 7}
		remember := func(tx *store.Tx) error { return tx.InsertIdempotent(ctx, ada.ID, "k", first) }
		write(t, acme, remember)
		wantKind(t, acme.Write(ctx, remember), desk.Conflict)
		read(t, acme, func(tx *store.Tx) error {
			got, err := tx.IdempotentRequest(ctx, ada.ID, "k")
			wantSame(t, "recalled", got, first)
			_, other := tx.IdempotentRequest(ctx, ada.ID+1, "k")
			wantKind(t, other, desk.NotFound)
			return err
		})
		write(t, acme, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, `
				update idempotency_keys set created_at = created_at - $2 where account_id = $1`,
				tx.Account(), (store.IdempotencyPeriod + time.Second).Microseconds())
			return err
		})
		read(t, acme, func(tx *store.Tx) error {
			_, err := tx.IdempotentRequest(ctx, ada.ID, "k")
			wantKind(t, err, desk.NotFound)
			return nil
		})
		write(t, acme, remember)
		write(t, acme, func(tx *store.Tx) error {
			n, err := tx.PruneIdempotent(ctx)
			wantSame(t, "pruned", n, int64(0))
			return err
		})
	})
}
