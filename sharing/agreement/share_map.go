package agreement

import (
	"context"
	"errors"
	"maps"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/mapping"
	"interdesk/sharing/redaction"
	"interdesk/store"
)

// SetMap changes how what the partner sees differs from what stands here, for all messages that are made from then on. What is
// wrong with the map is an Invalid error with the path of each fault.
func (s *Service) SetMap(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, m desk.ShareMap) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		return s.setMap(ctx, tx, actor, a, m)
	})
}

// SetMapIn is SetMap within the caller's transaction.
func (s *Service) SetMapIn(ctx context.Context, tx *store.Tx, actor desk.Actor, id desk.AgreementID, m desk.ShareMap) (desk.Agreement, error) {
	return s.changeIn(ctx, tx, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		return s.setMap(ctx, tx, actor, a, m)
	})
}

// RevertMap makes a map what it was at a revision, by a revision of its own.
func (s *Service) RevertMap(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, number int) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		was, err := tx.ShareMapRevision(ctx, id, number)
		if err != nil {
			return err
		}
		return s.setMap(ctx, tx, actor, a, was.Map)
	})
}

func (s *Service) setMap(ctx context.Context, tx *store.Tx, actor desk.Actor, a *desk.Agreement, m desk.ShareMap) error {
	if err := CheckMap(m); err != nil || len(CompareMaps(a.Map, m)) == 0 {
		return err
	}
	a.Map = m
	return tx.AddShareMapRevision(ctx, a.ID, desk.ShareMapRevision{Map: m, By: actor.ID, At: s.core.Now()})
}

// CheckMap says all that is wrong with a map.
func CheckMap(m desk.ShareMap) error {
	faults := desk.Faults{}
	for _, err := range [...]error{redaction.Check(m.Redaction), mapping.Check(m)} {
		if wrong, ok := errors.AsType[*desk.Error](err); ok {
			maps.Copy(faults, wrong.Details)
		}
	}
	return faults.Err()
}

// MapRevisions lists the revisions of an agreement's map, newest first, at most limit before one; 0: from the newest.
func (s *Service) MapRevisions(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, before, limit int) (list []desk.ShareMapRevision, err error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return nil, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.Agreement(ctx, id); err != nil {
			return err
		}
		list, err = tx.ShareMapRevisions(ctx, id, before, limit)
		return err
	})
	return list, err
}
