package sharing

import (
	"context"
	"errors"
	"slices"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing/wire"
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
	if err := needAgent(actor); err != nil {
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
	if err := needAgent(actor); err != nil {
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
	if err := needAgent(actor); err != nil {
		return nil, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if err := belongs(ctx, tx, t, id); err != nil {
			return err
		}
		list, err = tx.ShareDeliveries(ctx, id, before, TimelinePage)
		return err
	})
	return list, err
}

// AgreementTimeline lists the messages about an agreement itself, newest first.
func (s *Service) AgreementTimeline(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, before desk.DeliveryID) (list []desk.Delivery, err error) {
	if err := needAdmin(actor); err != nil {
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

func belongs(ctx context.Context, tx *store.Tx, t desk.TicketID, id desk.ShareID) error {
	if _, err := tx.Ticket(ctx, t); err != nil {
		return err
	}
	share, err := tx.Share(ctx, id)
	if err == nil && share.Ticket != t {
		return desk.Missing()
	}
	return err
}

// RetryNow sends what waits in a share's lane at once, whatever its back-off.
func (s *Service) RetryNow(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID) error {
	if err := needAgent(actor); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := belongs(ctx, tx, t, id); err != nil {
			return err
		}
		share, err := tx.Share(ctx, id)
		if err != nil {
			return err
		}
		_, err = job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(account), Lane: laneOf(share)})
		return err
	})
}

// Replay takes up a message that was given up, at its old place in the lane.
func (s *Service) Replay(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.DeliveryID) error {
	if err := needAgent(actor); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		d, err := tx.Delivery(ctx, id)
		if err != nil {
			return err
		}
		if d.Inbound || d.State != desk.DeliveryDead {
			return desk.InvalidField("base", "InvalidValue", "Only a message that was given up can be sent again")
		}
		if d.Kind == kindInvite {
			return desk.InvalidField("base", "InvalidValue", "An invitation is sent again by trying the agreement again")
		}
		err = job.Replay(ctx, tx.Tx, int64(account), d.Job, s.now())
		if errors.Is(err, job.ErrNotDead) {
			return desk.InvalidField("base", "InvalidValue", "The message was given up too long ago; the next update carries what it had to say")
		}
		if err != nil {
			return err
		}
		if err := tx.ForgetShareComments(ctx, d.Share, id); err != nil {
			return err
		}
		d.State, d.Answer, d.DoneAt = desk.DeliveryWaiting, "", noTime
		return tx.UpdateDelivery(ctx, &d)
	})
}

// maxReplay is how many messages ReplayAll takes up at once.
const maxReplay = 100

// ReplayAll takes up what was given up under an agreement, at most a hundred messages, and names them. Those that were
// given up too long ago stay so: the next update carries what they had to say.
func (s *Service) ReplayAll(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) ([]desk.DeliveryID, error) {
	if err := needAdmin(actor); err != nil {
		return nil, err
	}
	var dead []desk.Delivery
	err := s.store.Account(account).Read(ctx, func(tx *store.Tx) (err error) {
		if _, err = tx.Agreement(ctx, id); err == nil {
			dead, err = tx.DeadDeliveries(ctx, id, maxReplay)
		}
		return err
	})
	replayed := []desk.DeliveryID{}
	for _, d := range dead {
		switch err := s.Replay(ctx, account, actor, d.ID); {
		case desk.KindOf(err) == desk.Invalid && err != nil:
		case err != nil:
			return replayed, err
		default:
			replayed = append(replayed, d.ID)
		}
	}
	return replayed, err
}

// Preview is what a partner would get if a ticket were shared now (nhd §16 row 13).
type Preview struct {
	Subject   string
	Status    string
	Requester string // by name, as everybody
	Tags      []string
	Fields    map[string]any
	Comments  []PreviewComment
	Kept      int // comments that stay here: private notes, or ones marked as local
	Files     int

	KeptComments []PreviewComment // those
	KeptTags     []string         // where the agreement carries no tags
	KeptFields   []string         // titles of fields with a value that does not travel
}

// PreviewComment is one comment as a partner would get it.
type PreviewComment struct {
	Author string
	Body   string
	Public bool
	Files  []string
}

// Preview shows what sharing a ticket under an agreement would send.
func (s *Service) Preview(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.AgreementID) (p Preview, err error) {
	if err := needAgent(actor); err != nil {
		return p, err
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		p, err = s.PreviewIn(ctx, tx, actor, t, id)
		return err
	})
	return p, err
}

// PreviewIn is Preview in a transaction of the caller's.
func (s *Service) PreviewIn(ctx context.Context, tx *store.Tx, actor desk.Actor, t desk.TicketID, id desk.AgreementID) (p Preview, err error) {
	if err := needAgent(actor); err != nil {
		return p, err
	}
	a, err := tx.Agreement(ctx, id)
	if err != nil {
		return p, err
	}
	c, err := s.composer(ctx, tx, desk.Share{Ticket: t, UUID: s.mint(wire.KindTicket, tx.Account(), int64(t))}, a)
	if err != nil {
		return p, err
	}
	c.full = true
	m, err := c.message(ctx)
	if err != nil {
		return p, err
	}
	p = previewOf(m)
	p.Kept = max(0, c.ticket.CommentCount-len(p.Comments))
	return p, c.previewKept(ctx, &p)
}

// previewKept tells what of a ticket stays here.
func (c *composer) previewKept(ctx context.Context, p *Preview) error {
	if !c.agreement.Terms.SyncTags {
		p.KeptTags = c.ticket.Tags
	}
	fields := syncedFields(c.config)
	for n := range c.config.Fields {
		f := &c.config.Fields[n]
		if !f.Active || !f.Type.Custom() || len(c.ticket.Fields[f.ID]) == 0 {
			continue
		}
		if synced := fields[foldTitle(f.Title)]; !c.agreement.Terms.SyncFields || synced == nil || synced.ID != f.ID {
			p.KeptFields = append(p.KeptFields, f.Title)
		}
	}
	if p.Kept == 0 {
		return nil
	}
	stored, err := c.tx.CommentsFor(ctx, c.ticket.ID, c.share.ID, true, desk.MaxComments)
	if err != nil {
		return err
	}
	stored = slices.DeleteFunc(stored, func(s desk.Comment) bool { return travels(c.agreement, &s) })
	if err := c.learn(ctx, stored); err != nil {
		return err
	}
	for n := range stored {
		p.KeptComments = append(p.KeptComments, PreviewComment{Author: c.person(stored[n].Author).Name, Body: stored[n].Body})
	}
	return nil
}

func previewOf(m wire.Ticket) Preview {
	p := Preview{Subject: m.Subject.Value, Status: m.Status.Value, Requester: m.Requester.Value.Name, Tags: m.Tags.Value, Fields: m.CustomFields.Value}
	for _, c := range m.Comments.Value {
		pc := PreviewComment{Author: c.Author.Name, Body: c.Body, Public: c.Public.Value}
		for _, f := range c.Attachments.Value {
			pc.Files = append(pc.Files, f.Filename)
			p.Files++
		}
		p.Comments = append(p.Comments, pc)
	}
	return p
}
