package ticketing

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// TrashKept is how long deleted tickets can be restored.
const TrashKept = 30 * 24 * time.Hour

// trashBatch is how many tickets are erased in one go when their time is over.
const trashBatch = 100

// statusDeleted is what the history calls the status of a ticket in the trash.
const statusDeleted = "deleted"

// Delete puts a ticket into the trash. Partners it is shared with are told first: the desk that shared it stops sharing,
// and a received one answers 410 from then on (nhd §8).
func (s *Service) Delete(ctx context.Context, account desk.AccountID, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.DeleteIn(ctx, tx, actor, via, id) })
}

// DeleteIn deletes within the caller's transaction.
func (s *Service) DeleteIn(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	if !actor.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents delete tickets")
	}
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	var live []desk.AgreementID
	for _, share := range t.Shares {
		if share.Active() {
			live = append(live, share.Agreement)
		}
	}
	if len(live) > 0 {
		u := desk.Update{Account: tx.Account(), Ticket: id, Actor: actor, Via: via, Edits: desk.Edits{Unshare: live}}
		if _, err := s.ApplyIn(ctx, tx, u); err != nil {
			return err
		}
		if t, err = tx.Ticket(ctx, id); err != nil {
			return err
		}
	}
	at := s.updateTime(t.UpdatedAt)
	if err := s.noteTrash(ctx, tx, actor, via, &t, at, statusDeleted, string(t.Status)); err != nil {
		return err
	}
	return tx.DeleteTicket(ctx, id, actor.ID, at)
}

// Restore takes a ticket out of the trash. What was shared stays unshared; automations look at it anew, triggers do not.
func (s *Service) Restore(ctx context.Context, account desk.AccountID, actor desk.Actor, via desk.Via, ids ...desk.TicketID) error {
	if !actor.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents restore tickets")
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			t, err := tx.LockDeleted(ctx, id)
			if err != nil {
				return err
			}
			at := s.updateTime(t.UpdatedAt)
			if err := tx.RestoreTicket(ctx, &t, at); err != nil {
				return err
			}
			if err := s.noteTrash(ctx, tx, actor, via, &t, at, string(t.Status), statusDeleted); err != nil {
				return err
			}
		}
		return nil
	})
}

// EraseIn wipes a ticket that is in the trash for good. Only admins may; the desk itself does it when the ticket's time is over.
func (s *Service) EraseIn(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	if !actor.System && actor.Role != desk.Admin {
		return desk.Errorf(desk.Forbidden, "Only admins delete tickets for good")
	}
	t, err := tx.LockDeleted(ctx, id)
	if err != nil {
		return err
	}
	at := s.updateTime(t.UpdatedAt)
	if err := tx.EraseTicket(ctx, id, at); err != nil {
		return err
	}
	return s.noteTrash(ctx, tx, actor, via, &t, at, statusDeleted, statusDeleted)
}

// noteTrash records what became of a ticket as a change of its status, so that its history and exports tell of it.
func (s *Service) noteTrash(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, t *desk.Ticket, at time.Time, now, before string) error {
	return tx.InsertAudit(ctx, &desk.Audit{ID: desk.AuditID(tx.NewIDAt(at)), Ticket: t.ID, Author: actor.ID, Via: via, CreatedAt: at,
		Events: []desk.Event{{ID: desk.EventID(tx.NewIDAt(at)), Type: desk.EventChange, Field: "status", Value: now, Previous: before}}})
}

// EmptyTrash erases what has been in an account's trash for TrashKept.
func (s *Service) EmptyTrash(ctx context.Context, account desk.AccountID, now time.Time) error {
	for {
		n := 0
		err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
			ids, err := tx.DeletedBefore(ctx, now.Add(-TrashKept), trashBatch)
			if err != nil {
				return err
			}
			n = len(ids)
			for _, id := range ids {
				if err := s.EraseIn(ctx, tx, desk.Actor{System: true}, desk.Via{}, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || n < trashBatch {
			return err
		}
	}
}

// SpamIn deletes a ticket as spam and suspends its requester, whose mail is not let in any more. Colleagues and people of partners
// are not suspended.
func (s *Service) SpamIn(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	if !actor.Staff() {
		return desk.Errorf(desk.Forbidden, "Only agents mark tickets as spam")
	}
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	requester, err := tx.User(ctx, t.Requester)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	if err == nil && requester.Active && requester.Role == desk.EndUser && requester.Foreign == 0 && !requester.Suspended {
		requester.Suspended = true
		if err := tx.UpdateUser(ctx, &requester); err != nil {
			return err
		}
	}
	return s.DeleteIn(ctx, tx, actor, via, id)
}

// Spam is SpamIn in a transaction of its own.
func (s *Service) Spam(ctx context.Context, account desk.AccountID, actor desk.Actor, via desk.Via, id desk.TicketID) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return s.SpamIn(ctx, tx, actor, via, id) })
}
