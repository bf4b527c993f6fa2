package outbound

import (
	"context"

	"interdesk/desk"
	"interdesk/sharing"
)

// end stops a share. Of the update that does it only the comment still leaves (share-life §3); then the partner is told, when it
// was we who shared (nhd §8). A receiver has no message for it, but what it owes goes out first.
func (f *following) end(ctx context.Context, n int) error {
	step := &f.Sharing[n]
	s := f.under(step.Agreement)
	if s == nil || !s.State.Active() {
		return nil
	}
	begunNow := s.stepped
	s.changed, s.stepped, s.StateAt = true, true, f.now
	wasFailed := s.State == desk.ShareFailed
	s.State, s.Cause = desk.ShareEnding, desk.CauseNone
	s.StateBy, s.Reason = f.endedBy(step)
	err := f.tx.EndEpisode(ctx, desk.ShareEpisode{Share: s.ID, Number: s.Episode, EndedAt: f.now, EndedBy: f.enderName(s, step), Reason: s.Reason})
	switch {
	case err != nil:
		return err
	case s.StateBy == desk.ByPartner:
		s.State = desk.ShareEnded
		return nil
	case wasFailed && s.StateBy == desk.ByPerson:
		if never, err := f.dropFailed(ctx, s); never || err != nil {
			return err
		}
	}
	if err := f.lastWord(ctx, s, begunNow || f.steps(n, s.Agreement, false)); err != nil {
		return err
	}
	told, err := f.isToldByAgreement(ctx, s)
	if err != nil {
		return err
	}
	if s.Inbound || told {
		return f.endAsReceiver(ctx, s)
	}
	return f.enqueue(ctx, s, &desk.Delivery{Kind: sharing.KindUnshare, Summary: "stop sharing"})
}

// isToldByAgreement tells whether the end of the agreement says for all its shares that they are over. A tracker hears of each.
func (f *following) isToldByAgreement(ctx context.Context, s *followed) (bool, error) {
	if s.StateBy != desk.ByAgreement {
		return false, nil
	}
	a, err := f.tx.FindAgreement(ctx, s.Agreement) // it may be deleted
	return !a.IsTracker(), err
}

// endAsReceiver ends a share when all that is owed has left: at once, where nothing is.
func (f *following) endAsReceiver(ctx context.Context, s *followed) error {
	owed, err := f.tx.OpenDeliveries(ctx, s.ID, 1)
	if err != nil {
		return err
	}
	if len(owed) == 0 {
		s.State = desk.ShareEnded
		return nil
	}
	return f.enqueue(ctx, s, &desk.Delivery{Kind: sharing.KindEnd, Summary: "stop here"})
}

// lastWord sends the comment of the update that ends a share, unless the whole ticket goes out in it and has the comment.
func (f *following) lastWord(ctx context.Context, s *followed, inWhole bool) error {
	agreement, known := f.Config.Agreements[s.Agreement]
	if inWhole || !known || !agreement.Usable() || !tellsComment(f.Applied, agreement) {
		return nil
	}
	said := desk.Snapshot{Comments: []desk.CommentID{f.Comment.ID}}
	return f.enqueue(ctx, s, &desk.Delivery{Kind: sharing.KindUpdate, Summary: quiet(agreement, commentWords(f.Applied)), Said: said})
}

// endedBy tells who ended a share, also in words: a rule, the end of the agreement, the partner, or a person here.
func (f *following) endedBy(step *desk.SharingStep) (who, words string) {
	switch {
	case step.ByRule:
		return desk.ByRule, "Stopped by a rule."
	case f.Via.Channel == desk.ChannelDelivery && f.Via.Agreement == step.Agreement:
		return desk.ByAgreement, "The agreement with " + f.Via.Partner + " ended."
	case isEcho(f.Applied, step.Agreement):
		return desk.ByPartner, "The partner stopped sharing."
	case f.Actor.Name == "":
		return desk.ByPerson, "Stopped here."
	}
	return desk.ByPerson, "Stopped by " + f.Actor.Name + "."
}

func (f *following) enderName(s *followed, step *desk.SharingStep) string {
	switch s.StateBy {
	case desk.ByRule:
		return f.titleOf(step.Trigger)
	case desk.ByPartner, desk.ByAgreement:
		return f.Via.Partner
	}
	return f.Actor.Name
}
