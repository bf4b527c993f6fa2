package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// AutomationRun is one run of an account's automations that looked at tickets.
type AutomationRun struct {
	ID        desk.RunID
	StartedAt time.Time
	Took      time.Duration
	Looked    int           // tickets
	Failed    int           // tickets of which nothing could be done; they are tried again
	Late      time.Duration // by how much the ticket that had been due longest was late
	Fired     int           // how often automations acted: all of them, or the one that was asked for
	Capped    int           // tickets that are left for the next run, as an automation acts on so many only in one
}

// RunsKept is how long runs are kept.
const RunsKept = 30 * 24 * time.Hour

// InsertRun stores a run that begins.
func (tx *Tx) InsertRun(ctx context.Context, r *AutomationRun) error {
	r.ID = desk.RunID(tx.NewID())
	_, err := tx.Exec(ctx, `
		insert into automation_runs (account_id, run_id, started_at, took, looked, failed, late) values ($1, $2, $3, 0, 0, 0, $4)`,
		tx.account, r.ID, micros(r.StartedAt), r.Late.Microseconds())
	return err
}

// CountRun adds to what a run did: one more ticket looked at, in the transaction of what was done with it.
func (tx *Tx) CountRun(ctx context.Context, r *AutomationRun, took time.Duration, failed int, fired, capped []desk.AutomationID) error {
	_, err := tx.Exec(ctx, `
		update automation_runs set looked = looked + 1, failed = failed + $3, took = $4 where account_id = $1 and run_id = $2`,
		tx.account, r.ID, failed, took.Microseconds())
	if err != nil {
		return err
	}
	for _, id := range fired {
		if err := tx.countRunOf(ctx, r, id, 1, 0); err != nil {
			return err
		}
	}
	for _, id := range capped {
		if err := tx.countRunOf(ctx, r, id, 0, 1); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) countRunOf(ctx context.Context, r *AutomationRun, id desk.AutomationID, fired, capped int) error {
	_, err := tx.Exec(ctx, `
		insert into automation_run_counts (account_id, automation_id, run_id, fired, capped) values ($1, $2, $3, $4, $5)
		on conflict (account_id, automation_id, run_id) do update
			set fired = automation_run_counts.fired + excluded.fired, capped = automation_run_counts.capped + excluded.capped`,
		tx.account, id, r.ID, fired, capped)
	return err
}

func scanRun(row scanner) (r AutomationRun, err error) {
	var started, took, late int64
	err = row.Scan(&r.ID, &started, &took, &r.Looked, &r.Failed, &late, &r.Fired, &r.Capped)
	r.StartedAt, r.Took, r.Late = fromMicros(started), time.Duration(took)*time.Microsecond, time.Duration(late)*time.Microsecond
	return r, err
}

// AutomationRuns lists the last runs, newest first.
func (tx *Tx) AutomationRuns(ctx context.Context, limit int) ([]AutomationRun, error) {
	return queryAll(ctx, tx, scanRun, `
		select r.run_id, r.started_at, r.took, r.looked, r.failed, r.late,
			coalesce((select sum(c.fired) from automation_run_counts c where c.account_id = r.account_id and c.run_id = r.run_id), 0),
			coalesce((select sum(c.capped) from automation_run_counts c where c.account_id = r.account_id and c.run_id = r.run_id), 0)
		from automation_runs r where r.account_id = $1 order by r.run_id desc limit $2`, tx.account, limit)
}

// RunsOfAutomation lists the last runs in which one automation acted, newest first.
func (tx *Tx) RunsOfAutomation(ctx context.Context, id desk.AutomationID, limit int) ([]AutomationRun, error) {
	return queryAll(ctx, tx, scanRun, `
		select r.run_id, r.started_at, r.took, r.looked, r.failed, r.late, c.fired, c.capped
		from automation_run_counts c join automation_runs r on r.account_id = c.account_id and r.run_id = c.run_id
		where c.account_id = $1 and c.automation_id = $2 order by c.run_id desc limit $3`, tx.account, id, limit)
}

// AutomationFirings counts how often each automation acted since a time, at most RunsKept ago.
func (tx *Tx) AutomationFirings(ctx context.Context, since time.Time) (map[desk.AutomationID]int, error) {
	out := map[desk.AutomationID]int{}
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.AutomationID, err error) {
		var n int
		err = row.Scan(&id, &n)
		out[id] = n
		return id, err
	}, `
		select c.automation_id, sum(c.fired)
		from automation_runs r`+tx.IndexedBy("automation_runs_begun")+` join automation_run_counts c`+tx.IndexedBy("automation_run_counts_run")+` on c.account_id = r.account_id and c.run_id = r.run_id
		where r.account_id = $1 and r.started_at >= $2 group by c.automation_id`, tx.account, micros(since))
	return out, err
}

// PruneRuns forgets runs of before a time.
func (tx *Tx) PruneRuns(ctx context.Context, before time.Time) error {
	_, err := tx.Exec(ctx, `
		delete from automation_run_counts where account_id = $1
			and run_id in (select run_id from automation_runs where account_id = $1 and started_at < $2)`, tx.account, micros(before))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from automation_runs where account_id = $1 and started_at < $2`, tx.account, micros(before))
	return err
}
