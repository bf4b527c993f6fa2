package httpkit

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"interdesk/desk"
	"interdesk/ratelimit"
)

// Caller is whose requests are counted together: a user, or an address as long as nobody has signed in.
type Caller struct {
	Account desk.AccountID
	User    desk.UserID
	Client  netip.Addr // only where User is 0
}

// Limiter counts requests per caller. Each has a bucket of a minute's worth, which fills evenly.
type Limiter struct {
	perMinute int // 0: no limit
	now       func() time.Time
	callers   *ratelimit.Keyed[Caller]
}

// NewLimiter allows perMinute requests to each caller; 0 or less allows all. now nil means time.Now.
func NewLimiter(perMinute int, now func() time.Time) *Limiter {
	if now == nil {
		now = time.Now
	}
	perMinute = max(perMinute, 0)
	return &Limiter{perMinute: perMinute, now: now, callers: ratelimit.New[Caller](float64(perMinute)/60, perMinute, 0)}
}

// Check counts one request and sets the headers that tell what is left. Over the limit it returns a 429. Retry-After
// goes out only with that: some clients take its presence for a failure.
func (l *Limiter) Check(w http.ResponseWriter, c Caller) error {
	if l.perMinute == 0 {
		return nil
	}
	left, ok := l.callers.Take(c, l.now())
	h := w.Header()
	limit := strconv.Itoa(l.perMinute)
	remaining := strconv.Itoa(int(left))
	h.Set("X-Rate-Limit", limit)
	h.Set("X-Rate-Limit-Remaining", remaining)
	h.Set("ratelimit-limit", limit)
	h.Set("ratelimit-remaining", remaining)
	h.Set("ratelimit-reset", strconv.Itoa(ceilSeconds(l.timeFor(float64(l.perMinute)-left))))
	if !ok {
		return TooManyRequests(l.timeFor(1 - left))
	}
	return nil
}

// timeFor is how long so many tokens take to come.
func (l *Limiter) timeFor(tokens float64) time.Duration {
	return time.Duration(tokens / float64(l.perMinute) * float64(time.Minute)).Round(time.Millisecond)
}

func ceilSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// CheckStranger counts what somebody does who has not signed in, by network; over the limit it returns a 429.
func CheckStranger(s *ratelimit.Strangers, act ratelimit.Act, r *http.Request, now time.Time) error {
	info := About(r)
	if wait, ok := s.Take(act, int64(info.Account), ratelimit.NetworkOf(info.Client).String(), now); !ok {
		return TooManyRequests(wait)
	}
	return nil
}
