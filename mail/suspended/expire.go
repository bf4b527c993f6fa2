package suspended

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

const (
	jobExpire     = "mail.suspended.expire"
	expireEvery   = time.Hour
	batch         = 200
	expireTimeout = 10 * time.Minute
	// removeAfter is how long a source outlives its message: the same bytes may be coming in right now.
	removeAfter = time.Hour
)

// Jobs tells a runner who forgets what nobody looked at in time, and who tells admins what waits.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(jobExpire, job.Options{MaxAttempts: 3, Timeout: expireTimeout}, func(ctx context.Context, _ job.Job) job.Outcome {
		return job.Outcome{Err: s.Expire(ctx)}
	})
	r.Every(jobExpire, expireEvery, func(ctx context.Context, tx *sqldb.Tx, _ time.Time) error {
		_, err := job.Insert(ctx, tx, job.Insertion{Kind: jobExpire, Lane: jobExpire, Coalesce: true})
		return err
	})
	s.summaryJobs(r)
}

// Expire forgets, in all accounts, what has been suspended for as long as each keeps it, and removes the sources of what was
// forgotten. An account that fails does not keep the others from it.
func (s *Service) Expire(ctx context.Context) error {
	accounts, err := s.store.Accounts(ctx)
	for _, a := range accounts {
		err = errors.Join(err, s.expireOf(ctx, a), s.removeSources(ctx, a.ID))
	}
	return err
}

// expireOf forgets the old ones of an account, some in each transaction.
func (s *Service) expireOf(ctx context.Context, a desk.Account) error {
	before := s.clock().Add(-a.Settings.SuspendedFor())
	for {
		found := 0
		err := s.store.Account(a.ID).Write(ctx, func(tx *store.Tx) error {
			old, err := tx.SuspendedBefore(ctx, before, batch)
			found = len(old)
			for _, kept := range old {
				if err := s.drop(ctx, tx, kept.ID, causeExpired, "Nobody looked at it in time."); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil || found < batch {
			return err
		}
	}
}

// removeSources removes the bytes of an account's messages that were deleted or expired, once nobody can be putting the same ones
// there any more.
func (s *Service) removeSources(ctx context.Context, account desk.AccountID) error {
	before := s.clock().Add(-removeAfter)
	for {
		var sources []string
		err := s.store.Account(account).Write(ctx, func(tx *store.Tx) (err error) {
			sources, err = tx.ForgetMailSources(ctx, []string{causeDeleted, causeExpired}, before, batch)
			return err
		})
		if err != nil || len(sources) == 0 {
			return err
		}
		unused, err := s.store.UnusedBlobs(ctx, sources)
		for _, sum := range unused {
			err = errors.Join(err, s.files.Remove(ctx, sum, before))
		}
		if err != nil {
			return err
		}
	}
}
