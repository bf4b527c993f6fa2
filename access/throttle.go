package access

import (
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
	place   string // a network, or a browser that has signed in before
}

type failureCount struct {
	count int
	last  time.Time
}

// throttle counts passwords that were tried and not found right. It lives in memory: a restart forgives.
type throttle struct {
	now func() time.Time

	mu     sync.Mutex
	failed map[guessKey]failureCount
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, failed: map[guessKey]failureCount{}}
}

// check refuses while the caller has to wait.
func (t *throttle) check(a desk.AccountID, email, place string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refusal(a, email, place)
}

func (t *throttle) refusal(a desk.AccountID, email, place string) error {
	now := t.now()
	if wait := max(t.failed[guessKey{a, email, place}].wait(now, freeTries), t.failed[guessKey{a, "", place}].wait(now, freeTriesPerPlace)); wait > 0 {
		return &ThrottledError{wait}
	}
	return nil
}

// begin counts a try as failed before it is judged, so that no two at once pass for one, and refuses like check. What turns
// out right is forgiven.
func (t *throttle) begin(a desk.AccountID, email, place string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refusal(a, email, place); err != nil {
		return err
	}
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

// forgive takes a try back that was not wrong, and all others on that address after the right password.
func (t *throttle) forgive(a desk.AccountID, email, place string, right bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, g := range [...]guessKey{{a, email, place}, {a, "", place}} {
		if f, known := t.failed[g]; known {
			t.failed[g] = failureCount{max(0, f.count-1), f.last}
		}
	}
	if right {
		delete(t.failed, guessKey{a, email, place})
	}
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
