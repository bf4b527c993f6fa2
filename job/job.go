package job

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"interdesk/store/sqldb"
)

// wakeChannel is rung in the process when there may be something to claim.
const wakeChannel = "jobs"

// Job is one piece of work as its handler sees it.
type Job struct {
	Account   int64 // 0: the installation's own work
	ID        int64
	Kind      string
	Lane      string // "" for none
	Party     string // whom it talks to; "" for nobody
	Payload   []byte
	Attempt   int       // 1 at the first run
	CreatedAt time.Time // of the insertion
	RunAt     time.Time // when it became due

	maxAttempts int
	since       time.Time // attempts and age count from here: the insertion, or the last replay
	token       int64
}

// Insertion is a job to be.
type Insertion struct {
	Account     int64
	Kind        string
	Lane        string // jobs of one lane run one after another, in order
	Party       string
	Payload     []byte
	RunAt       time.Time // zero: now
	MaxAttempts int       // zero: as its kind says
	Now         time.Time // zero: time.Now

	// Coalesce inserts nothing when the lane has a job of this kind that has not started: that one will do.
	Coalesce bool
}

// Insert stores a job in tx and wakes the runner of this process after the commit. It returns the job's id, which is
// unique within the account; of a coalesced job, the id of the one that waits already.
func Insert(ctx context.Context, tx *sqldb.Tx, j Insertion) (int64, error) {
	if j.Kind == "" {
		return 0, errors.New("job: a kind is needed")
	}
	if j.Coalesce && j.Lane == "" {
		return 0, errors.New("job: only jobs of a lane coalesce")
	}
	if j.Now.IsZero() {
		j.Now = time.Now()
	}
	if j.RunAt.IsZero() {
		j.RunAt = j.Now
	}
	if j.Payload == nil {
		j.Payload = []byte{}
	}
	tx.Notify(wakeChannel)
	if j.Lane == "" {
		return insertFree(ctx, tx, j)
	}
	return insertInLane(ctx, tx, j)
}

// Ids are quarters of microseconds since 2025: below 2^53 for seventy years. The last two bits are random; where ids
// collide all the same, the insertion finds out and draws again.
func candidateID(now time.Time) int64 {
	return (now.UnixMicro()-epoch)<<2 + rand.Int64N(4)
}

const epoch = 1735689600_000_000 // 2025-01-01 in microseconds

// drawLimit ends a search for a free id that can only go on because of a defect.
const drawLimit = 1000

func insertFree(ctx context.Context, tx *sqldb.Tx, j Insertion) (int64, error) {
	id := candidateID(j.Now)
	for range drawLimit {
		n, err := tx.Exec(ctx, `
			insert into jobs
				(account_id, id, kind, lane, party, payload, state, attempt, max_attempts,
				 created_at, since, run_at, owner, token, error)
			values ($1, $2, $3, '', $4, $5, 'available', 0, $6, $7, $8, $9, 0, 0, '')
			on conflict (account_id, id) do nothing`,
			j.Account, id, j.Kind, j.Party, j.Payload, j.MaxAttempts,
			j.Now.UnixMicro(), j.Now.UnixMicro(), j.RunAt.UnixMicro())
		if err != nil {
			return 0, fmt.Errorf("insert job: %w", err)
		}
		if n == 1 {
			return id, nil
		}
		id += 1 + rand.Int64N(64)
	}
	return 0, errors.New("job: no free id")
}

func insertInLane(ctx context.Context, tx *sqldb.Tx, j Insertion) (int64, error) {
	for range drawLimit {
		id, err := lockLane(ctx, tx, j.Account, j.Lane, candidateID(j.Now))
		if err != nil {
			return 0, err
		}
		if j.Coalesce {
			waiting, err := waitingInLane(ctx, tx, j)
			if err != nil || waiting != 0 {
				return waiting, err
			}
		}
		n, err := tx.Exec(ctx, `
			insert into jobs
				(account_id, id, kind, lane, party, payload, state, attempt, max_attempts,
				 created_at, since, run_at, owner, token, error)
			select $1, $2, $3, $4, $5, $6,
				case when exists (
					select 1 from jobs
					where account_id = $7 and lane = $8 and state in ('available', 'queued', 'running', 'paused', 'held')
				) then 'queued' else 'available' end,
				0, $9, $10, $11, $12, 0, 0, ''
			where true
			on conflict (account_id, id) do nothing`,
			j.Account, id, j.Kind, j.Lane, j.Party, j.Payload, j.Account, j.Lane,
			j.MaxAttempts, j.Now.UnixMicro(), j.Now.UnixMicro(), j.RunAt.UnixMicro())
		if err != nil {
			return 0, fmt.Errorf("insert job: %w", err)
		}
		if n == 1 {
			return id, nil
		}
	}
	return 0, errors.New("job: no free id")
}

// lockLane takes the lane's lock until the end of the transaction and draws an id above all that the lane has had.
func lockLane(ctx context.Context, tx *sqldb.Tx, account int64, lane string, atLeast int64) (int64, error) {
	var id int64
	err := tx.QueryRow(ctx, `
		insert into job_lanes (account_id, lane, last) values ($1, $2, $3)
		on conflict (account_id, lane) do update
			set last = case when excluded.last > job_lanes.last then excluded.last else job_lanes.last + 1 end
		returning last`,
		account, lane, atLeast).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("lock lane: %w", err)
	}
	return id, nil
}

// waitingInLane finds a job of the same kind that has not started, 0 when there is none.
func waitingInLane(ctx context.Context, tx *sqldb.Tx, j Insertion) (int64, error) {
	var id int64
	err := tx.QueryRow(ctx, `
		select id from jobs
		where account_id = $1 and lane = $2 and kind = $3 and state in ('available', 'queued', 'paused')
		order by id desc limit 1`,
		j.Account, j.Lane, j.Kind).Scan(&id)
	if errors.Is(err, sqldb.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// advanceLane makes the next job of a lane available after its head is done, dead or cancelled, and forgets an empty lane.
// The caller has already changed the head's row, and takes no other lane's lock afterwards.
func advanceLane(ctx context.Context, tx *sqldb.Tx, account int64, lane string) error {
	var last int64
	err := tx.QueryRow(ctx, `
		select last from job_lanes where account_id = $1 and lane = $2`+tx.ForUpdate(),
		account, lane).Scan(&last)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lock lane: %w", err)
	}
	n, err := tx.Exec(ctx, `
		update jobs set state = 'available'
		where account_id = $1
			and id = (select min(id) from jobs where account_id = $2 and lane = $3 and state = 'queued')
			and not exists (
				select 1 from jobs
				where account_id = $4 and lane = $5 and lane <> '' and state in ('available', 'running', 'paused', 'held'))`,
		account, account, lane, account, lane)
	if err != nil {
		return fmt.Errorf("advance lane: %w", err)
	}
	if n == 1 {
		tx.Notify(wakeChannel)
		return nil
	}
	_, err = tx.Exec(ctx, `
		delete from job_lanes
		where account_id = $1 and lane = $2 and not exists (
			select 1 from jobs
			where account_id = $3 and lane = $4 and state in ('available', 'queued', 'running', 'paused', 'held'))`,
		account, lane, account, lane)
	return err
}
