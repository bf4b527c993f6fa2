package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// The end of an agreement ends its shares, at both desks (share-life §3). There is no message for each of them: the one about
// the agreement says it for all. Three things may come first, and none of them happens in the transaction of who asks for the
// end, since an agreement may have ten thousand shares:
//
//   - each share is ended by an update of its ticket, so that triggers and the ticket's history know of it;
//   - what was promised before is sent. Until then the agreement is in force still, with EndingAt; the partner is told at the
//     very end, since from then on it refuses all else;
//   - where that cannot be done, because the partner ended the agreement, does not answer for a day, or the admin would not
//     wait, the rest is dropped, and ticket and agreement say what was.

// beginEnd ends an agreement that nothing is owed under, or has it wind up. now: what is owed is dropped.
func (s *Service) beginEnd(ctx context.Context, tx *store.Tx, a *desk.Agreement, now bool) error {
	open, err := tx.SharesIn(ctx, a.ID, unfinished(), 0, 1)
	if err != nil {
		return err
	}
	if len(open) == 0 || now || !a.InForce() {
		s.markEnded(a)
		return nil
	}
	if a.EndingAt.IsZero() {
		a.EndingAt = s.core.Now()
	}
	return s.enqueueEnd(ctx, tx, a.ID)
}

func (s *Service) markEnded(a *desk.Agreement) {
	a.Status, a.DeactivatedBy, a.EndingAt = desk.AgreementInactive, string(sharing.OurSide(*a)), time.Time{}
}

// unfinished are the states of shares that an end of their agreement has something to do with.
func unfinished() []desk.ShareState {
	return []desk.ShareState{desk.ShareSending, desk.ShareLive, desk.ShareFailed, desk.ShareEnding}
}

// endJob is an end job's payload. What is to be done follows from the agreement as it stands.
type endJob struct {
	Agreement desk.AgreementID `json:"a"`
}

func (s *Service) enqueueEnd(ctx context.Context, tx *store.Tx, id desk.AgreementID) error {
	payload, err := json.Marshal(endJob{id})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobEnd, Lane: fmt.Sprintf("end:%d", id), Payload: payload, Coalesce: true})
	return err
}

// FinishEnds ends the shares of agreements that are over, where earlier programs left them.
func (s *Service) FinishEnds(ctx context.Context, account desk.AccountID) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		over, err := tx.EndedWithShares(ctx)
		for _, a := range over {
			if err := s.enqueueEnd(ctx, tx, a.ID); err != nil {
				return err
			}
		}
		return err
	})
}

// endBatch is how many shares one transaction ends: other writers want their turn.
const endBatch = 50

// runEnd does one batch of what the end of an agreement takes, and comes again until all is done.
func (s *Service) runEnd(ctx context.Context, j job.Job) job.Outcome {
	var p endJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	var wait time.Duration
	err := s.store.Account(desk.AccountID(j.Account)).Write(ctx, func(tx *store.Tx) (err error) {
		wait, err = s.windUp(ctx, tx, p.Agreement)
		return err
	})
	if err != nil {
		return job.Outcome{Err: err}
	}
	return job.Outcome{Snooze: wait}
}

// windUp takes the next step and tells how long to wait for the one after; 0: none is left.
func (s *Service) windUp(ctx context.Context, tx *store.Tx, id desk.AgreementID) (time.Duration, error) {
	a, err := tx.FindAgreement(ctx, id) // not locked: everyone locks tickets first
	if err != nil || a.Usable() || undelivered(a.Status) {
		return 0, sharing.IgnoreMissing(err) // it was taken back
	}
	states := []desk.ShareState{desk.ShareSending, desk.ShareLive, desk.ShareFailed}
	if !a.InForce() {
		states = unfinished()
	}
	shares, err := tx.SharesIn(ctx, id, states, 0, endBatch)
	if err != nil {
		return 0, err
	}
	for n := range shares {
		if err := s.endShare(ctx, tx, &a, shares[n]); err != nil {
			return 0, err
		}
	}
	if len(shares) == endBatch {
		return time.Nanosecond, nil
	}
	return s.awaitOwed(ctx, tx, id)
}

// awaitOwed tells the partner of the end as soon as nothing is owed, or after a day in any case.
func (s *Service) awaitOwed(ctx context.Context, tx *store.Tx, id desk.AgreementID) (time.Duration, error) {
	owed, err := tx.SharesIn(ctx, id, unfinished(), 0, 1)
	if err != nil {
		return 0, err
	}
	a, err := tx.LockAgreement(ctx, id)
	if err != nil || !a.InForce() || a.Usable() {
		return 0, err
	}
	late := s.core.Now().Sub(a.EndingAt) >= s.core.Retries().GiveUpAfter
	if len(owed) > 0 && !late {
		return s.core.Retries().Base, nil
	}
	s.markEnded(&a)
	a.UpdatedAt = s.core.Now()
	if err := tx.UpdateAgreement(ctx, &a); err != nil {
		return 0, err
	}
	if err := s.tell(ctx, tx, a, sharing.KindAgreement, "deactivated", 0); err != nil || len(owed) == 0 {
		return 0, err
	}
	return time.Nanosecond, nil
}

