package outbound

import (
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/store"
)

// reviewWait is how often a message that waits for a person is made anew. A yes sends it at once, unless it is just being made.
const reviewWait = 5 * time.Minute

// composeReleased makes the message under a person's yes; nil: nobody has said any. A yes holds for what was found when it was
// given: a message in which more is found waits again.
func (c *composer) composeReleased(ctx context.Context, r *desk.Release) (*composition, error) {
	out, err := c.compose(ctx)
	if err != nil || r == nil || len(out.held) == 0 || slices.ContainsFunc(out.held, func(words string) bool { return !slices.Contains(r.Found, words) }) {
		return out, err
	}
	by := "with the yes of " + c.out.Quiet(r.By)
	if c.out, err = sharing.TranslatorOf(c.agreement); err != nil {
		return nil, err
	}
	c.out.Release(r.Masked)
	if out, err = c.compose(ctx); err != nil {
		return nil, err
	}
	out.remarks = append(out.remarks, by)
	return out, nil
}

// holdForReview says on the timeline, on the share and to the people on the ticket that a message waits for a yes, and why.
func (s *Service) holdForReview(ctx context.Context, tx *store.Tx, p *prepared) error {
	found := slices.Compact(slices.Sorted(slices.Values(p.composed.held)))
	if err := lockTicket(ctx, tx, p.share.Ticket); err != nil {
		return err
	}
	fresh, err := tx.Delivery(ctx, p.delivery.ID)
	d := &fresh
	answered := d.Said.Release != nil && p.delivery.Said.Release == nil // meanwhile: the next turn takes it
	if err != nil || answered || d.Cause == desk.CauseReview && slices.Equal(d.Said.Held, found) {
		return err
	}
	words := "This waits until somebody has looked at " + strings.Join(found, ", ") + "."
	d.Cause, d.Answer, d.Said.Held, d.Said.Release, d.Body = desk.CauseReview, words, found, nil, sharing.Redacted(p.composed.message)
	if err := tx.UpdateDelivery(ctx, d); err != nil {
		return err
	}
	share, err := tx.LockShare(ctx, p.share.ID)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	share.Cause, share.Reason, share.UpdatedAt = desk.CauseReview, words, s.core.Now()
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	return s.core.PrivateNote(ctx, tx, p.agreement, p.share.Ticket, "A message to "+p.agreement.Name+" waits until somebody has looked at "+
		strings.Join(found, ", ")+". Send it, send it masked, or leave it out.")
}

// The answers of a person to a message that is held.
const (
	SendAsItIs = "send"
	SendMasked = "mask"
	LeaveOut   = "leave_out"
)

// Review carries out what a person says of the message at which a share waits: it leaves as it is, it leaves with words in the place
// of what was found, or it does not leave. The first message of a share cannot be left out. That nothing waits for a person is a
// Conflict error.
func (s *Service) Review(ctx context.Context, account desk.AccountID, actor desk.Actor, t desk.TicketID, id desk.ShareID, answer string) error {
	if !slices.Contains([]string{SendAsItIs, SendMasked, LeaveOut}, answer) {
		return desk.InvalidField("answer", "InvalidValue", "Answer: must be send, mask or leave_out")
	}
	return s.control(ctx, account, actor, t, id, func(tx *store.Tx, share *desk.Share) error {
		open, err := tx.OpenDeliveries(ctx, share.ID, 1)
		if err != nil {
			return err
		}
		if len(open) == 0 || open[0].Cause != desk.CauseReview {
			return tooLate(share, "No message waits for somebody to look at it")
		}
		d := &open[0]
		if answer == LeaveOut {
			err = s.leaveHeldOut(ctx, tx, share, d, actor)
		} else {
			d.Said.Release = &desk.Release{Found: d.Said.Held, Masked: answer == SendMasked, By: actor.Name}
			d.Cause, d.Answer, d.Said.Held = desk.CauseNone, "", nil
			err = tx.UpdateDelivery(ctx, d)
		}
		if err != nil {
			return err
		}
		share.Cause, share.Reason, share.UpdatedAt = desk.CauseNone, "", s.core.Now()
		if err := tx.UpdateShare(ctx, share); err != nil {
			return err
		}
		_, err = job.RetryNow(ctx, tx.Tx, laneOf(tx, share))
		return err
	})
}

func (s *Service) leaveHeldOut(ctx context.Context, tx *store.Tx, share *desk.Share, d *desk.Delivery, actor desk.Actor) error {
	if d.Said.All || share.DeliveredAt.IsZero() && !share.Inbound {
		return tooLate(share, "The partner does not have the ticket yet: send it masked, or withdraw it")
	}
	if err := s.unmark(ctx, tx, d); err != nil {
		return err
	}
	fresh, err := tx.LockShare(ctx, share.ID)
	if err != nil {
		return err
	}
	*share = fresh
	return s.drop(ctx, tx, []*desk.Delivery{d}, desk.CauseNone, "Left out by "+actor.Name+".")
}
