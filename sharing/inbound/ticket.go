package inbound

import (
	"context"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// errGone tells a partner to stop sending (nhd §13.1).
func errGone() error { return sharing.Refuse(http.StatusGone, "The ticket is no longer shared.") }

// ticketMessage serves E4 to E7 (nhd §2).
func (s *Service) ticketMessage(ctx context.Context, in request) (answer, error) {
	who, err := s.authenticateTicket(ctx, in)
	if err != nil {
		return answer{}, err
	}
	var a answer
	switch in.http.Method {
	case http.MethodGet:
		return s.showTicket(ctx, who)
	case http.MethodDelete:
		a, err = s.unshared(ctx, who)
	default:
		a, err = s.ticketWrite(ctx, who)
	}
	if err != nil {
		s.noteRefusal(ctx, who, s.refused(ctx, err))
	}
	return a, err
}

func (s *Service) ticketWrite(ctx context.Context, who session) (answer, error) {
	// nhd §16 row 7: the receiver of an agreement shares nothing under it.
	if who.http.Method == http.MethodPost && !who.agreement.Inbound {
		return answer{}, sharing.Refuse(http.StatusForbidden, "Only the sender of an agreement shares tickets under it.")
	}
	if err := who.read(wire.MaxBody); err != nil {
		return answer{}, err
	}
	m, err := wire.DecodeTicket(who.body)
	if err != nil {
		return answer{}, err
	}
	if who.http.Method == http.MethodPost {
		err = m.CheckShare(who.uuid)
	} else if id, stated := m.UUID.Get(); stated && id != who.uuid {
		err = sharing.Refuse(http.StatusUnprocessableEntity, "uuid is not the uuid in the path.")
	}
	if err != nil {
		return answer{}, err
	}
	out := answer{code: http.StatusOK}
	err = s.store.Account(who.account).Write(ctx, func(tx *store.Tx) error {
		i := &intake{service: s, tx: tx, session: who, message: m}
		if out.code, err = i.take(ctx); err != nil {
			return err
		}
		return out.receipt(i)
	})
	return out, err
}

// receipt tells another Interdesk what became of its message. Others get nothing: none reads it (nhd §2).
func (a *answer) receipt(i *intake) (err error) {
	if !i.numbered {
		return nil
	}
	a.header = map[string]string{wire.HeaderInterdesk: wire.Position{}.String()}
	a.body, err = wire.EncodeReceipt(sharing.ReceiptOf(&i.share, i.agreement, i.message, i.previous))
	return err
}

// unshared ends a share because its sender says so. Our copy stays, and our rules see what happened (nhd §8).
func (s *Service) unshared(ctx context.Context, who session) (answer, error) {
	if !who.agreement.Inbound {
		return answer{}, sharing.Refuse(http.StatusForbidden, "Only the sender of a ticket stops sharing it.")
	}
	err := s.store.Account(who.account).Write(ctx, func(tx *store.Tx) error {
		share, err := tx.ShareByUUID(ctx, who.agreement.ID, who.uuid)
		if err != nil || !share.State.Hears() {
			return err // a repeat is harmless: 200
		}
		i := &intake{service: s, tx: tx, session: who, share: share}
		return i.endShare(ctx)
	})
	return answer{code: http.StatusOK}, err
}

// endShare takes the DELETE of a live share through ticketing, so that triggers and the audit know of it.
func (i *intake) endShare(ctx context.Context) error {
	if err := i.lock(ctx); err != nil {
		return err
	}
	if !i.share.State.Hears() || i.repeats() {
		return nil
	}
	if i.numbered {
		i.share.ReceivedSeq = i.position.Seq
		if err := i.tx.UpdateShare(ctx, &i.share); err != nil {
			return err
		}
	}
	causer, err := i.person(ctx, i.partner())
	if err != nil {
		return err
	}
	if err := i.apply(ctx, causer, desk.Edits{Unshare: []desk.AgreementID{i.agreement.ID}}, nil); err != nil {
		return err
	}
	return i.noteMessage(ctx, sharing.KindUnshare, "stopped sharing")
}

// showTicket answers a GET with what this partner may see (nhd §8).
func (s *Service) showTicket(ctx context.Context, who session) (answer, error) {
	var body []byte
	err := s.store.Account(who.account).Read(ctx, func(tx *store.Tx) error {
		share, err := tx.ShareByUUID(ctx, who.agreement.ID, who.uuid)
		if err != nil {
			return err
		}
		if !share.State.Hears() {
			return errGone()
		}
		m, err := s.outbox.Show(ctx, tx, share, who.agreement)
		if desk.KindOf(err) == desk.NotFound {
			return errGone()
		}
		if err != nil {
			return err
		}
		body, err = wire.EncodeTicket(m)
		return err
	})
	return answer{code: http.StatusOK, body: body}, err
}

// noteRefusal keeps on the share's timeline what we did not take, so that people see why a partner's change is missing.
func (s *Service) noteRefusal(ctx context.Context, who session, a answer) {
	err := s.store.Account(who.account).Write(ctx, func(tx *store.Tx) error {
		share, err := tx.ShareByUUID(ctx, who.agreement.ID, who.uuid)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.InsertDelivery(ctx, &desk.Delivery{
			ID: desk.DeliveryID(tx.NewID()), Agreement: share.Agreement, Share: share.ID, Ticket: share.Ticket, Inbound: true,
			Kind: kindOf(who.http.Method), Method: who.http.Method, Summary: "not taken: " + a.words, State: desk.DeliveryRefused,
			Attempts: 1, Code: a.code, Answer: a.words, CreatedAt: who.at, DoneAt: who.at,
		})
	})
	if err != nil {
		s.core.Log().WarnContext(ctx, "a refused message was not noted", "cause", err)
	}
}

func kindOf(method string) string {
	switch method {
	case http.MethodPost:
		return sharing.KindShare
	case http.MethodDelete:
		return sharing.KindUnshare
	}
	return sharing.KindUpdate
}
