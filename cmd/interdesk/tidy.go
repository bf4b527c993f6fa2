package main

import (
	"context"
	"errors"
	"time"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// What nobody needs any more goes once in tidyEvery: the states of finished bulk work after bulksKept, expired uploads
// with their bytes, links that expired linksKept ago (until then they answer that they are gone), old idempotency keys and
// counts of firings.
const (
	tidyKind  = "installation.tidy"
	tidyEvery = time.Hour
	tidyTime  = 10 * time.Minute
	bulksKept = 7 * 24 * time.Hour
	linksKept = 30 * 24 * time.Hour
	tidyBatch = 200
)

// tidier clears away.
type tidier struct {
	store *store.Store
	files *blob.Store
}

func (t tidier) jobs(r *job.Runner) {
	r.Handle(tidyKind, job.Options{MaxAttempts: 3, Timeout: tidyTime}, func(ctx context.Context, _ job.Job) job.Outcome {
		return job.Outcome{Err: t.tidy(ctx, time.Now())}
	})
	r.Every(tidyKind, tidyEvery, func(ctx context.Context, tx *sqldb.Tx, _ time.Time) error {
		_, err := job.Insert(ctx, tx, job.Insertion{Kind: tidyKind, Lane: tidyKind, Coalesce: true})
		return err
	})
}

// tidy goes through all accounts; one that fails does not keep the others from it.
func (t tidier) tidy(ctx context.Context, now time.Time) error {
	accounts, err := t.store.Accounts(ctx)
	for _, a := range accounts {
		err = errors.Join(err, t.records(ctx, a.ID, now), t.uploads(ctx, a.ID, now))
	}
	return err
}

func (t tidier) records(ctx context.Context, account desk.AccountID, now time.Time) error {
	return t.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.PruneKeys(ctx); err != nil {
			return err
		}
		if _, err := tx.PruneBulks(ctx, now.Add(-bulksKept)); err != nil {
			return err
		}
		if err := tx.PruneFirings(ctx, now.Add(-store.FiringsKept)); err != nil {
			return err
		}
		return tx.DropShareFiles(ctx, now.Add(-linksKept))
	})
}

// uploads drops rows first, then bytes: a crash in between leaves bytes without a row, never a row without bytes.
func (t tidier) uploads(ctx context.Context, account desk.AccountID, now time.Time) error {
	for {
		var expired []store.File
		err := t.store.Account(account).Write(ctx, func(tx *store.Tx) (err error) {
			if expired, err = tx.ExpiredUploads(ctx, now, tidyBatch); err != nil {
				return err
			}
			for _, f := range expired {
				if err := tx.DropUpload(ctx, f.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(expired) == 0 {
			return err
		}
		if err := t.bytes(ctx, expired, now); err != nil {
			return err
		}
	}
}

// bytes removes contents that nothing shows. One that somebody uploads again right now is left: its row will come.
func (t tidier) bytes(ctx context.Context, dropped []store.File, now time.Time) error {
	var sums []string
	for _, f := range dropped {
		sums = append(sums, f.Blob)
	}
	unused, err := t.store.UnusedBlobs(ctx, sums)
	for _, sum := range unused {
		err = errors.Join(err, t.files.Remove(ctx, sum, now.Add(-tidyEvery)))
	}
	return err
}
