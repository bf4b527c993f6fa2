// Package ratelimit bounds how often each of many callers may do something. Each has a token bucket (golang.org/x/time/rate);
// this package keeps the buckets by key and forgets those that are full again, as they stand for nobody in particular.
package ratelimit

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Keyed has a bucket for each key. It is safe for concurrent use.
type Keyed[K comparable] struct {
	limit rate.Limit
	burst int
	most  int // keys remembered at once; 0: no bound

	mu      sync.Mutex
	buckets map[K]*rate.Limiter
	swept   time.Time
}

// New fills each bucket with so many tokens a second, up to burst. At most so many keys are remembered, 0 for all: while
// none of them is full again, whoever is new is refused.
func New[K comparable](perSecond float64, burst, most int) *Keyed[K] {
	return &Keyed[K]{limit: rate.Limit(perSecond), burst: burst, most: most, buckets: map[K]*rate.Limiter{}}
}

// Take takes a token and tells how many are left; ok is false when there was none to take.
func (k *Keyed[K]) Take(key K, now time.Time) (left float64, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	bucket, known := k.buckets[key]
	if now.Sub(k.swept) >= time.Minute || !known && k.isFull() {
		k.sweep(now)
	}
	if !known {
		if k.isFull() {
			return 0, false
		}
		bucket = rate.NewLimiter(k.limit, k.burst)
		k.buckets[key] = bucket
	}
	ok = bucket.AllowN(now, 1)
	return bucket.TokensAt(now), ok
}

func (k *Keyed[K]) isFull() bool { return k.most > 0 && len(k.buckets) >= k.most }

func (k *Keyed[K]) sweep(now time.Time) {
	k.swept = now
	for key, bucket := range k.buckets {
		if bucket.TokensAt(now) >= float64(k.burst) {
			delete(k.buckets, key)
		}
	}
}
