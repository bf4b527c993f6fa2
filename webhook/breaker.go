package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// When a receiver is left alone: of its last breakerLooks attempts within breakerWindow at least breakerFails failed. It is left
// alone for firstRest, twice as long each time, lastRest at most.
const (
	breakerLooks  = 10
	breakerFails  = 7
	breakerWindow = 5 * time.Minute
	firstRest     = 15 * time.Second
	lastRest      = 10 * time.Minute
)

// noteHealth has an attempt open or close the webhook's breaker. The attempt is stored already.
func (s *Service) noteHealth(ctx context.Context, tx *store.Tx, a *desk.InvocationAttempt, wait time.Duration) error {
	b, err := tx.Breaker(ctx, a.Webhook)
	none := desk.KindOf(err) == desk.NotFound && err != nil
	if err != nil && !none {
		return err
	}
	now := s.options.Clock()
	switch {
	case a.Succeeded() && none:
		return nil
	case a.Succeeded():
		return s.close(ctx, tx, a.Webhook)
	case !none && b.Until.After(now):
		return nil // it rests: this one was on its way before
	case none:
		b = desk.Breaker{Webhook: a.Webhook, Since: now}
	}
	rest, err := s.restFor(ctx, tx, &b, none, a, wait)
	if err != nil || rest == 0 {
		return err
	}
	b.Until = now.Add(rest)
	return s.open(ctx, tx, b)
}

// restFor is how long a receiver is to be left alone after a failure, and says why.
func (s *Service) restFor(ctx context.Context, tx *store.Tx, b *desk.Breaker, closed bool, a *desk.InvocationAttempt, wait time.Duration) (time.Duration, error) {
	if wait > 0 {
		b.Reason = fmt.Sprintf("It answered %d and asked for time.", a.Code)
		return wait, nil
	}
	if closed {
		all, failed, success, err := tx.RecentAttempts(ctx, a.Webhook, s.options.Clock().Add(-breakerWindow), breakerLooks)
		if err != nil || all < breakerLooks || failed < breakerFails || success.After(a.CreatedAt) {
			return 0, err // it is well, or was after this attempt began
		}
	}
	b.Times++
	b.Reason = a.Reason
	return min(lastRest, firstRest<<min(b.Times-1, 10)), nil
}

// open pauses a webhook's jobs until the breaker says.
func (s *Service) open(ctx context.Context, tx *store.Tx, b desk.Breaker) error {
	if err := tx.SetBreaker(ctx, b); err != nil {
		return err
	}
	if err := job.Pause(ctx, tx.Tx, int64(tx.Account()), jobDeliver, lanes(b.Webhook)); err != nil {
		return err
	}
	payload, err := json.Marshal(delivery{Webhook: b.Webhook})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobReopen, Payload: payload, RunAt: b.Until})
	return err
}

// close lets all that waits go out, also what would have waited longer.
func (s *Service) close(ctx context.Context, tx *store.Tx, id desk.WebhookID) error {
	if err := tx.DeleteBreaker(ctx, id); err != nil {
		return err
	}
	return s.release(ctx, tx, id)
}

// release has a webhook's jobs tried at once.
func (s *Service) release(ctx context.Context, tx *store.Tx, id desk.WebhookID) error {
	if err := job.Resume(ctx, tx.Tx, int64(tx.Account()), jobDeliver, lanes(id)); err != nil {
		return err
	}
	_, err := job.RetryNow(ctx, tx.Tx, jobsOf(tx.Account(), id))
	return err
}

// reopen ends a rest. The next attempt shows whether the receiver takes messages again.
func (s *Service) reopen(ctx context.Context, j job.Job) job.Outcome {
	var of delivery
	if err := json.Unmarshal(j.Payload, &of); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	return job.Outcome{Commit: func(ctx context.Context, q *sqldb.Tx) error {
		tx := s.account(j).WithTx(q)
		b, err := tx.Breaker(ctx, of.Webhook)
		if desk.KindOf(err) == desk.NotFound && err != nil || err == nil && b.Until.After(s.options.Clock()) {
			return nil // it was closed, or rests longer, which another job ends
		}
		if err != nil {
			return err
		}
		return job.Resume(ctx, q, j.Account, jobDeliver, lanes(of.Webhook))
	}}
}

// TryNow has a webhook's messages sent at once, whatever its receiver did before.
func (s *Service) TryNow(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID) error {
	if err := mustAdmin(me); err != nil {
		return err
	}
	if _, err := tx.Webhook(ctx, id); err != nil {
		return err
	}
	return s.tryNow(ctx, tx, id)
}

func (s *Service) tryNow(ctx context.Context, tx *store.Tx, id desk.WebhookID) error {
	b, err := tx.Breaker(ctx, id)
	if err == nil {
		b.Until = s.options.Clock()
		err = tx.SetBreaker(ctx, b)
	} else if desk.KindOf(err) == desk.NotFound {
		err = nil
	}
	if err != nil {
		return err
	}
	return s.release(ctx, tx, id)
}
