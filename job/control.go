package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/store/sqldb"
)

// Filter chooses jobs of one account. A zero field does not restrict.
type Filter struct {
	Account    int64 // always applies; 0 is the installation's own work
	ID         int64
	Kind       string
	Lane       string
	LanePrefix string
	Party      string
	State      string // as in the package comment
}

// where gives the condition and its arguments, with placeholders from $1.
func (f Filter) where() (string, []any) {
	args := []any{f.Account}
	parts := []string{"account_id = $1"}
	add := func(format string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			format = strings.Replace(format, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		parts = append(parts, format)
	}
	if f.ID != 0 {
		add("id = ?", f.ID)
	}
	if f.Kind != "" {
		add("kind = ?", f.Kind)
	}
	if f.Lane != "" {
		add("lane = ?", f.Lane)
	}
	if f.LanePrefix != "" {
		add("substr(lane, 1, length(?)) = ?", f.LanePrefix, f.LanePrefix)
	}
	if f.Party != "" {
		add("party = ?", f.Party)
	}
	if f.State != "" {
		add("state = ?", f.State)
	}
	return strings.Join(parts, " and "), args
}

// RetryNow makes the jobs of the filter that wait for a time due at once, and returns their number. Those that stand in a
// lane behind others keep their place, and are due when it is their turn.
func RetryNow(ctx context.Context, tx *sqldb.Tx, f Filter) (int64, error) {
	where, args := f.where()
	tx.Notify(wakeChannel)
	return tx.Exec(ctx, `
		update jobs`+tx.IndexedBy("jobs_delayed")+` set run_at = created_at
		where state in ('available', 'queued') and run_at > created_at and `+where, args...)
}

// ErrNotDead means that there is no such dead or held job to replay.
var ErrNotDead = errors.New("job: there is no such dead or held job")

// Replay gives a dead or held job all its attempts and all its time again. In a lane it goes back to its old place: before
// all that were inserted later, but behind a job that is running already. A held job is at the head of its lane still.
func Replay(ctx context.Context, tx *sqldb.Tx, account, id int64, now time.Time) error {
	var lane string
	err := tx.QueryRow(ctx, `
		update jobs set
			state = case when lane = '' then 'available' else 'queued' end,
			attempt = 0, since = $1, run_at = $2, finished_at = null
		where account_id = $3 and id = $4 and state in ('dead', 'held')
		returning lane`,
		now.UnixMicro(), now.UnixMicro(), account, id).Scan(&lane)
	if errors.Is(err, sqldb.ErrNoRows) {
		return ErrNotDead
	}
	if err != nil {
		return fmt.Errorf("replay job: %w", err)
	}
	tx.Notify(wakeChannel)
	if lane == "" {
		return nil
	}
	if _, err := lockLane(ctx, tx, account, lane, id); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update jobs set state = 'queued'
		where account_id = $1 and lane = $2 and state = 'available' and id > $3`, account, lane, id)
	if err != nil {
		return fmt.Errorf("replay job: %w", err)
	}
	return advanceLane(ctx, tx, account, lane)
}

// Pause keeps jobs from starting: those of the account, of one kind ("" for all) and of the lanes that begin with a
// prefix ("" for all, also those without lane), present and future ones. What is running goes on.
func Pause(ctx context.Context, tx *sqldb.Tx, account int64, kind, lanePrefix string) error {
	_, err := tx.Exec(ctx, `
		insert into job_pauses (account_id, kind, lane) values ($1, $2, $3)
		on conflict (account_id, kind, lane) do nothing`, account, kind, lanePrefix)
	return err
}

// Resume ends a pause that was made with the same arguments.
func Resume(ctx context.Context, tx *sqldb.Tx, account int64, kind, lanePrefix string) error {
	_, err := tx.Exec(ctx, `
		delete from job_pauses where account_id = $1 and kind = $2 and lane = $3`, account, kind, lanePrefix)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update jobs`+tx.IndexedBy("jobs_paused")+` set state = 'available'
		where state = 'paused' and account_id = $1 and not exists (
			select 1 from job_pauses p
			where p.account_id = jobs.account_id and (p.kind = '' or p.kind = jobs.kind)
				and substr(jobs.lane, 1, length(p.lane)) = p.lane)`, account)
	tx.Notify(wakeChannel)
	return err
}

// Cancel deletes the jobs of the filter and returns their number. One that is running may run to its end, but its
// outcome is dropped.
func Cancel(ctx context.Context, tx *sqldb.Tx, f Filter) (int64, error) {
	where, args := f.where()
	rows, err := tx.Query(ctx, `delete from jobs where `+where+` returning lane`, args...)
	if err != nil {
		return 0, fmt.Errorf("cancel jobs: %w", err)
	}
	n, lanes, err := countLanes(rows)
	if err != nil {
		return 0, fmt.Errorf("cancel jobs: %w", err)
	}
	for _, lane := range lanes {
		if err := advanceLane(ctx, tx, f.Account, lane); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// countLanes counts the rows and gives their lanes in order, so that two transactions lock them in the same order.
func countLanes(rows *sql.Rows) (n int64, lanes []string, err error) {
	defer rows.Close()
	seen := map[string]bool{"": true}
	for rows.Next() {
		var lane string
		if err := rows.Scan(&lane); err != nil {
			return 0, nil, err
		}
		n++
		if !seen[lane] {
			seen[lane] = true
			lanes = append(lanes, lane)
		}
	}
	slices.Sort(lanes)
	return n, lanes, rows.Err()
}
