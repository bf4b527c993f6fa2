package agreement

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// invitationTries is how often an invitation is sent before it counts as failed: somebody is waiting for it.
const invitationTries = 6

// noticeJob is a notice job's payload.
type noticeJob struct {
	Delivery desk.DeliveryID      `json:"d"`
	Actor    desk.UserID          `json:"u,omitempty"` // who caused it
	Status   desk.AgreementStatus `json:"s,omitempty"` // to be told
}

// tell puts a message about an agreement into its lane: that it stands so from now on. A tracker knows of no agreement.
func (s *Service) tell(ctx context.Context, tx *store.Tx, a desk.Agreement, kind, summary string, actor desk.UserID) error {
	if a.IsTracker() {
		return nil
	}
	d := desk.Delivery{ID: desk.DeliveryID(tx.NewID()), Agreement: a.ID, Kind: kind, Summary: summary, State: desk.DeliveryWaiting, CreatedAt: s.core.Now()}
	payload, err := json.Marshal(noticeJob{Delivery: d.ID, Actor: actor, Status: a.Status})
	if err != nil {
		return err
	}
	in := job.Insertion{Account: int64(tx.Account()), Kind: jobNotice, Lane: lane(a.ID), Party: sharing.Party(a.ID), Payload: payload}
	if kind == sharing.KindInvite {
		in.MaxAttempts = invitationTries
	}
	if d.Job, err = job.Insert(ctx, tx.Tx, in); err != nil {
		return err
	}
	return tx.InsertDelivery(ctx, &d)
}

// notice is a message about an agreement on its way.
type notice struct {
	delivery  desk.Delivery
	agreement desk.Agreement
	key       string
	status    desk.AgreementStatus
	body      wire.Agreement
}

// sendNotice sends one message about an agreement.
func (s *Service) sendNotice(ctx context.Context, j job.Job) job.Outcome {
	var p noticeJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	var n *notice
	err := s.store.Account(desk.AccountID(j.Account)).Read(ctx, func(tx *store.Tx) (err error) {
		n, err = s.readNotice(ctx, tx, p)
		return err
	})
	switch {
	case desk.KindOf(err) == desk.NotFound:
		return job.Outcome{}
	case err != nil:
		return job.Outcome{Err: err}
	}
	if n.agreement.PausedBy.Cold() {
		return job.Outcome{Snooze: s.core.Retries().Cap}
	}
	a, err := s.send(ctx, n)
	if err != nil {
		return job.Outcome{Err: err}
	}
	out := job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.storeAnswer(ctx, tx, n, a) })}
	switch {
	case a.Verdict == peer.Retry:
		out.Err, out.RetryAfter = errors.New(a.Sentence()), a.RetryAfter
	case a.Verdict == peer.SSLError && n.delivery.Kind != sharing.KindInvite:
		out.Err = errors.New(a.Sentence())
	case a.Verdict != peer.Done && a.Verdict != peer.Gone:
		out.Err, out.Dead = errors.New(a.Sentence()), true
	}
	return out
}

func (s *Service) readNotice(ctx context.Context, tx *store.Tx, p noticeJob) (*notice, error) {
	n := &notice{status: p.Status}
	var err error
	if n.delivery, err = tx.Delivery(ctx, p.Delivery); err != nil {
		return nil, err
	}
	if n.agreement, err = tx.FindAgreement(ctx, n.delivery.Agreement); err != nil {
		return nil, err
	}
	if n.key, err = s.core.KeyOf(ctx, tx, n.agreement.ID); err != nil {
		return nil, err
	}
	n.body, err = s.noticeBody(ctx, tx, n, p.Actor)
	return n, err
}

// noticeBody is the agreement as the walkthrough writes it; an invitation brings key and terms as well (nhd §5.1).
func (s *Service) noticeBody(ctx context.Context, tx *store.Tx, n *notice, actor desk.UserID) (wire.Agreement, error) {
	config, err := tx.Config(ctx)
	if err != nil {
		return wire.Agreement{}, err
	}
	a := n.agreement
	m := wire.Agreement{UUID: wire.Some(a.UUID), Name: wire.Some(config.Account.Name), Status: wire.Some(string(n.status)),
		SenderURL: wire.Some(a.LocalURL), ReceiverURL: wire.Some(a.RemoteURL)}
	if a.Inbound {
		m.SenderURL, m.ReceiverURL = m.ReceiverURL, m.SenderURL
	}
	if n.delivery.Kind == sharing.KindInvite {
		m.AccessKey, m.Status = wire.Some(n.key), wire.Some(wire.StatusPending)
		m.SyncTags, m.SyncCustomFields = wire.Some(a.Terms.SyncTags), wire.Some(a.Terms.SyncFields)
		m.AllowsPublicComments = wire.Some(a.Terms.PublicComments)
	}
	if n.status == desk.AgreementInactive {
		m.DeactivatedBy = wire.Some(string(sharing.OurSide(a)))
	}
	if actor == 0 {
		return m, nil
	}
	people := s.core.People(tx, config)
	if err := people.Load(ctx, actor); err != nil {
		return m, err
	}
	m.CurrentActor = wire.Some(people.Actor(actor))
	return m, nil
}

