package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"interdesk/store/sqldb"
)

// errRunnerGone stands with a job whose runner ended without a word.
var errRunnerGone = errors.New("the process that ran this job ended")

// register gives the runner its row. An SQLite file belongs to one process, so all rows found there are a former one's.
func (r *Runner) register(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		if tx.Dialect() == sqldb.SQLite {
			if _, err := tx.Exec(ctx, `delete from job_owners`); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `insert into job_owners (id, pulse) values ($1, 0)`, r.owner); err != nil {
			return err
		}
		return r.reclaim(ctx, tx)
	})
}

func (r *Runner) unregister(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `delete from job_owners where id = $1`, r.owner)
		tx.Notify(wakeChannel)
		return err
	})
}

// watchOwners keeps the pulse, takes back the jobs of runners that lost theirs, and tidies up.
func (r *Runner) watchOwners() {
	others := pulses{}
	ticker := time.NewTicker(r.config.Lease / 5)
	defer ticker.Stop()
	for round := 0; ; round++ {
		if round%5 == 0 {
			r.cleanup(r.stopping)
		}
		select {
		case <-r.stopping.Done():
			return
		case <-ticker.C:
		}
		if r.db.Dialect() == sqldb.SQLite {
			continue
		}
		if err := r.pulse(r.stopping, others); err != nil && r.stopping.Err() == nil {
			r.config.Logger.Error("pulse of the jobs' runner", "cause", err)
		}
	}
}

// pulses are the last pulses seen of each runner, and when they were new.
type pulses map[int64]pulseSeen

type pulseSeen struct {
	pulse int64
	since time.Time
}

// pulse shows a sign of life and judges that of the others by this process's own clock: clocks need not agree.
func (r *Runner) pulse(ctx context.Context, others pulses) error {
	pulses := map[int64]int64{}
	err := r.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into job_owners (id, pulse) values ($1, 1)
			on conflict (id) do update set pulse = job_owners.pulse + 1`, r.owner)
		if err != nil {
			return err
		}
		clear(pulses)
		return readPulses(ctx, tx, pulses)
	})
	if err != nil {
		return err
	}
	gone := others.update(pulses, r.owner, time.Now(), r.config.Lease)
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		for id, pulse := range gone {
			if _, err := tx.Exec(ctx, `delete from job_owners where id = $1 and pulse = $2`, id, pulse); err != nil {
				return err
			}
		}
		return r.reclaim(ctx, tx)
	})
}

func readPulses(ctx context.Context, tx *sqldb.Tx, pulses map[int64]int64) error {
	rows, err := tx.Query(ctx, `select id, pulse from job_owners`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, pulse int64
		if err := rows.Scan(&id, &pulse); err != nil {
			return err
		}
		pulses[id] = pulse
	}
	return rows.Err()
}

// update notes the pulses and returns those that have stood still for a lease.
func (s pulses) update(pulses map[int64]int64, self int64, now time.Time, lease time.Duration) map[int64]int64 {
	gone := map[int64]int64{}
	for id := range s {
		if _, there := pulses[id]; !there {
			delete(s, id)
		}
	}
	for id, pulse := range pulses {
		last, known := s[id]
		if !known || last.pulse != pulse {
			s[id] = pulseSeen{pulse, now}
		} else if id != self && now.Sub(last.since) >= lease {
			gone[id] = pulse
		}
	}
	return gone
}

// reclaimLimit bounds the jobs taken back in one transaction.
const reclaimLimit = 500

// reclaim takes back the running jobs of runners that have no row. Their attempt counts, so that a job that ends its
// process each time ends up dead.
func (r *Runner) reclaim(ctx context.Context, tx *sqldb.Tx) error {
	jobs, err := abandonedJobs(ctx, tx)
	if err != nil {
		return fmt.Errorf("reclaim jobs: %w", err)
	}
	for _, j := range jobs {
		if err := r.takeBack(ctx, tx, j); err != nil && !errors.Is(err, errLost) {
			return fmt.Errorf("reclaim jobs: %w", err)
		}
	}
	if len(jobs) > 0 {
		tx.Notify(wakeChannel)
	}
	return nil
}

func abandonedJobs(ctx context.Context, tx *sqldb.Tx) ([]Job, error) {
	rows, err := tx.Query(ctx, `
		select account_id, id, kind, lane, party, payload, attempt, max_attempts,
			created_at, since, run_at, token, state
		from jobs
		where state = 'running' and owner not in (select id from job_owners)
		order by account_id, id
		limit $1`+tx.ClaimLock(), reclaimLimit)
	if err != nil {
		return nil, err
	}
	return scanJobs(rows)
}

// promptRestarts is how often a job of a vanished process starts again without back-off: the crash was hardly its fault.
const promptRestarts = 3

func (r *Runner) takeBack(ctx context.Context, tx *sqldb.Tx, j Job) error {
	k, known := r.kinds[j.Kind]
	if !known {
		k.options = Options{MaxAttempts: -1}.withDefaults()
	}
	now := r.config.Now()
	v := verdict{state: "available", now: now.UnixMicro(), runAt: now.UnixMicro(), text: errRunnerGone.Error()}
	if j.Attempt >= promptRestarts {
		v.runAt = now.Add(k.options.backoff(j.Attempt, r.config.Random())).UnixMicro()
	}
	if k.options.isSpent(j, now) {
		v.state = "dead"
	}
	if err := v.apply(ctx, tx, j); err != nil {
		return err
	}
	if v.state != "dead" {
		return nil
	}
	if k.options.Died != nil {
		if err := k.options.Died(ctx, tx, j, errRunnerGone); err != nil {
			return err
		}
	}
	if j.Lane == "" {
		return nil
	}
	return advanceLane(ctx, tx, j.Account, j.Lane)
}
