package job

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"time"

	"interdesk/store/sqldb"
)

// claim is what one look at the queue gave.
type claim struct {
	jobs   []Job
	picked int           // jobs touched: those of the claim, and those put aside
	crowd  bool          // jobs wait for a place at their party
	next   time.Duration // until another job becomes due
}

// farFuture is longer than any poll.
const farFuture = 24 * time.Hour

// claim takes up to n due jobs in one transaction: first those that waited for a place at their party, then what has become
// due. Jobs that a pause is meant for, or whose party is full, are put aside on the way, so that they are not looked at again.
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
		if err := r.claimCrowded(ctx, tx, &c, n, full); err != nil {
			return err
		}
		if c.picked >= n {
			return nil
		}
		if err := r.claimDue(ctx, tx, &c, now, n-c.picked, full); err != nil {
			return err
		}
		if c.picked >= n {
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

// crowdedParties bounds how many parties with waiting jobs one claim looks at.
const crowdedParties = 32

// claimCrowded claims jobs that waited for a place at their party, from parties that have one now. The parties take turns:
// each claim goes on behind the one that came last.
func (r *Runner) claimCrowded(ctx context.Context, tx *sqldb.Tx, c *claim, n int, full []partyKey) error {
	parties, err := r.partiesWaiting(ctx, tx)
	if err != nil {
		return err
	}
	c.crowd = len(parties) > 0
	share := max(1, n/max(1, len(parties)))
	for _, p := range parties {
		if c.picked >= n {
			return nil
		}
		if slices.Contains(full, p) {
			continue
		}
		args := []any{p.account, p.party}
		kinds := r.kindsClause(&args, r.fullKinds())
		if kinds == "" {
			return nil
		}
		if err := r.pick(ctx, tx, c, min(share, n-c.picked), "j.crowded = 1 and j.account_id = $1 and j.party = $2 and "+kinds, args, nil); err != nil {
			return err
		}
		r.lastCrowded = p
	}
	return nil
}

// partiesWaiting are parties with jobs that wait for a place there, from the one behind the last that was served.
func (r *Runner) partiesWaiting(ctx context.Context, tx *sqldb.Tx) ([]partyKey, error) {
	found, err := partiesAfter(ctx, tx, r.lastCrowded, crowdedParties)
	if err != nil || len(found) == crowdedParties || r.lastCrowded == (partyKey{}) {
		return found, err
	}
	first, err := partiesAfter(ctx, tx, partyKey{}, crowdedParties)
	if len(first) == 0 {
		r.lastCrowded = partyKey{}
	}
	for _, p := range first {
		if !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	return found, err
}

// partiesAfter steps along the index from party to party, however many jobs each of them has there.
func partiesAfter(ctx context.Context, tx *sqldb.Tx, last partyKey, limit int) ([]partyKey, error) {
	next := func(column, account, party string) string {
		return `(select j.` + column + ` from jobs j where j.state = 'available' and j.crowded = 1
			and (j.account_id, j.party) > (` + account + `, ` + party + `) order by j.account_id, j.party limit 1)`
	}
	rows, err := tx.Query(ctx, `
		with recursive turns (account_id, party, n) as (
			select `+next("account_id", "cast($1 as bigint)", "cast($2 as text)")+`, `+next("party", "cast($1 as bigint)", "cast($2 as text)")+`, 1
			union all
			select `+next("account_id", "turns.account_id", "turns.party")+`, `+next("party", "turns.account_id", "turns.party")+`, n + 1
			from turns where turns.account_id is not null and n < $3
		)
		select account_id, party from turns where account_id is not null`, last.account, last.party, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []partyKey
	for rows.Next() {
		var p partyKey
		if err := rows.Scan(&p.account, &p.party); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

func (r *Runner) claimDue(ctx context.Context, tx *sqldb.Tx, c *claim, now time.Time, n int, full []partyKey) error {
	args := []any{now.UnixMicro()}
	kinds := r.kindsClause(&args, r.fullKinds())
	if kinds == "" {
		return nil
	}
	return r.pick(ctx, tx, c, n, "j.crowded = 0 and j.run_at <= $1 and "+kinds, args, full)
}

// pick claims up to n available jobs of a condition on j in their order. Those under a pause are paused, those of a full party
// put aside.
func (r *Runner) pick(ctx context.Context, tx *sqldb.Tx, c *claim, n int, where string, args []any, full []partyKey) error {
	place := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	crowded := "false"
	for _, p := range full {
		crowded += " or j.account_id = " + place(p.account) + " and j.party = " + place(p.party)
	}
	rows, err := tx.Query(ctx, `
		with picked as materialized (
			select j.account_id, j.id, `+crowded+` as crowded, exists (
				select 1 from job_pauses p
				where p.account_id = j.account_id and (p.kind = '' or p.kind = j.kind)
					and substr(j.lane, 1, length(p.lane)) = p.lane) as held
			from jobs j
			where j.state = 'available' and `+where+`
			order by j.run_at, j.id
			limit `+place(n)+tx.ClaimLock()+`
		)
		update jobs set
			state = case when picked.held then 'paused' when picked.crowded then 'available' else 'running' end,
			crowded = case when picked.crowded and not picked.held then 1 else 0 end,
			attempt = jobs.attempt + case when picked.held or picked.crowded then 0 else 1 end,
			owner = case when picked.held or picked.crowded then 0 else cast(`+place(r.owner)+` as bigint) end,
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
		c.crowd = c.crowd || state == "available"
	}
	return rows.Err()
}

// kindsClause restricts a query to the kinds that have a handler here and are not full, in an order that keeps its text the
// same; "" when there are none.
func (r *Runner) kindsClause(args *[]any, full map[string]bool) string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(r.kinds)), func(name string) bool { return full[name] })
	if len(names) == 0 {
		return ""
	}
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
		where j.state = 'available' and j.crowded = 0 and j.run_at > $1 and `+r.kindsClause(&args, nil), args...).Scan(&next)
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
