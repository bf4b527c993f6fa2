package suspended

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/mail/inbound"
	"interdesk/store"
)

// Recovery is how a suspended message is recovered.
type Recovery struct {
	As          desk.UserID // in whose name; 0: the sender's
	AllowSender bool        // mail of the sender is always let in from now on; for admins
}

// Recover lets a suspended message in after all, and gives its ticket. A message that cannot be let in is an Invalid error with
// the reason, and stays suspended.
func (s *Service) Recover(ctx context.Context, account desk.AccountID, by desk.User, id desk.SuspendedID, r Recovery) (desk.Ticket, error) {
	if err := mustStaff(by); err != nil {
		return desk.Ticket{}, err
	}
	if r.AllowSender {
		if err := mustAdmin(by); err != nil {
			return desk.Ticket{}, err
		}
	}
	kept, err := s.read(ctx, account, id)
	if err != nil {
		return desk.Ticket{}, err
	}
	if kept.Cause == desk.SuspendFromSupportAddress {
		return desk.Ticket{}, desk.InvalidField("base", "InvalidValue", "Mail from a support address of this help desk cannot be recovered")
	}
	p, err := s.inbox.PrepareSuspended(ctx, account, kept.Mail)
	if err != nil {
		return desk.Ticket{}, err
	}
	var applied desk.Applied
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) (err error) {
		applied, err = s.recoverIn(ctx, tx, by, id, r, p)
		return err
	})
	return applied.Ticket, err
}

func (s *Service) read(ctx context.Context, account desk.AccountID, id desk.SuspendedID) (kept desk.SuspendedTicket, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		kept, err = tx.Suspended(ctx, id)
		return err
	})
	return kept, err
}

// recoverIn ends the suspension and takes the message in, both or neither.
func (s *Service) recoverIn(ctx context.Context, tx *store.Tx, by desk.User, id desk.SuspendedID, r Recovery, p *inbound.Prepared) (desk.Applied, error) {
	kept, err := tx.LockSuspended(ctx, id)
	if err != nil {
		return desk.Applied{}, err
	}
	words := fmt.Sprintf("%s recovered this mail. It had been suspended: %s", by.Name, kept.Reason)
	applied, err := s.inbox.RecoverIn(ctx, tx, p, inbound.Recovery{By: by.ID, As: r.As, Words: words})
	if err != nil {
		return applied, err
	}
	if err := tx.DeleteSuspended(ctx, id); err != nil || !r.AllowSender {
		return applied, err
	}
	return applied, tx.SetMailSender(ctx, desk.MailSender{Pattern: kept.AuthorEmail, CreatedBy: by.ID})
}

// Result is what came of one of several.
type Result struct {
	ID     desk.SuspendedID
	Ticket desk.Ticket
	Err    error // the desk's own, for this one; any other ends the work
}

// RecoverMany recovers several, each on its own: what cannot be recovered stays, and its result says why.
func (s *Service) RecoverMany(ctx context.Context, account desk.AccountID, by desk.User, ids []desk.SuspendedID, r Recovery) ([]Result, error) {
	return each(ids, func(id desk.SuspendedID) (desk.Ticket, error) { return s.Recover(ctx, account, by, id, r) })
}

// each does something for each of several. What fails for a reason of its own is a result.
func each(ids []desk.SuspendedID, do func(id desk.SuspendedID) (desk.Ticket, error)) ([]Result, error) {
	var out []Result
	for _, id := range ids {
		t, err := do(id)
		if k := desk.KindOf(err); err != nil && (k == desk.Internal || k == desk.Unavailable || k == desk.Forbidden) {
			return out, err
		}
		out = append(out, Result{ID: id, Ticket: t, Err: err})
	}
	return out, nil
}
