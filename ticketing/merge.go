package ticketing

import (
	"context"
	"fmt"
	"slices"

	"interdesk/desk"
	"interdesk/store"
)

// Merge is how tickets are merged into one: each is closed, and its conversation goes on there.
type Merge struct {
	Into          desk.TicketID
	SourceComment string // said on each ticket that is merged; "" for nothing
	SourcePublic  bool
	TargetComment string // said on Into, once; "" for nothing
	TargetPublic  bool   // then requester and copied people of each ticket are copied on Into, too
	MoveShares    bool   // Into is shared with whom the tickets were shared with; otherwise their sharing ends
}

// MergedTag is what a ticket is tagged with that was merged into another, as in Zendesk.
const MergedTag = "closed_by_merge"

// mergeOne merges one ticket of a Bulk. The ticket is closed; what it was shared under by us ends after its last comment, and goes
// on with the other ticket if that is wanted. Who shared it with us sees the comment and that it is closed.
func (s *Service) mergeOne(ctx context.Context, tx *store.Tx, b *Bulk, id desk.TicketID) error {
	source, target, err := lockBoth(ctx, tx, id, b.Merge.Into)
	if err != nil {
		return err
	}
	if err := checkMerge(&source, &target); err != nil {
		return err
	}
	ended := sharedByUs(&source)
	via := desk.Via{Channel: desk.ChannelMerge, Source: target.ID}
	actor := b.Actor
	actor.System = true // fields that solving asks for are asked for where the conversation goes on
	closed := desk.Closed
	u := desk.Update{Account: tx.Account(), Ticket: id, Actor: actor, Via: via, Edits: desk.Edits{Status: &closed, AddTags: []string{MergedTag}, Unshare: ended},
		Comment: mergeComment(b.Merge.SourceComment, b.Merge.SourcePublic)}
	if _, err := s.ApplyIn(ctx, tx, u); err != nil {
		return err
	}
	if err := tx.InsertMerge(ctx, id, target.ID); err != nil {
		return err
	}
	u = desk.Update{Account: tx.Account(), Ticket: target.ID, Actor: b.Actor, Via: desk.Via{Channel: desk.ChannelMerge, Source: id}}
	if said, err := b.saidOnTarget(ctx, tx, id); err != nil {
		return err
	} else if !said {
		u.Comment = mergeComment(b.Merge.TargetComment, b.Merge.TargetPublic)
	}
	if b.Merge.TargetPublic {
		if u.Edits.AddCCs, err = reachable(ctx, tx, append([]desk.UserID{source.Requester}, source.EmailCCs...), target.Requester); err != nil {
			return err
		}
	}
	if b.Merge.MoveShares {
		u.Edits.Share = slices.DeleteFunc(ended, func(a desk.AgreementID) bool {
			return slices.ContainsFunc(target.Shares, func(r desk.ShareRef) bool { return r.Agreement == a && r.Active() })
		})
	}
	if u.Comment == nil && !u.Edits.Any() {
		return nil
	}
	_, err = s.ApplyIn(ctx, tx, u)
	return err
}

// saidOnTarget tells whether a ticket before this one was merged, and the comment on the target said with it.
func (b *Bulk) saidOnTarget(ctx context.Context, tx *store.Tx, id desk.TicketID) (bool, error) {
	for _, earlier := range b.Sources {
		if earlier == id {
			break
		}
		into, err := tx.MergedInto(ctx, earlier)
		if err != nil || into == b.Merge.Into {
			return err == nil, err
		}
	}
	return false, nil
}

// reachable are those of some people who can be copied by mail, without the requester.
func reachable(ctx context.Context, tx *store.Tx, ids []desk.UserID, requester desk.UserID) (out []desk.UserID, err error) {
	users, err := tx.UsersByID(ctx, ids)
	for i := range users {
		if u := &users[i]; u.Active && u.Email != "" && u.Foreign == 0 && u.ID != requester {
			out = append(out, u.ID)
		}
	}
	return out, err
}

// lockBoth reads two tickets and keeps others from changing them, always in the same order, so that two merges never wait for each
// other.
func lockBoth(ctx context.Context, tx *store.Tx, id, into desk.TicketID) (source, target desk.Ticket, err error) {
	if into < id {
		if target, err = tx.LockTicket(ctx, into); err != nil {
			return source, target, err
		}
	}
	if source, err = tx.LockTicket(ctx, id); err != nil {
		return source, target, err
	}
	target, err = tx.LockTicket(ctx, into)
	return source, target, err
}

func checkMerge(source, target *desk.Ticket) error {
	refuse := func(format string, args ...any) error {
		return desk.InvalidField("base", "InvalidValue", fmt.Sprintf(format, args...))
	}
	switch {
	case source.ID == target.ID:
		return refuse("Ticket %d cannot be merged into itself.", source.ID)
	case source.Status == desk.Closed:
		return refuse("Ticket %d is closed: closed tickets cannot be merged.", source.ID)
	case target.Status == desk.Closed:
		return refuse("Ticket %d is closed: nothing can be merged into closed tickets.", target.ID)
	}
	return nil
}

// sharedByUs are the agreements under which we share a ticket.
func sharedByUs(t *desk.Ticket) (ids []desk.AgreementID) {
	for _, r := range t.Shares {
		if r.Active() && !r.Inbound {
			ids = append(ids, r.Agreement)
		}
	}
	return ids
}

func mergeComment(body string, public bool) *desk.NewComment {
	if body == "" {
		return nil
	}
	return &desk.NewComment{Body: body, Public: &public}
}

// Merge merges one ticket at once; many go by a Bulk. What the ticket or the other one refuses is an Invalid error.
func (s *Service) Merge(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.TicketID, m Merge) error {
	if !actor.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents merge tickets")
	}
	b := Bulk{Actor: actor, Merge: &m, Sources: []desk.TicketID{id}}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.mergeOne(ctx, tx, &b, id) })
}
