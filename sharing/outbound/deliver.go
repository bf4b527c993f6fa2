package outbound

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// outgoing is one message about a ticket, and what it is about as that was when the message was made.
type outgoing struct {
	delivery  desk.Delivery
	share     desk.Share
	agreement desk.Agreement
	key       string
	method    string
	composed  *composition // nil for a DELETE
}

// prepared is what is to be done with a delivery job now: send the message, close it, or wait.
type prepared struct {
	outgoing
	skipReason string // why nothing is to be sent, in words
	ends       bool   // the share is over with it: all that was owed has left
	wait       time.Duration
	held       bool // a person has to say yes first
}

// isReady tells whether there is something to send.
func (p *prepared) isReady() bool { return p.skipReason == "" && p.wait == 0 && !p.ends && !p.held }

// deliver sends one message of a share's lane.
func (s *Service) deliver(ctx context.Context, j job.Job) job.Outcome {
	var d deliveryJob
	if err := json.Unmarshal(j.Payload, &d); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	p, err := s.prepare(ctx, j, d)
	switch {
	case desk.KindOf(err) == desk.NotFound:
		return job.Outcome{} // the delivery itself is gone
	case err != nil:
		return job.Outcome{Err: err}
	case p.wait > 0:
		return job.Outcome{Snooze: p.wait}
	case p.held:
		return job.Outcome{Snooze: reviewWait, Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.holdForReview(ctx, tx, p) })}
	case p.ends:
		return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.ended(ctx, tx, p.outgoing) })}
	case p.skipReason != "":
		return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.skip(ctx, tx, p) })}
	}
	x, err := s.exchange(ctx, p.outgoing)
	if err != nil {
		return job.Outcome{Err: err}
	}
	s.logAttempt(ctx, j, &x)
	return s.outcomeFor(j, x)
}

// prepare makes the message. It writes only when files need links: they must hold before the partner sees them.
func (s *Service) prepare(ctx context.Context, j job.Job, d deliveryJob) (p *prepared, err error) {
	account := s.store.Account(desk.AccountID(j.Account))
	err = account.Read(ctx, func(tx *store.Tx) error {
		p, err = s.assemble(ctx, tx, d, false)
		return err
	})
	if err != nil || !p.isReady() || !p.hasFiles() {
		return p, err
	}
	err = account.Write(ctx, func(tx *store.Tx) error {
		p, err = s.assemble(ctx, tx, d, true)
		return err
	})
	return p, err
}

func (o *outgoing) hasFiles() bool {
	if o.composed == nil {
		return false
	}
	return slices.ContainsFunc(o.composed.message.Comments.Value, func(c wire.Comment) bool { return len(c.Attachments.Value) > 0 })
}

func (s *Service) assemble(ctx context.Context, tx *store.Tx, d deliveryJob, links bool) (*prepared, error) {
	o, err := s.readOutgoing(ctx, tx, d.Delivery)
	if err != nil {
		return nil, err
	}
	p := &prepared{outgoing: o, skipReason: skipReason(&o)}
	if p.skipReason != "" {
		return p, nil
	}
	if p.wait, err = s.waitBefore(ctx, tx, &p.outgoing); err != nil || p.wait > 0 {
		return p, err
	}
	switch p.delivery.Kind {
	case sharing.KindEnd:
		p.ends = true
		return p, nil
	case sharing.KindUnshare:
		p.method = http.MethodDelete
		return p, nil
	}
	return p, s.write(ctx, tx, p, d.Actor, links)
}

func (s *Service) readOutgoing(ctx context.Context, tx *store.Tx, id desk.DeliveryID) (o outgoing, err error) {
	if o.delivery, err = tx.Delivery(ctx, id); err != nil {
		return o, err
	}
	if o.share, err = tx.Share(ctx, o.delivery.Share); err != nil {
		return o, err
	}
	if o.agreement, err = tx.FindAgreement(ctx, o.share.Agreement); err != nil {
		return o, err
	}
	o.key, err = s.core.KeyOf(ctx, tx, o.agreement.ID)
	return o, err
}

