package inbound

import (
	"context"
	"errors"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// TakeWord takes what was fetched from a partner that sends no messages of its own, as a message about a ticket. A share that is
// over takes nothing.
func (s *Service) TakeWord(ctx context.Context, tx *store.Tx, a desk.Agreement, id desk.ShareID, m wire.Ticket) error {
	return s.fetched(ctx, tx, a, id, http.MethodPut, func(i *intake) error {
		i.message = m
		return i.update(ctx)
	})
}

// TakeEnd takes that such a partner has the ticket no more, and why.
func (s *Service) TakeEnd(ctx context.Context, tx *store.Tx, a desk.Agreement, id desk.ShareID, reason string) error {
	return s.fetched(ctx, tx, a, id, http.MethodDelete, func(i *intake) error {
		if err := i.endShare(ctx); err != nil {
			return err
		}
		share, err := tx.LockShare(ctx, id)
		if err != nil || share.State != desk.ShareEnded {
			return err
		}
		share.Reason = reason
		return tx.UpdateShare(ctx, &share)
	})
}

func (s *Service) fetched(ctx context.Context, tx *store.Tx, a desk.Agreement, id desk.ShareID, method string, take func(*intake) error) error {
	share, err := tx.Share(ctx, id)
	if err != nil || !share.State.Hears() {
		return sharing.IgnoreMissing(err)
	}
	i := &intake{service: s, tx: tx, share: share, session: session{agreement: a,
		request: request{account: tx.Account(), uuid: share.UUID, method: method, at: s.core.Now()}}}
	err = i.lock(ctx)
	if _, gone := errors.AsType[*sharing.Refusal](err); gone { // the ticket was deleted
		return nil
	}
	if err != nil || !i.share.State.Hears() {
		return err
	}
	return take(i)
}
