package job

import (
	"context"
	"errors"
	"time"

	"interdesk/store/sqldb"
)

// Info is a job with what became of it so far.
type Info struct {
	Job
	State      string // as in the package comment
	Error      string // of the last attempt
	FinishedAt time.Time
}

// Find lists the jobs of the filter by id, at most limit, from the one after the id given.
func Find(ctx context.Context, tx *sqldb.Tx, f Filter, after int64, limit int) ([]Info, error) {
	where, args := f.where()
	args = append(args, after, limit)
	rows, err := tx.Query(ctx, `
		select account_id, id, kind, lane, party, payload, attempt, max_attempts,
			created_at, since, run_at, token, state, error, coalesce(finished_at, 0)
		from jobs
		where `+where+` and id > `+sqldb.Placeholders(len(args)-1, 1)+`
		order by id
		limit `+sqldb.Placeholders(len(args), 1), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Info
	for rows.Next() {
		var i Info
		var created, since, run, finished int64
		err := rows.Scan(&i.Account, &i.ID, &i.Kind, &i.Lane, &i.Party, &i.Payload, &i.Attempt, &i.maxAttempts,
			&created, &since, &run, &i.token, &i.State, &i.Error, &finished)
		if err != nil {
			return nil, err
		}
		i.CreatedAt, i.since, i.RunAt = time.UnixMicro(created).UTC(), time.UnixMicro(since).UTC(), time.UnixMicro(run).UTC()
		if finished != 0 {
			i.FinishedAt = time.UnixMicro(finished).UTC()
		}
		found = append(found, i)
	}
	return found, rows.Err()
}

// Attempts tells how often a job was begun, and whether it runs now. It keeps runners from claiming the job until the
// transaction ends. A job that is gone was begun never.
func Attempts(ctx context.Context, tx *sqldb.Tx, account, id int64) (running bool, n int, err error) {
	var state string
	err = tx.QueryRow(ctx, `
		select state, attempt from jobs where account_id = $1 and id = $2`+tx.ForUpdate(), account, id).Scan(&state, &n)
	if errors.Is(err, sqldb.ErrNoRows) {
		return false, 0, nil
	}
	return state == "running", n, err
}

// Count is how many jobs of a kind are in a state.
type Count struct {
	Kind, State string
	Jobs        int64
	Oldest      time.Time // the earliest due time among them
}

// Counts reports on all accounts, for metrics. It reads the whole queue, which is small unless something is wrong.
func Counts(ctx context.Context, tx *sqldb.Tx) ([]Count, error) {
	rows, err := tx.Query(ctx, `
		select kind, state, count(*), min(run_at)
		from jobs
		group by kind, state
		order by kind, state`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var counts []Count
	for rows.Next() {
		var c Count
		var oldest int64
		if err := rows.Scan(&c.Kind, &c.State, &c.Jobs, &oldest); err != nil {
			return nil, err
		}
		c.Oldest = time.UnixMicro(oldest).UTC()
		counts = append(counts, c)
	}
	return counts, rows.Err()
}
