package outbound

import (
	"context"
	"slices"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// countDenial notes that the partner denied a ticket. So many different ones in a row mean that it denies us: credentials,
// terms or the address are wrong, and nothing will go through until an admin has looked.
func (s *Service) countDenial(ctx context.Context, tx *store.Tx, x *exchanged) error {
	fresh, err := tx.LockAgreement(ctx, x.agreement.ID)
	if err != nil || slices.Contains(fresh.Denied, x.share.ID) {
		return err
	}
	fresh.Denied = append(slices.Clone(fresh.Denied), x.share.ID)
	if len(fresh.Denied) >= desk.MaxDenials {
		return s.pause(ctx, tx, fresh, x)
	}
	fresh.UpdatedAt = s.core.Now()
	return tx.UpdateAgreement(ctx, &fresh)
}

// pauseAgreement: the partner refuses the agreement itself.
func (s *Service) pauseAgreement(ctx context.Context, tx *store.Tx, x *exchanged) error {
	fresh, err := tx.LockAgreement(ctx, x.agreement.ID)
	if err != nil {
		return err
	}
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryFailing); err != nil {
		return err
	}
	return s.pause(ctx, tx, fresh, x)
}

// pause holds back all messages under an agreement. One that is paused already, or over, keeps its reason.
func (s *Service) pause(ctx context.Context, tx *store.Tx, fresh desk.Agreement, x *exchanged) error {
	if !fresh.InForce() || fresh.Paused() {
		return nil
	}
	fresh.PausedBy, fresh.Denied, fresh.UpdatedAt, fresh.LastErrorAt = desk.PausedByPartner, nil, s.core.Now(), s.core.Now()
	fresh.LastError = "Sharing is paused. " + x.sentence() + " Check the agreement with the partner, then resume."
	if err := tx.UpdateAgreement(ctx, &fresh); err != nil {
		return err
	}
	return job.Pause(ctx, tx.Tx, int64(tx.Account()), "", sharing.LanesOf(fresh.ID))
}

// partnerEnded: the partner wants no more of this ticket, or has it no more. Our rules see it as they see an unsharing.
func (s *Service) partnerEnded(ctx context.Context, tx *store.Tx, x *exchanged) error {
	t, err := tx.LockTicket(ctx, x.share.Ticket)
	gone := desk.KindOf(err) == desk.NotFound
	if err != nil && !gone {
		return err
	}
	if err := s.noteAttempt(ctx, tx, x, desk.DeliverySkipped); err != nil {
		return err
	}
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil || !x.isCurrent(&share) || !share.State.Hears() {
		return err
	}
	if _, active := t.ActiveShare(x.agreement.ID); active && !gone {
		_, err = s.tickets.ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: t.ID, Actor: desk.Actor{System: true, Name: x.agreement.Name},
			Via: sharing.ViaPartner(x.agreement), Edits: desk.Edits{Unshare: []desk.AgreementID{x.agreement.ID}}})
		if err != nil || !x.agreement.IsTracker() {
			return err
		}
		if share, err = tx.LockShare(ctx, share.ID); err != nil { // whoever followed the change has written on it
			return err
		}
		share.Reason = x.sentence()
		return tx.UpdateShare(ctx, &share)
	}
	return s.close(ctx, tx, &share, desk.ShareEnded, x.cause(), "The partner has the ticket no more.")
}

// close puts a share into a state from which it goes on only when somebody begins it again.
func (s *Service) close(ctx context.Context, tx *store.Tx, share *desk.Share, state desk.ShareState, cause desk.Cause, reason string) error {
	share.State, share.StateAt, share.StateBy, share.UpdatedAt = state, s.core.Now(), desk.BySystem, s.core.Now()
	if state == desk.ShareEnded {
		share.StateBy = desk.ByPartner
	}
	share.Cause, share.Reason = cause, reason
	return tx.UpdateShare(ctx, share)
}

// refuse: the partner said no for good before it ever took the ticket.
func (s *Service) refuse(ctx context.Context, tx *store.Tx, x *exchanged) error {
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDead); err != nil {
		return err
	}
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil || !x.isCurrent(&share) || !share.State.Hears() {
		return err
	}
	return s.undelivered(ctx, tx, &share, desk.ShareRefused, x)
}

// fail: a message could not be delivered in time. It keeps its place, and nothing behind it overtakes.
func (s *Service) fail(ctx context.Context, tx *store.Tx, x *exchanged) error {
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDead); err != nil {
		return err
	}
	if x.parted {
		if err := s.rememberParts(ctx, tx, x); err != nil {
			return err
		}
	}
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil || !x.isCurrent(&share) || !share.State.Hears() {
		return err
	}
	return s.undelivered(ctx, tx, &share, desk.ShareFailed, x)
}

func (s *Service) undelivered(ctx context.Context, tx *store.Tx, share *desk.Share, state desk.ShareState, x *exchanged) error {
	share.StateBy = desk.BySystem
	if err := s.close(ctx, tx, share, state, x.cause(), x.sentence()); err != nil {
		return err
	}
	if state == desk.ShareRefused {
		err := tx.EndEpisode(ctx, desk.ShareEpisode{Share: share.ID, Number: share.Episode, EndedAt: share.StateAt, EndedBy: x.agreement.Name, Reason: share.Reason})
		if err != nil {
			return err
		}
	}
	if err := tx.RecordError(ctx, x.agreement.ID, x.sentence(), s.core.Now()); err != nil {
		return err
	}
	return s.tellResult(ctx, tx, share, desk.ActionFailed, x.sentence())
}

// leaveOut: the partner will take nothing of this message. People may send it again; the rest of the lane goes on.
func (s *Service) leaveOut(ctx context.Context, tx *store.Tx, x *exchanged) error {
	if err := lockTicket(ctx, tx, x.share.Ticket); err != nil {
		return err
	}
	x.parted = false // it is kept whole
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDead); err != nil {
		return err
	}
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil {
		return err
	}
	notes := s.namesRefused(ctx, tx, &share, x)
	share.Reason, share.Cause, share.UpdatedAt = x.sentence(), desk.CauseRefused, s.core.Now()
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	return s.tellRefused(ctx, tx, x, notes)
}

// namesRefused are the words about what the partner would not take of a message: a comment always, an item once a share.
func (s *Service) namesRefused(ctx context.Context, tx *store.Tx, share *desk.Share, x *exchanged) []string {
	var notes []string
	for _, part := range x.refused {
		words, key := part.nameFor(x.agreement.Name)
		if key != "" && share.Sync.Remarked[key] {
			continue
		}
		if key != "" {
			if share.Sync.Remarked == nil {
				share.Sync.Remarked = map[string]bool{}
			}
			share.Sync.Remarked[key] = true
		}
		notes = append(notes, words)
	}
	return notes
}
