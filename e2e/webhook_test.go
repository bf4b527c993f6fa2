package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// receiver is a program elsewhere that says what it is told to say.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	got    map[string][]string // the steps that arrived, repeats left out, by ticket
}

func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	r := &receiver{answer: answer, got: map[string][]string{}}
	seen := map[string]bool{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		raw, _ := io.ReadAll(q.Body)
		var body struct{ Ticket, Said string }
		bad := json.Unmarshal(raw, &body)
		r.mu.Lock()
		if id := q.Header.Get("Webhook-Id"); bad == nil && !seen[id] {
			seen[id] = true
			r.got[body.Ticket] = append(r.got[body.Ticket], body.Said)
		}
		answer := r.answer
		r.mu.Unlock()
		answer(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = says(http.StatusNoContent)
}

// heard tells whether all steps of all tickets arrived, in order.
func (r *receiver) heard(tickets []string, steps int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range tickets {
		for n := range steps {
			if want := fmt.Sprint("step ", n); len(r.got[id]) <= n || r.got[id][n] != want {
				return fmt.Errorf("ticket %s: %v, want %d steps in order", id, r.got[id], steps)
			}
		}
	}
	return nil
}

func says(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}
}

func hangs(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }

// Receivers in every state, and a desk that is killed meanwhile: the good one hears all in order, those that come back hear what
// they have missed, and nobody is waited for.
func TestWebhooksAndKills(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		s := newServer(t, "acme", database(t, "acme")).start()
		nonsense, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = nonsense.Close() })
		go babble(nonsense)
		receivers := map[string]*receiver{"good": newReceiver(t, says(http.StatusOK)), "broken": newReceiver(t, says(http.StatusInternalServerError)),
			"busy": newReceiver(t, says(http.StatusTooManyRequests, "Retry-After", "1")), "slow": newReceiver(t, hangs),
			"elsewhere": newReceiver(t, says(http.StatusFound, "Location", "http://10.0.0.1/"))}
		addresses := map[string]string{"nonsense": "http://" + nonsense.Addr().String(), "down": fmt.Sprintf("http://127.0.0.1:%d", freePort(t))}
		for name, r := range receivers {
			addresses[name] = r.URL
		}
		hooks := map[string]string{}
		for name, address := range addresses {
			hooks[name] = addHook(s, name, address)
		}
		const steps = 3
		var tickets []string
		for range 4 {
			var made struct{ Ticket struct{ ID int64 } }
			s.call("POST", "/tickets", object{"ticket": object{"subject": `say "hi"`, "comment": object{"body": "step 0"}}}, &made)
			id := fmt.Sprint(made.Ticket.ID)
			tickets = append(tickets, id)
			for n := 1; n < steps; n++ {
				s.call("PUT", "/tickets/"+id, object{"ticket": object{"comment": object{"body": fmt.Sprint("step ", n)}}}, nil)
			}
			s.kill()
			s.start()
		}
		s.eventually("the good one hears all", time.Minute, func() error { return receivers["good"].heard(tickets, steps) })
		s.eventually("the redirect is refused", time.Minute, func() error {
			if n := s.invocations(hooks["elsewhere"], "failed"); n != len(tickets)*steps {
				return fmt.Errorf("%d messages were given up", n)
			}
			return nil
		})
		for _, name := range []string{"broken", "busy", "slow"} {
			receivers[name].mend()
			s.eventually(name+" hears all once it is back", time.Minute, func() error {
				s.call("POST", "/webhooks/"+hooks[name]+"/retry", nil, nil)
				return receivers[name].heard(tickets, steps)
			})
		}
		for _, name := range []string{"down", "nonsense"} {
			if n := s.invocations(hooks[name], "success"); n != 0 {
				t.Errorf("%s took %d messages", name, n)
			}
		}
	})
}

// babble answers with what is no HTTP.
func babble(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = c.Write([]byte("\x00 nonsense\r\n\r\n"))
		_ = c.Close()
	}
}

// addHook makes a webhook that each update of a ticket calls.
func addHook(s *server, name, address string) string {
	var made struct{ Webhook struct{ ID string } }
	s.call("POST", "/webhooks", object{"webhook": object{"name": name, "endpoint": address, "http_method": "POST", "request_format": "json", "status": "active"}}, &made)
	s.call("POST", "/triggers", object{"trigger": object{"title": "Tell " + name, "all": []object{},
		"any":     []object{{"field": "update_type", "operator": "is", "value": "Create"}, {"field": "update_type", "operator": "is", "value": "Change"}},
		"actions": []object{{"field": "notification_webhook", "value": []any{made.Webhook.ID, `{"ticket":"{{ticket.id}}","title":"{{ticket.title}}","said":"{{ticket.latest_comment}}"}`}}}}}, nil)
	return made.Webhook.ID
}

// invocations counts a webhook's messages of a status.
func (s *server) invocations(hook, status string) int {
	s.t.Helper()
	var list struct{ Invocations []struct{ ID string } }
	s.call("GET", "/webhooks/"+hook+"/invocations?filter%5Bstatus%5D="+status, nil, &list)
	return len(list.Invocations)
}
