package inbound

import (
	"sync"
	"time"
)

// limiter is a token bucket for each name (nhd §16 rows 2 and 12). It forgets names whose bucket is full again.
type limiter struct {
	rate, burst float64 // tokens a second, tokens at most

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds what strangers can make us remember.
const maxBuckets = 10_000

func newLimiter(rate, burst float64) *limiter {
	return &limiter{rate: rate, burst: burst, buckets: map[string]bucket{}}
}

func (l *limiter) allow(name string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.buckets) >= maxBuckets {
		l.forget(now)
	}
	b, known := l.buckets[name]
	if !known {
		if len(l.buckets) >= maxBuckets {
			return false
		}
		b = bucket{tokens: l.burst, at: now}
	}
	b = l.refilled(b, now)
	ok := b.tokens >= 1
	if ok {
		b.tokens--
	}
	l.buckets[name] = b
	return ok
}

func (l *limiter) refilled(b bucket, now time.Time) bucket {
	b.tokens = min(l.burst, b.tokens+l.rate*max(0, now.Sub(b.at).Seconds()))
	b.at = now
	return b
}

func (l *limiter) forget(now time.Time) {
	for name, b := range l.buckets {
		if l.refilled(b, now).tokens >= l.burst {
			delete(l.buckets, name)
		}
	}
}
