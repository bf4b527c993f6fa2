package outbound

import (
	"context"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// control carries out what a person asks for one share of a ticket. The ticket is locked before the share, as everyone does.
func (s *Service) control(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID,
	do func(tx *store.Tx, share *desk.Share) error) error {
	if err := sharing.NeedAgent(actor); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockTicket(ctx, t); err != nil {
			return err
		}
		share, err := tx.LockShare(ctx, id)
		if err != nil {
			return err
		}
		if share.Ticket != t {
			return desk.Missing()
		}
		return do(tx, &share)
	})
}

// RetryNow sends what waits in a share's lane at once, whatever keeps it: a back-off, a loop, or that it was given up.
func (s *Service) RetryNow(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID) error {
	return s.control(ctx, account, actor, t, id, func(tx *store.Tx, share *desk.Share) error {
		if share.State == desk.ShareFailed {
			if err := s.takeUp(ctx, tx, share); err != nil {
				return err
			}
			share.UpdatedAt = s.core.Now()
			return tx.UpdateShare(ctx, share)
		}
		return s.release(ctx, tx, share)
	})
}

// release lets what waits in a lane go out now.
func (s *Service) release(ctx context.Context, tx *store.Tx, share *desk.Share) error {
	if !share.ThrottledUntil.IsZero() || share.Cause == desk.CauseLoop {
		share.ThrottledUntil, share.ThrottleLevel, share.Cause, share.Reason = time.Time{}, 0, desk.CauseNone, ""
		share.UpdatedAt = s.core.Now()
		if err := tx.UpdateShare(ctx, share); err != nil {
			return err
		}
	}
	_, err := job.RetryNow(ctx, tx.Tx, laneOf(tx, share))
	return err
}

func laneOf(tx *store.Tx, share *desk.Share) job.Filter {
	return job.Filter{Account: int64(tx.Account()), Lane: sharing.ShareLane(*share)}
}

// takeUp tries a failed share again, from the message on that was given up. The caller stores the share.
func (s *Service) takeUp(ctx context.Context, tx *store.Tx, share *desk.Share) error {
	lane, err := s.lane(ctx, tx, share)
	if err != nil {
		return err
	}
	if head := lane.held(); head != nil {
		if err := s.replay(ctx, tx, head); err != nil {
			return err
		}
	}
	lane.goOn(share, s.core.Now())
	return nil
}

// Skip gives up the message that a failed share stopped at, and goes on behind it. The first message cannot be left out: the
// partner would know nothing of the ticket.
func (s *Service) Skip(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID) error {
	return s.control(ctx, account, actor, t, id, func(tx *store.Tx, share *desk.Share) error {
		lane, err := s.lane(ctx, tx, share)
		if err != nil {
			return err
		}
		head := lane.held()
		switch {
		case share.State != desk.ShareFailed || head == nil:
			return tooLate(share, "Nothing was given up, so nothing can be skipped")
		case head.Said.All || share.DeliveredAt.IsZero() && !share.Inbound:
			return tooLate(share, "The partner does not have the ticket yet; try again, or end the sharing")
		}
		if err := s.drop(ctx, tx, []*desk.Delivery{head}, desk.CauseNone, "Skipped by "+actor.Name+"."); err != nil {
			return err
		}
		lane.goOn(share, s.core.Now())
		share.UpdatedAt = s.core.Now()
		return tx.UpdateShare(ctx, share)
	})
}

// Withdraw ends a share before anything of it was sent. It is too late, a Conflict error, from the first attempt on of which
// nobody knows whether it arrived. The update says who does it, to which ticket, from where.
func (s *Service) Withdraw(ctx context.Context, u desk.Update, id desk.ShareID) error {
	return s.control(ctx, u.Account, u.Actor, u.Ticket, id, func(tx *store.Tx, share *desk.Share) error {
		if err := s.checkUnsent(ctx, tx, share); err != nil {
			return err
		}
		if share.State.Active() {
			u.Edits = desk.Edits{Unshare: []desk.AgreementID{share.Agreement}}
			if _, err := s.tickets.ApplyIn(ctx, tx, u); err != nil {
				return err
			}
		}
		words := "Withdrawn by " + u.Actor.Name + " before it left."
		fresh, err := s.withdraw(ctx, tx, share.ID, words)
		if err != nil {
			return err
		}
		return tx.UpdateShare(ctx, &fresh)
	})
}

// withdraw takes everything of the present episode out of the lane. The caller stores the share.
func (s *Service) withdraw(ctx context.Context, tx *store.Tx, id desk.ShareID, words string) (desk.Share, error) {
	share, err := tx.LockShare(ctx, id)
	if err != nil {
		return share, err
	}
	lane, err := s.lane(ctx, tx, &share)
	if err != nil {
		return share, err
	}
	if err := s.drop(ctx, tx, lane.episode(share.Episode), desk.CauseWithdrawn, words); err != nil {
		return share, err
	}
	share.State, share.StateAt, share.UpdatedAt = desk.ShareEnded, s.core.Now(), s.core.Now()
	share.Cause, share.Reason = desk.CauseWithdrawn, words
	return share, nil
}

// checkUnsent makes sure that the partner cannot have got anything of the share's present episode.
func (s *Service) checkUnsent(ctx context.Context, tx *store.Tx, share *desk.Share) error {
	late := func() error { return tooLate(share, "It is too late to withdraw the ticket: it may have arrived") }
	if share.Inbound || !share.DeliveredAt.IsZero() || !share.State.Hears() {
		return late()
	}
	lane, err := s.lane(ctx, tx, share)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(lane.deliveries, func(d *desk.Delivery) bool { return d.Episode == share.Episode && d.Said.All })
	if at < 0 || lane.deliveries[at].Said.Reached {
		return late()
	}
	// Attempts that a crash cut off are counted by the queue alone.
	first := lane.deliveries[at]
	running, attempts, err := job.Attempts(ctx, tx.Tx, int64(tx.Account()), first.Job)
	if err != nil {
		return err
	}
	if running || attempts > first.Attempts {
		return late()
	}
	return nil
}

// tooLate is a Conflict with the state in which the share is.
func tooLate(share *desk.Share, words string) error {
	return desk.Errorf(desk.Conflict, "%s. The share is %s.", words, share.State)
}
