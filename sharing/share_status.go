package sharing

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// Phase is how a share does, in one word: its state, and of one that goes on how its messages fare.
type Phase string

const (
	Sending Phase = "sending" // the partner does not have the ticket yet
	InSync  Phase = "step"    // the partner has all there is to tell
	Waiting Phase = "waiting" // messages are on their way
	Failing Phase = "failing" // the partner does not take them; we go on trying
	GivenUp Phase = "dead"    // the partner would not take a message, and nothing has gone through since
	Review  Phase = "review"  // a message waits until somebody has looked at what was found in it
	Slowed  Phase = "slowed"  // rules of both desks answer each other: messages wait until a time, or until somebody lets them go
	Paused  Phase = "paused"  // nothing is sent until somebody resumes
	Stopped Phase = "stopped" // the agreement is not in force
	Ending  Phase = "ending"  // an end was asked for; what was said before it still goes out
	Ended   Phase = "ended"   // the ticket is no longer shared
	Refused Phase = "refused" // the partner said no for good before it ever took the ticket
	Failed  Phase = "failed"  // a message could not be delivered in time; nothing goes on by itself
)

// ShareStatus is one share of a ticket and how it does.
type ShareStatus struct {
	Share     desk.Share
	Agreement desk.Agreement // also one that was deleted
	Health    store.Health
	Phase     Phase
	Reason    string     // why it is not in sync, as far as is known
	Cause     desk.Cause // the same in one word
	Since     time.Time  // while messages wait: how old the oldest is; of InSync: the last exchange; else since when it is so
}

// Open is how many messages have not arrived and are to.
func (s ShareStatus) Open() int {
	open := s.Health.Waiting + s.Health.Failing
	if s.Phase == Failed {
		open++ // the one it stopped at
	}
	return open
}

// Held is how many of them leave only once somebody tries again or resumes, or a time has come.
func (s ShareStatus) Held() int {
	switch s.Phase {
	case Failed, Paused, Slowed, Stopped, Review:
		return s.Open()
	}
	return 0
}

// IsFailing tells whether the message at the head of the lane was tried in vain.
func (s ShareStatus) IsFailing() bool { return s.Health.Failing > 0 }

// ShareStatuses lists a ticket's shares as they do now, oldest first, by two queries and one more for each share that fails.
func ShareStatuses(ctx context.Context, tx *store.Tx, cfg *desk.Config, t desk.TicketID, now time.Time) ([]ShareStatus, error) {
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
		if out[i], err = statusOf(ctx, tx, cfg, share, health[share.ID], now); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func statusOf(ctx context.Context, tx *store.Tx, cfg *desk.Config, share desk.Share, h store.Health, now time.Time) (ShareStatus, error) {
	s := ShareStatus{Share: share, Health: h, Reason: share.Reason, Cause: share.Cause}
	var known bool
	var err error
	if s.Agreement, known = cfg.Agreements[share.Agreement]; !known {
		if s.Agreement, err = tx.FindAgreement(ctx, share.Agreement); err != nil {
			return s, err
		}
	}
	s.Phase = s.phase(now)
	s.Since = s.since()
	switch s.Phase {
	case Paused:
		s.Reason = ""
	case Sending, Ending, Failing:
		err = s.explain(ctx, tx)
	}
	return s, err
}

func (s *ShareStatus) phase(now time.Time) Phase {
	switch s.Share.State {
	case desk.ShareEnded:
		return Ended
	case desk.ShareRefused:
		return Refused
	case desk.ShareFailed:
		return Failed
	}
	switch a := &s.Agreement; {
	case !a.InForce():
		return Stopped
	case a.Paused() && a.PausedBy != desk.PausedByPartner:
		return Paused
	case s.Share.ThrottledUntil.After(now) && s.Health.Waiting > 0:
		return Slowed
	case s.Share.Cause == desk.CauseReview && s.Health.Waiting > 0:
		return Review
	case s.Share.State == desk.ShareEnding:
		return Ending
	case s.Health.Dead > 0 && s.Share.Reason != "" && !s.IsFailing():
		return GivenUp
	case s.Share.State == desk.ShareSending:
		return Sending
	case s.IsFailing() || a.Paused():
		return Failing
	case s.Health.Waiting > 0:
		return Waiting
	}
	return InSync
}

func (s *ShareStatus) since() time.Time {
	switch s.Phase {
	case InSync:
		return later(s.Share.LastSentAt, s.Share.LastSeenAt)
	case Waiting, Failing, Sending, Slowed, Paused, Review:
		return s.Health.OldestWaiting
	case Stopped:
		return s.Agreement.UpdatedAt
	}
	return later(s.Share.StateAt, s.Share.CreatedAt)
}

// explain finds the message at the head of the lane and what the partner answered to it.
func (s *ShareStatus) explain(ctx context.Context, tx *store.Tx) error {
	if !s.IsFailing() && !s.Agreement.Paused() {
		return nil
	}
	s.Reason = s.Agreement.LastError
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
