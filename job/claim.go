package job

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/store/sqldb"
)

// claim is what one look at the queue gave.
type claim struct {
	jobs   []Job
	picked int           // jobs touched: those of the claim, and those found to be paused
	next   time.Duration // until another job becomes due
}

// farFuture is longer than any poll.
const farFuture = 24 * time.Hour

// claim takes up to n due jobs in one transaction. Jobs that a pause is meant for are put aside on the way, so that they
// are not looked at again.
func (r *Runner) claim(ctx context.Context, n int) (claim, error) {
	var c claim
	if len(r.kinds) == 0 {
		return claim{next: farFuture}, nil
	}
	full := r.fullParties()
	err := r.db.Write(ctx, func(tx *sqldb.Tx) error {
		c = claim{next: farFuture}
		now := r.config.Now()
		if err := forceIndexOrder(ctx, tx); err != nil {
			return err
		}
		if err := r.claimDue(ctx, tx, &c, now, n, full); err != nil {
			return err
		}
		if c.picked == n {
			return nil
		}
		return r.lookAhead(ctx, tx, &c, now)
	})
	slices.SortFunc(c.jobs, func(a, b Job) int { return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID)) })
	return c, err
}

// forceIndexOrder has PostgreSQL read due jobs from the index in its order for this transaction. The queue is empty or full
// from one moment to the next, so what the planner believes about it is old, and it would sort the whole queue for each
// claim.
func forceIndexOrder(ctx context.Context, tx *sqldb.Tx) error {
	if tx.Dialect() == sqldb.SQLite {
		return nil
	}
	_, err := tx.Exec(ctx, `select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`)
	return err
}

func (r *Runner) claimDue(ctx context.Context, tx *sqldb.Tx, c *claim, now time.Time, n int, full []partyKey) error {
	args := []any{now.UnixMicro(), n, r.owner}
	var where strings.Builder
	where.WriteString(r.kindsClause(&args))
	for _, p := range full {
		args = append(args, p.account, p.party)
		where.WriteString(" and not (j.account_id = $" + strconv.Itoa(len(args)-1) + " and j.party = $" + strconv.Itoa(len(args)) + ")")
	}
	rows, err := tx.Query(ctx, `
		with picked as materialized (
			select j.account_id, j.id, exists (
				select 1 from job_pauses p
				where p.account_id = j.account_id and (p.kind = '' or p.kind = j.kind)
					and substr(j.lane, 1, length(p.lane)) = p.lane) as held
			from jobs j
			where j.state = 'available' and j.run_at <= $1 and `+where.String()+`
			order by j.run_at, j.id
			limit $2`+tx.ClaimLock()+`
		)
		update jobs set
			state = case when picked.held then 'paused' else 'running' end,
			attempt = jobs.attempt + case when picked.held then 0 else 1 end,
			owner = case when picked.held then 0 else cast($3 as bigint) end,
			token = jobs.token + 1
		from picked
		where jobs.account_id = picked.account_id and jobs.id = picked.id
		returning jobs.account_id, jobs.id, kind, lane, party, payload, attempt, max_attempts,
			created_at, since, run_at, token, state`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		j, state, err := scanJob(rows)
		if err != nil {
			return err
		}
		c.picked++
		if state == "running" {
			c.jobs = append(c.jobs, j)
		}
	}
	return rows.Err()
}

// kindsClause restricts a query to the kinds that have a handler here, in an order that keeps its text the same.
func (r *Runner) kindsClause(args *[]any) string {
	names := slices.Sorted(maps.Keys(r.kinds))
	clause := "j.kind in (" + sqldb.Placeholders(len(*args)+1, len(names)) + ")"
	for _, name := range names {
		*args = append(*args, name)
	}
	return clause
}

// lookAhead finds when the next job becomes due.
func (r *Runner) lookAhead(ctx context.Context, tx *sqldb.Tx, c *claim, now time.Time) error {
	args := []any{now.UnixMicro()}
	var next sql.NullInt64
	err := tx.QueryRow(ctx, `
		select min(j.run_at) from jobs j
		where j.state = 'available' and j.run_at > $1 and `+r.kindsClause(&args), args...).Scan(&next)
	if err == nil && next.Valid {
		c.next = time.UnixMicro(next.Int64).Sub(now)
	}
	return err
}

func scanJob(rows *sql.Rows) (j Job, state string, err error) {
	var created, since, run int64
	err = rows.Scan(&j.Account, &j.ID, &j.Kind, &j.Lane, &j.Party, &j.Payload, &j.Attempt, &j.maxAttempts,
		&created, &since, &run, &j.token, &state)
	j.CreatedAt, j.since, j.RunAt = time.UnixMicro(created).UTC(), time.UnixMicro(since).UTC(), time.UnixMicro(run).UTC()
	return j, state, err
}

func scanJobs(rows *sql.Rows) ([]Job, error) {
	defer rows.Close()
	var jobs []Job
	for rows.Next() {
		j, _, err := scanJob(rows)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// giveBack returns what was claimed and not started, as if it had never been claimed.
func (r *Runner) giveBack() {
	r.mu.Lock()
	jobs := r.ready
	r.ready = nil
	r.mu.Unlock()
	for _, j := range jobs {
		if err := r.release(j); err != nil {
			r.config.Logger.Warn("give a job back", "kind", j.Kind, "id", j.ID, "cause", err)
		}
		r.mu.Lock()
		delete(r.active, j.key())
		r.mu.Unlock()
	}
}

// release makes a claimed job available again without counting the attempt.
func (r *Runner) release(j Job) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.working), graceAfterAbort)
	defer cancel()
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `
			update jobs set state = 'available', owner = 0, attempt = attempt - 1
			where account_id = $1 and id = $2 and state = 'running' and token = $3`,
			j.Account, j.ID, j.token)
		tx.Notify(wakeChannel)
		return err
	})
}
