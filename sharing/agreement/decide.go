package agreement

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// change runs an admin's change of one agreement and, where it gives the agreement another status, tells the partner of it in
// a message.
func (s *Service) change(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, message string,
	fn func(tx *store.Tx, a *desk.Agreement) error) (a desk.Agreement, err error) {
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		a, err = s.changeIn(ctx, tx, actor, id, message, fn)
		return err
	})
	return a, err
}

// changeIn is change within the caller's transaction.
func (s *Service) changeIn(ctx context.Context, tx *store.Tx, actor desk.Actor, id desk.AgreementID, message string,
	fn func(tx *store.Tx, a *desk.Agreement) error) (a desk.Agreement, err error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return a, err
	}
	if a, err = heldAgreement(ctx, tx, id); err != nil {
		return a, err
	}
	before, was := a.Status, a
	if err := fn(tx, &a); err != nil {
		return a, err
	}
	a.UpdatedAt = s.core.Now()
	if err := tx.UpdateAgreement(ctx, &a); err != nil {
		return a, err
	}
	if err := sharing.LogUpdated(ctx, tx, actor, &was, &a); err != nil {
		return a, err
	}
	if message != "" && a.Status != before {
		if err := s.tell(ctx, tx, a, sharing.KindAgreement, message, actor.ID); err != nil {
			return a, err
		}
	}
	return a, s.afterStatus(ctx, tx, before, a)
}

// heldAgreement locks an agreement that is not deleted.
func heldAgreement(ctx context.Context, tx *store.Tx, id desk.AgreementID) (desk.Agreement, error) {
	if _, err := tx.Agreement(ctx, id); err != nil {
		return desk.Agreement{}, err
	}
	return tx.LockAgreement(ctx, id)
}

func wrongStatus(a *desk.Agreement, verb string) error {
	return desk.InvalidField("status", "InvalidValue", "Status: an agreement that is "+string(a.Status)+" cannot be "+verb+" here")
}

// Accept takes an invitation.
func (s *Service) Accept(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.reply(ctx, account, actor, id, desk.AgreementAccepted)
}

// Decline refuses an invitation.
func (s *Service) Decline(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.reply(ctx, account, actor, id, desk.AgreementDeclined)
}

func (s *Service) reply(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, to desk.AgreementStatus) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, string(to), func(_ *store.Tx, a *desk.Agreement) error {
		if !a.Inbound || a.Status != desk.AgreementPending {
			return wrongStatus(a, string(to))
		}
		a.Status = to
		return nil
	})
}

// Deactivate ends an agreement as soon as nothing is owed under it, or withdraws an invitation. The side that did it may
// reactivate it.
func (s *Service) Deactivate(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "deactivated", func(tx *store.Tx, a *desk.Agreement) error {
		if !a.InForce() && (a.Inbound || !undelivered(a.Status)) {
			return wrongStatus(a, "deactivated")
		}
		return s.beginEnd(ctx, tx, a, false)
	})
}

// Reactivate puts an agreement that we deactivated in force again, or takes an end back that is on its way. Shares that have
// ended stay so until somebody shares their tickets again.
func (s *Service) Reactivate(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "reactivated", func(_ *store.Tx, a *desk.Agreement) error {
		windsUp := a.InForce() && !a.Usable()
		if !windsUp && (a.Status != desk.AgreementInactive || a.DeactivatedBy != string(sharing.OurSide(*a))) {
			return wrongStatus(a, "reactivated")
		}
		a.Status, a.DeactivatedBy, a.EndingAt = desk.AgreementAccepted, "", time.Time{}
		return nil
	})
}

// Delete takes an agreement out of sight. One that is in force is ended first, so that the partner gets what is owed, and knows.
func (s *Service) Delete(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) error {
	_, err := s.change(ctx, account, actor, id, "ended", func(tx *store.Tx, a *desk.Agreement) error {
		switch {
		case a.Inbound && a.Status == desk.AgreementPending:
			a.Status = desk.AgreementDeclined
		case a.InForce(), !a.Inbound && a.Status == desk.AgreementPending:
			if err := s.beginEnd(ctx, tx, a, false); err != nil {
				return err
			}
		}
		if err := tx.DeleteAgreement(ctx, a.ID, s.core.Now()); err != nil {
			return err
		}
		return sharing.LogDeleted(ctx, tx, actor, a)
	})
	return err
}
