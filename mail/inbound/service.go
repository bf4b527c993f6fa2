package inbound

import (
	"context"
	"io"
	"log/slog"
	"time"

	"interdesk/job"
	"interdesk/mail/message"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/upload"
)

// Files is where the bytes of messages lie.
type Files interface {
	// Put stores at most max bytes under the SHA-256 of what it read; more is a TooLarge error.
	Put(ctx context.Context, r io.Reader, max int64) (sum string, size int64, err error)
	Open(ctx context.Context, sum string) (io.ReadSeekCloser, error)
}

// Options are what taking mail in needs beside the store. For Accept, Files are enough; Jobs and Recover need Tickets, Uploads and Tokens, too.
type Options struct {
	Files   Files
	Tickets *ticketing.Service
	Uploads *upload.Service
	Tokens  *message.Tokens
	// Authenticate finds out whether a message comes from whom it names; nil: nobody is believed to work here.
	Authenticate func(ctx context.Context, e Envelope, source []byte, byStaff bool) Authenticity
	Clock        func() time.Time // time.Now
	Logger       *slog.Logger     // slog.Default
}

// Service takes mail in. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	files   Files
	options Options
	clock   func() time.Time
	log     *slog.Logger
	large   chan struct{} // full while so many large messages are in memory
}

// New makes the service.
func New(s *store.Store, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Service{store: s, files: o.Files, options: o, clock: o.Clock, log: o.Logger, large: make(chan struct{}, largeAtOnce)}
}

// The job of one message that was accepted, and how often it is tried, over some minutes: what makes the program itself fail is put aside.
const (
	jobIntake   = "mail.in"
	maxAttempts = 8
)

// Jobs tells a runner who makes something of the messages that were accepted.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(jobIntake, job.Options{MaxAttempts: maxAttempts, Base: 2 * time.Second, Timeout: 5 * time.Minute, Died: s.intakeDied}, s.intake)
}
