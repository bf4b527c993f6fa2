package outbound

import (
	"context"
	"strconv"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// way is how the letters of an account leave.
type way struct {
	name      string // of the relay, for rests
	transport Transport
}

// wayOf is the account's own relay, else the installation's.
func (s *Service) wayOf(ctx context.Context, account store.Account) (way, error) {
	var own desk.MailRelay
	err := account.Look(ctx, func(tx *store.Tx) (err error) {
		own, err = tx.MailRelay(ctx)
		return err
	})
	switch {
	case desk.KindOf(err) == desk.NotFound && s.options.Transport != nil:
		return way{"", s.options.Transport}, nil
	case desk.KindOf(err) == desk.NotFound:
		return way{}, &Refusal{Message: "there is no mail relay", Unreachable: true}
	case err != nil:
		return way{}, err
	}
	relay, err := s.relays.of(account.ID(), own, s.relayOf)
	return way{strconv.FormatInt(int64(account.ID()), 10), relay}, err
}

// CanSend tells whether there is a way to send for an account. Every update of a ticket asks.
func (s *Service) CanSend(ctx context.Context, tx *store.Tx) (bool, error) {
	if s.options.Transport != nil {
		return true, nil
	}
	if can, known := s.ways.of(tx.Account(), s.options.Clock()); known {
		return can, nil
	}
	_, err := tx.MailRelay(ctx)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return false, err
	}
	s.ways.know(tx.Account(), err == nil, s.options.Clock())
	return err == nil, nil
}

// knownWays are which accounts have relays of their own, as far as it was asked lately.
type knownWays struct {
	mu  sync.Mutex
	all map[desk.AccountID]knownWay
}

type knownWay struct {
	can   bool
	until time.Time
}

func (k *knownWays) of(account desk.AccountID, now time.Time) (can, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w := k.all[account]
	return w.can, now.Before(w.until)
}

func (k *knownWays) know(account desk.AccountID, can bool, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[desk.AccountID]knownWay{}
	}
	k.all[account] = knownWay{can, now.Add(waysTime)}
}

func (k *knownWays) forget(account desk.AccountID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, account)
}

// relayOf makes the relay of an account. Others have named its host: the guard dials.
func (s *Service) relayOf(r desk.MailRelay) (*Relay, error) {
	password := ""
	if r.Secret != "" {
		var err error
		if password, err = s.options.Secrets.Open(r.Secret); err != nil {
			return nil, err
		}
	}
	return NewRelay(RelayConfig{Host: r.Host, Port: r.Port, Security: r.Security, Username: r.Username, Password: password,
		Hello: s.options.Hello, Dial: s.options.Guard.Dial}), nil
}

// relays are those of accounts, which keep their connections while nobody changes them.
type relays struct {
	mu  sync.Mutex
	all map[desk.AccountID]madeRelay
}

type madeRelay struct {
	*Relay
	of desk.MailRelay
}

func (r *relays) of(account desk.AccountID, settings desk.MailRelay, make func(desk.MailRelay) (*Relay, error)) (*Relay, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	made, ok := r.all[account]
	if ok && made.of == settings {
		return made.Relay, nil
	}
	if ok {
		made.Close()
	}
	relay, err := make(settings)
	if err != nil {
		return nil, err
	}
	if r.all == nil {
		r.all = map[desk.AccountID]madeRelay{}
	}
	r.all[account] = madeRelay{relay, settings}
	return relay, nil
}

// rests are relays that cannot be reached and are left alone for a moment, longer each time. Only the first letter after it
// tries, the others wait for what it finds.
type rests struct {
	clock func() time.Time
	mu    sync.Mutex
	until map[string]rest
}

type rest struct {
	until time.Time
	times int
}

func newRests(clock func() time.Time) *rests { return &rests{clock: clock, until: map[string]rest{}} }

// The shortest and the longest rest.
const (
	firstRest = 5 * time.Second
	lastRest  = 5 * time.Minute
)

// of is how long a relay still rests. Whoever asks first after that tries for all.
func (r *rests) of(name string) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, resting := r.until[name], false
	wait := now.until.Sub(r.clock())
	if resting = now.times > 0; resting && wait <= 0 {
		now.until = r.clock().Add(firstRest)
		r.until[name] = now
		return 0
	}
	return max(0, wait)
}

func (r *rests) begin(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.until[name]
	pause := min(lastRest, firstRest<<min(now.times, 10))
	r.until[name] = rest{until: r.clock().Add(pause), times: now.times + 1}
}

func (r *rests) end(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.until, name)
}

// noteRelay keeps whether the account's relay takes letters, for the admin to see.
func (s *Service) noteRelay(ctx context.Context, tx *store.Tx, refusal *Refusal, err error) error {
	switch {
	case err == nil:
		return tx.ClearRelayFailure(ctx)
	case refusal != nil && refusal.Unreachable:
		return tx.SetRelayFailure(ctx, refusal.Message, s.options.Clock())
	}
	return nil
}

// RetryNow has the account's letters tried at once, and its relay with them. It tells how many waited.
func (s *Service) RetryNow(ctx context.Context, tx *store.Tx) (int64, error) {
	s.rest.end("")
	s.rest.end(strconv.FormatInt(int64(tx.Account()), 10))
	return retryJobs(ctx, tx)
}
