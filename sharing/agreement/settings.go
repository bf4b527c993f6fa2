package agreement

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// Rename changes what we call a partner.
func (s *Service) Rename(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, name string) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(_ *store.Tx, a *desk.Agreement) error {
		if name = strings.TrimSpace(name); name == "" || len(name) > desk.MaxName {
			return desk.InvalidField("name", "InvalidValue", "Name: must have 1 to 255 bytes")
		}
		a.Name = name
		return nil
	})
}

// Configure sets what is ours alone in an agreement: whether private notes travel, the dialect, and the partner's status
// words (nhd §11.1, §15).
func (s *Service) Configure(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, notes bool, d desk.Dialect, words map[string]string) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(_ *store.Tx, a *desk.Agreement) error {
		for word, status := range words {
			if desk.Status(status).Rank() < 0 || desk.Status(status) == desk.Closed {
				return desk.InvalidField("status_map", "InvalidValue", "Status map: "+word+" must stand for new, open, pending, hold or solved")
			}
		}
		a.ShareNotes, a.Dialect, a.StatusMap = notes, d, words
		return nil
	})
}

// Pause holds all messages to a partner back; Resume sends them, the oldest first.
func (s *Service) Pause(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		a.PausedBy = desk.PausedByAdmin
		return job.Pause(ctx, tx.Tx, int64(account), "", sharing.LanesOf(id))
	})
}

// Resume ends a pause, whoever began it.
func (s *Service) Resume(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		return unpause(ctx, tx, a)
	})
}

func unpause(ctx context.Context, tx *store.Tx, a *desk.Agreement) error {
	a.PausedBy, a.LastError = desk.NotPaused, ""
	if err := job.Resume(ctx, tx.Tx, int64(tx.Account()), "", sharing.LanesOf(a.ID)); err != nil {
		return err
	}
	_, err := job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), LanePrefix: sharing.LanesOf(a.ID)})
	return err
}
