package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"interdesk/store/sqldb"
)

// Config of a runner. A zero field takes the value named here.
type Config struct {
	Workers   int              // jobs that run at once; 16
	Lease     time.Duration    // PostgreSQL: a runner without pulse for this long has lost its jobs; 15 s
	Poll      time.Duration    // how often to look for other processes' jobs; 250 ms on PostgreSQL, 10 s on SQLite
	Retention time.Duration    // dead jobs are deleted after this time; 30 days
	Now       func() time.Time // time.Now
	Random    func() float64   // in [0, 1), for jitter; safe for concurrent use
	Logger    *slog.Logger     // silence
}

func (c Config) withDefaults(d sqldb.Dialect) Config {
	if c.Workers <= 0 {
		c.Workers = 16
	}
	if c.Lease <= 0 {
		c.Lease = 15 * time.Second
	}
	if c.Poll <= 0 && d == sqldb.Postgres {
		c.Poll = 250 * time.Millisecond
	}
	if c.Poll <= 0 {
		c.Poll = 10 * time.Second
	}
	if c.Retention <= 0 {
		c.Retention = 30 * 24 * time.Hour
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Float64
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Runner claims jobs and has them done. Make it with NewRunner, tell it the kinds, then Start it.
type Runner struct {
	db      *sqldb.DB
	config  Config
	owner   int64
	kinds   map[string]kind
	periods []period

	claiming    sync.Mutex // held from a claim until its jobs are active
	lastCrowded partyKey   // the party that the last claim among the crowded ended with; guarded by claiming

	mu         sync.Mutex
	ready      []Job           // claimed, not yet started
	active     map[jobKey]bool // claimed, its outcome not yet stored
	busy       int             // handlers at work that share the workers
	placed     map[string]int  // handlers at work in places of their kind's own
	party      map[partyKey]partyLoad
	crowd      bool // the last claim left jobs that wait for a place at their party
	partyFreed bool // there is a place for such a job, or of a full kind, and nothing to fill it with in store

	handlerDone chan struct{} // a handler is through
	stopping    context.Context
	stop        context.CancelFunc // no more claims
	working     context.Context
	abort       context.CancelFunc // handlers must end
	loops       sync.WaitGroup
	handlers    sync.WaitGroup
}

type kind struct {
	options Options
	handler Handler
}

type jobKey struct{ account, id, token int64 }

type partyKey struct {
	account int64
	party   string
}

// NewRunner makes a runner for the jobs of db.
func NewRunner(db *sqldb.DB, c Config) *Runner {
	return &Runner{
		db:          db,
		config:      c.withDefaults(db.Dialect()),
		owner:       1 + rand.Int64N(1<<52),
		kinds:       map[string]kind{},
		active:      map[jobKey]bool{},
		placed:      map[string]int{},
		party:       map[partyKey]partyLoad{},
		handlerDone: make(chan struct{}, 1),
	}
}

// Handle says who does the jobs of a kind. Kinds without a handler wait for a process that has one. It panics when the
// kind has a handler already.
func (r *Runner) Handle(name string, o Options, h Handler) {
	if _, taken := r.kinds[name]; taken || h == nil {
		panic("job: kind " + name + " needs exactly one handler")
	}
	r.kinds[name] = kind{options: o.withDefaults(), handler: h}
}

// Start begins to work. When ctx ends, the handlers' contexts do; use Stop to end in good order.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.register(ctx); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	r.working, r.abort = context.WithCancel(ctx)
	r.stopping, r.stop = context.WithCancel(r.working)
	rings, unlisten := r.db.Listen(wakeChannel)
	r.loops.Go(func() {
		defer unlisten()
		r.dispatch(rings)
	})
	r.loops.Go(r.watchOwners)
	r.loops.Go(r.runPeriods)
	return nil
}

// graceAfterAbort is how long handlers get to notice that their context has ended.
const graceAfterAbort = 2 * time.Second

// Stop claims no more, gives back what has not started, and waits for the running handlers. When ctx ends before they
// do, their contexts end, and the jobs they leave unfinished go back as if they had not run.
func (r *Runner) Stop(ctx context.Context) error {
	if r.stop == nil {
		return nil
	}
	r.stop()
	r.loops.Wait()
	done := make(chan struct{})
	go func() {
		r.handlers.Wait()
		close(done)
	}()
	var late error
	select {
	case <-done:
	case <-ctx.Done():
		late = ctx.Err()
		r.abort()
		select {
		case <-done:
			late = nil
		case <-time.After(graceAfterAbort):
		}
	}
	r.abort()
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceAfterAbort)
	defer cancel()
	return errors.Join(late, r.unregister(clean))
}

