package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// TestKillDuringMail kills the desk at random moments while mail comes in. Senders do as mail servers do: what was not
// acknowledged is sent again. Afterwards every message is there exactly once, and conversations are in order.
func TestKillDuringMail(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		s := newServer(t, "acme", database(t, "acme"))
		s.smtp, s.files = freePort(t), t.TempDir()
		s.start()
		stop := make(chan struct{})
		var working sync.WaitGroup
		var senders []*sender
		for n := range 4 {
			m := &sender{server: s, name: fmt.Sprint("w", n)}
			senders = append(senders, m)
			working.Go(func() { m.work(stop) })
		}
		for range *kills {
			time.Sleep(time.Duration(50+rand.IntN(350)) * time.Millisecond)
			s.kill()
			time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
			s.start()
		}
		close(stop)
		working.Wait()
		checkMail(t, s, senders)
	})
}

// conversation is how many messages of one person make one ticket.
const conversation = 5

// sender is a mail server that has messages for the desk.
type sender struct {
	server *server
	name   string
	sent   int // acknowledged
}

func (m *sender) work(stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		if m.send() == nil {
			m.sent++
		} else {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// send hands the next message over; after a failure it is the same one again.
func (m *sender) send() error {
	person, turn := m.sent/conversation, m.sent%conversation
	from := fmt.Sprintf("p%d@%s.test", person, m.name)
	text := fmt.Sprintf("From: %s\r\nTo: support@acme.localhost\r\nSubject: %s-%d\r\nMessage-ID: <%d.%s>\r\n", from, m.name, person, turn, from)
	if turn > 0 {
		text += fmt.Sprintf("In-Reply-To: <%d.%s>\r\nReferences: <0.%s>\r\n", turn-1, from, from)
	}
	c, err := smtp.Dial(fmt.Sprintf("127.0.0.1:%d", m.server.smtp))
	if err != nil {
		return err
	}
	defer c.Close()
	return c.SendMail(from, []string{"support@acme.localhost"}, strings.NewReader(text+fmt.Sprintf("\r\nturn %d of %s-%d\r\n", turn, m.name, person)))
}

// checkMail waits until the last message is there, and compares.
func checkMail(t *testing.T, s *server, senders []*sender) {
	t.Helper()
	want, total := map[string]int{}, 0
	for _, m := range senders {
		total += m.sent
		for n := 0; n < m.sent; n += conversation {
			want[fmt.Sprintf("%s-%d", m.name, n/conversation)] = min(conversation, m.sent-n)
		}
	}
	t.Logf("%d messages in %d conversations", total, len(want))
	got := map[string]int{}
	s.eventually("all mail is in", 3*time.Minute, func() error {
		clear(got)
		n := 0
		for _, ticket := range s.all("/tickets", "tickets") {
			subject := fmt.Sprint(ticket["subject"])
			if got[subject] != 0 {
				t.Fatalf("two tickets are %s", subject)
			}
			comments := s.all(fmt.Sprintf("/tickets/%.0f/comments", ticket["id"]), "comments")
			for turn, c := range comments {
				if words := fmt.Sprintf("turn %d of %s", turn, subject); c["plain_body"] != words {
					t.Fatalf("comment %d of %s is %q", turn, subject, c["plain_body"])
				}
			}
			got[subject] = len(comments)
			n += len(comments)
		}
		if n < total {
			return fmt.Errorf("%d of %d messages", n, total)
		}
		return nil
	})
	for subject, n := range want {
		if got[subject] < n || got[subject] > n+1 { // a last one may have come without its acknowledgement
			t.Errorf("%s has %d comments, want %d", subject, got[subject], n)
		}
	}
}

// all reads every page of a list.
func (s *server) all(path, key string) (items []map[string]any) {
	s.t.Helper()
	for after := ""; ; {
		var meta struct {
			HasMore     bool   `json:"has_more"`
			AfterCursor string `json:"after_cursor"`
		}
		var raw map[string]json.RawMessage
		s.call("GET", path+"?page[size]=100"+after, nil, &raw)
		var some []map[string]any
		if err := errors.Join(json.Unmarshal(raw["meta"], &meta), json.Unmarshal(raw[key], &some)); err != nil {
			s.t.Fatal(err)
		}
		items = append(items, some...)
		if !meta.HasMore {
			return items
		}
		after = "&page[after]=" + url.QueryEscape(meta.AfterCursor)
	}
}
