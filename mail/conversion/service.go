package conversion

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/notify"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
)

// Options are what conversion needs beside the store. Tickets and Notices must be given.
type Options struct {
	Tickets *ticketing.Service
	Notices *notify.Service
	Clock   func() time.Time // time.Now
}

// Service turns mail into shares and back. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	options Options
}

// New makes the service. Wire it as a follower of tickets, after those of sharing, and its AgreementChanged into agreements.
func New(s *store.Store, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Service{store: s, options: o}
}

// The kinds of job.
const (
	jobShare    = "mail.share"    // a ticket that waited for an agreement is shared
	jobFallBack = "mail.fallback" // a ticket whose share is over goes on by mail
)

// Jobs tells a runner who converts.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(jobShare, job.Options{Cap: 10 * time.Minute}, s.runShare)
	r.Handle(jobFallBack, job.Options{Cap: 10 * time.Minute}, s.runFallBack)
}

// subject is which ticket a job is about, and under which agreement.
type subject struct {
	Ticket    desk.TicketID    `json:"t"`
	Agreement desk.AgreementID `json:"a"`
}

func enqueue(ctx context.Context, tx *store.Tx, kind string, of subject) error {
	payload, err := json.Marshal(of)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: kind, Lane: fmt.Sprintf("conversion:%d", of.Ticket), Payload: payload})
	return err
}

func subjectOf(j job.Job) (of subject, err error) {
	err = json.Unmarshal(j.Payload, &of)
	return of, err
}

// commit does all of a job in the transaction that ends it.
func (s *Service) commit(j job.Job, of subject, do func(context.Context, *store.Tx, subject) error) job.Outcome {
	return job.Outcome{Commit: func(ctx context.Context, q *sqldb.Tx) error {
		return do(ctx, s.store.Account(desk.AccountID(j.Account)).WithTx(q), of)
	}}
}

// addressesOf are the addresses of a partner's desk at which mail about a ticket arrives.
func addressesOf(ctx context.Context, tx *store.Tx, t *desk.Ticket, a desk.Agreement) (out []string, err error) {
	people, err := tx.UsersByID(ctx, append([]desk.UserID{t.Requester}, t.EmailCCs...))
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		d, err := tx.RemoteDeskAt(ctx, p.Email)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return nil, err
		}
		if d.IsAt(a) {
			out = append(out, d.Address)
		}
	}
	return out, nil
}

// remark writes a sentence into the history of a ticket.
func (s *Service) remark(ctx context.Context, tx *store.Tx, ticket desk.TicketID, words string) error {
	_, err := s.options.Tickets.ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: ticket, Actor: desk.Actor{System: true}, Via: desk.Via{Channel: desk.ChannelMail},
		Edits: desk.Edits{Remarks: []desk.Remark{{Type: desk.EventMail, Message: words}}}})
	return err
}

// note tells staff on a ticket something that partners need not know; a closed ticket has it in its history alone.
func (s *Service) note(ctx context.Context, tx *store.Tx, t *desk.Ticket, words string) error {
	if t.Status == desk.Closed || t.CommentCount >= desk.MaxComments {
		return s.remark(ctx, tx, t.ID, words)
	}
	private := false
	_, err := s.options.Tickets.ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: t.ID, Actor: desk.Actor{System: true}, Via: desk.Via{Channel: desk.ChannelMail},
		Comment: &desk.NewComment{Body: words, Public: &private, LocalOnly: true}})
	return err
}

func ignoreMissing(err error) error {
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	return err
}
