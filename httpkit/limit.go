package httpkit

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"interdesk/desk"
)

// Caller is whose requests are counted together: a user, or an address as long as nobody has signed in.
type Caller struct {
	Account desk.AccountID
	User    desk.UserID
	Client  netip.Addr // only where User is 0
}

// Limiter counts requests per caller. Each has a bucket of a minute's worth, which fills evenly.
type Limiter struct {
	rate float64 // per minute; 0: no limit
	now  func() time.Time

	mu      sync.Mutex
	buckets map[Caller]bucket
	swept   time.Time
}

type bucket struct {
	left float64
	at   time.Time
}

// NewLimiter allows perMinute requests to each caller; 0 or less allows all. now nil means time.Now.
func NewLimiter(perMinute int, now func() time.Time) *Limiter {
	if now == nil {
		now = time.Now
	}
	return &Limiter{rate: float64(max(perMinute, 0)), now: now, buckets: map[Caller]bucket{}}
}

// Check counts one request and sets the headers that tell what is left. Over the limit it returns a 429. Retry-After
// goes out only with that: some clients take its presence for a failure.
func (l *Limiter) Check(w http.ResponseWriter, c Caller) error {
	if l.rate == 0 {
		return nil
	}
	left, full, wait := l.take(c)
	h := w.Header()
	limit := strconv.Itoa(int(l.rate))
	remaining := strconv.Itoa(int(left))
	h.Set("X-Rate-Limit", limit)
	h.Set("X-Rate-Limit-Remaining", remaining)
	h.Set("ratelimit-limit", limit)
	h.Set("ratelimit-remaining", remaining)
	h.Set("ratelimit-reset", strconv.Itoa(ceilSeconds(full)))
	if wait > 0 {
		return TooManyRequests(wait)
	}
	return nil
}

// take is the arithmetic: what is left, how long until the bucket is full, and how long to wait (0: go on).
func (l *Limiter) take(c Caller) (left float64, full, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	b, known := l.buckets[c]
	if !known {
		b = bucket{left: l.rate, at: now}
	}
	b.left = math.Min(l.rate, b.left+l.rate*now.Sub(b.at).Minutes())
	b.at = now
	if b.left < 1 {
		wait = time.Duration((1 - b.left) / l.rate * float64(time.Minute))
	} else {
		b.left--
	}
	l.buckets[c] = b
	return b.left, time.Duration((l.rate - b.left) / l.rate * float64(time.Minute)), max(wait, 0)
}

// sweep forgets the buckets that are full again, once a minute.
func (l *Limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for c, b := range l.buckets {
		if now.Sub(b.at) >= time.Minute {
			delete(l.buckets, c)
		}
	}
}

func ceilSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
