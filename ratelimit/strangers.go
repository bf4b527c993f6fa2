package ratelimit

import (
	"net/netip"
	"time"
)

// Act is something that people may do without having signed in.
type Act string

// The acts that are bounded.
const (
	Request    Act = "request"    // make a request, in the portal or by the API
	Invitation Act = "invitation" // offer a sharing agreement
	Rating     Act = "rating"     // rate a ticket by the link in a letter
)

// Each network may do an act strangersBurst times at once; then it goes on at the rate that NewStrangers was told.
// At most maxStrangers networks are remembered for each act.
const (
	strangersBurst = 10
	maxStrangers   = 100_000
)

// Strangers bounds what people without sign-in may do, by act, account and network, through whichever door they come.
type Strangers struct {
	perMinute float64
	acts      map[Act]*Keyed[stranger]
}

type stranger struct {
	account int64
	source  string
}

// NewStrangers lets each network do each act so many times a minute; 0 or less bounds nothing.
func NewStrangers(perMinute float64) *Strangers {
	s := &Strangers{perMinute: perMinute, acts: map[Act]*Keyed[stranger]{}}
	for _, act := range []Act{Request, Invitation, Rating} {
		s.acts[act] = New[stranger](perMinute/60, strangersBurst, maxStrangers)
	}
	return s
}

// Take counts one act. Where it is one too many, it tells how long to wait.
func (s *Strangers) Take(act Act, account int64, source string, now time.Time) (wait time.Duration, ok bool) {
	if s == nil || s.perMinute <= 0 {
		return 0, true
	}
	left, ok := s.acts[act].Take(stranger{account, source}, now)
	if ok {
		return 0, true
	}
	return time.Duration((1 - left) / s.perMinute * float64(time.Minute)), false
}

// NetworkOf is whose doings count together: one address, of IPv6 the 64 bits that one customer has.
func NetworkOf(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
