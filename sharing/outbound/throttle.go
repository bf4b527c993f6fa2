package outbound

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

const heldWords = "Held back until "

// throttle slows down two desks whose rules answer each other (nhd §14). The first update over the limit waits until the
// limit has room again; what follows meanwhile is carried by it, or by the next update that a person causes.
func (s *Service) throttle(ctx context.Context, tx *store.Tx, share desk.Share, d desk.Delivery, actor desk.UserID) (bool, error) {
	now := s.core.Now()
	n, err := tx.CountAutomatic(ctx, share.ID, now.Add(-s.options.AutomaticPeriod))
	if err != nil || n < desk.MaxSharesPerUnit {
		return false, err
	}
	open, err := tx.OpenDeliveries(ctx, share.ID, 100)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(open, func(o desk.Delivery) bool { return strings.HasPrefix(o.Answer, heldWords) }) {
		return true, nil
	}
	until := now.Add(s.options.AutomaticPeriod)
	d.ID, d.Agreement, d.Share, d.Ticket = desk.DeliveryID(tx.NewID()), share.Agreement, share.ID, share.Ticket
	d.State, d.CreatedAt, d.Answer = desk.DeliveryWaiting, now, heldWords+until.Format(time.RFC3339)
	payload, err := json.Marshal(deliveryJob{Delivery: d.ID, Actor: actor})
	if err != nil {
		return false, err
	}
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobRelease, Party: sharing.Party(share.Agreement), Payload: payload, RunAt: until})
	if err != nil {
		return false, err
	}
	share.Reason = fmt.Sprintf("Rules sent %d updates within %s without anybody's doing, perhaps in a loop with the partner's rules. "+
		"Further automatic updates wait until %s.", n, s.options.AutomaticPeriod, until.Format(time.RFC3339))
	share.UpdatedAt = now
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return false, err
	}
	if err := tx.RecordError(ctx, share.Agreement, share.Reason, now); err != nil {
		return false, err
	}
	return true, tx.InsertDelivery(ctx, &d)
}

// runRelease puts a message that was held back into its lane.
func (s *Service) runRelease(ctx context.Context, j job.Job) job.Outcome {
	var p deliveryJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error {
		return s.releaseHeld(ctx, tx, p)
	})}
}

func (s *Service) releaseHeld(ctx context.Context, tx *store.Tx, p deliveryJob) error {
	d, err := tx.Delivery(ctx, p.Delivery)
	if err != nil || d.State != desk.DeliveryWaiting || !strings.HasPrefix(d.Answer, heldWords) {
		return sharing.IgnoreMissing(err)
	}
	share, err := tx.LockShare(ctx, d.Share)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	share.Reason, share.UpdatedAt = "", s.core.Now()
	if share.State.Active() {
		if err := tx.UpdateShare(ctx, &share); err != nil {
			return err
		}
	}
	payload, err := json.Marshal(p)
	if err != nil {
		return err
	}
	d.Answer = ""
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobDeliver, Lane: sharing.ShareLane(share), Party: sharing.Party(share.Agreement), Payload: payload})
	if err != nil {
		return err
	}
	return tx.UpdateDelivery(ctx, &d)
}
