package access

import (
	"net/netip"
	"sync"
	"time"

	"interdesk/desk"
)

// Limits of guessing. One address from one place has freeTries wrong passwords; each further one doubles the wait, from
// firstWait to longestWait. A place that tries many addresses has freeTriesPerPlace altogether. After forgetAfter
// without a failure all is forgotten.
const (
	freeTries         = 5
	freeTriesPerPlace = 50
	firstWait         = time.Second
	longestWait       = 15 * time.Minute
	forgetAfter       = time.Hour
	maxGuessers       = 100_000 // remembered at once
)

// ThrottledError refuses a sign-in unseen, because too many failed before it.
type ThrottledError struct{ Wait time.Duration }

func (e *ThrottledError) Error() string {
	return "Too many failed sign-ins. Wait as many seconds as the Retry-After header says."
}

// RetryAfter is when the next try will be heard.
func (e *ThrottledError) RetryAfter() time.Duration { return e.Wait }

type guessKey struct {
	account desk.AccountID
	email   string // "" for all addresses tried from a place
	place   netip.Addr
}

type failureCount struct {
	count int
	last  time.Time
}

// throttle counts failed passwords. It lives in memory: a restart forgives.
type throttle struct {
	now func() time.Time

	mu     sync.Mutex
	failed map[guessKey]failureCount
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, failed: map[guessKey]failureCount{}}
}

// check refuses while the caller has to wait.
func (t *throttle) check(a desk.AccountID, email string, place netip.Addr) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	wait := max(
		t.failed[guessKey{a, email, place}].wait(now, freeTries),
		t.failed[guessKey{a, "", place}].wait(now, freeTriesPerPlace),
	)
	if wait > 0 {
		return &ThrottledError{wait}
	}
	return nil
}

func (f failureCount) wait(now time.Time, free int) time.Duration {
	over := f.count - free
	if over < 0 || now.Sub(f.last) > forgetAfter {
		return 0
	}
	pause := longestWait
	if over < 10 {
		pause = min(firstWait<<over, longestWait)
	}
	return max(0, pause-now.Sub(f.last))
}

// recordFailure notes a wrong password.
func (t *throttle) recordFailure(a desk.AccountID, email string, place netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.failed) >= maxGuessers {
		t.sweep(now)
	}
	for _, g := range [...]guessKey{{a, email, place}, {a, "", place}} {
		f := t.failed[g]
		if now.Sub(f.last) > forgetAfter {
			f.count = 0
		}
		t.failed[g] = failureCount{f.count + 1, now}
	}
}

// forgive forgets the failures of an address after the right password.
func (t *throttle) forgive(a desk.AccountID, email string, place netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failed, guessKey{a, email, place})
}

// sweep drops what is old, and everything when that is not enough: memory is bounded before all else.
func (t *throttle) sweep(now time.Time) {
	for g, f := range t.failed {
		if now.Sub(f.last) > longestWait {
			delete(t.failed, g)
		}
	}
	if len(t.failed) >= maxGuessers {
		clear(t.failed)
	}
}
