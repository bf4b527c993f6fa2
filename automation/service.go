package automation

import (
	"context"
	"log/slog"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
)

const (
	kind     = "automation.run"
	every    = 20 * time.Second // how often it is looked what is due
	timeout  = 10 * time.Minute
	batch    = 100              // tickets listed at once
	most     = 5000             // tickets of one run; what is left is due for the next
	walk     = 200              // tickets gone over in one transaction
	walkTime = 10 * time.Second // of one run
	later    = 5 * time.Minute  // after which a ticket of which nothing could be done is tried again
)

// Options are what a Service needs from outside. Clock defaults to time.Now, Logger to slog.Default.
type Options struct {
	Clock  func() time.Time
	Logger *slog.Logger
}

// Service runs automations.
type Service struct {
	store   *store.Store
	tickets *ticketing.Service
	clock   func() time.Time
	log     *slog.Logger
}

// New makes the service; tickets carries out what automations do.
func New(s *store.Store, tickets *ticketing.Service, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Service{store: s, tickets: tickets, clock: o.Clock, log: o.Logger}
}

// Jobs has the runner look for what is due, and run it.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(kind, job.Options{MaxAttempts: 3, Timeout: timeout}, func(ctx context.Context, j job.Job) job.Outcome {
		return job.Outcome{Err: s.Run(ctx, desk.AccountID(j.Account))}
	})
	r.Every(kind, every, func(ctx context.Context, tx *sqldb.Tx, _ time.Time) error {
		accounts, err := s.store.AccountsDue(ctx, tx, s.clock())
		for _, a := range accounts {
			_, err := job.Insert(ctx, tx, job.Insertion{Account: int64(a), Kind: kind, Lane: kind, Coalesce: true})
			if err != nil {
				return err
			}
		}
		return err
	})
}
