package webhook

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/notify"
	"interdesk/outbound"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// Secrets keeps what must be readable again.
type Secrets interface {
	Seal(plain string) (string, error)
	Open(sealed string) (string, error)
}

// Options are what webhooks need beside the store. A zero field of the last two takes the value named there.
type Options struct {
	Secrets Secrets
	Client  *outbound.Client // the guard's
	Notices *notify.Service  // reads updates as staff see them
	Clock   func() time.Time // time.Now
	Timeout time.Duration    // of one attempt; 10 s
}

// Service tells webhooks. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	options Options
}

// New makes the service. Wire it as a follower of tickets and of people.
func New(s *store.Store, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Timeout <= 0 {
		o.Timeout = attemptTime
	}
	return &Service{store: s, options: o}
}

// The kinds of jobs.
const (
	jobCompose = "webhook.compose" // makes the messages of one update
	jobDeliver = "webhook.deliver" // one message
	jobReopen  = "webhook.reopen"  // ends the rest of a webhook
	jobReplay  = "webhook.replay"  // sends what was given up
	jobPrune   = "webhook.prune"   // forgets old messages
)

// How deliveries share the process: so many at once, and so many of one webhook. An attempt takes attemptTime at most; pauses
// between attempts begin with firstPause and grow up to lastPause.
const (
	places      = 64
	perWebhook  = 4
	attemptTime = 10 * time.Second
	firstPause  = 5 * time.Second
	lastPause   = time.Hour
)

// Jobs tells a runner who delivers.
func (s *Service) Jobs(r *job.Runner) {
	r.Handle(jobCompose, job.Options{Cap: 10 * time.Minute}, s.compose)
	r.Handle(jobDeliver, job.Options{MaxAttempts: -1, Base: firstPause, Cap: lastPause, Timeout: 3 * attemptTime, PerParty: perWebhook, Places: places}, s.deliver)
	r.Handle(jobReopen, job.Options{}, s.reopen)
	r.Handle(jobReplay, job.Options{}, s.replay)
	r.Handle(jobPrune, job.Options{MaxAttempts: 3, Timeout: 10 * time.Minute}, s.prune)
	r.Every(jobPrune, time.Hour, func(ctx context.Context, tx *sqldb.Tx, _ time.Time) error {
		_, err := job.Insert(ctx, tx, job.Insertion{Kind: jobPrune, Lane: jobPrune, Coalesce: true})
		return err
	})
}

// account is the store of a job's account, and its transaction.
func (s *Service) account(j job.Job) store.Account { return s.store.Account(desk.AccountID(j.Account)) }

// pruneStep is how many messages are forgotten in one transaction, so that no writer waits long for it.
const pruneStep = 500

// prune forgets the messages of all accounts that are older than a week.
func (s *Service) prune(ctx context.Context, _ job.Job) job.Outcome {
	accounts, err := s.store.Accounts(ctx)
	for _, a := range accounts {
		for n := int64(pruneStep); err == nil && n == pruneStep; {
			err = s.store.Account(a.ID).Write(ctx, func(tx *store.Tx) (err error) {
				n, err = tx.PruneInvocations(ctx, s.options.Clock().Add(-desk.InvocationsKept), pruneStep)
				return err
			})
		}
	}
	return job.Outcome{Err: err}
}
