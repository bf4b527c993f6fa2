package inbound

import (
	"context"
	"errors"
	"maps"
	"slices"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// retryUnheld takes what partners said of shared tickets and could not be held, where it can be held now: the fields or status
// words of the desk have changed. Each share is a transaction of its own, and one that was looked at is no worse for it again.
func (s *Service) retryUnheld(ctx context.Context, j job.Job) job.Outcome {
	account := s.store.Account(desk.AccountID(j.Account))
	var all []desk.Agreement
	err := account.Read(ctx, func(tx *store.Tx) (err error) { all, err = tx.Agreements(ctx); return err })
	for _, a := range all {
		if err == nil && a.InForce() {
			err = s.retryUnheldOf(ctx, account, a)
		}
	}
	return job.Outcome{Err: err}
}

// sharesAtOnce is how many shares are read at once.
const sharesAtOnce = 200

func (s *Service) retryUnheldOf(ctx context.Context, account store.Account, a desk.Agreement) error {
	for after := desk.ShareID(0); ; {
		var page []desk.Share
		err := account.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.SharesIn(ctx, a.ID, []desk.ShareState{desk.ShareSending, desk.ShareLive, desk.ShareFailed}, after, sharesAtOnce)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, share := range page {
			after = share.ID
			if len(share.Sync.NotHeldHere) == 0 {
				continue
			}
			if err := account.Write(ctx, func(tx *store.Tx) error { return s.retryShare(ctx, tx, a.ID, share) }); err != nil {
				return err
			}
		}
	}
}

// retryShare does so for one share, and tells the partner what is held now.
func (s *Service) retryShare(ctx context.Context, tx *store.Tx, id desk.AgreementID, share desk.Share) error {
	a, err := tx.FindAgreement(ctx, id)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	i := &intake{service: s, tx: tx, share: share, session: session{agreement: a,
		request: request{account: tx.Account(), at: s.core.Now(), numbered: a.Peer == desk.PeerInterdesk}}}
	if err := i.lock(ctx); err != nil {
		if _, gone := errors.AsType[*sharing.Refusal](err); gone {
			return nil
		}
		return err
	}
	if !i.share.State.Hears() || i.ticket.Status == desk.Closed {
		return nil
	}
	before := maps.Clone(i.share.Sync.NotHeldHere)
	edits, err := i.merge(ctx, false)
	if err != nil || !edits.Any() {
		return err
	}
	if err := tx.UpdateShare(ctx, &i.share); err != nil {
		return err
	}
	causer, err := i.person(ctx, i.partner())
	if err != nil {
		return err
	}
	if err := i.apply(ctx, causer, edits, nil); err != nil {
		return err
	}
	if i.share, err = tx.LockShare(ctx, share.ID); err != nil {
		return err
	}
	maps.DeleteFunc(before, func(item, _ string) bool { return i.share.Sync.NotHeldHere[item] != "" })
	return s.outbox.SayAgain(ctx, tx, &i.share, a, &i.ticket, slices.Sorted(maps.Keys(before)), "say that it can be held now")
}
