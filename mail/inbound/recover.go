package inbound

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Recovery is how staff let in a message that was not.
type Recovery struct {
	By    desk.UserID // who does
	As    desk.UserID // in whose name; 0: the sender's
	Words string      // for the ticket's history: who recovered it, and why it had been suspended
}

// PrepareSuspended gives a message that was suspended, ready for RecoverIn. It runs outside of a transaction, since files are stored.
func (s *Service) PrepareSuspended(ctx context.Context, account desk.AccountID, id desk.MailID) (*Prepared, error) {
	m, err := mailOf(ctx, s.store.Account(account), id)
	if err != nil {
		return nil, err
	}
	return s.Prepare(ctx, account, m, Envelope{})
}

// RecoverIn takes a suspended message in as if nothing had been against it. Whose name staff speak in is no member of staff
// thereby. A message that cannot be read, that comes from a support address, or that is not suspended any more is an Invalid error.
func (s *Service) RecoverIn(ctx context.Context, tx *store.Tx, p *Prepared, r Recovery) (desk.Applied, error) {
	m, err := tx.LockMail(ctx, p.mail.ID)
	if err != nil {
		return desk.Applied{}, err
	}
	if m.State != desk.MailSuspended {
		return desk.Applied{}, desk.Errorf(desk.Conflict, "This mail is not suspended any more")
	}
	if p.message == nil {
		return desk.Applied{}, desk.InvalidField("base", "InvalidValue", "This mail cannot be recovered: "+p.fault)
	}
	t, err := s.begin(ctx, tx, p, m)
	if err != nil {
		return desk.Applied{}, err
	}
	t.recovered = &r
	if t.ours(p.message.From.Email) {
		return desk.Applied{}, desk.InvalidField("base", "InvalidValue", "This mail cannot be recovered: it comes from a support address of this help desk")
	}
	if _, ok := desk.NormalizeEmail(t.author.Email); !ok && r.As == 0 {
		return desk.Applied{}, desk.InvalidField("base", "InvalidValue", "This mail does not say who sent it: choose in whose name to recover it")
	}
	return t.take(ctx)
}
