package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// mailing are two desks that mail each other about ticket 1 of each.
type mailing struct {
	t            *testing.T
	acme, kongen *server
	said         []string
}

func newMailing(t *testing.T, database func(testing.TB, string) string) *mailing {
	m := &mailing{t: t, acme: newServer(t, "acme", database(t, "acme")), kongen: newServer(t, "kongen", database(t, "kongen"))}
	m.acme.smtp, m.kongen.smtp = freePort(t), freePort(t)
	for s, other := range map[*server]*server{m.acme: m.kongen, m.kongen: m.acme} {
		s.files = t.TempDir()
		s.more = []string{fmt.Sprintf("INTERDESK_SMTP_RELAY=smtp://127.0.0.1:%d", other.smtp)}
		s.start()
	}
	m.begin("We need ten sensors.")
	m.say(m.kongen, "Which ones?")
	m.say(m.acme, "The fast ones.")
	return m
}

// begin writes from Acme to Kongen.
func (m *mailing) begin(words string) {
	var me struct{ User struct{ ID int64 } }
	m.acme.call("GET", "/users/me", nil, &me)
	m.said = append(m.said, words)
	m.acme.call("POST", "/tickets", object{"ticket": object{"subject": "Order", "requester": object{"name": "Kongen", "email": "support@kongen.localhost"},
		"comment": object{"body": words, "author_id": me.User.ID}}}, nil)
	hear(m.t, m.kongen, m.said)
}

// write says something in public without waiting for it to arrive.
func (m *mailing) write(s *server, words string) {
	m.said = append(m.said, words)
	s.call("PUT", "/tickets/1", object{"ticket": object{"comment": object{"body": words}}}, nil)
}

// say says something in public and waits until both sides have everything, each once.
func (m *mailing) say(s *server, words string) {
	m.t.Helper()
	m.write(s, words)
	m.agree()
}

// agree waits until both sides have everything that was said, each once and on one ticket.
func (m *mailing) agree() {
	m.t.Helper()
	hear(m.t, m.acme, m.said)
	hear(m.t, m.kongen, m.said)
}

// propose invites Kongen and has Acme's ticket wait for the answer; Acme's and Kongen's ids of the agreement are given.
func (m *mailing) propose() (out, in int64) {
	m.t.Helper()
	var made struct {
		Agreement struct{ ID int64 } `json:"sharing_agreement"`
	}
	m.acme.call("POST", "/sharing_agreements", object{"sharing_agreement": object{"sharing_url": m.kongen.url("/sharing"), "name": "kongen",
		"allows_public_comments": true, "sync_tags": true, "sync_custom_fields": true}}, &made)
	there := int64(whole(m.acme, "/tickets/1/correspondences", "correspondences")[0]["desk_id"].(float64))
	m.acme.call("PUT", fmt.Sprintf("/tickets/1/correspondences/%d", there), object{"correspondence": object{"choice": "share", "agreement_id": made.Agreement.ID}}, nil)
	m.kongen.eventually("invitation", time.Minute, func() (err error) {
		in, err = agreementWith(m.kongen, "inbound", "pending")
		return err
	})
	return made.Agreement.ID, in
}

func (m *mailing) accept(in int64) {
	m.kongen.call("PUT", fmt.Sprintf("/sharing_agreements/%d", in), object{"sharing_agreement": object{"status": "accepted"}}, nil)
}

// awaitShare waits until Acme's share of ticket 1 is in a state.
func (m *mailing) awaitShare(s *server, state string) {
	m.t.Helper()
	s.eventually("the share is "+state, time.Minute, func() error {
		all := whole(s, "/tickets/1/shares", "shares")
		if len(all) != 1 || all[0]["state"] != state {
			return fmt.Errorf("shares: %v", all)
		}
		return nil
	})
}

