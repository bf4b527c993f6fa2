package job

import (
	"context"
	"time"

	"interdesk/store/sqldb"
)

// Handler does a job. Its context ends with the kind's time limit, or when the runner must stop.
type Handler func(ctx context.Context, j Job) Outcome

// Outcome is what a handler has to say. The zero Outcome is success.
type Outcome struct {
	Err        error         // the attempt failed; its text is kept with the job
	RetryAfter time.Duration // after Err: wait this long instead of the back-off
	Dead       bool          // after Err: another attempt is useless; the job steps aside
	Hold       bool          // after Err: the job keeps its place, and its lane waits until Replay or Cancel
	Snooze     time.Duration // without Err: do it again after this time; the attempt does not count

	// Commit runs in the transaction that stores the job's new state, whatever that is, and never when the lease was
	// lost. Its error makes the attempt a failed one. It may run more than once, as any function given to Write.
	Commit func(ctx context.Context, tx *sqldb.Tx) error
}

// Options of a kind. A zero field takes the value named here.
type Options struct {
	MaxAttempts int           // dead after so many attempts; 20; negative: no limit
	MaxAge      time.Duration // dead when an attempt fails after this time; no limit
	Base        time.Duration // the back-off after the first failure, doubling from there; 1 s
	Cap         time.Duration // the longest back-off; 1 h
	Timeout     time.Duration // of one attempt; 1 min
	PerParty    int           // jobs of one party that run at once in this process; no limit
	Places      int           // jobs of the kind that run at once in this process, beside Config.Workers; they share those
	Keep        time.Duration // how long a finished job stays readable; not at all

	// Died runs in the transaction that makes a job dead, after Commit.
	Died func(ctx context.Context, tx *sqldb.Tx, j Job, cause error) error
}

func (o Options) withDefaults() Options {
	if o.MaxAttempts == 0 {
		o.MaxAttempts = 20
	}
	if o.Base <= 0 {
		o.Base = time.Second
	}
	if o.Cap <= 0 {
		o.Cap = time.Hour
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	return o
}

// backoff is exponential with full jitter: anything up to base·2^(attempt-1), at most the cap. A tenth of that is the
// least, so that a failing job never spins.
func (o Options) backoff(attempt int, random float64) time.Duration {
	limit := o.Cap
	if doublings := attempt - 1; doublings < 40 && o.Base<<doublings > 0 && o.Base<<doublings < o.Cap {
		limit = o.Base << doublings
	}
	return limit/10 + time.Duration(random*float64(limit-limit/10))
}

// isSpent tells whether a failed job has had all its attempts or all its time.
func (o Options) isSpent(j Job, now time.Time) bool {
	limit := o.MaxAttempts
	if j.maxAttempts > 0 {
		limit = j.maxAttempts
	}
	if limit > 0 && j.Attempt >= limit {
		return true
	}
	return o.MaxAge > 0 && now.Sub(j.since) >= o.MaxAge
}
