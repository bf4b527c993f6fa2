package report

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// quarter is the step in which the database counts. Every time zone is a whole number of quarters of an hour away from
// UTC, so that days of any zone can be put together from them.
const quarter = 15 * time.Minute

// countDays counts what was made and what was solved on each day.
func (r *Report) countDays(ctx context.Context, tx *store.Tx) error {
	at := map[string]int{}
	for i, d := range r.Span.Days() {
		r.Days = append(r.Days, Day{At: d})
		at[d.Format(time.DateOnly)] = i
	}
	step := quarter.Microseconds()
	count := func(into func(*Day) *int) func(scan func(...any) error) error {
		return func(scan func(...any) error) error {
			var slot int64
			var n int
			if err := scan(&slot, &n); err != nil {
				return err
			}
			if i, ok := at[time.UnixMicro(slot*step).In(r.Span.From.Location()).Format(time.DateOnly)]; ok {
				*into(&r.Days[i]) += n
			}
			return nil
		}
	}
	from, until := r.Span.bounds()
	err := eachRow(ctx, tx, count(func(d *Day) *int { return &d.Created }), `
		select created_at / $4, count(*) from tickets
		where account_id = $1 and created_at >= $2 and created_at < $3 and deleted_at = 0
		group by 1`, tx.Account(), from, until, step)
	if err != nil {
		return err
	}
	return eachRow(ctx, tx, count(func(d *Day) *int { return &d.Solved }), `
		select solved_at / $4, count(*) from tickets
		where account_id = $1 and solved_at >= $2 and solved_at < $3 and solved_at > 0 and deleted_at = 0 and status_rank >= $5
		group by 1`, tx.Account(), from, until, step, desk.Solved.Rank())
}
