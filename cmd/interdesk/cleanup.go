package main

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
	"interdesk/upload"
)

// What nobody needs any more goes once in cleanupEvery: the states of finished bulk work after bulksKept, expired uploads
// with their bytes, links that expired linksKept ago (until then they answer that they are gone), old idempotency keys and
// counts of firings, and tickets whose time in the trash is over.
const (
	cleanupKind    = "installation.tidy"
	cleanupEvery   = time.Hour
	cleanupTimeout = 10 * time.Minute
	bulksKept      = 7 * 24 * time.Hour
	linksKept      = 30 * 24 * time.Hour
)

// cleaner clears away.
type cleaner struct {
	store   *store.Store
	tickets *ticketing.Service
	uploads *upload.Service
}

func (t cleaner) jobs(r *job.Runner) {
	r.Handle(cleanupKind, job.Options{MaxAttempts: 3, Timeout: cleanupTimeout}, func(ctx context.Context, _ job.Job) job.Outcome {
		return job.Outcome{Err: t.cleanup(ctx, time.Now())}
	})
	r.Every(cleanupKind, cleanupEvery, func(ctx context.Context, tx *sqldb.Tx, _ time.Time) error {
		_, err := job.Insert(ctx, tx, job.Insertion{Kind: cleanupKind, Lane: cleanupKind, Coalesce: true})
		return err
	})
}

// cleanup goes through all accounts; one that fails does not keep the others from it.
func (t cleaner) cleanup(ctx context.Context, now time.Time) error {
	accounts, err := t.store.Accounts(ctx)
	for _, a := range accounts {
		err = errors.Join(err, t.tickets.EmptyTrash(ctx, a.ID, now), t.pruneRecords(ctx, a.ID, now), t.uploads.DropExpired(ctx, a.ID, now))
	}
	return err
}

func (t cleaner) pruneRecords(ctx context.Context, account desk.AccountID, now time.Time) error {
	return t.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.PruneIdempotent(ctx); err != nil {
			return err
		}
		if _, err := tx.PruneBulks(ctx, now.Add(-bulksKept)); err != nil {
			return err
		}
		if err := tx.PruneFirings(ctx, now.Add(-store.FiringsKept)); err != nil {
			return err
		}
		if err := tx.PruneRuns(ctx, now.Add(-store.RunsKept)); err != nil {
			return err
		}
		return tx.DropShareFiles(ctx, now.Add(-linksKept))
	})
}