// waitBefore is how long to wait for the time until which a message is held back, for an agreement that is paused, or whose partner
// has not been told yet that it is in force. A pause is waited for shortly: the queue itself holds its jobs back, and this one was only taken up just before. A
// long wait would outlast a resumption that it crosses.
func (s *Service) waitBefore(ctx context.Context, tx *store.Tx, o *outgoing) (time.Duration, error) {
	a, wait := &o.agreement, s.core.Retries().Base
	if now := s.core.Now(); o.share.ThrottledUntil.After(now) && o.delivery.HeldUntil.After(now) {
		return o.delivery.HeldUntil.Sub(now), nil // whatever woke it
	}
	if a.Paused() || !a.InForce() { // its end closes what is left, and says what that was
		return wait, nil
	}
	untold, err := tx.AgreementUntold(ctx, a.ID)
	if err != nil || !untold {
		return 0, err
	}
	return wait, nil
}

// isCurrent tells whether a message belongs to the present episode of its share. What becomes of one of a former episode
// changes nothing of the present one.
func (o *outgoing) isCurrent(share *desk.Share) bool { return o.delivery.Episode == share.Episode }

// skipReason tells what has made a message needless since it was put into its lane.
func skipReason(o *outgoing) string {
	switch {
	case o.delivery.State != desk.DeliveryWaiting && o.delivery.State != desk.DeliveryFailing:
		return "The message was dealt with already."
	case o.isCurrent(&o.share) && !o.share.State.Hears():
		return "The share ended first."
	case !o.agreement.InForce() && !o.share.State.Hears():
		return "The agreement is " + string(o.agreement.Status) + "."
	}
	return ""
}

// filesRetry is how soon a message that waits for files is made again.
const filesRetry = 2 * time.Second

// write makes a POST of the whole ticket, else a PUT of what is new.
func (s *Service) write(ctx context.Context, tx *store.Tx, p *prepared, actor desk.UserID, links bool) error {
	c, err := s.composer(ctx, tx, p.share, p.agreement)
	if desk.KindOf(err) == desk.NotFound {
		p.skipReason = "The ticket was deleted."
		return nil
	}
	if err != nil {
		return err
	}
	c.actor, c.sends, c.links = actor, true, links
	if c.said, err = c.saidBy(ctx, &p.delivery); err != nil {
		return err
	}
	// Another Interdesk weighs each word by what its desk had heard; so it hears all that was marked as said.
	c.meant = c.said.All || c.agreement.Peer == desk.PeerInterdesk && !p.delivery.Said.IsEmpty()
	p.method = http.MethodPut
	if c.said.All {
		p.method = http.MethodPost
	}
	if p.composed, err = c.composeReleased(ctx, p.delivery.Said.Release); err != nil {
		return err
	}
	switch {
	case len(p.composed.held) > 0:
		p.held = true
	case p.composed.filesPending:
		p.wait = filesRetry
	case p.method == http.MethodPut && isEmpty(p.composed.message):
		p.skipReason = "Nothing was left to say."
	}
	return nil
}

// saidBy is what a message says. Those of a version that kept no snapshots say what is new now; the first of a share that its
// partner never acknowledged says all.
func (c *composer) saidBy(ctx context.Context, d *desk.Delivery) (desk.Snapshot, error) {
	if !d.Said.IsEmpty() {
		return d.Said, nil
	}
	whole := !c.share.Inbound && (d.Kind == sharing.KindShare || c.share.LastSentAt.IsZero())
	stored, err := c.tx.CommentsFor(ctx, c.ticket.ID, c.share.ID, whole, desk.MaxComments)
	if err != nil {
		return desk.Snapshot{}, err
	}
	ids := make([]desk.CommentID, len(stored))
	for n := range stored {
		ids[n] = stored[n].ID
	}
	if whole {
		return wholeOf(&c.ticket, c.agreement, ids), nil
	}
	said := currentOf(c.config, &c.ticket, &c.share, c.agreement)
	said.Comments = ids
	return said, nil
}

// logAttempt has the operator's log tell of each attempt to reach a partner, with the reason where it failed.
func (s *Service) logAttempt(ctx context.Context, j job.Job, x *exchanged) {
	level, what := slog.LevelInfo, "message to a partner"
	attrs := []slog.Attr{slog.Int64("account", j.Account), slog.String("partner", x.agreement.Name), slog.Int64("agreement", int64(x.agreement.ID)),
		slog.Int64("ticket", int64(x.share.Ticket)), slog.String("share", x.share.UUID), slog.String("method", x.method), slog.Int("attempt", j.Attempt),
		slog.Int("status", x.answer.Status)}
	if x.verdict != taken {
		level, what = slog.LevelWarn, "message to a partner failed"
		attrs = append(attrs, slog.String("cause", x.sentence()))
	}
	s.core.Log().LogAttrs(ctx, level, what, attrs...)
}
