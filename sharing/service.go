package sharing

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
)

// Options are what sharing needs from outside, whichever way a message goes. Secrets and BaseURL must be given; a zero
// value of the rest means what its comment says.
type Options struct {
	Secrets Secrets
	// BaseURL is the public origin of an account, without a slash at its end. The sharing URL is BaseURL + "/sharing".
	BaseURL func(desk.Account) string
	// LocalAccount tells which account of this installation answers at a host (with its port, as in a URL); nil: none.
	LocalAccount func(host string) (desk.AccountID, bool)
	// Retries say how long jobs are tried.
	Retries Retries

	Clock  func() time.Time // time.Now
	Rand   io.Reader        // crypto/rand
	Logger *slog.Logger     // slog.Default
}

// Retries say how long and how often jobs toward partners are tried.
type Retries struct {
	GiveUpAfter time.Duration // a message is dead after failing this long; 24 h
	Base        time.Duration // the first back-off; 2 s
	Cap         time.Duration // the longest back-off; 10 min
}

func (o Options) withDefaults() Options {
	o.Retries = Retries{
		GiveUpAfter: orDuration(o.Retries.GiveUpAfter, 24*time.Hour),
		Base:        orDuration(o.Retries.Base, 2*time.Second),
		Cap:         orDuration(o.Retries.Cap, 10*time.Minute),
	}
	if o.LocalAccount == nil {
		o.LocalAccount = func(string) (desk.AccountID, bool) { return 0, false }
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

func orDuration(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// Service is what the rooms of sharing have in common. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	tickets *ticketing.Service
	options Options
}

// New makes the service on which the rooms are built.
func New(s *store.Store, tickets *ticketing.Service, o Options) *Service {
	return &Service{store: s, tickets: tickets, options: o.withDefaults()}
}

// Store is where shares, agreements and deliveries lie.
func (s *Service) Store() *store.Store { return s.store }

// Tickets is the one way to change a ticket.
func (s *Service) Tickets() *ticketing.Service { return s.tickets }

// Log is for what nobody at a desk can act on.
func (s *Service) Log() *slog.Logger { return s.options.Logger }

// Retries say how long jobs are tried.
func (s *Service) Retries() Retries { return s.options.Retries }

// Now is the time as the database keeps it.
func (s *Service) Now() time.Time { return s.options.Clock().UTC().Truncate(time.Microsecond) }

// URL is where partners reach an account.
func (s *Service) URL(a desk.Account) string { return s.options.BaseURL(a) + "/sharing" }

// LocalAccount tells which account of this installation answers at a host.
func (s *Service) LocalAccount(host string) (desk.AccountID, bool) {
	return s.options.LocalAccount(host)
}

// Commit binds what a job stores at its end to the job's account.
func (s *Service) Commit(j job.Job, fn func(ctx context.Context, tx *store.Tx) error) func(context.Context, *sqldb.Tx) error {
	return func(ctx context.Context, q *sqldb.Tx) error {
		return fn(ctx, s.store.Account(desk.AccountID(j.Account)).WithTx(q))
	}
}

// PrivateNote tells the people on a ticket something that partners need not know. A ticket that is closed or gone by now
// is told nothing.
func (s *Service) PrivateNote(ctx context.Context, tx *store.Tx, a desk.Agreement, t desk.TicketID, words string) error {
	ticket, err := tx.LockTicket(ctx, t)
	if err != nil || ticket.Status == desk.Closed || ticket.CommentCount >= desk.MaxComments {
		return IgnoreMissing(err)
	}
	private := false
	_, err = s.tickets.ApplyIn(ctx, tx, desk.Update{Account: tx.Account(), Ticket: t, Actor: desk.Actor{System: true}, Via: ViaPartner(a),
		Comment: &desk.NewComment{Body: words, Public: &private, LocalOnly: true}})
	return err
}
