package agreement

import (
	"context"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// change runs an admin's change of one agreement and, where message is not "", tells the partner.
func (s *Service) change(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, message string,
	fn func(tx *store.Tx, a *desk.Agreement) error) (a desk.Agreement, err error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return a, err
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if a, err = heldAgreement(ctx, tx, id); err != nil {
			return err
		}
		before := a.Status
		if err := fn(tx, &a); err != nil {
			return err
		}
		a.UpdatedAt = s.core.Now()
		if err := tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
		if message != "" {
			if err := s.tell(ctx, tx, a, sharing.KindAgreement, message, actor.ID); err != nil {
				return err
			}
		}
		return s.afterStatus(ctx, tx, before, a)
	})
	return a, err
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

// Deactivate ends an agreement, or withdraws an invitation. The side that did it may reactivate it.
func (s *Service) Deactivate(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "deactivated", func(_ *store.Tx, a *desk.Agreement) error {
		if a.Status != desk.AgreementAccepted && (a.Inbound || !undelivered(a.Status)) {
			return wrongStatus(a, "deactivated")
		}
		a.Status, a.DeactivatedBy = desk.AgreementInactive, string(sharing.OurSide(*a))
		return nil
	})
}

// Reactivate puts an agreement that we deactivated in force again, and brings its shares in sync.
func (s *Service) Reactivate(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "reactivated", func(_ *store.Tx, a *desk.Agreement) error {
		if a.Status != desk.AgreementInactive || a.DeactivatedBy != string(sharing.OurSide(*a)) {
			return wrongStatus(a, "reactivated")
		}
		a.Status, a.DeactivatedBy = desk.AgreementAccepted, ""
		return nil
	})
}

// Delete takes an agreement away. One that is in force is deactivated first, so that the partner knows.
func (s *Service) Delete(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) error {
	message := ""
	a, err := s.Agreement(ctx, account, id)
	if err != nil {
		return err
	}
	if a.Status == desk.AgreementAccepted || !a.Inbound && a.Status == desk.AgreementPending {
		message = "deactivated"
	} else if a.Inbound && a.Status == desk.AgreementPending {
		message = "declined"
	}
	_, err = s.change(ctx, account, actor, id, message, func(tx *store.Tx, a *desk.Agreement) error {
		switch message {
		case "deactivated":
			a.Status, a.DeactivatedBy = desk.AgreementInactive, string(sharing.OurSide(*a))
		case "declined":
			a.Status = desk.AgreementDeclined
		}
		return tx.DeleteAgreement(ctx, a.ID, s.core.Now())
	})
	return err
}
