package inbound

import (
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/ticketing"
)

// standing is in which capacity the author of a message speaks.
type standing struct {
	user   desk.User // without an id: nobody whom we know yet
	staff  bool      // proven: may do what staff may
	public bool      // what they say is for all who read the ticket
}

// stand decides in which capacity the author speaks, about a ticket or (nil) something new, and raises the flags that say what is
// doubtful. Nobody is let in as staff who has not been proven to be: From is easily forged.
func (t *taking) stand(ctx context.Context, ticket *desk.Ticket) (s standing, why *refusedMail, err error) {
	if s.user, err = t.findUser(ctx); err != nil {
		return s, nil, err
	}
	if s.user.ID != 0 && ticketing.MayRequest(s.user) != nil {
		return s, &refusedMail{cause: desk.SuspendUnknownAuthor, reason: "The sender is suspended as a person.", ticket: idOf(ticket)}, nil
	}
	if err := t.flagReplyTo(ctx, s.user); err != nil {
		return s, nil, err
	}
	if s.user.Role.Staff() {
		return t.standAsStaff(ctx, s)
	}
	return t.standAsCustomer(ctx, s, ticket)
}

func idOf(t *desk.Ticket) desk.TicketID {
	if t == nil {
		return 0
	}
	return t.ID
}

// findUser finds who the author is: as staff have said who recover the message, else by the address.
func (t *taking) findUser(ctx context.Context) (desk.User, error) {
	if r := t.recovered; r != nil && r.As != 0 {
		return t.tx.User(ctx, r.As)
	}
	u, err := t.tx.UserByAddress(ctx, t.author.Email)
	if desk.KindOf(err) == desk.NotFound {
		return desk.User{}, nil
	}
	return u, err
}

// flagReplyTo: who has answers go to somebody who works here does nothing as staff, whoever they are.
func (t *taking) flagReplyTo(ctx context.Context, author desk.User) error {
	if t.byForm {
		t.flag(desk.FlagReplyToDiffers)
		return nil
	}
	for _, to := range t.message.ReplyTo {
		if strings.EqualFold(to.Email, t.author.Email) {
			continue
		}
		u, err := t.tx.UserByAddress(ctx, to.Email)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
		if err == nil && u.Role.Staff() && u.ID != author.ID {
			t.flag(desk.FlagReplyToAgent)
			t.flag(desk.FlagReplyToDiffers)
		}
	}
	return nil
}

func (t *taking) flag(f desk.CommentFlag) {
	if !slices.Contains(t.flags, f) {
		t.flags = append(t.flags, f)
		slices.Sort(t.flags)
	}
}

func (t *taking) standAsStaff(ctx context.Context, s standing) (standing, *refusedMail, error) {
	if !t.auth.Proven || t.byForm || t.recovered != nil && t.recovered.As != 0 || slices.Contains(t.flags, desk.FlagReplyToAgent) {
		t.flag(desk.FlagNotSentByAuthor)
		return s, nil, nil // in private, and with no more powers than a customer
	}
	private, err := t.answersPrivate(ctx)
	s.staff, s.public = true, !private
	return s, nil, err
}

func (t *taking) standAsCustomer(ctx context.Context, s standing, ticket *desk.Ticket) (standing, *refusedMail, error) {
	if t.auth.Forged {
		t.flag(desk.FlagNotSentByAuthor)
	}
	if ticket == nil {
		s.public = true
		return s, nil, nil
	}
	part := false
	if s.user.ID != 0 {
		var err error
		if part, err = ticketing.MayAnswer(ctx, t.tx, s.user.ID, ticket); err != nil {
			return s, nil, err
		}
	}
	if part {
		s.public = !t.config.Account.Settings.PrivateCCs || s.user.ID == ticket.Requester
		if !s.public {
			t.flag(desk.FlagPrivateByEndUser)
		}
		return s, nil, nil
	}
	if t.auth.Forged && t.recovered == nil {
		cause, reason := desk.SuspendUnknownUserUpdate, "Somebody unknown answers this ticket, and the mail does not come from where it says."
		if s.user.ID != 0 {
			cause, reason = desk.SuspendOtherUserUpdate, "The sender has no part in this ticket, and the mail does not come from where it says."
		}
		return s, &refusedMail{cause: cause, reason: strings.TrimSpace(reason + " " + t.auth.Words), ticket: ticket.ID}, nil
	}
	t.flag(desk.FlagNotInConversation)
	t.flag(desk.FlagPrivateByEndUser)
	return s, nil, nil
}

// actor is who makes the update; a person whom nobody knew is made now.
func (t *taking) actor(ctx context.Context, s *standing) (desk.Actor, error) {
	if s.user.ID == 0 {
		u, err := ticketing.PersonAt(ctx, t.tx, t.author.Email, cut(t.author.Name, desk.MaxName))
		if err != nil {
			return desk.Actor{}, err
		}
		s.user = u
	}
	a := desk.Actor{ID: s.user.ID, Name: s.user.Name, Role: desk.EndUser}
	if s.staff {
		a.Role, a.Groups = s.user.Role, t.config.Staff[s.user.ID].Groups
	}
	return a, nil
}
