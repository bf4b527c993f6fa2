package sharing

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"interdesk/desk"
	"interdesk/sharing/peer"
	"interdesk/store"
	"interdesk/ticketing"
)

// Secrets keeps what partners must not learn.
type Secrets interface {
	// Seal encrypts an access key for the database, Open reads it again.
	Seal(plain string) (string, error)
	Open(sealed string) (string, error)
	// MintKey keys the uuids that things of ours get on the wire. It must never change.
	MintKey() []byte
}

// Blobs is where the bytes of attachments lie.
type Blobs interface {
	// Put stores at most max bytes under the SHA-256 of what it read; more is an error.
	Put(ctx context.Context, r io.Reader, max int64) (hash string, size int64, err error)
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
}

// Options are what a Service needs from outside. Peer, Secrets, Blobs and BaseURL must be given; a zero value of the rest
// means what its comment says.
type Options struct {
	Peer    *peer.Client
	Secrets Secrets
	Blobs   Blobs
	// BaseURL is the public origin of an account, without a slash at its end. The sharing URL is BaseURL + "/sharing".
	BaseURL func(desk.Account) string
	// LocalAccount tells which account of this installation answers at a host (with its port, as in a URL); nil: none.
	LocalAccount func(host string) (desk.AccountID, bool)
	// AllowHost limits which partners may invite; nil: any.
	AllowHost func(host string) bool

	GiveUpAfter     time.Duration // a message is dead after failing this long; 24 h
	RetryBase       time.Duration // the first back-off; 2 s
	RetryCap        time.Duration // the longest back-off; 10 min
	LinkFor         time.Duration // a link to an attachment holds this long; 7 days
	FileTries       int           // attempts to fetch a partner's file; 8
	AutomaticPeriod time.Duration // desk.MaxSharesPerUnit automatic updates per share in this time; 10 min
	MessageRate     float64       // messages a second that one partner may send, ten times as many in a burst; 100
	InviteRate      float64       // invitations a minute from one address; 10

	Clock  func() time.Time // time.Now
	Rand   io.Reader        // crypto/rand
	Logger *slog.Logger     // slog.Default
}

func (o Options) withDefaults() Options {
	duration := func(d *time.Duration, fallback time.Duration) {
		if *d <= 0 {
			*d = fallback
		}
	}
	duration(&o.GiveUpAfter, 24*time.Hour)
	duration(&o.RetryBase, 2*time.Second)
	duration(&o.RetryCap, 10*time.Minute)
	duration(&o.LinkFor, 7*24*time.Hour)
	duration(&o.AutomaticPeriod, 10*time.Minute)
	if o.FileTries <= 0 {
		o.FileTries = 8
	}
	if o.MessageRate <= 0 {
		o.MessageRate = 100
	}
	if o.InviteRate <= 0 {
		o.InviteRate = 10
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

// Service shares tickets. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	tickets *ticketing.Service
	options Options
	log     *slog.Logger
	partner *limiter // by agreement
	source  *limiter // by address, for invitations
	flights flights
}

// New makes the service. Wire it as a follower of tickets, and its Handler under /sharing/ of each account's host.
func New(s *store.Store, tickets *ticketing.Service, o Options) *Service {
	o = o.withDefaults()
	return &Service{
		store: s, tickets: tickets, options: o, log: o.Logger,
		partner: newLimiter(o.MessageRate, 10*o.MessageRate),
		source:  newLimiter(o.InviteRate/60, 2*o.InviteRate),
		flights: flights{open: map[flight]chan struct{}{}},
	}
}

// now is the time as the database keeps it.
func (s *Service) now() time.Time { return s.options.Clock().UTC().Truncate(time.Microsecond) }

// sharingURL is where partners reach an account.
func (s *Service) sharingURL(a desk.Account) string { return s.options.BaseURL(a) + "/sharing" }

type accountKey struct{}

// WithAccount tells the handler, in a request's context, whose host was asked.
func WithAccount(ctx context.Context, a desk.AccountID) context.Context {
	return context.WithValue(ctx, accountKey{}, a)
}

func accountOf(ctx context.Context) (desk.AccountID, bool) {
	a, ok := ctx.Value(accountKey{}).(desk.AccountID)
	return a, ok
}
