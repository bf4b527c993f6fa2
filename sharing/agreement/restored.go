package agreement

import (
	"context"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// A database that was restored from a backup, or copied to try something, knows agreements with real partners. Were it to
// write to them, they would hear of tickets twice, or of others under known names. So nothing at all is sent under any
// agreement until an admin has said which of the two it is (share-life §7).

// PauseRestored holds back everything to the account's partners, the messages about agreements included.
func (s *Service) PauseRestored(ctx context.Context, account desk.AccountID, reason string) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		all, err := tx.Agreements(ctx)
		if err != nil {
			return err
		}
		for n := range all {
			if err := s.pauseRestored(ctx, tx, &all[n], reason); err != nil {
				return err
			}
		}
		return nil
	})
}

// NoticeRestored holds back everything under one agreement whose partner knows of messages that this database never sent.
func (s *Service) NoticeRestored(ctx context.Context, tx *store.Tx, id desk.AgreementID) error {
	a, err := tx.LockAgreement(ctx, id)
	if err != nil || a.PausedBy.Cold() {
		return err
	}
	return s.pauseRestored(ctx, tx, &a, a.Name+" has seen messages of ours that are missing here: this database is a copy, or was "+
		"restored from a backup. Nothing is sent until an admin has said which of the two it is.")
}

func (s *Service) pauseRestored(ctx context.Context, tx *store.Tx, a *desk.Agreement, reason string) error {
	if !a.PausedBy.Cold() {
		a.PausedBefore = a.PausedBy
	}
	a.PausedBy, a.LastError, a.LastErrorAt, a.UpdatedAt = desk.PausedByRestore, reason, s.core.Now(), s.core.Now()
	if err := tx.UpdateAgreement(ctx, a); err != nil {
		return err
	}
	return job.Pause(ctx, tx.Tx, int64(tx.Account()), "", sharing.LanesOf(a.ID))
}

// SettleRestored carries out what an admin says of a database that was restored or copied. The real one goes on where it
// stopped, tells its partners when its own address has changed, and compares with them what both have. A copy stays silent.
func (s *Service) SettleRestored(ctx context.Context, account desk.AccountID, actor desk.Actor, real bool) error {
	if err := sharing.NeedAdmin(actor); err != nil {
		return err
	}
	err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		all, err := tx.Agreements(ctx)
		if err != nil {
			return err
		}
		for n := range all {
			if a := &all[n]; a.PausedBy.Cold() {
				if err := s.settle(ctx, tx, actor, a, real); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil || !real {
		return err
	}
	return s.AnnounceAddress(ctx, account)
}

func (s *Service) settle(ctx context.Context, tx *store.Tx, actor desk.Actor, a *desk.Agreement, real bool) error {
	before, was := a.PausedBefore, *a
	a.UpdatedAt = s.core.Now()
	if !real {
		a.PausedBy, a.LastError = desk.PausedAsCopy, ""
		if err := tx.UpdateAgreement(ctx, a); err != nil {
			return err
		}
		return sharing.LogUpdated(ctx, tx, actor, &was, a)
	}
	if err := s.unpause(ctx, tx, a); err != nil {
		return err
	}
	if before != desk.NotPaused {
		a.PausedBy = before
		if err := job.Pause(ctx, tx.Tx, int64(tx.Account()), "", sharing.LanesOf(a.ID)); err != nil {
			return err
		}
	}
	if err := tx.UpdateAgreement(ctx, a); err != nil {
		return err
	}
	if err := sharing.LogUpdated(ctx, tx, actor, &was, a); err != nil {
		return err
	}
	return s.enqueueCompare(ctx, tx, a)
}
