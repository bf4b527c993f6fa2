package conversion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/notify"
	"interdesk/store"
)

// Follow leaves a job where a share of a ticket was refused, failed or was ended by the partner: what its mail becomes is worked
// out when the share stands so for good. Whoever ends a share here knows that mail goes on.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	for _, id := range lost(&a) {
		if err := enqueue(ctx, tx, jobFallBack, subject{a.Ticket.ID, id}); err != nil {
			return err
		}
	}
	return nil
}

// lost are the agreements under which an update has lost a share that brought the ticket to a partner.
func lost(a *desk.Applied) (out []desk.AgreementID) {
	for i := range a.Audit.Events {
		if e := &a.Audit.Events[i]; e.Type == desk.EventSharing && e.Action == desk.ActionFailed {
			out = append(out, e.Agreement)
		}
	}
	byOthers := a.Via.Channel == desk.ChannelSharing || a.Via.Channel == desk.ChannelDelivery
	for _, step := range a.Sharing {
		if step.End && !step.ByRule && byOthers && a.Via.Agreement == step.Agreement && wasThere(a.Before, step.Agreement) {
			out = append(out, step.Agreement)
		}
	}
	return out
}

// wasThere tells whether a partner had a ticket, or was about to get it.
func wasThere(before *desk.Ticket, a desk.AgreementID) bool {
	return before != nil && slices.ContainsFunc(before.Shares, func(s desk.ShareRef) bool {
		return s.Agreement == a && (s.State == desk.ShareLive || s.State == desk.ShareSending)
	})
}

// settlePause is how soon a share that is to end is looked at again: what it owes goes out first.
const settlePause = 5 * time.Second

// runFallBack waits for a share that is ending, then gives the ticket back to mail.
func (s *Service) runFallBack(ctx context.Context, j job.Job) job.Outcome {
	of, err := subjectOf(j)
	if err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	ending := false
	err = s.store.Account(desk.AccountID(j.Account)).Read(ctx, func(tx *store.Tx) error {
		share, err := tx.TicketShare(ctx, of.Ticket, of.Agreement)
		ending = share.State == desk.ShareEnding
		return ignoreMissing(err)
	})
	switch {
	case err != nil:
		return job.Outcome{Err: err}
	case ending:
		return job.Outcome{Snooze: settlePause}
	}
	return s.commit(j, of, s.fallBack)
}

// fallBack gives a ticket back to mail, where it goes by mail at all.
func (s *Service) fallBack(ctx context.Context, tx *store.Tx, of subject) error {
	t, err := tx.LockTicket(ctx, of.Ticket)
	if err != nil {
		return ignoreMissing(err)
	}
	a, err := tx.FindAgreement(ctx, of.Agreement)
	if err != nil {
		return ignoreMissing(err)
	}
	if shared, err := s.isShared(ctx, tx, t.ID, a); err != nil || shared {
		return err // somebody tries again, or another share has it
	}
	there, err := addressesOf(ctx, tx, &t, a)
	if err != nil || len(there) == 0 {
		return err
	}
	owed, err := s.owed(ctx, tx, t.ID, a, there)
	if err != nil {
		return err
	}
	if err := s.mailOwed(ctx, tx, owed); err != nil {
		return err
	}
	return s.note(ctx, tx, &t, fallBackWords(a, there, owed))
}

// owed are the letters that were not sent since the share was to bring their comments, and it did not.
func (s *Service) owed(ctx context.Context, tx *store.Tx, ticket desk.TicketID, a desk.Agreement, there []string) (out []desk.Mail, err error) {
	had, err := s.delivered(ctx, tx, ticket, a)
	if err != nil {
		return nil, err
	}
	mails, err := tx.MailsOf(ctx, ticket)
	for _, m := range mails {
		theirs := slices.Contains(there, strings.ToLower(m.Recipient))
		if m.Direction == desk.MailOut && m.State == desk.MailSuppressed && m.Cause == notify.CauseShared && m.Comment != 0 && theirs && !had[m.Comment] {
			out = append(out, m)
		}
	}
	return out, err
}

// delivered are the comments of a ticket that a partner has by shares.
func (s *Service) delivered(ctx context.Context, tx *store.Tx, ticket desk.TicketID, with desk.Agreement) (map[desk.CommentID]bool, error) {
	shares, err := tx.TicketShares(ctx, ticket)
	if err != nil {
		return nil, err
	}
	had := map[desk.CommentID]bool{}
	for _, share := range shares {
		a, err := tx.FindAgreement(ctx, share.Agreement)
		if err != nil {
			return nil, err
		}
		if desk.HostOf(a.RemoteURL) != desk.HostOf(with.RemoteURL) {
			continue
		}
		named, err := tx.ShareComments(ctx, share.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range named {
			had[id] = true
		}
	}
	return had, nil
}

// mailOwed has the letters sent, each once.
func (s *Service) mailOwed(ctx context.Context, tx *store.Tx, owed []desk.Mail) error {
	for _, m := range owed {
		m.Cause, m.Reason = "mailed", "The share did not deliver it, so it was mailed later."
		if err := tx.UpdateMail(ctx, &m); err != nil {
			return err
		}
		if err := s.options.Notices.Repeat(ctx, tx, m.Ticket, m.Audit, []desk.UserID{m.User}); err != nil {
			return err
		}
	}
	return nil
}

func fallBackWords(a desk.Agreement, there []string, owed []desk.Mail) string {
	words := fmt.Sprintf("%s has this ticket by sharing no longer. What people write here goes to %s by mail again.", a.Name, strings.Join(there, ", "))
	switch len(owed) {
	case 0:
		return words
	case 1:
		return words + " One comment that the share did not deliver is mailed now."
	}
	return words + fmt.Sprintf(" %d comments that the share did not deliver are mailed now.", len(owed))
}