// whole is a list that comes in one page.
func whole(s *server, path, key string) []object {
	s.t.Helper()
	raw := map[string]json.RawMessage{}
	s.call("GET", path, nil, &raw)
	var all []object
	if err := json.Unmarshal(raw[key], &all); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// mails are the bodies of a desk's comments on ticket 1 that came by mail.
func mails(s *server) (out []string) {
	for _, c := range s.all("/tickets/1/comments", "comments") {
		if via, _ := c["via"].(object); via["channel"] == "email" {
			out = append(out, fmt.Sprint(c["plain_body"]))
		}
	}
	return out
}

func notes(s *server, words string) (n int) {
	for _, c := range s.all("/tickets/1/comments", "comments") {
		if c["public"] == false && strings.Contains(fmt.Sprint(c["plain_body"]), words) {
			n++
		}
	}
	return n
}

// TestMailBecomesAShare: what two desks mailed each other becomes one share of the two tickets when the agreement is accepted, with
// every word once; then the ticket goes by sharing alone, others by mail; and when the partner ends it, by mail again.
func TestMailBecomesAShare(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		m := newMailing(t, database)
		out, in := m.propose()
		m.say(m.kongen, "Said while the agreement is pending.")
		m.acme.call("PUT", "/tickets/1", object{"ticket": object{"comment": object{"body": "Kongen must not miss this note.", "public": false}}}, nil)
		m.accept(in)
		m.awaitShare(m.acme, "live")
		m.awaitShare(m.kongen, "live")
		m.agree()
		if n := notes(m.kongen, "must not miss"); n != 1 {
			t.Errorf("Kongen has the note %d times", n)
		}
		for turn := range 2 {
			m.say(m.kongen, fmt.Sprintf("Kongen says this by sharing, turn %d.", turn))
			m.say(m.acme, fmt.Sprintf("Acme says this by sharing, turn %d.", turn))
		}
		for _, s := range []*server{m.acme, m.kongen} {
			for _, words := range mails(s) {
				if strings.Contains(words, "by sharing") {
					t.Errorf("%s got %q by mail", s.name, words)
				}
			}
			if n := len(s.all("/tickets", "tickets")); n != 1 {
				t.Errorf("%s has %d tickets", s.name, n)
			}
		}
		// The partner ends it, while something waits for it: both go on by mail and say so, and what waited is mailed.
		m.acme.call("PUT", fmt.Sprintf("/sharing_agreements/%d", out), object{"sharing_agreement": object{"paused": true}}, nil)
		m.write(m.acme, "This waits for the share.")
		m.kongen.call("PUT", fmt.Sprintf("/sharing_agreements/%d", in), object{"sharing_agreement": object{"status": "inactive"}}, nil)
		m.acme.eventually("a note that mail goes on", time.Minute, func() error {
			if notes(m.acme, "goes to support@kongen.localhost by mail again. One comment that the share did not deliver is mailed now.") != 1 {
				return fmt.Errorf("no note")
			}
			return nil
		})
		m.agree()
		m.say(m.acme, "By mail again.")
		m.say(m.kongen, "Yes, by mail.")
		for _, words := range []string{"This waits for the share.", "By mail again."} {
			if !slices.Contains(mails(m.kongen), words) {
				t.Errorf("Kongen has by mail: %q", mails(m.kongen))
			}
		}
	})
}

// TestConversionWhileProcessesAreKilled: whatever dies while mail becomes a share, every word is on both tickets once.
func TestConversionWhileProcessesAreKilled(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		m := newMailing(t, database)
		_, in := m.propose()
		m.write(m.acme, "On its way by mail.")
		m.accept(in)
		for n := range 3 {
			for _, s := range []*server{m.kongen, m.acme} {
				m.write(s, fmt.Sprintf("%s says this before it dies, %d.", s.name, n))
				time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
				s.kill()
				s.start()
			}
		}
		m.awaitShare(m.acme, "live")
		for _, s := range []*server{m.acme, m.kongen} {
			hearAll(t, s, m.said)
		}
		time.Sleep(2 * time.Second) // what would still come twice
		for _, s := range []*server{m.acme, m.kongen} {
			hearAll(t, s, m.said)
			if n := len(s.all("/tickets", "tickets")); n != 1 {
				t.Errorf("%s has %d tickets", s.name, n)
			}
		}
	})
}

// hearAll waits until everything that was said stands on the ticket, each once, in whatever order.
func hearAll(t *testing.T, s *server, said []string) {
	t.Helper()
	want := slices.Sorted(slices.Values(said))
	s.eventually(fmt.Sprintf("%s has heard all", s.name), 2*time.Minute, func() error {
		var heard []string
		for _, c := range s.all("/tickets/1/comments", "comments") {
			if words := fmt.Sprint(c["plain_body"]); slices.Contains(said, words) {
				heard = append(heard, words)
			}
		}
		if slices.Sort(heard); !slices.Equal(heard, want) {
			return fmt.Errorf("heard %q of %q", heard, want)
		}
		return nil
	})
}
