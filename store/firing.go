package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// FiringsKept is how long firings are counted back.
const FiringsKept = 31 * 24 * time.Hour

// firingSlots is in how many rows, at most, an hour of a trigger is counted.
const firingSlots = 64

// firingSlot is the row of the hour in which a transaction counts. It holds that row's lock until it is committed, so
// transactions of a process take them in turn; each stays with its own, lest two wait for each other. SQLite has one
// writer, and one row is enough.
func (tx *Tx) firingSlot() int64 {
	if tx.slot == 0 && tx.Dialect() != sqldb.SQLite {
		tx.slot = 1 + tx.store.turns.Add(1)%firingSlots
	}
	return tx.slot
}

// Firing is one trigger's firing in an update. Error is what it could not do, "" for nothing.
type Firing struct {
	Trigger desk.TriggerID
	Error   string
	NotDone bool // it failed as a whole: that does not count as a firing
}

// Firings is how often a trigger fired, counted in whole hours, and its last error.
type Firings struct {
	Day, Week, Month int // the last 24 hours, 7 days and 30 days
	Error            string
	ErrorAt          time.Time
	ErrorTicket      desk.TicketID
}

// CountFirings notes which triggers fired in an update of a ticket, by one statement.
func (tx *Tx) CountFirings(ctx context.Context, ticket desk.TicketID, at time.Time, fired []Firing) error {
	if len(fired) == 0 {
		return nil
	}
	fired = slices.Clone(fired)
	slices.SortFunc(fired, func(a, b Firing) int { return cmp.Compare(a.Trigger, b.Trigger) }) // one order for all: no deadlock
	hour, slot := micros(at.Truncate(time.Hour)), tx.firingSlot()
	rows := make([]string, len(fired))
	args := []any{tx.account, hour, slot}
	for i, f := range fired {
		row := &clause{args: args}
		errorAt, errorTicket, times := int64(0), int64(0), 1
		if f.NotDone {
			times = 0
		}
		if f.Error != "" {
			errorAt, errorTicket = micros(at), int64(ticket)
		}
		rows[i] = row.bind(`($1, ?, $2, $3, ?, ?, ?, ?)`, f.Trigger, times, errorAt, f.Error, errorTicket)
		args = row.args
	}
	_, err := tx.Exec(ctx, `
		insert into trigger_firings (account_id, trigger_id, hour, slot, fired, error_at, error, error_ticket)
		values `+strings.Join(rows, ", ")+`
		on conflict (account_id, trigger_id, hour, slot) do update set
			fired = trigger_firings.fired + excluded.fired,
			error_at = case when excluded.error_at > 0 then excluded.error_at else trigger_firings.error_at end,
			error = case when excluded.error_at > 0 then excluded.error else trigger_firings.error end,
			error_ticket = case when excluded.error_at > 0 then excluded.error_ticket else trigger_firings.error_ticket end`,
		args...)
	return err
}

// Firings reads how often the triggers fired; those that did not for a month are absent.
func (tx *Tx) Firings(ctx context.Context, now time.Time) (map[desk.TriggerID]Firings, error) {
	since := func(d time.Duration) int64 { return micros(now.Add(-d).Truncate(time.Hour)) }
	month := since(30 * 24 * time.Hour)
	out := map[desk.TriggerID]Firings{}
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.TriggerID, err error) {
		var f Firings
		err = row.Scan(&id, &f.Day, &f.Week, &f.Month)
		out[id] = f
		return id, err
	}, `
		select trigger_id,
			sum(case when hour >= $2 then fired else 0 end),
			sum(case when hour >= $3 then fired else 0 end),
			sum(fired)
		from trigger_firings where account_id = $1 and hour >= $4 group by trigger_id`,
		tx.account, since(24*time.Hour), since(7*24*time.Hour), month)
	if err != nil {
		return nil, err
	}
	return out, tx.lastErrors(ctx, month, out)
}

func (tx *Tx) lastErrors(ctx context.Context, since int64, into map[desk.TriggerID]Firings) error {
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.TriggerID, err error) {
		var at int64
		var words string
		var ticket desk.TicketID
		err = row.Scan(&id, &at, &words, &ticket)
		f := into[id]
		f.ErrorAt, f.Error, f.ErrorTicket = fromMicros(at), words, ticket
		into[id] = f
		return id, err
	}, `
		select trigger_id, error_at, error, error_ticket from trigger_firings
		where account_id = $1 and hour >= $2 and error_at > 0 order by error_at`, tx.account, since)
	return err
}

// PruneFirings forgets firings of before a moment.
func (tx *Tx) PruneFirings(ctx context.Context, before time.Time) error {
	_, err := tx.Exec(ctx, `
		delete from trigger_firings where account_id = $1 and hour < $2`, tx.account, micros(before))
	return err
}
