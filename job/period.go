package job

import (
	"context"
	"time"

	"interdesk/store/sqldb"
)

// period is work that is due once per interval.
type period struct {
	name     string
	interval time.Duration
	insert   func(ctx context.Context, tx *sqldb.Tx, slot time.Time) error
}

// Every has insert called once in each interval, in a transaction of its own, however many processes there are. slot is
// the begin of the interval; intervals are counted from 1970, so a day begins at midnight UTC. insert is meant to
// Insert a job, best one that coalesces, so that slow work does not pile up. An interval in which no process ran is
// left out. Call it before Start.
func (r *Runner) Every(name string, interval time.Duration, insert func(ctx context.Context, tx *sqldb.Tx, slot time.Time) error) {
	r.periods = append(r.periods, period{name, interval, insert})
}

// runPeriods waits for the next interval to begin.
func (r *Runner) runPeriods() {
	for len(r.periods) > 0 {
		next := farFuture
		for _, p := range r.periods {
			if err := r.runPeriod(r.stopping, p); err != nil && r.stopping.Err() == nil {
				r.config.Logger.Error("periodic work", "name", p.name, "cause", err)
			}
			now := r.config.Now()
			next = min(next, p.slot(now).Add(p.interval).Sub(now))
		}
		select {
		case <-r.stopping.Done():
			return
		case <-time.After(max(next, time.Millisecond)):
		}
	}
}

func (p period) slot(now time.Time) time.Time {
	step := p.interval.Microseconds()
	return time.UnixMicro(now.UnixMicro() / step * step).UTC()
}

// runPeriod inserts for the present interval unless that was done.
func (r *Runner) runPeriod(ctx context.Context, p period) error {
	slot := p.slot(r.config.Now())
	return r.db.Write(ctx, func(tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `
			insert into job_periods (name, slot) values ($1, $2)
			on conflict (name) do update set slot = excluded.slot where job_periods.slot < excluded.slot`,
			p.name, slot.UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		return p.insert(ctx, tx, slot)
	})
}
