package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestTwoDesksMailEachOther: both acknowledge what they receive by their standard triggers. At most two automatic mails pass, and
// every human word arrives once, on one ticket at each side.
func TestTwoDesksMailEachOther(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		acme, kongen := newServer(t, "acme", database(t, "acme")), newServer(t, "kongen", database(t, "kongen"))
		acme.smtp, kongen.smtp = freePort(t), freePort(t)
		for s, other := range map[*server]*server{acme: kongen, kongen: acme} {
			s.more = []string{fmt.Sprintf("INTERDESK_SMTP_RELAY=smtp://127.0.0.1:%d", other.smtp)}
		}
		acme.start()
		kongen.start()
		var me struct{ User struct{ ID int64 } }
		acme.call("GET", "/users/me", nil, &me)
		said := []string{"We need ten sensors."}
		acme.call("POST", "/tickets", object{"ticket": object{"subject": "Order", "requester": object{"name": "Kongen", "email": "support@kongen.localhost"},
			"comment": object{"body": said[0], "author_id": me.User.ID}}}, nil)
		hear(t, kongen, said)
		for turn := range 3 {
			for _, s := range []*server{kongen, acme} {
				words := fmt.Sprintf("%s says this in turn %d.", s.name, turn)
				s.call("PUT", "/tickets/1", object{"ticket": object{"comment": object{"body": words}}}, nil)
				said = append(said, words)
				hear(t, acme, said)
				hear(t, kongen, said)
			}
		}
		time.Sleep(2 * time.Second) // what loops would go on by now
		automatic := 0
		for _, s := range []*server{acme, kongen} {
			if n := len(s.all("/tickets", "tickets")); n != 1 {
				t.Errorf("%s has %d tickets", s.name, n)
			}
			automatic += len(s.all("/tickets/1/comments", "comments")) - len(said)
		}
		if automatic > 2 {
			t.Errorf("%d automatic mails passed", automatic)
		}
	})
}

// hear waits until everything that was said stands on the ticket, each once and in order.
func hear(t *testing.T, s *server, said []string) {
	t.Helper()
	s.eventually(fmt.Sprintf("%s has heard all", s.name), time.Minute, func() error {
		if len(s.all("/tickets", "tickets")) == 0 {
			return fmt.Errorf("no ticket yet")
		}
		var heard []string
		for _, c := range s.all("/tickets/1/comments", "comments") {
			if words := fmt.Sprint(c["plain_body"]); slices.Contains(said, words) {
				heard = append(heard, words)
			}
		}
		if !slices.Equal(heard, said) {
			return fmt.Errorf("heard %q of %q", heard, said)
		}
		return nil
	})
}