// endShare ends one share with its agreement. What is owed under an agreement in force still goes out, unless it was given up
// before.
func (s *Service) endShare(ctx context.Context, tx *store.Tx, a *desk.Agreement, share desk.Share) error {
	t, err := tx.LockTicket(ctx, share.Ticket)
	gone := desk.KindOf(err) == desk.NotFound
	if err != nil && !gone {
		return err
	}
	failed := share.State == desk.ShareFailed
	if share.State.Active() && !gone {
		_, err := s.core.Tickets().ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: t.ID, Actor: desk.Actor{System: true},
			Via: viaAgreement(a), Edits: desk.Edits{Unshare: []desk.AgreementID{a.ID}}})
		if err != nil && desk.KindOf(err) != desk.Invalid {
			return err
		}
		failed = failed || err != nil // the ticket takes no update, so the share ends without
	}
	if a.InForce() && !failed && !gone {
		return nil
	}
	return s.drop(ctx, tx, a, share.ID)
}

// viaAgreement marks updates that the desk makes itself because an agreement ended: rules for updates from a partner do not fire.
func viaAgreement(a *desk.Agreement) desk.Via {
	return desk.Via{Channel: desk.ChannelDelivery, Agreement: a.ID, Partner: a.Name}
}

// drop closes a share whatever it still owes, and says on the ticket what the partner did not get.
func (s *Service) drop(ctx context.Context, tx *store.Tx, a *desk.Agreement, id desk.ShareID) error {
	share, err := tx.LockShare(ctx, id)
	if err != nil || share.State == desk.ShareEnded {
		return err
	}
	lost, err := s.dropMessages(ctx, tx, a, &share)
	if err != nil {
		return err
	}
	share.Reason = endReason(a)
	if len(lost) > 0 {
		share.Reason += " " + lostWords(len(lost))
	}
	now := s.core.Now()
	if share.State != desk.ShareEnding {
		share.StateBy = desk.ByAgreement
	}
	share.State, share.StateAt, share.Cause, share.UpdatedAt = desk.ShareEnded, now, desk.CauseOver, now
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	err = tx.EndEpisode(ctx, desk.ShareEpisode{Share: share.ID, Number: share.Episode, EndedAt: now, EndedBy: a.Name, Reason: share.Reason})
	if err != nil || len(lost) == 0 {
		return err
	}
	return s.core.PrivateNote(ctx, tx, *a, share.Ticket, a.Name+" did not get what was still to be sent, as the agreement ended first: "+sharing.Shorten(strings.Join(lost, "; "), 500)+".")
}

// dropMessages takes the lane of a share away and gives what would have been said, in words.
func (s *Service) dropMessages(ctx context.Context, tx *store.Tx, a *desk.Agreement, share *desk.Share) (lost []string, err error) {
	if _, err := job.Cancel(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), Lane: sharing.ShareLane(*share)}); err != nil {
		return nil, err
	}
	open, err := tx.UnsentDeliveries(ctx, share.ID, maxDropped)
	for n := range open {
		d := &open[n]
		if d.Kind != sharing.KindUnshare && d.Kind != sharing.KindEnd {
			lost = append(lost, d.Summary)
		}
		d.State, d.Answer, d.Cause, d.DoneAt = desk.DeliverySkipped, "Dropped: "+endReason(a), desk.CauseOver, s.core.Now()
		if err := tx.UpdateDelivery(ctx, d); err != nil {
			return nil, err
		}
	}
	return lost, err
}

// maxDropped bounds how many messages of one share are closed one by one.
const maxDropped = 1000

func endReason(a *desk.Agreement) string {
	switch {
	case a.Status == desk.AgreementInactive && a.DeactivatedBy == string(sharing.OurSide(*a).Other()):
		return a.Name + " ended the agreement."
	case a.Status == desk.AgreementDeclined:
		return a.Name + " declined the agreement."
	}
	return "The agreement with " + a.Name + " ended."
}

func lostWords(n int) string {
	if n == 1 {
		return "1 message was not delivered."
	}
	return fmt.Sprintf("%d messages were not delivered.", n)
}

// EndNow does not wait for what an agreement that winds up still owes: it is dropped, and said.
func (s *Service) EndNow(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "deactivated", func(tx *store.Tx, a *desk.Agreement) error {
		if !a.InForce() {
			return wrongStatus(a, "ended")
		}
		return s.beginEnd(ctx, tx, a, true)
	})
}
