package sharing

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Health is how an agreement does.
type Health struct {
	store.Health
	Agreement desk.Agreement
}

// Health sums up the messages of an agreement that wait, fail or were given up, beside the agreement itself, which knows
// when its partner was last heard well and what was wrong since.
func (s *Service) Health(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (h Health, err error) {
	if err := NeedAgent(actor); err != nil {
		return h, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if h.Agreement, err = tx.Agreement(ctx, id); err != nil {
			return err
		}
		h.Health, err = tx.AgreementHealth(ctx, id)
		return err
	})
	return h, err
}

// Shares lists a ticket's shares, oldest first.
func (s *Service) Shares(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID) (shares []desk.Share, err error) {
	if err := NeedAgent(actor); err != nil {
		return nil, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.Ticket(ctx, t); err != nil {
			return err
		}
		shares, err = tx.TicketShares(ctx, t)
		return err
	})
	return shares, err
}

// TimelinePage is how many messages a timeline shows at once.
const TimelinePage = 50

// Timeline lists the messages of a share of a ticket, newest first, before a given one (0: from the newest).
func (s *Service) Timeline(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID, before desk.DeliveryID) (list []desk.Delivery, err error) {
	if err := NeedAgent(actor); err != nil {
		return nil, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if err := CheckShare(ctx, tx, t, id); err != nil {
			return err
		}
		list, err = tx.ShareDeliveries(ctx, id, before, TimelinePage)
		return err
	})
	return list, err
}

// AgreementTimeline lists the messages about an agreement itself, newest first.
func (s *Service) AgreementTimeline(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, before desk.DeliveryID) (list []desk.Delivery, err error) {
	if err := NeedAdmin(actor); err != nil {
		return nil, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.Agreement(ctx, id); err != nil {
			return err
		}
		list, err = tx.AgreementDeliveries(ctx, id, before, TimelinePage)
		return err
	})
	return list, err
}

// CheckShare makes sure that a share is one of a ticket that is there.
func CheckShare(ctx context.Context, tx *store.Tx, t desk.TicketID, id desk.ShareID) error {
	if _, err := tx.Ticket(ctx, t); err != nil {
		return err
	}
	share, err := tx.Share(ctx, id)
	if err == nil && share.Ticket != t {
		return desk.Missing()
	}
	return err
}
