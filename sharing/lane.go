package sharing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// The kinds of message, as a Delivery names them.
const (
	kindInvite    = "invite"
	kindAgreement = "agreement"
	kindShare     = "share"
	kindUpdate    = "update"
	kindUnshare   = "unshare"
)

// The kinds of job.
const (
	jobDeliver = "sharing.deliver" // one message about a ticket
	jobAgree   = "sharing.agree"   // one message about an agreement
	jobFetch   = "sharing.fetch"   // one file of a partner
	jobRelease = "sharing.release" // one message that was held back
	jobConfirm = "sharing.confirm" // one invitation that may be the answer to ours
)

// noTime stands for "never".
var noTime time.Time

// parcel is a delivery job's payload: what else there is to know is read when it runs.
type parcel struct {
	Delivery desk.DeliveryID      `json:"d"`
	Actor    desk.UserID          `json:"u,omitempty"` // who caused it
	Status   desk.AgreementStatus `json:"s,omitempty"` // of an agreement, to be told
}

// lanesOf is how the lanes of an agreement's shares begin: pausing it holds them all.
func lanesOf(a desk.AgreementID) string { return fmt.Sprintf("share:%d:", a) }

func laneOf(s desk.Share) string { return lanesOf(s.Agreement) + strconv.FormatInt(int64(s.ID), 10) }

func agreementLane(a desk.AgreementID) string { return fmt.Sprintf("agreement:%d", a) }

func partyOf(a desk.AgreementID) string { return strconv.FormatInt(int64(a), 10) }

// enqueue puts a message into its share's lane. What it says is found out when it is sent.
func (s *Service) enqueue(ctx context.Context, tx *store.Tx, share desk.Share, d desk.Delivery, actor desk.UserID) error {
	d.ID, d.Agreement, d.Share, d.Ticket = desk.DeliveryID(tx.NewID()), share.Agreement, share.ID, share.Ticket
	d.State, d.CreatedAt = desk.DeliveryWaiting, s.now()
	return s.post(ctx, tx, &d, jobDeliver, laneOf(share), parcel{Delivery: d.ID, Actor: actor})
}

func (s *Service) post(ctx context.Context, tx *store.Tx, d *desk.Delivery, kind, lane string, p parcel) error {
	payload, err := json.Marshal(p)
	if err != nil {
		return err
	}
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: kind, Lane: lane, Party: partyOf(d.Agreement), Payload: payload})
	if err != nil {
		return err
	}
	return tx.InsertDelivery(ctx, d)
}

const heldWords = "Held back until "

// holdBack slows down two desks whose rules answer each other (nhd §14). The first update over the limit waits until the
// limit has room again; what follows meanwhile is carried by it, or by the next update that a person causes.
func (s *Service) holdBack(ctx context.Context, tx *store.Tx, share desk.Share, d desk.Delivery, actor desk.UserID) (bool, error) {
	now := s.now()
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
	payload, err := json.Marshal(parcel{Delivery: d.ID, Actor: actor})
	if err != nil {
		return false, err
	}
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobRelease, Party: partyOf(share.Agreement), Payload: payload, RunAt: until})
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

// release puts a message that was held back into its lane.
func (s *Service) release(ctx context.Context, j job.Job) job.Outcome {
	var p parcel
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	return job.Outcome{Commit: s.settling(j, func(ctx context.Context, tx *store.Tx) error {
		return s.letGo(ctx, tx, p)
	})}
}

func (s *Service) letGo(ctx context.Context, tx *store.Tx, p parcel) error {
	d, err := tx.Delivery(ctx, p.Delivery)
	if err != nil || d.State != desk.DeliveryWaiting || !strings.HasPrefix(d.Answer, heldWords) {
		return ignoreMissing(err)
	}
	share, err := tx.LockShare(ctx, d.Share)
	if err != nil {
		return ignoreMissing(err)
	}
	share.Reason, share.UpdatedAt = "", s.now()
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
	d.Job, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobDeliver, Lane: laneOf(share), Party: partyOf(share.Agreement), Payload: payload})
	if err != nil {
		return err
	}
	return tx.UpdateDelivery(ctx, &d)
}

// catchUp brings every live share of an agreement in step after a time without exchange.
func (s *Service) catchUp(ctx context.Context, tx *store.Tx, a desk.AgreementID) error {
	for after := desk.ShareID(0); ; {
		shares, err := tx.SharesIn(ctx, a, []desk.ShareState{desk.ShareSending, desk.ShareLive}, after, 200)
		if err != nil || len(shares) == 0 {
			return err
		}
		for _, share := range shares {
			if err := s.enqueue(ctx, tx, share, desk.Delivery{Kind: kindUpdate, Summary: "catch up"}, 0); err != nil {
				return err
			}
			after = share.ID
		}
	}
}
