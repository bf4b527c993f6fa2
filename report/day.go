package report

import (
	"context"
	"time"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/store"
)

// quarter is the step in which the database counts. Every time zone is a whole number of quarters of an hour away from
// UTC, so that days of any zone can be put together from them.
const quarter = 15 * time.Minute

// countDays counts what was made and what was solved on each day.
func (r *Report) countDays(ctx context.Context, tx *store.Tx) error {
	r.Days = make([]Day, r.Span.Len())
	for i := range r.Days {
		r.Days[i].At = r.Span.First + calendar.Day(i)
	}
	step := quarter.Microseconds()
	count := func(into func(*Day) *int) func(scan func(...any) error) error {
		return func(scan func(...any) error) error {
			var slot int64
			var n int
			if err := scan(&slot, &n); err != nil {
				return err
			}
			day := calendar.Of(time.UnixMicro(slot * step).In(r.Span.Zone))
			if r.Span.First <= day && day <= r.Span.Last {
				*into(&r.Days[day-r.Span.First]) += n
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
