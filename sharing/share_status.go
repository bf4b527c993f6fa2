package sharing

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// Phase is how a share does, in one word.
type Phase string

const (
	InSync  Phase = "step"    // the partner has all there is to tell
	Waiting Phase = "waiting" // messages are on their way
	Failing Phase = "failing" // the partner does not take them; we go on trying
	GivenUp Phase = "dead"    // refused for good, or a message was given up and nothing has gone through since
	Paused  Phase = "paused"  // nothing is sent until somebody resumes
	Stopped Phase = "stopped" // the agreement is not in force
	Ending  Phase = "ending"  // an end was asked for; what was said before it still goes out
	Ended   Phase = "ended"   // the ticket is no longer shared
)

// ShareStatus is one share of a ticket and how it does.
type ShareStatus struct {
	Share     desk.Share
	Agreement desk.Agreement // also one that was deleted
	Health    store.Health
	Phase     Phase
	Reason    string     // why it is not in sync, as far as is known
	Cause     desk.Cause // the same in one word, of Failing and GivenUp
	Since     time.Time  // of Waiting and Failing: how old the oldest message is; of InSync: the last exchange
}

// Open is how many messages have not arrived.
func (s ShareStatus) Open() int { return s.Health.Waiting + s.Health.Failing }

// ShareStatuses lists a ticket's shares, oldest first, by two queries and one more for each share that fails.
func ShareStatuses(ctx context.Context, tx *store.Tx, cfg *desk.Config, t desk.TicketID) ([]ShareStatus, error) {
	shares, err := tx.TicketShares(ctx, t)
	if err != nil || len(shares) == 0 {
		return nil, err
	}
	health, err := tx.SharesHealth(ctx, t)
	if err != nil {
		return nil, err
	}
	out := make([]ShareStatus, len(shares))
	for i, share := range shares {
		if out[i], err = statusOf(ctx, tx, cfg, share, health[share.ID]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func statusOf(ctx context.Context, tx *store.Tx, cfg *desk.Config, share desk.Share, h store.Health) (ShareStatus, error) {
	s := ShareStatus{Share: share, Health: h, Reason: share.Reason, Since: h.OldestWaiting}
	var known bool
	var err error
	if s.Agreement, known = cfg.Agreements[share.Agreement]; !known {
		if s.Agreement, err = tx.FindAgreement(ctx, share.Agreement); err != nil {
			return s, err
		}
	}
	switch {
	case share.State == desk.ShareEnded:
		s.Phase, s.Since = Ended, share.UpdatedAt
	case share.State.Undelivered():
		s.Phase, s.Cause, s.Since = GivenUp, share.Cause, share.StateAt
	case !s.Agreement.InForce():
		s.Phase, s.Since = Stopped, s.Agreement.UpdatedAt
	case s.Agreement.Paused() && s.Agreement.PausedBy != desk.PausedByPartner:
		s.Phase, s.Reason = Paused, ""
	case h.Failing > 0 || s.Agreement.Paused():
		s.Phase, s.Reason = Failing, s.Agreement.LastError
		err = s.explain(ctx, tx)
	case share.State == desk.ShareEnding:
		s.Phase = Ending
	case h.Dead > 0 && share.Reason != "":
		s.Phase, s.Since = GivenUp, share.UpdatedAt
	case h.Waiting > 0:
		s.Phase = Waiting
	default:
		s.Phase, s.Since = InSync, later(share.LastSentAt, share.LastSeenAt)
	}
	return s, err
}

// explain finds the message at the head of the lane and what the partner answered to it.
func (s *ShareStatus) explain(ctx context.Context, tx *store.Tx) error {
	open, err := tx.OpenDeliveries(ctx, s.Share.ID, 1)
	if err != nil || len(open) == 0 {
		return err
	}
	s.Cause = open[0].Cause
	if open[0].Answer != "" {
		s.Reason = open[0].Answer
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
