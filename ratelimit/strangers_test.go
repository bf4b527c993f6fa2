package ratelimit_test

import (
	"net/netip"
	"testing"
	"time"

	"interdesk/ratelimit"
)

func TestStrangers(t *testing.T) {
	t.Parallel()
	s, now := ratelimit.NewStrangers(6), time.Unix(1e9, 0)
	for n := range 10 {
		if _, ok := s.Take(ratelimit.Request, 1, "192.0.2.1", now); !ok {
			t.Fatalf("act %d is refused", n+1)
		}
	}
	wait, ok := s.Take(ratelimit.Request, 1, "192.0.2.1", now)
	if ok || wait != 10*time.Second {
		t.Errorf("one too many: allowed %t, wait %s, want 10s", ok, wait)
	}
	for name, take := range map[string]func() (time.Duration, bool){
		"another act":     func() (time.Duration, bool) { return s.Take(ratelimit.Invitation, 1, "192.0.2.1", now) },
		"another account": func() (time.Duration, bool) { return s.Take(ratelimit.Request, 2, "192.0.2.1", now) },
		"another network": func() (time.Duration, bool) { return s.Take(ratelimit.Request, 1, "192.0.2.2", now) },
		"after the wait":  func() (time.Duration, bool) { return s.Take(ratelimit.Request, 1, "192.0.2.1", now.Add(wait)) },
	} {
		if _, ok := take(); !ok {
			t.Errorf("%s is refused", name)
		}
	}
}

func TestNetworkOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.7":           "192.0.2.7",
		"::ffff:192.0.2.7":    "192.0.2.7",
		"2001:db8:1:2:3:4::5": "2001:db8:1:2::",
		"fe80::1%eth0":        "fe80::",
	} {
		if got := ratelimit.NetworkOf(netip.MustParseAddr(in)); got.String() != want {
			t.Errorf("%s counts as %s, want %s", in, got, want)
		}
	}
}