// dispatch claims jobs and starts them until the runner stops.
func (r *Runner) dispatch(rings <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	due := true // something may have become due since the last claim
	for {
		wait := r.config.Poll
		for due && r.stopping.Err() == nil {
			want := r.wantedClaims()
			if want == 0 {
				break // a handler that is through comes back here
			}
			due, wait = r.claimMore(want)
			r.startReady()
		}
		r.startReady()
		timer.Reset(wait)
		select {
		case <-r.stopping.Done():
			r.giveBack()
			return
		case <-rings:
			due = true
		case <-timer.C:
			due = true
		case <-r.handlerDone:
			due = due || r.takeFreedParty()
		}
	}
}

// claimMore claims up to want jobs. It tells whether there may be more, and otherwise how long nothing will become due by
// itself.
func (r *Runner) claimMore(want int) (more bool, wait time.Duration) {
	r.claiming.Lock()
	defer r.claiming.Unlock()
	c, err := r.claim(r.stopping, want)
	if err != nil {
		if r.stopping.Err() == nil {
			r.config.Logger.Error("claim jobs", "cause", err)
		}
		return false, r.config.Poll
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range c.jobs {
		r.active[j.key()] = true
	}
	r.crowd = c.crowd
	r.ready = append(r.ready, c.jobs...)
	return c.picked == want, min(c.next, r.config.Poll)
}

// wantedClaims keeps about one startable job in store for each worker, and claims many at a time.
func (r *Runner) wantedClaims() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	startable := 0
	for _, j := range r.ready {
		if !r.isFull(j) {
			startable++
		}
	}
	if startable > r.config.Workers/2 {
		return 0
	}
	return max(0, 2*r.config.Workers-startable-r.busy)
}

// fullParties are those whose jobs are not to be claimed now.
func (r *Runner) fullParties() []partyKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	var full []partyKey
	for key, n := range r.party {
		if n.limit > 0 && n.busy >= n.limit {
			full = append(full, key)
		}
	}
	return full
}

// fullKinds are those whose own places are all taken.
func (r *Runner) fullKinds() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	full := map[string]bool{}
	for name, n := range r.placed {
		full[name] = n >= r.kinds[name].options.Places
	}
	return full
}

// takeFreedParty tells whether a party that jobs wait for, or a kind that was full, has a place again.
func (r *Runner) takeFreedParty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.partyFreed
	r.partyFreed = false
	return v
}

// startReady starts what is ready, as far as workers and the bounds of parties allow.
func (r *Runner) startReady() {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.ready[:0]
	for _, j := range r.ready {
		if r.stopping.Err() != nil || !r.hasPlace(j) || r.isFull(j) {
			kept = append(kept, j)
			continue
		}
		r.enter(j)
		r.enterParty(j)
		r.handlers.Go(func() { r.run(j) })
	}
	clear(r.ready[len(kept):])
	r.ready = kept
}

// hasPlace tells whether a worker is free, or a place of the kind's own.
func (r *Runner) hasPlace(j Job) bool {
	if places := r.kinds[j.Kind].options.Places; places > 0 {
		return r.placed[j.Kind] < places
	}
	return r.busy < r.config.Workers
}

func (r *Runner) enter(j Job) {
	if r.kinds[j.Kind].options.Places > 0 {
		r.placed[j.Kind]++
	} else {
		r.busy++
	}
}

func (r *Runner) leave(j Job) {
	places := r.kinds[j.Kind].options.Places
	if places == 0 {
		r.busy--
		return
	}
	r.partyFreed = r.partyFreed || r.placed[j.Kind] == places
	r.placed[j.Kind]--
}

// partyLoad is what one party has at work.
type partyLoad struct{ busy, limit int }

// isFull tells whether a job waits for others of its party or of its kind, and for no worker.
func (r *Runner) isFull(j Job) bool {
	l := r.party[j.partyKey()]
	return l.limit > 0 && l.busy >= l.limit || r.kinds[j.Kind].options.Places > 0 && !r.hasPlace(j)
}

func (r *Runner) enterParty(j Job) {
	limit := r.kinds[j.Kind].options.PerParty
	if j.Party == "" || limit == 0 {
		return
	}
	l := r.party[j.partyKey()]
	r.party[j.partyKey()] = partyLoad{busy: l.busy + 1, limit: limit}
}

func (r *Runner) leaveParty(j Job) {
	if j.Party == "" || r.kinds[j.Kind].options.PerParty == 0 {
		return
	}
	l := r.party[j.partyKey()]
	r.partyFreed = r.partyFreed || r.crowd && !slices.ContainsFunc(r.ready, func(o Job) bool { return o.partyKey() == j.partyKey() })
	l.busy--
	r.party[j.partyKey()] = l
	if l.busy == 0 {
		delete(r.party, j.partyKey())
	}
}

func (j Job) key() jobKey { return jobKey{j.Account, j.ID, j.token} }

func (j Job) partyKey() partyKey { return partyKey{j.Account, j.Party} }

// finished frees the place of a job and lets the dispatcher look.
func (r *Runner) finished(j Job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.active, j.key())
	r.leave(j)
	r.leaveParty(j)
	select {
	case r.handlerDone <- struct{}{}:
	default:
	}
}
