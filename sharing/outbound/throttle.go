package outbound

import (
	"context"
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
)

// maxCycles is how often in a row a share is slowed down before it stops until somebody lets it go on.
const maxCycles = 3

// untilResumed is how long a message waits that only a person lets go.
const untilResumed = 100 * 365 * 24 * time.Hour

// throttle slows down two desks whose rules answer each other (nhd §14): beyond so many automatic messages of a share the next
// one waits, each time longer, and in the end until a person lets it go. What follows waits behind it.
func (f *following) throttle(ctx context.Context, s *followed, d *desk.Delivery) error {
	period := f.service.options.AutomaticPeriod
	if !f.isAutomatic() || s.isNew || s.ThrottledUntil.After(f.now) {
		return nil
	}
	n, err := f.tx.CountAutomatic(ctx, s.ID, f.now.Add(-period))
	if err != nil {
		return err
	}
	if n < desk.MaxSharesPerUnit {
		if s.ThrottleLevel > 0 && f.now.Sub(s.ThrottledUntil) > period {
			s.ThrottleLevel = 0 // they have come to rest
		}
		return nil
	}
	s.changed = true
	s.ThrottleLevel++
	wait := period << (s.ThrottleLevel - 1)
	words := fmt.Sprintf("Rules sent %d messages within %s without anybody's doing, perhaps in a loop with the partner's rules. ", n, period)
	if s.ThrottleLevel > maxCycles {
		wait = untilResumed
		words += "Nothing more is sent until somebody lets it go on."
	} else {
		words += "The next ones wait until " + f.now.Add(wait).Format(time.RFC3339) + "."
	}
	s.ThrottledUntil, s.Cause, s.Reason = f.now.Add(wait), desk.CauseLoop, words
	d.HeldUntil = s.ThrottledUntil
	return f.tx.RecordError(ctx, s.Agreement, words, f.now)
}

// addToHeld adds an automatic update to the one that is held back; false: none is. What a person does lets all go at once.
func (f *following) addToHeld(ctx context.Context, s *followed, n *news) (bool, error) {
	if !s.ThrottledUntil.After(f.now) {
		return false, nil
	}
	if f.Human {
		return false, f.releaseHeld(ctx, s)
	}
	open, err := f.tx.OpenDeliveries(ctx, s.ID, laneLimit)
	if err != nil || len(open) == 0 {
		return false, err
	}
	last := &open[len(open)-1]
	if last.Kind != sharing.KindUpdate || last.Attempts > 0 || last.Said.IsEmpty() || !f.isAutomatic() {
		return false, nil
	}
	merge(&last.Said, n.said)
	last.Seq, last.Seen = sharing.NextSeq(&s.Share, f.now), s.ReceivedSeq
	sharing.Mark(&s.Share, last.Seq, itemsOf(f.Config, f.Config.Agreements[s.Agreement], &last.Said)...)
	s.changed = true
	last.Summary = remarked(last.Summary, n.words)
	return true, f.tx.UpdateDelivery(ctx, last)
}

// releaseHeld ends the holding back of a share's messages. What a person does is sent at once, and what is before it, too.
func (f *following) releaseHeld(ctx context.Context, s *followed) error {
	s.changed, s.ThrottledUntil, s.Cause, s.Reason = true, time.Time{}, desk.CauseNone, ""
	_, err := job.RetryNow(ctx, f.tx.Tx, laneOf(f.tx, &s.Share))
	return err
}
