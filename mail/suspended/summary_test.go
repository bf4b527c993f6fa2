package suspended_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/mail/suspended"
	"interdesk/store"
)

func TestSummary(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		var told []string
		cannot := false
		r.Service = suspended.New(r.store, r.inbox, suspended.Options{Files: r.files, Clock: func() time.Time { return r.now },
			Tell: func(_ context.Context, _ *store.Tx, u desk.User, subject string, words []string) error {
				if cannot {
					return desk.Errorf(desk.Unavailable, "no mail")
				}
				told = append(told, u.Email+": "+subject+"\n"+strings.Join(words, "\n"))
				return nil
			}})
		summarize := func(when string, want ...string) {
			t.Helper()
			told = nil
			must(t, r.account.Write(t.Context(), func(tx *store.Tx) error { return r.Summarize(t.Context(), tx) }))
			if len(told) != min(1, len(want)) {
				t.Fatalf("%s: told %q", when, told)
			}
			for _, part := range want {
				if !strings.Contains(told[0], part) {
					t.Errorf("%s: told %q, want %q", when, told[0], part)
				}
			}
		}
		summarize("nothing waits")
		r.suspend("shop@example.com", auto)
		summarize("one waits", "ada@acme.test: Suspended mail at {account}: One", "deleted after 30 days", "Shop <shop@example.com>: Order (")
		for n := range 21 {
			r.suspend(fmt.Sprintf("shop%d@example.com", n), auto)
		}
		summarize("many wait", ": 22\n", "shop20@", "And 2 more.")
		cannot = true
		summarize("nothing can be sent")
		cannot = false
		r.now = r.now.Add(25 * time.Hour)
		summarize("a day later")
	})
}
