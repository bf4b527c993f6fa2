package conversion

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/store"
)

// KeepMail has the mail between a ticket and a help desk stay mail, and nobody be asked about it again. An address that is no
// help desk's, or does not write to the ticket, is missing.
func (s *Service) KeepMail(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, there desk.RemoteDeskID) error {
	return s.choose(ctx, tx, by, ticket, there, func(c *desk.Correspondence) string {
		c.Choose(desk.ChooseMail, 0, by.ID, s.options.Clock())
		return fmt.Sprintf("%s has the mail with %s go on as mail.", by.Name, c.Address)
	})
}

// Ask has staff be asked again about a ticket that was to stay mail, or was to be shared later.
func (s *Service) Ask(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, there desk.RemoteDeskID) error {
	return s.choose(ctx, tx, by, ticket, there, func(c *desk.Correspondence) string {
		c.Choose("", 0, by.ID, s.options.Clock())
		return fmt.Sprintf("%s leaves open whether the mail with %s becomes a share.", by.Name, c.Address)
	})
}

// Await has a ticket be shared under an agreement as soon as that is in force, at once where it is. Until then its mail goes on. An
// agreement with somebody else, or under which nothing can come to be shared from here, is an Invalid error.
func (s *Service) Await(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, there desk.RemoteDeskID, agreement desk.AgreementID) error {
	a, err := tx.Agreement(ctx, agreement)
	if err != nil {
		return err
	}
	d, err := tx.RemoteDesk(ctx, there)
	if err != nil {
		return err
	}
	if a.Inbound || !d.IsAt(a) || !a.Usable() && !a.Awaits() {
		return desk.InvalidField("agreement", "InvalidValue", "Agreement: choose one of yours with this help desk that is in force or waits for an answer")
	}
	err = s.choose(ctx, tx, by, ticket, there, func(c *desk.Correspondence) string {
		c.Choose(desk.ChooseShare, a.ID, by.ID, s.options.Clock())
		return fmt.Sprintf("%s has the ticket be shared with %s once they accept the agreement. Until then it goes on by mail.", by.Name, a.Name)
	})
	if err != nil || !a.Usable() {
		return err
	}
	return enqueue(ctx, tx, jobShare, subject{ticket, a.ID})
}

// SetNeverOffer has nobody be asked any more about sharing tickets with a help desk that writes to one; or has it offered again.
func (s *Service) SetNeverOffer(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, there desk.RemoteDeskID, never bool) error {
	if _, err := s.find(ctx, tx, by, ticket, there); err != nil {
		return err
	}
	d, err := tx.RemoteDesk(ctx, there)
	if err != nil {
		return err
	}
	d.NeverOffer = never
	return tx.SaveRemoteDesk(ctx, &d)
}

// choose changes a correspondence and writes into the ticket's history what it says.
func (s *Service) choose(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, there desk.RemoteDeskID, how func(*desk.Correspondence) string) error {
	c, err := s.find(ctx, tx, by, ticket, there)
	if err != nil {
		return err
	}
	words := how(&c)
	if err := tx.SaveCorrespondence(ctx, &c); err != nil {
		return err
	}
	return s.remark(ctx, tx, ticket, words)
}

// find locks the ticket and reads its correspondence with a help desk.
func (s *Service) find(ctx context.Context, tx *store.Tx, by desk.User, ticket desk.TicketID, there desk.RemoteDeskID) (desk.Correspondence, error) {
	if !by.Role.Staff() {
		return desk.Correspondence{}, desk.Errorf(desk.Forbidden, "Only agents answer what is offered")
	}
	if _, err := tx.LockTicket(ctx, ticket); err != nil {
		return desk.Correspondence{}, err
	}
	all, err := tx.CorrespondencesOf(ctx, ticket)
	if err != nil {
		return desk.Correspondence{}, err
	}
	for _, c := range all {
		if c.Desk == there && there != 0 {
			return c, nil
		}
	}
	return desk.Correspondence{}, desk.Missing()
}
