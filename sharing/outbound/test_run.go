package outbound

import (
	"context"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// MaxTested is how many tickets a test run looks at, at most.
const MaxTested = 50

// Tested is what sharing a ticket would send by a map, and what the ticket would take of it if the partner said all of that again.
type Tested struct {
	Ticket  desk.Ticket
	Preview Preview
	Changes []string // what would change here, in words; none is right
	Remarks []string // what could not be taken, in words
}

// TestMap tries a map on the tickets that were changed last. Nothing is sent and nothing stored. The map was checked before.
func (s *Service) TestMap(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, m desk.ShareMap, limit int) (out []Tested, err error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return nil, err
	}
	if limit < 1 || limit > MaxTested {
		return nil, desk.InvalidField("limit", "InvalidValue", "Limit: must be from 1 to 50")
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		a, err := tx.Agreement(ctx, id)
		if err != nil {
			return err
		}
		a.Map = m
		found, err := tx.TicketList(ctx, store.TicketQuery{Page: store.Page{Limit: limit}, Sort: store.SortUpdated, Desc: true})
		for n := range found.Items {
			if err != nil {
				return err
			}
			var one Tested
			one, err = s.testOn(ctx, tx, a, found.Items[n])
			out = append(out, one)
		}
		return err
	})
	return out, err
}

func (s *Service) testOn(ctx context.Context, tx *store.Tx, a desk.Agreement, t desk.Ticket) (Tested, error) {
	out := Tested{Ticket: t}
	c, composed, err := s.composeNow(ctx, tx, desk.Share{Ticket: t.ID}, a)
	if err != nil {
		return out, err
	}
	if out.Preview, err = c.preview(ctx, composed); err != nil {
		return out, err
	}
	heard, err := c.repeated(composed.message)
	if err != nil {
		return out, err
	}
	share := desk.Share{Ticket: t.ID}
	sent := sentOf(composed)
	sent.Receipt, sent.Seq = &wire.Receipt{}, 1
	sharing.Acknowledge(&share, sent)
	merged := sharing.Merge(sharing.Heard{Message: heard, Interdesk: a.Peer == desk.PeerInterdesk}, &share, a, c.config, t)
	out.Changes, out.Remarks = merged.Changes, merged.Remarks
	return out, nil
}

// repeated is a message as it is heard, without its comments, which are known by their uuids.
func (c *composer) repeated(m wire.Ticket) (wire.Ticket, error) {
	m.Comments = wire.Some([]wire.Comment{})
	m.UUID = wire.Some(c.service.core.MintUUID("ticket", c.tx.Account(), int64(c.ticket.ID)))
	body, err := wire.EncodeTicket(m)
	if err != nil {
		return m, err
	}
	return wire.DecodeTicket(body)
}
