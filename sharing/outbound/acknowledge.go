package outbound

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// acknowledged: the partner has the message.
func (s *Service) acknowledged(ctx context.Context, tx *store.Tx, x *exchanged) error {
	if x.method == http.MethodDelete {
		if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDone); err != nil {
			return err
		}
		return s.settle(ctx, tx, x, func() error { return s.endShare(ctx, tx, &x.outgoing) })
	}
	if len(x.refused) > 0 {
		if err := lockTicket(ctx, tx, x.share.Ticket); err != nil {
			return err
		}
	}
	state := desk.DeliveryDone
	if x.rest != nil {
		state = desk.DeliveryWaiting
	}
	if err := s.noteAttempt(ctx, tx, x, state); err != nil {
		return err
	}
	return s.settle(ctx, tx, x, func() error { return s.rememberParts(ctx, tx, x) })
}

// settle stores what a good answer tells of the partner itself, around what it means for the share. After an outage the first
// success wakes whatever waits for the partner.
func (s *Service) settle(ctx context.Context, tx *store.Tx, x *exchanged, share func() error) error {
	if err := s.notePartner(ctx, tx, x); err != nil {
		return err
	}
	if err := share(); err != nil {
		return err
	}
	recovered := x.delivery.Attempts > 1
	if x.agreement.LastError != "" {
		forgot, err := tx.ForgetError(ctx, x.agreement.ID)
		if err != nil {
			return err
		}
		recovered = recovered || forgot
	}
	if recovered {
		if err := s.wake(ctx, tx, x.agreement); err != nil {
			return err
		}
	}
	return tx.RecordContact(ctx, x.agreement.ID, s.core.Now())
}

// wake lets everything that waits for a partner go out at once, under all agreements with it.
func (s *Service) wake(ctx context.Context, tx *store.Tx, a desk.Agreement) error {
	config, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(config.Agreements)) {
		if !sharing.SameURL(config.Agreements[id].RemoteURL, a.RemoteURL) {
			continue
		}
		if _, err := job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), Kind: jobDeliver, Party: sharing.Party(id)}); err != nil {
			return err
		}
	}
	return nil
}

// notePartner remembers how the partner wants to be spoken to and what it is, and forgets that it denied tickets.
func (s *Service) notePartner(ctx context.Context, tx *store.Tx, x *exchanged) error {
	fits := x.answer.Dialect == wire.DialectUnknown || x.agreement.Dialect != desk.DialectUnknown
	known := !x.answer.Interdesk || x.agreement.Peer == desk.PeerInterdesk
	if fits && known && len(x.agreement.Denied) == 0 {
		return nil
	}
	fresh, err := tx.LockAgreement(ctx, x.agreement.ID)
	if err != nil {
		return err
	}
	if fresh.Dialect == desk.DialectUnknown {
		fresh.Dialect = desk.Dialect(x.answer.Dialect)
	}
	if x.answer.Interdesk {
		fresh.Peer = desk.PeerInterdesk
	}
	fresh.Denied = nil
	return tx.UpdateAgreement(ctx, &fresh)
}

// rememberParts records what the partner has now of a message: the baseline, the comments, the uuids they went under; and what
// it refused of it.
func (s *Service) rememberParts(ctx context.Context, tx *store.Tx, x *exchanged) error {
	share, err := tx.LockShare(ctx, x.share.ID)
	if err != nil {
		return err
	}
	for _, part := range x.taken {
		if err := rememberUUIDs(ctx, tx, x, part); err != nil {
			return sharing.IgnoreMissing(err)
		}
		moveBaseline(&share, x, part)
	}
	first := len(x.taken) > 0 && s.noteArrival(&share, x)
	notes := s.namesRefused(ctx, tx, &share, x)
	share.UpdatedAt = s.core.Now()
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	if first {
		if err := s.tellResult(ctx, tx, &share, desk.ActionDelivered, ""); err != nil {
			return err
		}
	}
	return s.tellRefused(ctx, tx, x, notes)
}

// noteArrival makes a share live with the first message that the partner acknowledges, and tells whether this is it.
func (s *Service) noteArrival(share *desk.Share, x *exchanged) bool {
	now := s.core.Now()
	share.LastSentAt = now
	if !x.isCurrent(share) {
		return false
	}
	if share.State.Active() && !share.ThrottledUntil.After(now) {
		share.Cause, share.Reason = desk.CauseNone, ""
	}
	first := share.DeliveredAt.IsZero() && !share.Inbound
	if first {
		share.DeliveredAt = now
	}
	if share.State == desk.ShareSending {
		share.State, share.StateAt = desk.ShareLive, now
	}
	return first
}

