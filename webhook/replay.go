package webhook

import (
	"context"
	"encoding/json"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// Replay sends a message again that was given up, or that the receiver had taken. It keeps its id, and comes after what waits
// about the same thing. One that waits still, or could not be written, is a Conflict error.
func (s *Service) Replay(ctx context.Context, tx *store.Tx, me desk.User, webhook desk.WebhookID, id desk.InvocationID) error {
	if err := mustAdmin(me); err != nil {
		return err
	}
	i, err := tx.Invocation(ctx, webhook, id)
	if err != nil {
		return err
	}
	switch i.State {
	case desk.InvocationWaiting:
		return desk.Errorf(desk.Conflict, "The message is still waiting: it is tried by itself")
	case desk.InvocationRefused:
		return desk.Errorf(desk.Conflict, "The message could not be written: %s Mend the rule that asked for it", i.Reason)
	}
	return s.again(ctx, tx, &i)
}

func (s *Service) again(ctx context.Context, tx *store.Tx, i *desk.Invocation) error {
	i.State, i.Status, i.Reason = desk.InvocationWaiting, desk.HookAccepted, ""
	if err := tx.UpdateInvocation(ctx, i); err != nil {
		return err
	}
	return s.schedule(ctx, tx, i)
}

// MaxReplayCount is how far messages are counted that a replay sends again.
const MaxReplayCount = 10_000

// replaying is what a job replays: what was made since a time and given up before another.
type replaying struct {
	Webhook desk.WebhookID `json:"w"`
	Since   int64          `json:"s"`
	Before  int64          `json:"b"`
}

// ReplayFailed sends all messages again that were made since a time and were given up, in their order, and tells how many these
// are, up to MaxReplayCount.
func (s *Service) ReplayFailed(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID, since time.Time) (int, error) {
	if err := mustAdmin(me); err != nil {
		return 0, err
	}
	if _, err := tx.Webhook(ctx, id); err != nil {
		return 0, err
	}
	n, err := tx.CountFailedInvocations(ctx, id, since, MaxReplayCount)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, s.insertReplay(ctx, tx.Tx, int64(tx.Account()), replaying{id, since.UnixMicro(), s.options.Clock().UnixMicro() + 1})
}

func (s *Service) insertReplay(ctx context.Context, q *sqldb.Tx, account int64, of replaying) error {
	payload, err := json.Marshal(of)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, q, job.Insertion{Account: account, Kind: jobReplay, Lane: "webhook-replay:" + string(of.Webhook), Payload: payload})
	return err
}

// replayStep is how many messages are put back in one transaction.
const replayStep = 200

// replay puts a part of what failed back into its lanes, and has the rest follow.
func (s *Service) replay(_ context.Context, j job.Job) job.Outcome {
	var of replaying
	if err := json.Unmarshal(j.Payload, &of); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	return job.Outcome{Commit: func(ctx context.Context, q *sqldb.Tx) error {
		tx := s.account(j).WithTx(q)
		failed, err := tx.FailedInvocations(ctx, of.Webhook, time.UnixMicro(of.Since), time.UnixMicro(of.Before), replayStep)
		if err != nil {
			return err
		}
		for n := range failed {
			if err := s.again(ctx, tx, &failed[n]); err != nil {
				return err
			}
		}
		if len(failed) < replayStep {
			return nil
		}
		return s.insertReplay(ctx, q, j.Account, of)
	}}
}
