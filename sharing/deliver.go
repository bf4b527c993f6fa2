package sharing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// outgoing is one message about a ticket on its way.
type outgoing struct {
	delivery  desk.Delivery
	share     desk.Share // as it was when the message was made
	agreement desk.Agreement
	key       string
	method    string
	ticket    wire.Ticket
	composed  *composer // nil for a DELETE
	skip      string    // why nothing is to be sent, in words
	wait      time.Duration
	refused   string // the status word that the partner would not take
	renewed   bool   // the ticket was unknown there and was shared again
	untold    bool   // the partner knows no unsharing
}

// deliver sends one message of a share's lane.
func (s *Service) deliver(ctx context.Context, j job.Job) job.Outcome {
	var p parcel
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	o, err := s.prepare(ctx, j, p, false)
	switch {
	case desk.KindOf(err) == desk.NotFound:
		return job.Outcome{} // the delivery itself is gone
	case err != nil:
		return job.Outcome{Err: err}
	case o.wait > 0:
		return job.Outcome{Snooze: o.wait}
	case o.skip != "":
		return job.Outcome{Commit: s.settling(j, func(ctx context.Context, tx *store.Tx) error { return s.skip(ctx, tx, o) })}
	}
	id := flight{o.agreement.ID, o.share.UUID}
	s.flights.begin(id)
	a, err := s.talk(ctx, j, p, o)
	if err != nil {
		s.flights.end(id)
		return job.Outcome{Err: err}
	}
	return s.landed(s.judge(j, o, a), id)
}

// landed ends a flight when its outcome is stored.
func (s *Service) landed(out job.Outcome, id flight) job.Outcome {
	settle := out.Commit
	out.Commit = func(ctx context.Context, q *sqldb.Tx) error {
		q.AfterCommit(func() { s.flights.end(id) })
		err := settle(ctx, q)
		if err != nil {
			s.flights.end(id)
		}
		return err
	}
	return out
}

// settling binds a settlement to the job's account.
func (s *Service) settling(j job.Job, fn func(ctx context.Context, tx *store.Tx) error) func(context.Context, *sqldb.Tx) error {
	return func(ctx context.Context, q *sqldb.Tx) error {
		return fn(ctx, s.store.Account(desk.AccountID(j.Account)).WithTx(q))
	}
}

// prepare makes the message from what is stored now. It writes only when files need links: they must hold before the
// partner sees them.
func (s *Service) prepare(ctx context.Context, j job.Job, p parcel, full bool) (o *outgoing, err error) {
	account := s.store.Account(desk.AccountID(j.Account))
	err = account.Read(ctx, func(tx *store.Tx) error {
		o, err = s.assemble(ctx, tx, p, full, false)
		return err
	})
	if err != nil || o.skip != "" || o.wait > 0 || !hasFiles(o.ticket) {
		return o, err
	}
	err = account.Write(ctx, func(tx *store.Tx) error {
		o, err = s.assemble(ctx, tx, p, full, true)
		return err
	})
	return o, err
}

func hasFiles(m wire.Ticket) bool {
	for _, c := range m.Comments.Value {
		if len(c.Attachments.Value) > 0 {
			return true
		}
	}
	return false
}

func (s *Service) assemble(ctx context.Context, tx *store.Tx, p parcel, full, links bool) (*outgoing, error) {
	o := &outgoing{}
	var err error
	if o.delivery, err = tx.Delivery(ctx, p.Delivery); err != nil {
		return nil, err
	}
	if o.share, err = tx.Share(ctx, o.delivery.Share); err != nil {
		return nil, err
	}
	if o.agreement, err = tx.FindAgreement(ctx, o.share.Agreement); err != nil {
		return nil, err
	}
	if o.key, err = s.keyOf(ctx, tx, o.agreement.ID); err != nil {
		return nil, err
	}
	o.skip = whyNot(o)
	if o.skip != "" {
		return o, nil
	}
	if o.wait, err = s.hurdle(ctx, tx, o.agreement); err != nil || o.wait > 0 {
		return o, err
	}
	if o.delivery.Kind == kindUnshare {
		o.method = http.MethodDelete
		return o, nil
	}
	return o, s.write(ctx, tx, o, p, full, links)
}

// hurdle is how long to wait for an agreement that is paused, or whose partner has not been told yet that it is in force.
// A pause is waited for shortly: the queue itself holds its jobs back, and this one was only taken up just before. A long
// wait would outlast a resumption that it crosses.
func (s *Service) hurdle(ctx context.Context, tx *store.Tx, a desk.Agreement) (time.Duration, error) {
	if a.Paused() {
		return s.options.RetryBase, nil
	}
	untold, err := tx.AgreementUntold(ctx, a.ID)
	if err != nil || !untold {
		return 0, err
	}
	return s.options.RetryBase, nil
}

// whyNot tells what has made a message needless since it was put into its lane.
func whyNot(o *outgoing) string {
	switch {
	case o.delivery.State != desk.DeliveryWaiting && o.delivery.State != desk.DeliveryFailing:
		return "The message was dealt with already."
	case !o.agreement.Usable():
		return "The agreement is " + string(o.agreement.Status) + "."
	case o.delivery.Kind != kindUnshare && !o.share.State.Active():
		return "The share ended first."
	}
	return ""
}