func (s *Service) send(ctx context.Context, n *notice) (peer.Answer, error) {
	m := peer.Message{Base: n.agreement.RemoteURL, Token: wire.Token{Agreement: n.agreement.UUID, Key: n.key}, Method: http.MethodPut,
		Resource: peer.Agreements, UUID: n.agreement.UUID, Dialect: peer.Dialect(n.agreement.Dialect)}
	var err error
	if n.delivery.Kind == sharing.KindInvite {
		m.Method = http.MethodPost
		m.Body, err = wire.EncodeAgreement(n.body)
	} else {
		m.Body, err = wire.EncodeAgreementChange(n.body, m.Dialect)
	}
	if err != nil {
		return peer.Answer{}, err
	}
	return s.peer.Send(ctx, m), nil
}

// storeAnswer stores what a partner's answer means for the delivery and for the agreement (nhd §13.2).
func (s *Service) storeAnswer(ctx context.Context, tx *store.Tx, n *notice, a peer.Answer) error {
	fresh, err := tx.LockAgreement(ctx, n.agreement.ID)
	if err != nil {
		return err
	}
	before, now := fresh, s.core.Now()
	switch a.Verdict {
	case peer.Done:
		fresh.LastError, fresh.LastErrorAt, fresh.LastSeenAt = "", time.Time{}, now
		if fresh.Dialect == desk.DialectUnknown {
			fresh.Dialect = desk.Dialect(a.Dialect)
		}
	case peer.Gone:
		fresh.Status, fresh.DeactivatedBy, fresh.EndingAt = desk.AgreementInactive, string(sharing.OurSide(fresh).Other()), time.Time{}
	default:
		fresh.LastError, fresh.LastErrorAt = troubleOf(n, a), now
		if st := afterRefusal(n, a); st != "" && fresh.Status == n.status {
			fresh.Status = st
		}
	}
	if fresh.Status != before.Status || fresh.LastError != before.LastError || fresh.Dialect != before.Dialect || a.Verdict == peer.Done {
		fresh.UpdatedAt = now
		if err := tx.UpdateAgreement(ctx, &fresh); err != nil {
			return err
		}
		if err := s.afterStatus(ctx, tx, before.Status, fresh); err != nil {
			return err
		}
	}
	return s.storeAttempt(ctx, tx, n, a)
}

// afterRefusal is the state of an agreement whose message was refused. An invitation was not delivered; an acceptance that
// the partner knows nothing of means that it never invited us (nhd §16 row 3). All else stays as decided here.
func afterRefusal(n *notice, a peer.Answer) desk.AgreementStatus {
	invite := n.delivery.Kind == sharing.KindInvite
	if a.Verdict == peer.Retry || (!invite && n.status != desk.AgreementAccepted) || (!invite && a.Verdict == peer.SSLError) {
		return ""
	}
	switch {
	case !invite:
		return desk.AgreementFailed
	case a.Verdict == peer.SSLError:
		return desk.AgreementSSLError
	case a.Verdict == peer.ConfigurationError:
		return desk.AgreementConfigurationError
	}
	return desk.AgreementFailed
}

func troubleOf(n *notice, a peer.Answer) string {
	if n.delivery.Kind == sharing.KindInvite {
		return "The invitation was not delivered. " + a.Sentence()
	}
	return "The partner is not informed (" + n.delivery.Summary + "). " + a.Sentence()
}

func (s *Service) storeAttempt(ctx context.Context, tx *store.Tx, n *notice, a peer.Answer) error {
	d, err := tx.Delivery(ctx, n.delivery.ID)
	if err != nil {
		return err
	}
	n.body.AccessKey = wire.Opt[string]{} // nhd §16 row 1
	body, err := wire.EncodeAgreement(n.body)
	if err != nil {
		return err
	}
	now := s.core.Now()
	d.Method, d.Body, d.Attempts, d.Code, d.Answer, d.SentAt = http.MethodPut, string(body), d.Attempts+1, a.Status, a.Sentence(), now
	if n.delivery.Kind == sharing.KindInvite {
		d.Method = http.MethodPost
	}
	switch a.Verdict {
	case peer.Done, peer.Gone:
		d.State, d.DoneAt, d.Answer = desk.DeliveryDone, now, ""
	case peer.Retry:
		d.State = desk.DeliveryFailing
	default:
		d.State, d.DoneAt = desk.DeliveryDead, now
	}
	return tx.UpdateDelivery(ctx, &d)
}

// noticeDied: the time for a message about an agreement is up. An invitation has failed; any other decision stands, and
// the admin sees that the partner does not know of it.
func (s *Service) noticeDied(ctx context.Context, q *sqldb.Tx, j job.Job, cause error) error {
	var p noticeJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return nil
	}
	tx := s.store.Account(desk.AccountID(j.Account)).WithTx(q)
	d, err := tx.Delivery(ctx, p.Delivery)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	if d.State != desk.DeliveryDead {
		d.State, d.DoneAt = desk.DeliveryDead, s.core.Now()
		if err := tx.UpdateDelivery(ctx, &d); err != nil {
			return err
		}
	}
	a, err := tx.LockAgreement(ctx, d.Agreement)
	if err != nil || d.Kind != sharing.KindInvite || a.Status != desk.AgreementPending {
		return sharing.IgnoreMissing(err)
	}
	a.Status, a.UpdatedAt = desk.AgreementFailed, s.core.Now()
	return tx.UpdateAgreement(ctx, &a)
}
