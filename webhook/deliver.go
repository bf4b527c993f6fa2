package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// deliver is one attempt at a message.
func (s *Service) deliver(ctx context.Context, j job.Job) job.Outcome {
	var of delivery
	if err := json.Unmarshal(j.Payload, &of); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	w, i, held, err := s.readDelivery(ctx, j, of)
	switch {
	case desk.KindOf(err) == desk.NotFound && err != nil, err == nil && i.State != desk.InvocationWaiting:
		return job.Outcome{} // it is gone, or done
	case err != nil:
		return job.Outcome{Err: err}
	case held > 0:
		return job.Outcome{Snooze: held}
	case !w.Active:
		i.State, i.Status, i.Reason, i.DoneAt = desk.InvocationFailed, desk.HookFailure, "The webhook was turned off.", s.options.Clock()
		return job.Outcome{Commit: func(ctx context.Context, q *sqldb.Tx) error { return s.account(j).WithTx(q).UpdateInvocation(ctx, &i) }}
	}
	a, n := s.attempt(ctx, desk.AccountID(j.Account), &w, &i)
	if ctx.Err() != nil {
		return job.Outcome{Err: ctx.Err()} // the process ends: nobody knows what came of it
	}
	return s.outcome(j, &i, &a, n)
}

// readDelivery reads a message with its webhook, and for how long that is to be left alone.
func (s *Service) readDelivery(ctx context.Context, j job.Job, of delivery) (w desk.Webhook, i desk.Invocation, held time.Duration, err error) {
	err = s.account(j).Look(ctx, func(tx *store.Tx) (err error) {
		if w, err = tx.Webhook(ctx, of.Webhook); err != nil {
			return err
		}
		if i, err = tx.Invocation(ctx, of.Webhook, of.Invocation); err != nil {
			return err
		}
		b, err := tx.Breaker(ctx, of.Webhook)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		held = b.Until.Sub(s.options.Clock())
		return err
	})
	return w, i, held, err
}

// outcome is what an attempt means for the message, its job and the webhook.
func (s *Service) outcome(j job.Job, i *desk.Invocation, a *desk.InvocationAttempt, n next) job.Outcome {
	done := *i
	done.Status, done.Reason, done.Attempts, done.DoneAt = a.Status, a.Reason, i.Attempts+1, a.CreatedAt.Add(a.Took)
	var out job.Outcome
	switch old := s.options.Clock().Sub(j.CreatedAt) >= desk.InvocationTrying; {
	case a.Succeeded():
		done.State = desk.InvocationDone
	case n.final || old:
		done.State = desk.InvocationFailed
	default:
		out.Err, out.RetryAfter = errors.New(a.Reason), n.wait
	}
	out.Commit = func(ctx context.Context, q *sqldb.Tx) error {
		tx := s.account(j).WithTx(q)
		if err := tx.InsertAttempt(ctx, a); err != nil {
			return err
		}
		if err := tx.UpdateInvocation(ctx, &done); err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
		return s.noteHealth(ctx, tx, a, n.wait)
	}
	return out
}
