package api

import (
	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

func shareRoutes() []route {
	return []route{
		{"GET", "/tickets/{id}/shares", agents, (*call).listShares},
		{"POST", "/tickets/{id}/shares", agents, (*call).createShare},
		{"GET", "/tickets/{id}/shares/preview", agents, (*call).previewShare},
		{"GET", "/tickets/{id}/shares/{share}", agents, (*call).showShare},
		{"DELETE", "/tickets/{id}/shares/{share}", agents, (*call).endShare},
		{"POST", "/tickets/{id}/shares/{share}/retry", agents, (*call).retryShare},
		{"GET", "/tickets/{id}/shares/{share}/timeline", agents, (*call).shareTimeline},
		{"POST", "/tickets/{id}/shares/{share}/timeline/{delivery}/replay", agents, (*call).replayDelivery},
	}
}

// shareJSON is one ticket under one agreement. These routes are our own: no other desk has them.
type shareJSON struct {
	URL         string           `json:"url"`
	ID          desk.ShareID     `json:"id"`
	TicketID    desk.TicketID    `json:"ticket_id"`
	AgreementID desk.AgreementID `json:"agreement_id"`
	Name        string           `json:"agreement_name"`
	UUID        string           `json:"uuid"`
	Direction   string           `json:"direction"` // "outbound": we shared it
	State       desk.ShareState  `json:"state"`
	EndedBy     *string          `json:"ended_by"`
	Reason      *string          `json:"reason"`
	RemoteID    *string          `json:"remote_ticket_id"`
	Waiting     int              `json:"waiting"` // messages not yet delivered, failing ones included
	Failing     int              `json:"failing"`
	Dead        int              `json:"dead"`
	LastSentAt  *string          `json:"last_sent_at"`
	LastSeenAt  *string          `json:"last_seen_at"`
	CreatedAt   string           `json:"created_at"`
	UpdatedAt   string           `json:"updated_at"`
}

func direction(inbound bool) string {
	if inbound {
		return "inbound"
	}
	return "outbound"
}

func (c *call) shareOf(s *desk.Share, agreement string, h store.Health) shareJSON {
	return shareJSON{URL: c.url("tickets", int64(s.Ticket), "shares", int64(s.ID)), ID: s.ID, TicketID: s.Ticket, AgreementID: s.Agreement,
		Name: agreement, UUID: s.UUID, Direction: direction(s.Inbound), State: s.State, EndedBy: nullString(s.StateBy), Reason: nullString(s.Reason),
		RemoteID: nullString(s.RemoteID), Waiting: h.Waiting + h.Failing, Failing: h.Failing, Dead: h.Dead, LastSentAt: nullTime(s.LastSentAt),
		LastSeenAt: nullTime(s.LastSeenAt), CreatedAt: formatTime(s.CreatedAt), UpdatedAt: formatTime(s.UpdatedAt)}
}

// sharesOf shows those shares of a ticket that pick chooses.
func (c *call) sharesOf(tx *store.Tx, id desk.TicketID, pick func(*desk.Share) bool) ([]shareJSON, error) {
	if err := agentSees(c, tx, id); err != nil {
		return nil, err
	}
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, err
	}
	all, err := sharing.ShareStatuses(c.ctx(), tx, cfg, id)
	if err != nil {
		return nil, err
	}
	out := []shareJSON{}
	for i := range all {
		if s := &all[i]; pick(&s.Share) {
			out = append(out, c.shareOf(&s.Share, s.Agreement.Name, s.Health))
		}
	}
	return out, nil
}

func (c *call) oneShare(tx *store.Tx, id desk.TicketID, pick func(*desk.Share) bool) (shareJSON, error) {
	found, err := c.sharesOf(tx, id, pick)
	if err != nil {
		return shareJSON{}, err
	}
	if len(found) == 0 {
		return shareJSON{}, desk.Missing()
	}
	return found[0], nil
}

func (c *call) listShares() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := c.sharesOf(tx, id, func(*desk.Share) bool { return true })
		return object{{"shares", all}, {"count", len(all)}}, err
	})
}

// shareID reads ticket and share of the path.
func (c *call) shareID() (desk.TicketID, desk.ShareID, error) {
	ticket, err := c.ticketID()
	if err != nil {
		return 0, 0, err
	}
	share, err := c.pathID("share")
	return ticket, desk.ShareID(share), err
}

func (c *call) showShare() error {
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		s, err := c.oneShare(tx, ticket, func(s *desk.Share) bool { return s.ID == share })
		return objectOf("share", s), err
	})
}

// createShare shares the ticket with one partner more.
func (c *call) createShare() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	var in struct {
		AgreementID numberInput `json:"agreement_id"`
	}
	if err := c.parseRecord("share", &in); err != nil {
		return err
	}
	agreement := desk.AgreementID(in.AgreementID.v)
	if agreement == 0 {
		return blankError("agreement_id")
	}
	return c.writeCreated(func(tx *store.Tx) (string, object, error) {
		if err := c.applyTo(tx, id, desk.Edits{Share: []desk.AgreementID{agreement}}); err != nil {
			return "", nil, err
		}
		s, err := c.oneShare(tx, id, func(s *desk.Share) bool { return s.Agreement == agreement })
		return s.URL, objectOf("share", s), err
	})
}

// applyTo makes an update of edits alone.
func (c *call) applyTo(tx *store.Tx, id desk.TicketID, e desk.Edits) error {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return err
	}
	_, err = c.Tickets.ApplyIn(c.ctx(), tx, desk.Update{Account: c.account, Ticket: id, Actor: c.actor(cfg), Via: c.via(), Client: c.client(), Edits: e})
	return err
}

// endShare stops sharing; the partner keeps its copy.
func (c *call) endShare() error {
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	return c.writeNoContent(func(tx *store.Tx) error {
		s, err := tx.Share(c.ctx(), share)
		if err != nil {
			return err
		}
		if s.Ticket != ticket {
			return desk.Missing()
		}
		return c.applyTo(tx, ticket, desk.Edits{Unshare: []desk.AgreementID{s.Agreement}})
	})
}

// retryShare sends at once what waits for the next attempt.
func (c *call) retryShare() error {
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Outbox.RetryNow(c.ctx(), c.account, c.actor(cfg), ticket, share); err != nil {
		return err
	}
	return c.showShare()
}
