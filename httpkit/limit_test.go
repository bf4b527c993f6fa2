package httpkit_test

import (
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"interdesk/httpkit"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := httpkit.NewLimiter(3, func() time.Time { return now })
	ann, bob := httpkit.Caller{Account: 1, User: 1}, httpkit.Caller{Account: 2, User: 1}
	steps := []struct {
		name      string
		after     time.Duration
		caller    httpkit.Caller
		fine      bool
		remaining string
		reset     string
	}{
		{"first", 0, ann, true, "2", "20"},
		{"second", 0, ann, true, "1", "40"},
		{"third", 0, ann, true, "0", "60"},
		{"fourth", 0, ann, false, "0", "60"},
		{"another account", 0, bob, true, "2", "20"},
		{"too early", 19 * time.Second, ann, false, "0", "41"},
		{"one has come back", time.Second, ann, true, "0", "60"},
		{"all have come back", 5 * time.Minute, ann, true, "2", "20"},
	}
	for _, s := range steps {
		now = now.Add(s.after)
		w := httptest.NewRecorder()
		err := l.Check(w, s.caller)
		if (err == nil) != s.fine {
			t.Errorf("%s: %v", s.name, err)
		}
		h := w.Header()
		if h.Get("X-Rate-Limit") != "3" || h.Get("ratelimit-remaining") != s.remaining || h.Get("X-Rate-Limit-Remaining") != s.remaining || h.Get("ratelimit-reset") != s.reset {
			t.Errorf("%s: %v", s.name, h)
		}
		if h.Get("Retry-After") != "" {
			t.Errorf("%s: Retry-After before the answer is decided", s.name)
		}
	}
}

func TestLimiterByAddressAndOff(t *testing.T) {
	t.Parallel()
	here, there := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	l := httpkit.NewLimiter(1, nil)
	if err := l.Check(httptest.NewRecorder(), httpkit.Caller{Account: 1, Client: here}); err != nil {
		t.Error(err)
	}
	if err := l.Check(httptest.NewRecorder(), httpkit.Caller{Account: 1, Client: here}); statusOf(err) != 429 {
		t.Error(err)
	}
	if err := l.Check(httptest.NewRecorder(), httpkit.Caller{Account: 1, Client: there}); err != nil {
		t.Error(err)
	}
	off := httpkit.NewLimiter(0, nil)
	w := httptest.NewRecorder()
	for range 10 {
		if err := off.Check(w, httpkit.Caller{}); err != nil {
			t.Error(err)
		}
	}
	if len(w.Header()) > 0 {
		t.Errorf("headers without a limit: %v", w.Header())
	}
}
