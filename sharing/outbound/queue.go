package outbound

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// lane is what lies in the lane of a share, oldest first.
type lane struct{ deliveries []*desk.Delivery }

// laneLimit is how many messages of one share are looked through.
const laneLimit = 10_000

// lane reads a share's lane: what waits, and the held head of a failed one. What was given up without holding the lane is no
// part of it.
func (s *Service) lane(ctx context.Context, tx *store.Tx, share *desk.Share) (*lane, error) {
	stored, err := tx.UnsentDeliveries(ctx, share.ID, laneLimit)
	if err != nil {
		return nil, err
	}
	held, err := job.Find(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), Lane: sharing.ShareLane(*share), State: "held"}, 0, 1)
	if err != nil {
		return nil, err
	}
	l := &lane{}
	for n := range stored {
		d := &stored[n]
		if d.State != desk.DeliveryDead || len(held) > 0 && held[0].ID == d.Job {
			l.deliveries = append(l.deliveries, d)
		}
	}
	return l, nil
}

// held is the message that a failed share stopped at; nil: none.
func (l *lane) held() *desk.Delivery {
	for _, d := range l.deliveries {
		if d.State == desk.DeliveryDead {
			return d
		}
	}
	return nil
}

// episode are the messages of one episode.
func (l *lane) episode(n int) []*desk.Delivery {
	var out []*desk.Delivery
	for _, d := range l.deliveries {
		if d.Episode == n {
			out = append(out, d)
		}
	}
	return out
}

// goOn puts a share that had failed into the state that what lies in its lane tells of.
func (l *lane) goOn(share *desk.Share, now time.Time) {
	share.State, share.StateAt, share.Cause, share.Reason = desk.ShareSending, now, desk.CauseNone, ""
	if !share.DeliveredAt.IsZero() || share.Inbound {
		share.State = desk.ShareLive
	}
	for _, d := range l.episode(share.Episode) {
		if d.Kind == sharing.KindUnshare || d.Kind == sharing.KindEnd {
			share.State = desk.ShareEnding
		}
	}
}

// drop takes messages out of the lane: they are not sent, and the timeline says why.
func (s *Service) drop(ctx context.Context, tx *store.Tx, list []*desk.Delivery, cause desk.Cause, words string) error {
	for _, d := range list {
		d.State, d.Cause, d.Answer, d.DoneAt = desk.DeliverySkipped, cause, words, s.core.Now()
		if err := tx.UpdateDelivery(ctx, d); err != nil {
			return err
		}
		if _, err := job.Cancel(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), ID: d.Job}); err != nil {
			return err
		}
	}
	return nil
}

// dropFailed gives up what a failed share could not say, since a person ends it. It tells whether the partner never had the
// ticket, so that it need not be told of the end either.
func (f *following) dropFailed(ctx context.Context, s *followed) (never bool, err error) {
	l, err := f.service.lane(ctx, f.tx, &s.Share)
	if err != nil {
		return false, err
	}
	if err := f.service.drop(ctx, f.tx, l.episode(s.Episode), desk.CauseWithdrawn, s.Reason); err != nil {
		return false, err
	}
	if s.Inbound || !s.DeliveredAt.IsZero() {
		return false, nil
	}
	s.State, s.Reason = desk.ShareEnded, s.Reason+" The partner never had the ticket."
	return true, nil
}
