package suspended

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Delete forgets a suspended message and its source.
func (s *Service) Delete(ctx context.Context, account desk.AccountID, by desk.User, id desk.SuspendedID) error {
	if err := mustStaff(by); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.drop(ctx, tx, id, causeDeleted, by.Name+" deleted it.") })
}

// DeleteMany deletes several, each on its own.
func (s *Service) DeleteMany(ctx context.Context, account desk.AccountID, by desk.User, ids []desk.SuspendedID) ([]Result, error) {
	return each(ids, func(id desk.SuspendedID) (desk.Ticket, error) { return desk.Ticket{}, s.Delete(ctx, account, by, id) })
}

// Block keeps out the sender of a suspended message from now on, or their whole domain, and deletes the message. It gives the pattern
// that is blocked.
func (s *Service) Block(ctx context.Context, account desk.AccountID, by desk.User, id desk.SuspendedID, domain bool) (pattern string, err error) {
	if err := mustAdmin(by); err != nil {
		return "", err
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		kept, err := tx.LockSuspended(ctx, id)
		if err != nil {
			return err
		}
		if pattern, err = blockable(ctx, tx, kept.AuthorEmail, domain); err != nil {
			return err
		}
		if err := tx.SetMailSender(ctx, desk.MailSender{Pattern: pattern, Blocked: true, CreatedBy: by.ID}); err != nil {
			return err
		}
		return s.drop(ctx, tx, id, causeDeleted, by.Name+" blocked its sender.")
	})
	return pattern, err
}

// BlockMany keeps out the senders of several and deletes the messages, each on its own.
func (s *Service) BlockMany(ctx context.Context, account desk.AccountID, by desk.User, ids []desk.SuspendedID, domain bool) ([]Result, error) {
	return each(ids, func(id desk.SuspendedID) (desk.Ticket, error) {
		_, err := s.Block(ctx, account, by, id, domain)
		return desk.Ticket{}, err
	})
}

// blockable is the pattern that speaks of a sender. The desk's own addresses cannot be blocked.
func blockable(ctx context.Context, tx *store.Tx, address string, domain bool) (string, error) {
	c, err := tx.Config(ctx)
	if err != nil {
		return "", err
	}
	all := desk.MailSenderPatterns(address)
	if len(all) == 0 {
		return "", desk.InvalidField("base", "InvalidValue", "This mail does not say who sent it")
	}
	if desk.OwnAddress(c.Addresses, address) {
		return "", desk.InvalidField("base", "InvalidValue", address+" is an address of this help desk")
	}
	if domain {
		return all[len(all)-1], nil
	}
	return all[0], nil
}

// Why a message that was suspended is discarded.
const (
	causeDeleted = "deleted"
	causeExpired = "expired"
)

// drop takes one away and tells its message what became of it. The source goes a little later.
func (s *Service) drop(ctx context.Context, tx *store.Tx, id desk.SuspendedID, cause, reason string) error {
	kept, err := tx.LockSuspended(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.DeleteSuspended(ctx, id); err != nil {
		return err
	}
	m, err := tx.LockMail(ctx, kept.Mail)
	if err != nil {
		return err
	}
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailDiscarded, cause, reason, s.clock()
	return tx.UpdateMail(ctx, &m)
}
