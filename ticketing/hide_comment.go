package ticketing

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Hide makes a public comment private, with an audit of its own. Hiding one that is private already changes nothing. The
// followers hear of it, so that partners who have the comment are asked to hide it, too.
func (s *Service) Hide(ctx context.Context, account desk.AccountID, actor desk.Actor, via desk.Via, id desk.TicketID, comment desk.CommentID) error {
	if !actor.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents make comments private")
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.HideIn(ctx, tx, actor, via, id, comment) })
}

// HideIn is Hide within a transaction, for whoever has seen to it that the actor may.
func (s *Service) HideIn(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, id desk.TicketID, comment desk.CommentID) error {
	before, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	c, err := tx.Comment(ctx, id, comment)
	if err != nil || !c.Public {
		return err
	}
	if err := tx.HideComment(ctx, id, comment); err != nil {
		return err
	}
	public, err := tx.CountComments(ctx, id, store.CommentFilter{PublicOnly: true})
	if err != nil {
		return err
	}
	at := s.updateTime(before.UpdatedAt)
	after := before
	after.Public, after.UpdatedAt = public > 0, at
	if err := tx.UpdateTicket(ctx, &before, &after); err != nil {
		return err
	}
	audit := desk.Audit{ID: desk.AuditID(tx.NewIDAt(at)), Ticket: id, Author: actor.ID, Via: via, CreatedAt: at,
		Events: []desk.Event{{ID: desk.EventID(tx.NewIDAt(at)), Type: desk.EventCommentPrivacy, Comment: comment, Value: "false"}}}
	return s.noteQuietly(ctx, tx, actor, via, &before, &after, &audit)
}

// noteQuietly records an update at which no rule looks, and lets the followers hear of it.
func (s *Service) noteQuietly(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, before, after *desk.Ticket, audit *desk.Audit) error {
	if err := tx.InsertAudit(ctx, audit); err != nil {
		return err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	return s.tellFollowers(ctx, tx, desk.Applied{Account: tx.Account(), Config: config, Actor: actor, Via: via, Before: before, Ticket: *after,
		Audit: *audit, Human: !actor.System && actor.Foreign == 0})
}