// write makes a POST of a share that its partner has never acknowledged, else a PUT of what is new.
func (s *Service) write(ctx context.Context, tx *store.Tx, o *outgoing, p parcel, full, links bool) error {
	c, err := s.composer(ctx, tx, o.share, o.agreement)
	if desk.KindOf(err) == desk.NotFound {
		o.skip = "The ticket was deleted."
		return nil
	}
	if err != nil {
		return err
	}
	o.method = http.MethodPut
	if full || !o.share.Inbound && (o.delivery.Kind == kindShare || o.share.LastSentAt.IsZero()) {
		o.method, c.full = http.MethodPost, true
	}
	c.links, c.actor = links, p.Actor
	o.composed = c
	if o.ticket, err = c.message(ctx); err != nil {
		return err
	}
	switch {
	case c.waits:
		o.wait = 2 * time.Second
	case o.method == http.MethodPut && isEmpty(o.ticket):
		o.skip = "Nothing was left to say: it went out with an earlier message."
	}
	return nil
}

// talk sends a message, with the second tries that the protocol asks for (nhd §13.2, §14).
func (s *Service) talk(ctx context.Context, j job.Job, p parcel, o *outgoing) (peer.Answer, error) {
	a, err := s.send(ctx, o)
	if err != nil {
		return a, err
	}
	switch {
	case o.method == http.MethodPost && a.Verdict == peer.Permanent:
		return s.postAsPut(ctx, j, o, a)
	case o.method == http.MethodPut && a.Verdict == peer.Permanent && o.ticket.Status.IsSet():
		return s.withoutStatus(ctx, o, a)
	case o.method == http.MethodPut && a.Verdict == peer.NotFound && !o.share.Inbound:
		return s.shareAnew(ctx, j, p, o)
	}
	return a, nil
}

func (s *Service) send(ctx context.Context, o *outgoing) (peer.Answer, error) {
	m := peer.Message{Base: o.agreement.RemoteURL, Token: wire.Token{Agreement: o.agreement.UUID, Key: o.key}, Method: o.method,
		Resource: peer.Tickets, UUID: o.share.UUID, Dialect: peer.Dialect(o.agreement.Dialect)}
	if o.method != http.MethodDelete {
		body, err := wire.EncodeTicket(o.ticket)
		if err != nil {
			return peer.Answer{}, err
		}
		m.Body = body
	}
	return s.options.Peer.Send(ctx, m), nil
}

// postAsPut: a POST that is refused may have arrived before its answer was lost. The same as a PUT heals that; and where
// the ticket is unknown after all, the POST is tried once more (nhd §14).
func (s *Service) postAsPut(ctx context.Context, j job.Job, o *outgoing, first peer.Answer) (peer.Answer, error) {
	o.method = http.MethodPut
	second, err := s.send(ctx, o)
	if err != nil || second.Verdict == peer.Done || second.Verdict == peer.Retry || second.Verdict == peer.Gone {
		return second, err
	}
	o.method = http.MethodPost
	if second.Verdict == peer.NotFound && j.Attempt > 1 {
		return s.send(ctx, o)
	}
	return first, nil
}

// withoutStatus: many partners refuse a status word and take all else (nhd §13.2).
func (s *Service) withoutStatus(ctx context.Context, o *outgoing, first peer.Answer) (peer.Answer, error) {
	word := o.ticket.Status
	o.ticket.Status = wire.Opt[string]{}
	if isEmpty(o.ticket) {
		o.ticket.Status, o.refused = word, word.Value
		return first, nil
	}
	second, err := s.send(ctx, o)
	if err == nil && second.Verdict == peer.Done {
		o.refused = word.Value
		return second, nil
	}
	o.ticket.Status = word
	return first, err
}

// shareAnew: the partner does not know the ticket, so it gets the whole of it once more.
func (s *Service) shareAnew(ctx context.Context, j job.Job, p parcel, o *outgoing) (peer.Answer, error) {
	again, err := s.prepare(ctx, j, p, true)
	if err != nil {
		return peer.Answer{}, err
	}
	if again.skip != "" || again.wait > 0 {
		return peer.Answer{Verdict: peer.Retry, Text: "The ticket is unknown to the partner and will be shared anew."}, nil
	}
	again.renewed = true
	*o = *again
	return s.send(ctx, o)
}

// judge turns an answer into what becomes of the job, by the table of nhd §13.2.
func (s *Service) judge(j job.Job, o *outgoing, a peer.Answer) job.Outcome {
	settle := func(fn func(ctx context.Context, tx *store.Tx) error) func(context.Context, *sqldb.Tx) error {
		return s.settling(j, fn)
	}
	failed := fmt.Errorf("%s", answerWords(a))
	switch a.Verdict {
	case peer.Done:
		return job.Outcome{Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.acknowledged(ctx, tx, o, a) })}
	case peer.Gone:
		return job.Outcome{Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.partnerEnded(ctx, tx, o, a) })}
	case peer.Unsupported:
		if o.method == http.MethodDelete {
			o.untold = true
			return job.Outcome{Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.acknowledged(ctx, tx, o, a) })}
		}
	case peer.Retry, peer.SSLError:
		return job.Outcome{Err: failed, RetryAfter: a.RetryAfter,
			Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.failing(ctx, tx, o, a) })}
	case peer.Unauthorized, peer.ConfigurationError:
		return job.Outcome{Snooze: time.Minute,
			Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.trouble(ctx, tx, o, a) })}
	}
	if o.refused != "" {
		// Nothing but the status was to be told, and the partner will not hear of it.
		return job.Outcome{Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.statusRefused(ctx, tx, o, a) })}
	}
	return job.Outcome{Err: failed, Dead: true,
		Commit: settle(func(ctx context.Context, tx *store.Tx) error { return s.refusedForGood(ctx, tx, o, a) })}
}

// answerWords says in one line what a partner answered.
func answerWords(a peer.Answer) string {
	switch {
	case a.Status == 0:
		return a.Text
	case a.Text == "":
		return fmt.Sprintf("The partner answered %d.", a.Status)
	}
	return fmt.Sprintf("The partner answered %d: %s", a.Status, a.Text)
}
