package conversion

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// AgreementChanged goes on with the tickets that wait for an agreement: one in force has them shared, each by a job; where one is
// over without having been in force, their mail goes on. An invitation that could not be delivered may be sent again: they wait.
func (s *Service) AgreementChanged(ctx context.Context, tx *store.Tx, a desk.Agreement) error {
	if a.Inbound || a.Awaits() {
		return nil
	}
	waiting, err := tx.CorrespondencesAwaiting(ctx, a.ID)
	if err != nil {
		return err
	}
	told := map[desk.TicketID]bool{}
	for _, c := range waiting {
		if told[c.Ticket] {
			continue
		}
		told[c.Ticket] = true
		if err := enqueue(ctx, tx, jobShare, subject{c.Ticket, a.ID}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) runShare(_ context.Context, j job.Job) job.Outcome {
	of, err := subjectOf(j)
	if err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	return s.commit(j, of, s.shareTicket)
}

// shareTicket shares a ticket that waited for an agreement, or says why it goes on by mail.
func (s *Service) shareTicket(ctx context.Context, tx *store.Tx, of subject) error {
	t, err := tx.LockTicket(ctx, of.Ticket)
	if err != nil {
		return ignoreMissing(err)
	}
	a, err := tx.FindAgreement(ctx, of.Agreement)
	if err != nil {
		return ignoreMissing(err)
	}
	by, err := s.take(ctx, tx, t.ID, a)
	if err != nil || by == 0 {
		return err
	}
	if !a.Usable() {
		return s.note(ctx, tx, &t, fmt.Sprintf("%s did not accept the agreement, so this ticket goes on by mail.", a.Name))
	}
	if shared, err := s.isShared(ctx, tx, t.ID, a); err != nil || shared {
		return err
	}
	u := desk.Update{Account: tx.Account(), Ticket: t.ID, Via: desk.Via{Channel: desk.ChannelMail}, Edits: desk.Edits{Share: []desk.AgreementID{a.ID}}}
	if u.Actor, err = s.actor(ctx, tx, by); err != nil {
		return err
	}
	err = tx.Savepoint(ctx, func() error {
		_, err := s.options.Tickets.ApplyIn(ctx, tx, u)
		return err
	})
	if k := desk.KindOf(err); err == nil || k == desk.Internal || k == desk.Unavailable {
		return err
	}
	return s.note(ctx, tx, &t, fmt.Sprintf("%s accepted the agreement, but this ticket could not be shared and goes on by mail: %s", a.Name, err))
}

// take ends the waiting of a ticket for an agreement and tells who had it wait; 0: it does not, any more.
func (s *Service) take(ctx context.Context, tx *store.Tx, ticket desk.TicketID, a desk.Agreement) (by desk.UserID, err error) {
	all, err := tx.CorrespondencesOf(ctx, ticket)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		if c.Choice != desk.ChooseShare || c.Agreement != a.ID {
			continue
		}
		by = c.ChosenBy
		c.Choose("", 0, by, s.options.Clock())
		if err := tx.SaveCorrespondence(ctx, &c); err != nil {
			return 0, err
		}
	}
	return by, nil
}

// isShared tells whether a ticket is shared with a partner, one way or the other.
func (s *Service) isShared(ctx context.Context, tx *store.Tx, ticket desk.TicketID, with desk.Agreement) (bool, error) {
	shares, err := tx.TicketShares(ctx, ticket)
	if err != nil {
		return false, err
	}
	for _, share := range shares {
		a, err := tx.FindAgreement(ctx, share.Agreement)
		if err != nil {
			return false, err
		}
		if share.State.Active() && share.State != desk.ShareFailed && desk.HostOf(a.RemoteURL) == desk.HostOf(with.RemoteURL) {
			return true, nil
		}
	}
	return false, nil
}

// actor is who had the ticket wait; the desk itself where they work here no more.
func (s *Service) actor(ctx context.Context, tx *store.Tx, id desk.UserID) (desk.Actor, error) {
	u, err := tx.User(ctx, id)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return desk.Actor{}, err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return desk.Actor{}, err
	}
	m, works := config.Staff[id]
	if !works {
		return desk.Actor{System: true}, nil
	}
	return desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role, Groups: m.Groups}, nil
}
