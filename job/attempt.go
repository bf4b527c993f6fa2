package job

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"interdesk/store/sqldb"
)

// errLost means that the lease of a job is another's now: nothing of its outcome is stored.
var errLost = errors.New("job: the lease was lost")

// run does one job and stores its outcome.
func (r *Runner) run(j Job) {
	defer r.finished(j)
	o := r.attempt(j)
	if r.working.Err() != nil && o.Err != nil {
		// The handler was told to end: that is no fault of the job.
		if err := r.release(j); err != nil {
			r.config.Logger.Warn("give a job back", "kind", j.Kind, "id", j.ID, "cause", err)
		}
		return
	}
	r.storeOutcome(j, o)
}

// attempt calls the handler; a panic is a failed attempt.
func (r *Runner) attempt(j Job) (o Outcome) {
	k := r.kinds[j.Kind]
	ctx, cancel := context.WithTimeout(r.working, k.options.Timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			r.config.Logger.Error("a job panicked", "kind", j.Kind, "id", j.ID, "panic", v, "stack", string(debug.Stack()))
			o = Outcome{Err: fmt.Errorf("panic: %v", v)}
		}
	}()
	return k.handler(ctx, j)
}

// storeOutcome stores the outcome. When the database is in trouble it tries again for as long as the runner lives: without
// an outcome the job would have to run again.
func (r *Runner) storeOutcome(j Job, o Outcome) {
	for attempt := 1; ; attempt++ {
		err := r.commitOutcome(j, o)
		var own *callbackError
		switch {
		case err == nil:
			return
		case errors.Is(err, errLost):
			r.config.Logger.Warn("the lease of a job was lost", "kind", j.Kind, "id", j.ID)
			return
		case errors.As(err, &own) && (o.Commit != nil || r.kinds[j.Kind].options.Died != nil):
			o = own.outcome(o)
		}
		r.config.Logger.Warn("commit what became of a job", "kind", j.Kind, "id", j.ID, "cause", err)
		if own == nil && !r.sleep(storeBackoff.backoff(attempt, r.config.Random())) {
			return
		}
	}
}

var storeBackoff = Options{Base: 10 * time.Millisecond, Cap: 2 * time.Second}

// callbackError is the failure of a Commit or Died function.
type callbackError struct {
	cause error
	died  bool
}

func (e *callbackError) Error() string { return "commit: " + e.cause.Error() }

func (e *callbackError) Unwrap() error { return e.cause }

// outcome is what stands instead: the attempt failed, and its Commit is not tried again.
func (e *callbackError) outcome(o Outcome) Outcome {
	return Outcome{Err: errors.Join(o.Err, e), RetryAfter: o.RetryAfter, Dead: o.Dead && !e.died}
}

// sleep tells whether the runner still works afterwards.
func (r *Runner) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.working.Done():
		return false
	}
}

// commitOutcome writes the job's new state, and what Commit has to say, in one transaction.
func (r *Runner) commitOutcome(j Job, o Outcome) error {
	ctx := context.WithoutCancel(r.working)
	v := r.verdictOf(j, o)
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := v.apply(ctx, tx, j); err != nil {
			return err
		}
		if o.Commit != nil {
			if err := o.Commit(ctx, tx); err != nil {
				return callbackFault(err, false)
			}
		}
		if died := r.kinds[j.Kind].options.Died; v.state == "dead" && died != nil {
			if err := died(ctx, tx, j, o.Err); err != nil {
				return callbackFault(err, true)
			}
		}
		if v.state == "available" {
			tx.Notify(wakeChannel)
		}
		if j.Lane != "" && v.isFinal() {
			return advanceLane(ctx, tx, j.Account, j.Lane)
		}
		return nil
	})
}

// callbackFault tells a mistake of the function from trouble of the database, after which it is called again.
func callbackFault(err error, died bool) error {
	if sqldb.Unavailable(err) {
		return err
	}
	return &callbackError{cause: err, died: died}
}

// verdict is the new state of a job. The state "" means that its row goes.
type verdict struct {
	state   string
	now     int64
	runAt   int64
	snoozed bool // snoozed: the attempt does not count
	text    string
}

func (v verdict) isFinal() bool { return v.state != "available" && v.state != "held" }

// maxErrorText bounds the text of an error that is stored with a job.
const maxErrorText = 2000

func (r *Runner) verdictOf(j Job, o Outcome) verdict {
	options := r.kinds[j.Kind].options
	now := r.config.Now()
	v := verdict{now: now.UnixMicro()}
	switch {
	case o.Err == nil && o.Snooze > 0:
		v.state, v.runAt, v.snoozed = "available", now.Add(o.Snooze).UnixMicro(), true
	case o.Err == nil && options.Keep > 0:
		v.state = "done"
	case o.Err == nil:
	case o.Hold:
		v.state, v.text = "held", errorText(o.Err)
	case o.Dead || options.isSpent(j, now):
		v.state, v.text = "dead", errorText(o.Err)
	default:
		wait := o.RetryAfter
		if wait <= 0 {
			wait = options.backoff(j.Attempt, r.config.Random())
		}
		v.state, v.text, v.runAt = "available", errorText(o.Err), now.Add(wait).UnixMicro()
	}
	return v
}

func errorText(err error) string {
	text := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "�")
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "") + "…"
	}
	return text
}

// apply changes the job's row if the lease still holds; it comes first, so that the row's lock keeps rivals away.
func (v verdict) apply(ctx context.Context, tx *sqldb.Tx, j Job) error {
	n, err := v.write(ctx, tx, j)
	if err == nil && n == 0 {
		err = errLost
	}
	return err
}

func (v verdict) write(ctx context.Context, tx *sqldb.Tx, j Job) (int64, error) {
	switch v.state {
	case "":
		return tx.Exec(ctx, `
			delete from jobs where account_id = $1 and id = $2 and state = 'running' and token = $3`,
			j.Account, j.ID, j.token)
	case "available":
		counted := j.Attempt
		if v.snoozed {
			counted--
		}
		return tx.Exec(ctx, `
			update jobs set state = 'available', owner = 0, attempt = $1, run_at = $2, error = $3
			where account_id = $4 and id = $5 and state = 'running' and token = $6`,
			counted, v.runAt, v.text, j.Account, j.ID, j.token)
	case "held":
		return tx.Exec(ctx, `
			update jobs set state = 'held', owner = 0, error = $1
			where account_id = $2 and id = $3 and state = 'running' and token = $4`,
			v.text, j.Account, j.ID, j.token)
	}
	return tx.Exec(ctx, `
		update jobs set state = $1, owner = 0, finished_at = $2, error = $3
		where account_id = $4 and id = $5 and state = 'running' and token = $6`,
		v.state, v.now, v.text, j.Account, j.ID, j.token)
}
