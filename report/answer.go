package report

import (
	"context"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// latestRead is of how many tickets, the latest of the span, first answers are looked up.
const latestRead = 2_000

// countAnswers looks up when agents first answered publicly.
func (r *Report) countAnswers(ctx context.Context, tx *store.Tx) error {
	from, until := r.Span.bounds()
	var took []time.Duration
	err := eachRow(ctx, tx, func(scan func(...any) error) error {
		var asked, answered int64
		if err := scan(&asked, &answered); err != nil {
			return err
		}
		took = append(took, time.Duration(answered-asked)*time.Microsecond)
		return nil
	}, `
		select t.created_at, min(c.created_at)
		from (
			select ticket_id, created_at from tickets
			where account_id = $1 and created_at >= $2 and created_at < $3 and deleted_at = 0
			order by created_at desc, ticket_id desc limit $4
		) t
		join comments c on c.account_id = $1 and c.ticket_id = t.ticket_id and c.is_public and c.created_at > t.created_at
		join users u on u.account_id = $1 and u.user_id = c.author_id and u.role <> $5 and u.foreign_agreement_id = 0
		group by t.ticket_id, t.created_at`, tx.Account(), from, until, latestRead, string(desk.EndUser))
	r.Answers = Answers{Of: len(took), Median: median(took)}
	return err
}

// median is the middle of durations, 0 of none.
func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	switch n := len(all); {
	case n == 0:
		return 0
	case n%2 == 1:
		return all[n/2]
	default:
		return (all[n/2-1] + all[n/2]) / 2
	}
}
