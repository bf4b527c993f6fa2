package api

import (
	"context"
	"errors"
	"net/http"

	"interdesk/desk"
	"interdesk/httpkit"
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
		{"POST", "/tickets/{id}/shares/{share}/skip", agents, (*call).skipShareMessage},
		{"POST", "/tickets/{id}/shares/{share}/review", agents, (*call).reviewShareMessage},
		{"POST", "/tickets/{id}/shares/{share}/fetch", agents, (*call).fetchShareFiles},
		{"GET", "/tickets/{id}/shares/{share}/timeline", agents, (*call).shareTimeline},
		{"POST", "/tickets/{id}/shares/{share}/timeline/{delivery}/replay", agents, (*call).replayDelivery},
	}
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

// endShare stops sharing; the partner keeps its copy. What was said before still goes out, and then the partner is told: 202 with
// the share that ends, or 204 where it was over at once. With withdraw nothing leaves at all.
func (c *call) endShare() error {
	switch withdraw := c.query.Get("withdraw"); withdraw {
	case "", "false":
	case "true":
		return c.controlShare(c.withdrawShare, c.noContent)
	default:
		return httpkit.BadRequest("InvalidParameter", "withdraw is true or false")
	}
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	var left shareJSON
	err = c.writeTx(func(tx *store.Tx) error {
		s, err := tx.Share(c.ctx(), share)
		if err != nil {
			return err
		}
		if s.Ticket != ticket {
			return desk.Missing()
		}
		if s.State.Active() {
			if err := c.applyTo(tx, ticket, desk.Edits{Unshare: []desk.AgreementID{s.Agreement}}); err != nil {
				return err
			}
		} else if err := agentSees(c, tx, ticket); err != nil {
			return err
		}
		left, err = c.oneShare(tx, ticket, func(s *desk.Share) bool { return s.ID == share })
		return err
	})
	switch {
	case err != nil:
		return err
	case left.State == desk.ShareEnding:
		return c.answer(http.StatusAccepted, objectOf("share", left))
	}
	return c.noContent()
}

func (c *call) withdrawShare(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, share desk.ShareID) error {
	return c.Outbox.Withdraw(ctx, desk.Update{Account: account, Ticket: t, Actor: actor, Via: c.via(), Client: c.client()}, share)
}

// retryShare sends at once what waits.
func (c *call) retryShare() error { return c.controlShare(c.Outbox.RetryNow, c.showShare) }

// skipShareMessage leaves out the message at which a share stopped.
func (c *call) skipShareMessage() error { return c.controlShare(c.Outbox.Skip, c.showShare) }

// fetchShareFiles fetches the partner's files that have not come, also those that were given up.
func (c *call) fetchShareFiles() error { return c.controlShare(c.Inbox.FetchAgain, c.showShare) }

// shareControl is what a person can ask for one share.
type shareControl func(context.Context, desk.AccountID, desk.Actor, desk.TicketID, desk.ShareID) error

// controlShare does it and answers. What comes too late is answered with the share as it is.
func (c *call) controlShare(do shareControl, answer func() error) error {
	ticket, share, err := c.shareID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	err = do(c.ctx(), c.account, c.actor(cfg), ticket, share)
	if e, ok := errors.AsType[*desk.Error](err); ok && e.Kind == desk.Conflict {
		return c.shareConflict(e, ticket, share)
	}
	if err != nil {
		return err
	}
	return answer()
}

// shareConflict is a 409 that shows the share.
func (c *call) shareConflict(e *desk.Error, ticket desk.TicketID, share desk.ShareID) error {
	return c.readTx(func(tx *store.Tx) error {
		s, err := c.oneShare(tx, ticket, func(s *desk.Share) bool { return s.ID == share })
		if err != nil {
			return err
		}
		return &httpkit.Failure{Status: http.StatusConflict, Code: "ShareConflict", Message: e.Message, Fields: map[string]any{"share": s}}
	})
}
