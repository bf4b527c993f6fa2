package outbound

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
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

// prepared is what is to be done with a delivery job now: send the message, skip it, or wait.
type prepared struct {
	outgoing
	skipReason string // why nothing is to be sent, in words
	wait       time.Duration
}

// ready tells whether there is something to send.
func (p *prepared) ready() bool { return p.skipReason == "" && p.wait == 0 }

// deliver sends one message of a share's lane.
func (s *Service) deliver(ctx context.Context, j job.Job) job.Outcome {
	var d deliveryJob
	if err := json.Unmarshal(j.Payload, &d); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	p, err := s.prepare(ctx, j, d, false)
	switch {
	case desk.KindOf(err) == desk.NotFound:
		return job.Outcome{} // the delivery itself is gone
	case err != nil:
		return job.Outcome{Err: err}
	case p.wait > 0:
		return job.Outcome{Snooze: p.wait}
	case p.skipReason != "":
		return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.skip(ctx, tx, p) })}
	}
	name := shareName{p.agreement.ID, p.share.UUID}
	s.inFlight.begin(name)
	x, err := s.exchange(ctx, j, d, p.outgoing)
	if err != nil {
		s.inFlight.end(name)
		return job.Outcome{Err: err}
	}
	return s.endInFlight(s.outcomeFor(j, x), name)
}

// endInFlight ends a message's flight when its outcome is stored.
func (s *Service) endInFlight(out job.Outcome, name shareName) job.Outcome {
	settle := out.Commit
	out.Commit = func(ctx context.Context, q *sqldb.Tx) error {
		q.AfterCommit(func() { s.inFlight.end(name) })
		err := settle(ctx, q)
		if err != nil {
			s.inFlight.end(name)
		}
		return err
	}
	return out
}

// AwaitAnswer waits a moment for the answer to a message about a share that is on its way.
func (s *Service) AwaitAnswer(ctx context.Context, agreement desk.AgreementID, uuid string) {
	s.inFlight.wait(ctx, shareName{agreement, uuid})
}

// prepare makes the message from what is stored now. It writes only when files need links: they must hold before the
// partner sees them.
func (s *Service) prepare(ctx context.Context, j job.Job, d deliveryJob, whole bool) (p *prepared, err error) {
	account := s.store.Account(desk.AccountID(j.Account))
	e := extent{whole: whole, actor: d.Actor}
	err = account.Read(ctx, func(tx *store.Tx) error {
		p, err = s.assemble(ctx, tx, d, e)
		return err
	})
	if err != nil || !p.ready() || !p.hasFiles() {
		return p, err
	}
	e.links = true
	err = account.Write(ctx, func(tx *store.Tx) error {
		p, err = s.assemble(ctx, tx, d, e)
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

func (s *Service) assemble(ctx context.Context, tx *store.Tx, d deliveryJob, e extent) (*prepared, error) {
	o, err := s.readOutgoing(ctx, tx, d.Delivery)
	if err != nil {
		return nil, err
	}
	p := &prepared{outgoing: o, skipReason: skipReason(o)}
	if p.skipReason != "" {
		return p, nil
	}
	if p.wait, err = s.waitBefore(ctx, tx, p.agreement); err != nil || p.wait > 0 {
		return p, err
	}
	if p.delivery.Kind == sharing.KindUnshare {
		p.method = http.MethodDelete
		return p, nil
	}
	return p, s.write(ctx, tx, p, e)
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

// waitBefore is how long to wait for an agreement that is paused, or whose partner has not been told yet that it is in
// force. A pause is waited for shortly: the queue itself holds its jobs back, and this one was only taken up just before. A
// long wait would outlast a resumption that it crosses.
func (s *Service) waitBefore(ctx context.Context, tx *store.Tx, a desk.Agreement) (time.Duration, error) {
	wait := s.core.Retries().Base
	if a.Paused() {
		return wait, nil
	}
	untold, err := tx.AgreementUntold(ctx, a.ID)
	if err != nil || !untold {
		return 0, err
	}
	return wait, nil
}

// skipReason tells what has made a message needless since it was put into its lane.
func skipReason(o outgoing) string {
	switch {
	case o.delivery.State != desk.DeliveryWaiting && o.delivery.State != desk.DeliveryFailing:
		return "The message was dealt with already."
	case !o.agreement.InForce():
		return "The agreement is " + string(o.agreement.Status) + "."
	case o.delivery.Kind != sharing.KindUnshare && !o.share.State.Active():
		return "The share ended first."
	}
	return ""
}

// filesRetry is how soon a message that waits for files is made again.
const filesRetry = 2 * time.Second

// write makes a POST of a share that its partner has never acknowledged, else a PUT of what is new.
func (s *Service) write(ctx context.Context, tx *store.Tx, p *prepared, e extent) error {
	p.method = http.MethodPut
	if e.whole || !p.share.Inbound && (p.delivery.Kind == sharing.KindShare || p.share.LastSentAt.IsZero()) {
		p.method, e.whole = http.MethodPost, true
	}
	c, err := s.composer(ctx, tx, p.share, p.agreement, e)
	if desk.KindOf(err) == desk.NotFound {
		p.skipReason = "The ticket was deleted."
		return nil
	}
	if err != nil {
		return err
	}
	if p.composed, err = c.compose(ctx); err != nil {
		return err
	}
	switch {
	case p.composed.filesPending:
		p.wait = filesRetry
	case p.method == http.MethodPut && isEmpty(p.composed.message):
		p.skipReason = "Nothing was left to say: it went out with an earlier message."
	}
	return nil
}
