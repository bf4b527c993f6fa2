package inbound

import (
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/ticketing"
)

// take puts a message that is let in onto its ticket: the one that it answers, a follow-up of that one if it is closed, or a
// new one.
func (t *taking) take(ctx context.Context) (desk.Applied, error) {
	ticket, err := t.threadTicket(ctx)
	if err != nil {
		return desk.Applied{}, err
	}
	if came, err := t.cameByShare(ctx, ticket); err != nil || came {
		return desk.Applied{}, t.leaveToShare(ctx, ticket, err)
	}
	s, why, err := t.stand(ctx, ticket)
	if err != nil {
		return desk.Applied{}, err
	}
	if ticket != nil && ticket.Status == desk.Closed && slices.Contains(t.flags, desk.FlagNotInConversation) {
		// A follow-up shows what the ticket before was about: whoever had no part in that one begins anew.
		ticket, s.public = nil, true
		t.flags = slices.DeleteFunc(t.flags, func(f desk.CommentFlag) bool {
			return f == desk.FlagNotInConversation || f == desk.FlagPrivateByEndUser
		})
	}
	w := t.whole
	if ticket != nil {
		w = t.answer
	}
	if why == nil && w.blank() && len(t.attachments) == 0 {
		why = &refusedMail{cause: desk.SuspendBlank, reason: "It says nothing, and nothing is attached.", ticket: idOf(ticket)}
	}
	if why != nil && t.recovered != nil {
		return desk.Applied{}, desk.InvalidField("base", "InvalidValue", "This mail cannot be recovered: "+why.reason)
	}
	if why != nil {
		return desk.Applied{}, t.suspend(ctx, *why)
	}
	if t.byMachine() {
		t.flag(desk.FlagAutomatic)
	}
	applied, err := t.update(ctx, s, w, ticket)
	if err != nil {
		return applied, err
	}
	return applied, t.finish(ctx, &applied)
}

// leaveToShare discards a message whose words a share has brought.
func (t *taking) leaveToShare(ctx context.Context, ticket *desk.Ticket, err error) error {
	switch {
	case err != nil:
		return err
	case t.recovered != nil:
		return desk.InvalidField("base", "InvalidValue", "This mail cannot be recovered: what it says came by sharing")
	}
	t.mail.Ticket = ticket.ID
	return t.discard(ctx, "shared", "What it says had come by sharing.")
}

// byMachine tells whether nobody has written the message themselves. Help desks mark all of their mail as a machine's, so of
// theirs only acknowledgements count; what they get is bounded by their correspondence.
func (t *taking) byMachine() bool {
	if t.fromDesk {
		return t.remote.Automatic
	}
	return !t.origin.MayAnswer() && !t.byForm
}

// update changes or makes the ticket.
func (t *taking) update(ctx context.Context, s standing, w words, ticket *desk.Ticket) (desk.Applied, error) {
	if f, ok := t.forwarded(s, ticket); ok {
		return t.takeForward(ctx, s, f)
	}
	actor, err := t.actor(ctx, &s)
	if err != nil {
		return desk.Applied{}, err
	}
	u := desk.Update{Account: t.tx.Account(), Actor: actor, Vouched: true}
	var c commanded
	if s.staff {
		if c, w, err = t.command(ctx, actor, w); err != nil {
			return desk.Applied{}, err
		}
		s.public = c.isPublic(s.public)
	}
	switch {
	case ticket == nil:
		err = t.open(ctx, &u, w)
	case ticket.Status == desk.Closed:
		u.Edits.FollowupOf = ticket.ID
		if s.public { // a stranger's follow-up is no reason to copy those of the ticket before
			u.Edits.AddCCs = slices.DeleteFunc(slices.Clone(ticket.EmailCCs), func(id desk.UserID) bool { return id == actor.ID })
		}
		err = t.open(ctx, &u, w)
	default:
		u.Ticket = ticket.ID
		err = t.reply(ctx, &u, s, ticket)
	}
	if err != nil {
		return desk.Applied{}, err
	}
	if u.Ticket == 0 || !w.blank() || len(t.attachments) > 0 {
		if u.Comment, err = t.comment(ctx, w, s.public, actor.ID); err != nil {
			return desk.Applied{}, err
		}
	}
	if r := t.recovered; r != nil {
		u.Client.By = r.By
		u.Edits.Remarks = append(u.Edits.Remarks, desk.Remark{Type: desk.EventRecovery, Message: r.Words})
	}
	u.Via = t.via()
	return t.apply(ctx, u, c)
}

