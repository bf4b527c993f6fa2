package outbound

import (
	"context"
	"slices"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

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

	Redacted []string // what is done to it so that it may leave, in words
	Held     bool     // a person has to say yes first
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
	if err := sharing.NeedAgent(actor); err != nil {
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
	if err := sharing.NeedAgent(actor); err != nil {
		return p, err
	}
	a, err := tx.Agreement(ctx, id)
	if err != nil {
		return p, err
	}
	c, composed, err := s.composeNow(ctx, tx, desk.Share{Ticket: t}, a)
	if err != nil {
		return p, err
	}
	return c.preview(ctx, composed)
}

// preview shows a message, and what stays here.
func (c *composer) preview(ctx context.Context, m *composition) (Preview, error) {
	p := previewOf(m.message)
	p.Redacted, p.Held = m.redacted, len(m.held) > 0
	p.Kept = max(0, c.ticket.CommentCount-len(p.Comments))
	return p, c.previewKept(ctx, &p)
}

// previewKept tells what of a ticket stays here.
func (c *composer) previewKept(ctx context.Context, p *Preview) error {
	if !c.agreement.Terms.SyncTags {
		p.KeptTags = c.ticket.Tags
	}
	fields := sharing.SyncedFields(c.config)
	for n := range c.config.Fields {
		f := &c.config.Fields[n]
		if !f.Active || !f.Type.Custom() || len(c.ticket.Fields[f.ID]) == 0 {
			continue
		}
		if synced := fields[sharing.FoldTitle(f.Title)]; !c.agreement.Terms.SyncFields || synced == nil || synced.ID != f.ID || !c.out.Leaves(f.Title) {
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
	if err := c.loadPeople(ctx, stored); err != nil {
		return err
	}
	for n := range stored {
		p.KeptComments = append(p.KeptComments, PreviewComment{Author: c.people.Actor(stored[n].Author).Name, Body: stored[n].Body})
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
