package outbound

import (
	"context"
	"encoding/json"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// deliveryJob is a delivery job's payload: what else there is to know is read when it runs.
type deliveryJob struct {
	Delivery desk.DeliveryID `json:"d"`
	Actor    desk.UserID     `json:"u,omitempty"` // who caused it
}

// enqueue puts a message into its share's lane, numbers it and marks in the share what it says. The caller stores the share.
// A message with HeldUntil leaves then, and what follows waits behind it.
func (s *Service) enqueue(ctx context.Context, tx *store.Tx, share *desk.Share, d *desk.Delivery, actor desk.UserID, items ...string) error {
	d.ID, d.Agreement, d.Share, d.Ticket, d.Episode = desk.DeliveryID(tx.NewID()), share.Agreement, share.ID, share.Ticket, share.Episode
	d.State, d.CreatedAt, d.Seen = desk.DeliveryWaiting, s.core.Now(), share.ReceivedSeq
	d.Seq = sharing.NextSeq(share, d.CreatedAt)
	sharing.Mark(share, d.Seq, items...)
	payload, err := json.Marshal(deliveryJob{Delivery: d.ID, Actor: actor})
	if err != nil {
		return err
	}
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobDeliver, Lane: sharing.ShareLane(*share),
		Party: sharing.Party(d.Agreement), Payload: payload, RunAt: d.HeldUntil})
	if err != nil {
		return err
	}
	return tx.InsertDelivery(ctx, d)
}

// SayAgain tells a partner our value of some items once more: what it said of them crossed ours and ours counts, or we can hold
// now what it said (share-life §3). It stores the share.
func (s *Service) SayAgain(ctx context.Context, tx *store.Tx, share *desk.Share, a desk.Agreement, t *desk.Ticket, items []string, why string) error {
	config, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	said := valuesOf(config, a, t, items)
	if said.IsEmpty() {
		return nil
	}
	d := &desk.Delivery{Kind: sharing.KindUpdate, Summary: why, Said: said}
	if err := s.enqueue(ctx, tx, share, d, 0, items...); err != nil {
		return err
	}
	share.UpdatedAt = s.core.Now()
	return tx.UpdateShare(ctx, share)
}

// CatchUp brings every live share of an agreement in step after a time without exchange.
func (s *Service) CatchUp(ctx context.Context, tx *store.Tx, a desk.AgreementID) error {
	for after := desk.ShareID(0); ; {
		shares, err := tx.SharesIn(ctx, a, []desk.ShareState{desk.ShareSending, desk.ShareLive}, after, 200)
		if err != nil || len(shares) == 0 {
			return err
		}
		for n := range shares {
			share := &shares[n]
			after = share.ID
			if err := s.enqueue(ctx, tx, share, &desk.Delivery{Kind: sharing.KindUpdate, Summary: "catch up"}, 0); err != nil {
				return err
			}
			if err := tx.UpdateShare(ctx, share); err != nil {
				return err
			}
		}
	}
}
