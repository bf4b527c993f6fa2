package outbound

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// RetryNow sends what waits in a share's lane at once, whatever its back-off.
func (s *Service) RetryNow(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID) error {
	if err := sharing.NeedAgent(actor); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := sharing.CheckShare(ctx, tx, t, id); err != nil {
			return err
		}
		share, err := tx.Share(ctx, id)
		if err != nil {
			return err
		}
		_, err = job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(account), Lane: sharing.ShareLane(share)})
		return err
	})
}

// Replay takes up a message that was given up, at its old place in the lane.
func (s *Service) Replay(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.DeliveryID) error {
	if err := sharing.NeedAgent(actor); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		d, err := tx.Delivery(ctx, id)
		if err != nil {
			return err
		}
		if d.Inbound || d.State != desk.DeliveryDead {
			return desk.InvalidField("base", "InvalidValue", "Only a message that was given up can be sent again")
		}
		if d.Kind == sharing.KindInvite {
			return desk.InvalidField("base", "InvalidValue", "An invitation is sent again by trying the agreement again")
		}
		err = job.Replay(ctx, tx.Tx, int64(account), d.Job, s.core.Now())
		if errors.Is(err, job.ErrNotDead) {
			return desk.InvalidField("base", "InvalidValue", "The message was given up too long ago; the next update carries what it had to say")
		}
		if err != nil {
			return err
		}
		if err := tx.ForgetShareComments(ctx, d.Share, id); err != nil {
			return err
		}
		d.State, d.Answer, d.DoneAt = desk.DeliveryWaiting, "", time.Time{}
		return tx.UpdateDelivery(ctx, &d)
	})
}

// maxReplay is how many messages ReplayAll takes up at once.
const maxReplay = 100

// ReplayAll takes up what was given up under an agreement, at most a hundred messages, and names them. Those that were
// given up too long ago stay so: the next update carries what they had to say.
func (s *Service) ReplayAll(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) ([]desk.DeliveryID, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return nil, err
	}
	var dead []desk.Delivery
	err := s.store.Account(account).Read(ctx, func(tx *store.Tx) (err error) {
		if _, err = tx.Agreement(ctx, id); err == nil {
			dead, err = tx.DeadDeliveries(ctx, id, maxReplay)
		}
		return err
	})
	replayed := []desk.DeliveryID{}
	for _, d := range dead {
		switch err := s.Replay(ctx, account, actor, d.ID); {
		case desk.KindOf(err) == desk.Invalid && err != nil:
		case err != nil:
			return replayed, err
		default:
			replayed = append(replayed, d.ID)
		}
	}
	return replayed, err
}
