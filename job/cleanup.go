package job

import (
	"context"
	"time"

	"interdesk/store/sqldb"
)

// cleanupLimit bounds the rows that one sweep deletes, so that no writer waits long for it.
const cleanupLimit = 1000

// cleanup does what may happen at any time: it deletes what was kept long enough, wakes jobs whose pause is over, and
// takes back what this runner was given without knowing it.
func (r *Runner) cleanup(ctx context.Context) {
	for _, step := range []func(context.Context) error{r.deleteExpired, r.releasePaused, r.reclaimLeft, r.reclaimStray} {
		if err := step(ctx); err != nil && ctx.Err() == nil {
			r.config.Logger.Error("clean up the jobs", "cause", err)
		}
	}
}

func (r *Runner) deleteExpired(ctx context.Context) error {
	now := r.config.Now()
	if err := r.deleteFinished(ctx, "dead", "", now.Add(-r.config.Retention)); err != nil {
		return err
	}
	for name, k := range r.kinds {
		if k.options.Keep <= 0 {
			continue
		}
		if err := r.deleteFinished(ctx, "done", name, now.Add(-k.options.Keep)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) deleteFinished(ctx context.Context, state, kind string, before time.Time) error {
	for {
		var n int64
		err := r.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			n, err = tx.Exec(ctx, `
				delete from jobs where (account_id, id) in (
					select account_id, id from jobs
					where finished_at < $1 and state = $2 and ($3 = '' or kind = $4)
					order by finished_at
					limit $5)`,
				before.UnixMicro(), state, kind, kind, cleanupLimit)
			return err
		})
		if err != nil || n < cleanupLimit {
			return err
		}
	}
}

// releasePaused wakes paused jobs that no pause is meant for: a claim and the end of a pause may have crossed.
func (r *Runner) releasePaused(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `
			update jobs`+tx.IndexedBy("jobs_paused")+` set state = 'available'
			where state = 'paused' and not exists (
				select 1 from job_pauses p
				where p.account_id = jobs.account_id and (p.kind = '' or p.kind = jobs.kind)
					and substr(jobs.lane, 1, length(p.lane)) = p.lane)`)
		if n > 0 {
			tx.Notify(wakeChannel)
		}
		return err
	})
}

// reclaimLeft takes back the jobs of runners that are gone.
func (r *Runner) reclaimLeft(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *sqldb.Tx) error { return r.reclaim(ctx, tx) })
}

// reclaimStray finds jobs that the database gave to this runner in a claim whose answer was lost with the connection.
// Claims are made one at a time, so what is neither active now nor was before the look is such a job.
func (r *Runner) reclaimStray(ctx context.Context) error {
	if r.db.Dialect() == sqldb.SQLite {
		return nil // no connection to lose
	}
	r.claiming.Lock()
	defer r.claiming.Unlock()
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		mine, err := ownedBy(ctx, tx, r.owner)
		if err != nil {
			return err
		}
		for _, j := range mine {
			if r.isActive(j) {
				continue
			}
			if err := r.takeBack(ctx, tx, j); err != nil && err != errLost {
				return err
			}
			tx.Notify(wakeChannel)
		}
		return nil
	})
}

func (r *Runner) isActive(j Job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.active[j.key()]
}

func ownedBy(ctx context.Context, tx *sqldb.Tx, owner int64) ([]Job, error) {
	rows, err := tx.Query(ctx, `
		select account_id, id, kind, lane, party, payload, attempt, max_attempts,
			created_at, since, run_at, token, state
		from jobs
		where state = 'running' and owner = $1
		order by account_id, id`, owner)
	if err != nil {
		return nil, err
	}
	return scanJobs(rows)
}
