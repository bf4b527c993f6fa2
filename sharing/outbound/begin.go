package outbound

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
)

// begin shares a ticket: the whole of it goes out first (nhd §8), as it stands at the end of the update or, when the share ends
// within it, as it stood when the share began. One that was shared before takes up its old share with its next episode.
func (f *following) begin(ctx context.Context, n int) error {
	step := &f.Sharing[n]
	agreement := f.Config.Agreements[step.Agreement]
	s := f.under(step.Agreement)
	switch {
	case s == nil:
		var err error
		if s, err = f.formerShare(ctx, agreement); err == nil && s == nil {
			s, err = f.newShare(step.Agreement)
		}
		if err != nil {
			return err
		}
	case s.State == desk.ShareFailed && !step.ByRule:
		s.changed = true
		return f.service.takeUp(ctx, f.tx, &s.Share)
	default:
		s.Episode++
	}
	if err := f.beginEpisode(ctx, s, step); err != nil {
		return err
	}
	said, err := f.whole(ctx, n, agreement)
	if err != nil {
		return err
	}
	var items []string
	if s.Episode > 1 { // what the partner said before it hears of this crosses it
		items = append(itemsOf(f.Config, agreement, &said), sharing.ItemAll)
	}
	return f.enqueue(ctx, s, &desk.Delivery{Kind: sharing.KindShare, Summary: "share the ticket", Said: said}, items...)
}

// formerShare takes over the share that the ticket had under an agreement with the same desk which is over; nil: it had none.
func (f *following) formerShare(ctx context.Context, agreement desk.Agreement) (*followed, error) {
	for _, s := range f.shares {
		if s.Inbound || s.State.Hears() {
			continue
		}
		former, err := f.tx.FindAgreement(ctx, s.Agreement)
		if err != nil {
			return nil, err
		}
		if !former.InForce() && sharing.SameURL(former.RemoteURL, agreement.RemoteURL) {
			s.Agreement = agreement.ID
			s.Episode++
			return s, nil
		}
	}
	return nil, nil
}

// newShare makes the share. Along a chain a ticket keeps its uuid (nhd §6).
func (f *following) newShare(id desk.AgreementID) (*followed, error) {
	s := &followed{isNew: true}
	s.ID, s.Agreement, s.Ticket, s.Episode, s.CreatedAt = desk.ShareID(f.tx.NewID()), id, f.Ticket.ID, 1, f.now
	var err error
	if len(f.shares) > 0 {
		s.UUID = f.shares[0].UUID
	} else {
		s.UUID, err = f.service.core.NewKey()
	}
	f.shares = append(f.shares, s)
	return s, err
}

func (f *following) beginEpisode(ctx context.Context, s *followed, step *desk.SharingStep) error {
	s.changed, s.stepped = true, true
	s.State, s.StateAt, s.StateBy = desk.ShareSending, f.now, desk.ByPerson
	if !s.ThrottledUntil.After(f.now) { // that its rules were slowed down holds for its next episode, too
		s.Cause, s.Reason = desk.CauseNone, ""
	}
	s.DeliveredAt, s.BarredRules = time.Time{}, nil
	by := f.Actor.Name
	if step.ByRule {
		s.StateBy, by = desk.ByRule, f.titleOf(step.Trigger)
	}
	return f.tx.BeginEpisode(ctx, desk.ShareEpisode{Share: s.ID, Number: s.Episode, BegunAt: f.now, BegunBy: by})
}

// titleOf is a trigger's title as the audit has it.
func (f *following) titleOf(id desk.TriggerID) string {
	for n := range f.Audit.Events {
		if v := f.Audit.Events[n].Via; v != nil && v.Trigger == id && v.Title != "" {
			return v.Title
		}
	}
	return ""
}

// whole is what the first message of a share says.
func (f *following) whole(ctx context.Context, n int, agreement desk.Agreement) (desk.Snapshot, error) {
	t := &f.Ticket
	if f.steps(n, agreement.ID, true) {
		t = &f.Sharing[n].Ticket
	}
	comments, err := f.commentIDs(ctx)
	return wholeOf(t, agreement, comments), err
}
