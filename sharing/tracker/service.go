package tracker

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// Inbox takes what trackers say: package inbound, which this one need not import.
type Inbox interface {
	TakeWord(ctx context.Context, tx *store.Tx, a desk.Agreement, id desk.ShareID, m wire.Ticket) error
	TakeEnd(ctx context.Context, tx *store.Tx, a desk.Agreement, id desk.ShareID, reason string) error
}

// Options are what trackers need beside the common part of sharing; a zero value means what its comment says.
type Options struct {
	Poll    time.Duration // how often each tracker is asked for news; a minute
	Timeout time.Duration // of one call; 30 s
}

// Service speaks to bug trackers. It is safe for concurrent use.
type Service struct {
	core    *sharing.Service
	store   *store.Store
	http    *outbound.Client
	options Options
}

// New makes the service, which goes where http lets it go.
func New(core *sharing.Service, http *outbound.Client, o Options) *Service {
	if o.Poll <= 0 {
		o.Poll = time.Minute
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	return &Service{core: core, store: core.Store(), http: http, options: o}
}

// The kinds of job.
const (
	jobPoll  = "tracker.poll"  // asks a tracker what has changed
	jobIssue = "tracker.issue" // looks at one issue
)

// Jobs tells a runner who asks trackers for news; inbox takes them.
func (s *Service) Jobs(r *job.Runner, inbox Inbox) {
	l := &listener{Service: s, inbox: inbox}
	t := s.core.Retries()
	r.Handle(jobPoll, job.Options{MaxAttempts: 1, Timeout: 10 * time.Minute, PerParty: sharing.MaxInFlight}, l.poll)
	r.Handle(jobIssue, job.Options{MaxAttempts: issueTries, Base: t.Base, Cap: t.Cap, Timeout: 2 * time.Minute, PerParty: sharing.MaxInFlight}, l.lookAtIssue)
	r.Every(jobPoll, s.options.Poll, func(ctx context.Context, tx *sqldb.Tx, _ time.Time) error {
		all, err := s.store.TrackerAgreements(ctx, tx)
		for _, a := range all {
			if err := enqueuePoll(ctx, tx, a.Account, a.Agreement); err != nil {
				return err
			}
		}
		return err
	})
}

// issueTries is how often an issue is looked at in vain: the next poll sees it, too.
const issueTries = 6
