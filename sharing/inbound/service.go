package inbound

import (
	"context"
	"io"
	"net/netip"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/ratelimit"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/ticketing"
)

// Files is where the bytes of attachments lie.
type Files interface {
	// Put stores at most max bytes under the SHA-256 of what it read; more is an error.
	Put(ctx context.Context, r io.Reader, max int64) (hash string, size int64, err error)
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
}

// Outbox is what the way out knows that the way in has to ask: package outbound, which this one need not import.
type Outbox interface {
	// Show is the whole of a shared ticket as its partner may see it.
	Show(ctx context.Context, tx *store.Tx, share desk.Share, a desk.Agreement) (wire.Ticket, error)
	// SayAgain tells a partner our values of some items once more; why says for the timeline what that is for.
	SayAgain(ctx context.Context, tx *store.Tx, share *desk.Share, a desk.Agreement, t *desk.Ticket, items []string, why string) error
	// SendAgain sends comments that the partner does not have.
	SendAgain(ctx context.Context, tx *store.Tx, share *desk.Share, comments []desk.CommentID) error
}

// Options are what receiving needs beside the common part of sharing. Files, Agreements and Outbox must be given; a zero
// value of the rest means what its comment says.
type Options struct {
	Files      Files
	Agreements *agreement.Service
	Outbox     Outbox

	MessageRate float64              // messages a second that one partner may send, ten times as many in a burst; 100
	Strangers   *ratelimit.Strangers // how often one network may invite; nil: as it likes
}

func (o Options) withDefaults() Options {
	if o.MessageRate <= 0 {
		o.MessageRate = 100
	}
	return o
}

// Service takes in what partners send. It is safe for concurrent use.
type Service struct {
	core       *sharing.Service
	store      *store.Store
	tickets    *ticketing.Service
	peer       *peer.Client
	agreements *agreement.Service
	outbox     Outbox
	files      Files
	messages   *ratelimit.Keyed[desk.AgreementID]
	strangers  *ratelimit.Strangers
}

// New makes the service. Wire it as a follower of tickets, before package outbound's, and its Handler under /sharing/ of
// each account's host.
func New(core *sharing.Service, partners *peer.Client, o Options) *Service {
	o = o.withDefaults()
	return &Service{
		core: core, store: core.Store(), tickets: core.Tickets(), peer: partners,
		agreements: o.Agreements, outbox: o.Outbox, files: o.Files, strangers: o.Strangers,
		messages: ratelimit.New[desk.AgreementID](o.MessageRate, max(1, int(10*o.MessageRate)), 0),
	}
}

const jobFetch = "sharing.fetch" // one file of a partner

// Jobs tells a runner who does the jobs of receiving.
func (s *Service) Jobs(r *job.Runner) {
	t := s.core.Retries()
	r.Handle(jobFetch, job.Options{MaxAttempts: -1, MaxAge: t.GiveUpAfter, Base: t.Base, Cap: t.Cap,
		Timeout: 10 * time.Minute, PerParty: 2, Died: s.fetchDied}, s.fetch)
	r.Handle(sharing.JobUnheld, job.Options{Base: t.Base, Cap: t.Cap, Timeout: time.Hour}, s.retryUnheld)
}

// Follow links the ticket that a partner's message made to the share that it came under.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if a.Origin.Share == nil {
		return nil
	}
	return linkShare(ctx, tx, *a.Origin.Share, a.Ticket.ID, a.Via.Partner)
}

// linkShare stores a new share, or moves one to the ticket that follows up a closed one.
func linkShare(ctx context.Context, tx *store.Tx, share desk.Share, t desk.TicketID, by string) error {
	isNew := share.Ticket == 0
	share.Ticket = t
	if !isNew {
		return tx.UpdateShare(ctx, &share)
	}
	if err := tx.InsertShare(ctx, &share); err != nil {
		return err
	}
	return tx.BeginEpisode(ctx, desk.ShareEpisode{Share: share.ID, Number: share.Episode, BegunAt: share.CreatedAt, BegunBy: by})
}

type accountKey struct{}

// WithAccount tells the handler, in a request's context, whose host was asked.
func WithAccount(ctx context.Context, a desk.AccountID) context.Context {
	return context.WithValue(ctx, accountKey{}, a)
}

type clientKey struct{}

// WithClient tells the handler, in a request's context, at which address the partner's server is. A request without it comes
// from another account of this installation.
func WithClient(ctx context.Context, client netip.Addr) context.Context {
	return context.WithValue(ctx, clientKey{}, client)
}

func accountOf(ctx context.Context) (desk.AccountID, bool) {
	a, ok := ctx.Value(accountKey{}).(desk.AccountID)
	return a, ok
}
