package imap

import (
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"time"

	"interdesk/desk"
	"interdesk/outbound"
	"interdesk/store"
)

// Accept stores a message for one of the account's addresses. Once it returns nil the message is on disk. A TooLarge error
// leaves the message in the mailbox for good, any other has it tried again.
type Accept func(ctx context.Context, account desk.AccountID, recipient string, raw io.Reader) error

// Secrets seals what signs in, and opens it.
type Secrets interface {
	Seal(plain string) (string, error)
	Open(sealed string) (string, error)
}

// Options are what reading mailboxes needs.
type Options struct {
	Accept  Accept
	Guard   *outbound.Client // dials, and asks for tokens
	Secrets Secrets
	Owner   string         // names this process among others
	RootCAs *x509.CertPool // nil: the system's
	Logger  *slog.Logger   // slog.Default
	// Scan is how often changed settings are looked for, Poll how often a server is asked that does not tell by itself, Idle how
	// often one that does: what comes just before it begins to tell, some forget.
	Scan, Poll, Idle time.Duration
	// FirstWait is how long the first failure is waited out; each further one twice as long. 10 s when zero.
	FirstWait time.Duration
}

// How long things take.
const (
	defaultScan      = 10 * time.Second
	defaultPoll      = time.Minute
	defaultFirstWait = 10 * time.Second
	defaultIdle      = 100 * time.Second
	lastWait         = 15 * time.Minute
	leaseTime        = 3 * time.Minute // longer than defaultIdle: each search renews it
	connectTime      = time.Minute
)

// Service reads mailboxes. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	options Options
}

// New makes the service.
func New(s *store.Store, o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	for value, otherwise := range map[*time.Duration]time.Duration{&o.Scan: defaultScan, &o.Poll: defaultPoll, &o.Idle: defaultIdle, &o.FirstWait: defaultFirstWait} {
		if *value == 0 {
			*value = otherwise
		}
	}
	return &Service{store: s, options: o}
}
