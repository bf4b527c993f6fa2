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
		if taken, err := s.takeUpAt(ctx, tx, &d); taken || err != nil {
			return err
		}
		return s.replay(ctx, tx, &d)
	})
}

// takeUpAt takes up a failed share whose lane stopped at the message.
func (s *Service) takeUpAt(ctx context.Context, tx *store.Tx, d *desk.Delivery) (bool, error) {
	if d.Share == 0 {
		return false, nil
	}
	share, err := tx.LockShare(ctx, d.Share)
	if err != nil || share.State != desk.ShareFailed {
		return false, sharing.IgnoreMissing(err)
	}
	l, err := s.lane(ctx, tx, &share)
	if err != nil || l.held() == nil || l.held().ID != d.ID {
		return false, err
	}
	if err := s.takeUp(ctx, tx, &share); err != nil {
		return false, err
	}
	return true, tx.UpdateShare(ctx, &share)
}

// replay gives a message all its time again.
func (s *Service) replay(ctx context.Context, tx *store.Tx, d *desk.Delivery) error {
	err := job.Replay(ctx, tx.Tx, int64(tx.Account()), d.Job, s.core.Now())
	if errors.Is(err, job.ErrNotDead) {
		return desk.InvalidField("base", "InvalidValue", "The message cannot be sent again: it was given up too long ago, or refused for good")
	}
	if err != nil {
		return err
	}
	d.State, d.Answer, d.Cause = desk.DeliveryWaiting, "", desk.CauseNone
	d.Attempts, d.FirstAt, d.DoneAt = 0, time.Time{}, time.Time{}
	return tx.UpdateDelivery(ctx, d)
}

// maxReplay is how many messages ReplayAll takes up at once.
const maxReplay = 100

// ReplayAll takes up what was given up under an agreement, at most a hundred messages, and names them. Those that were
// given up too long ago stay so.
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
