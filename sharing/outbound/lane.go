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

// enqueue puts a message into its share's lane. What it says is found out when it is sent.
func (s *Service) enqueue(ctx context.Context, tx *store.Tx, share desk.Share, d desk.Delivery, actor desk.UserID) error {
	d.ID, d.Agreement, d.Share, d.Ticket = desk.DeliveryID(tx.NewID()), share.Agreement, share.ID, share.Ticket
	d.State, d.CreatedAt = desk.DeliveryWaiting, s.core.Now()
	return s.post(ctx, tx, &d, jobDeliver, sharing.ShareLane(share), deliveryJob{Delivery: d.ID, Actor: actor})
}

func (s *Service) post(ctx context.Context, tx *store.Tx, d *desk.Delivery, kind, lane string, p deliveryJob) error {
	payload, err := json.Marshal(p)
	if err != nil {
		return err
	}
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: kind, Lane: lane, Party: sharing.Party(d.Agreement), Payload: payload})
	if err != nil {
		return err
	}
	return tx.InsertDelivery(ctx, d)
}

// CatchUp brings every live share of an agreement in sync after a time without exchange.
func (s *Service) CatchUp(ctx context.Context, tx *store.Tx, a desk.AgreementID) error {
	for after := desk.ShareID(0); ; {
		shares, err := tx.SharesIn(ctx, a, []desk.ShareState{desk.ShareSending, desk.ShareLive}, after, 200)
		if err != nil || len(shares) == 0 {
			return err
		}
		for _, share := range shares {
			if err := s.enqueue(ctx, tx, share, desk.Delivery{Kind: sharing.KindUpdate, Summary: "catch up"}, 0); err != nil {
				return err
			}
			after = share.ID
		}
	}
}
