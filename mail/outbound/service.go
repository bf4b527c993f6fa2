package outbound

import (
	"context"
	"io"
	"log/slog"
	"time"

	"interdesk/blob"
	"interdesk/job"
	"interdesk/mail/message"
	guard "interdesk/outbound"
	"interdesk/store"
)

// Transport takes a message over. Its error is a *Refusal where it knows more than that it did not work.
type Transport interface {
	Send(ctx context.Context, from, to string, source io.Reader, size int64) error
}

// Secrets seals texts for the database.
type Secrets interface {
	Seal(plain string) (string, error)
	Open(sealed string) (string, error)
}

// Options are what sending needs. A zero value means what its comment says.
type Options struct {
	Files     *blob.Store
	Transport Transport // of the installation; nil: mail goes only where an account has a relay of its own
	Tokens    *message.Tokens
	Secrets   Secrets       // seals passwords of relays and keys of signatures
	Guard     *guard.Client // dials relays that accounts name
	Hello     string        // our host name, for relays
	Base, Cap time.Duration // of the pauses between attempts; 20 s and 30 min
	Patience  time.Duration // how long a letter is tried; 3 days
	Clock     func() time.Time
	Logger    *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Base <= 0 {
		o.Base = 20 * time.Second
	}
	if o.Cap <= 0 {
		o.Cap = 30 * time.Minute
	}
	if o.Patience <= 0 {
		o.Patience = 3 * 24 * time.Hour
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Service sends mail. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	files   *blob.Store
	options Options
	rest    *rests
	relays  relays // of accounts, by account
	ways    knownWays
}

// New makes the service.
func New(s *store.Store, o Options) *Service {
	o = o.withDefaults()
	return &Service{store: s, files: o.Files, options: o, rest: newRests(o.Clock)}
}

// jobSend hands one letter to the relay, for one recipient.
const jobSend = "mail.send"

// PerRelay is how many letters of one account are on their way to the relay at once.
const PerRelay = 6

// Jobs tells a runner who sends.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(jobSend, job.Options{MaxAttempts: -1, MaxAge: s.options.Patience, Base: s.options.Base, Cap: s.options.Cap,
		Timeout: 3 * time.Minute, PerParty: PerRelay, Died: s.gaveUp}, s.send)
}