// rememberUUIDs stores under which uuids the partner knows our comments and people. A comment that was erased is missing.
func rememberUUIDs(ctx context.Context, tx *store.Tx, x *exchanged, part *composition) error {
	named := map[string]desk.CommentID{}
	for _, c := range part.comments {
		if _, err := tx.SetCommentUUID(ctx, x.share.Ticket, c.id, c.uuid); err != nil {
			return err
		}
		named[c.uuid] = c.id
	}
	if err := tx.AddShareComments(ctx, x.share.ID, named, false, x.delivery.ID); err != nil {
		return err
	}
	for _, user := range slices.Sorted(maps.Keys(part.minted)) {
		if err := tx.InsertActor(ctx, 0, part.minted[user], user); err != nil {
			return err
		}
	}
	return nil
}

// moveBaseline takes over what the partner has now, and what an Interdesk says of it.
func moveBaseline(share *desk.Share, x *exchanged, part *composition) {
	s := sentOf(part)
	s.Seq, s.Before, s.RemoteID = x.delivery.Seq, x.share, x.answer.RemoteID
	if x.answer.Interdesk {
		s.Receipt = ownReceipt(x)
	} else if x.parted || x.delivery.Kind == sharing.KindShare {
		s.Said.All = true // its parts go out one after another, and none but the first finds its marks
	}
	sharing.Acknowledge(share, s)
}

// sentOf is a message as a share remembers it.
func sentOf(m *composition) sharing.Sent {
	said := m.message
	said.CustomFields = wire.Some(m.words)
	return sharing.Sent{Message: m.own, Wire: said, Said: m.said, Ours: m.ours, Subject: m.subject}
}

// ownReceipt is an Interdesk's answer with the items as they are called here.
func ownReceipt(x *exchanged) *wire.Receipt {
	r := x.answer.Receipt
	t, err := sharing.TranslatorOf(x.agreement)
	if err != nil {
		return &r // what cannot be read translates nothing
	}
	r.NotHeld = slices.Clone(r.NotHeld)
	for n := range r.NotHeld {
		r.NotHeld[n].Item = t.OwnItem(r.NotHeld[n].Item)
	}
	return &r
}

// ended closes the last entry of a share that we stop as its receiver: all that was owed has left.
func (s *Service) ended(ctx context.Context, tx *store.Tx, o outgoing) error {
	o.delivery.State, o.delivery.DoneAt = desk.DeliveryDone, s.core.Now()
	if err := tx.UpdateDelivery(ctx, &o.delivery); err != nil {
		return err
	}
	return s.endShare(ctx, tx, &o)
}

// endShare: the end that was asked for has come. The links to its files hold a while longer.
func (s *Service) endShare(ctx context.Context, tx *store.Tx, o *outgoing) error {
	share, err := tx.LockShare(ctx, o.share.ID)
	if err != nil || !o.isCurrent(&share) || share.State == desk.ShareEnded {
		return sharing.IgnoreMissing(err)
	}
	share.State, share.StateAt, share.UpdatedAt, share.LastSentAt = desk.ShareEnded, s.core.Now(), s.core.Now(), s.core.Now()
	if err := tx.ExtendShareFiles(ctx, share.ID, s.core.Now().Add(s.options.LinkFor)); err != nil {
		return err
	}
	return tx.UpdateShare(ctx, &share)
}

// endedUntold: the partner knows no message that says that a ticket is no longer shared.
func (s *Service) endedUntold(ctx context.Context, tx *store.Tx, x *exchanged) error {
	if err := lockTicket(ctx, tx, x.share.Ticket); err != nil {
		return err
	}
	if err := s.noteAttempt(ctx, tx, x, desk.DeliveryDone); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, x, func() error { return s.endShare(ctx, tx, &x.outgoing) }); err != nil {
		return err
	}
	return s.core.PrivateNote(ctx, tx, x.agreement, x.share.Ticket,
		x.agreement.Name+" was not told that the ticket is no longer shared: its help desk knows no such message.")
}

// remarked adds remarks to the words of a message, once.
func remarked(summary string, remarks []string) string {
	for _, r := range remarks {
		if !strings.Contains(summary, r) {
			summary += "; " + r
		}
	}
	return sharing.Shorten(summary, maxSummary)
}

// maxSummary is how many characters the timeline keeps of what a message says.
const maxSummary = 500