// via tells where the update came from, with all that is doubtful about it; it is asked last.
func (t *taking) via() desk.Via {
	return desk.Via{Channel: desk.ChannelMail, From: t.author.Email, To: desk.PlainAddress(t.mail.Recipient), Flags: t.flags}
}

// open fills in what a new ticket takes from the message and from the address that it came to.
func (t *taking) open(ctx context.Context, u *desk.Update, w words) error {
	subject := strings.TrimSpace(t.message.Subject)
	if subject == "" {
		subject = ticketing.Excerpt(w.text, 80)
	}
	subject = shorten(subject)
	recipient := desk.PlainAddress(t.mail.Recipient)
	u.Edits.Subject, u.Edits.Recipient = &subject, &recipient
	for _, a := range t.config.Addresses {
		if a.Address == recipient {
			t.openAt(u, a)
		}
	}
	people, err := t.copied(ctx, desk.MaxPeople-len(u.Edits.AddCCs), u.Actor.ID)
	u.Edits.AddCCs = append(u.Edits.AddCCs, people...)
	return err
}

// shorten brings a subject to the length that a ticket's may have.
func shorten(subject string) string {
	if r := []rune(subject); len(r) > desk.MaxSubjectRunes {
		return string(r[:desk.MaxSubjectRunes])
	}
	return subject
}

// openAt gives a new ticket what the address says of its tickets.
func (t *taking) openAt(u *desk.Update, a desk.SupportAddress) {
	u.Edits.AddTags = append(u.Edits.AddTags, a.Tags...)
	if _, ok := t.config.Group(a.Group); ok {
		u.Edits.Group = &a.Group
	}
	if a.Brand == t.config.Brand.ID {
		u.Edits.Brand = &a.Brand
	}
}

// reply adds whom a participant has copied, and keeps a machine's words from opening a ticket again.
func (t *taking) reply(ctx context.Context, u *desk.Update, s standing, ticket *desk.Ticket) error {
	if !t.origin.Human() && !t.fromDesk || t.fromDesk && t.remote.Automatic {
		status := ticket.Status
		u.Edits.Status = &status
	}
	if !s.staff && !s.public {
		return nil
	}
	without := append(slices.Clone(ticket.EmailCCs), u.Actor.ID, ticket.Requester)
	people, err := t.copied(ctx, max(0, desk.MaxPeople-len(ticket.EmailCCs)), without...)
	u.Edits.AddCCs = people
	return err
}

// finish notes which ticket the message belongs to, and counts it.
func (t *taking) finish(ctx context.Context, a *desk.Applied) error {
	m := &t.mail
	m.State, m.Cause, m.Reason, m.DoneAt = desk.MailProcessed, "", "", t.at
	if slices.Contains(t.flags, desk.FlagNotSentByAuthor) {
		m.Cause, m.Reason = "unproven", t.auth.Words
	}
	m.Ticket, m.Audit, m.User = a.Ticket.ID, a.Audit.ID, a.Actor.ID
	if a.Comment != nil {
		m.Comment = a.Comment.ID
	}
	if err := t.tx.UpdateMail(ctx, m); err != nil {
		return err
	}
	if err := t.tx.RememberThread(ctx, m.MessageID, m.Ticket); err != nil {
		return err
	}
	return t.correspond(ctx, a)
}
