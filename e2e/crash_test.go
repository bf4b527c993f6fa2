package e2e

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var kills = flag.Int("kills", 20, "how often TestKill kills a process")

// TestKill kills either desk at random moments under load. Afterwards every update that was acknowledged, the run of its
// trigger, its comment and its share are there exactly once, and what was not acknowledged is there once or not at all.
func TestKill(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		w := newPair(t, database)
		load := w.load(6)
		for range *kills {
			victim := w.acme
			if rand.IntN(2) == 0 {
				victim = w.kongen
			}
			time.Sleep(time.Duration(50+rand.IntN(350)) * time.Millisecond)
			victim.kill()
			time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
			victim.start()
		}
		load.finish()
		w.check(t, load)
	})
}

// TestTerm ends both desks politely under load: they drain within ten seconds and nothing acknowledged is missing.
func TestTerm(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		w := newPair(t, database)
		load := w.load(4)
		for _, s := range []*server{w.acme, w.kongen} {
			time.Sleep(time.Second)
			asked := time.Now()
			if err := s.stop(); err != nil {
				t.Fatalf("%s: %v\n%s", s.name, err, s.tail())
			}
			if took := time.Since(asked); took > 10*time.Second {
				t.Errorf("%s took %s to stop", s.name, took)
			}
			s.start()
		}
		load.finish()
		w.check(t, load)
	})
}

// pair is Acme, whose trigger shares every ticket tagged share_me, and Kongen, which gets them.
type pair struct {
	acme, kongen *server
	outbound     int64
}

func newPair(t *testing.T, database func(testing.TB, string) string) *pair {
	t.Helper()
	p := &pair{acme: newServer(t, "acme", database(t, "acme")).start(), kongen: newServer(t, "kongen", database(t, "kongen")).start()}
	var err error
	if p.outbound, _, err = link(p.acme, p.kongen); err != nil {
		t.Fatal(err)
	}
	p.acme.call("POST", "/triggers", object{"trigger": object{"title": "Share",
		"all":     []object{{"field": "current_tags", "operator": "includes", "value": "share_me"}},
		"actions": []object{{"field": "share_ticket", "value": fmt.Sprint(p.outbound)}, {"field": "current_tags", "value": "shared_kongen"}}}}, nil)
	return p
}

// load is what workers asked for, by what became known of it.
type load struct {
	stop    chan struct{}
	working sync.WaitGroup
	mu      sync.Mutex
	acked   map[string]bool // marker → acknowledged; false: asked, outcome unknown
	answers map[string]bool // the same for replies written at Kongen
	tickets []string        // ids at Acme that workers may write to
}

func (p *pair) load(workers int) *load {
	l := &load{stop: make(chan struct{}), acked: map[string]bool{}, answers: map[string]bool{}}
	for n := range workers {
		l.working.Go(func() {
			for i := 0; !l.done(); i++ {
				time.Sleep(10 * time.Millisecond)
				switch {
				case n == 0:
					l.answer(p.kongen, fmt.Sprintf("answer-%d.", i))
				case i%3 == 0:
					l.create(p.acme, fmt.Sprintf("ticket-%d-%d.", n, i))
				default:
					l.comment(p.acme, fmt.Sprintf("comment-%d-%d.", n, i))
				}
			}
		})
	}
	return l
}

func (l *load) done() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

func (l *load) finish() {
	close(l.stop)
	l.working.Wait()
}

// note records an outcome; workers pause a little while a desk is away.
func (l *load) note(into map[string]bool, marker string, err error, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		into[marker] = true
		return
	}
	if status == 0 || status >= 500 {
		into[marker] = false
		time.Sleep(10 * time.Millisecond)
	}
}

func (l *load) create(s *server, marker string) {
	var made struct{ Ticket struct{ ID int64 } }
	status, err := s.try("POST", "/tickets", object{"ticket": object{"subject": marker, "tags": []string{"share_me"}, "comment": object{"body": marker}}}, &made)
	l.note(l.acked, marker, err, status)
	if err == nil {
		l.mu.Lock()
		l.tickets = append(l.tickets, fmt.Sprint(made.Ticket.ID))
		l.mu.Unlock()
	}
}

func (l *load) comment(s *server, marker string) {
	l.mu.Lock()
	var id string
	if len(l.tickets) > 0 {
		id = l.tickets[max(0, len(l.tickets)-1-rand.IntN(8))]
	}
	l.mu.Unlock()
	if id == "" {
		return
	}
	status, err := s.try("PUT", "/tickets/"+id, object{"ticket": object{"comment": object{"body": marker, "public": rand.IntN(2) == 0}}}, nil)
	l.note(l.acked, marker, err, status)
}

// answer replies at Kongen on one of its newest tickets, no faster than people would.
func (l *load) answer(s *server, marker string) {
	time.Sleep(20 * time.Millisecond)
	var list struct{ Tickets []struct{ ID int64 } }
	if _, err := s.try("GET", "/tickets?sort_by=id&sort_order=desc&per_page=5", nil, &list); err != nil || len(list.Tickets) == 0 {
		return
	}
	id := list.Tickets[rand.IntN(len(list.Tickets))].ID
	status, err := s.try("PUT", fmt.Sprintf("/tickets/%d", id), object{"ticket": object{"comment": object{"body": marker}}}, nil)
	l.note(l.answers, marker, err, status)
}

// found is what a desk holds of one ticket.
type found struct {
	id       int64
	tags     []string
	comments []string
	shared   int // TicketSharingEvents
	firings  int // events of the trigger that add its tag
}

func (p *pair) check(t *testing.T, l *load) {
	t.Helper()
	p.settle(t)
	here, there := inventory(t, p.acme), inventory(t, p.kongen)
	if len(here) == 0 {
		t.Fatal("the load made no ticket")
	}
	at, copies := count(here), count(there)
	for marker, acked := range l.acked {
		n := at[marker]
		if n > 1 || (acked && n != 1) {
			t.Errorf("%s (acknowledged: %v) is at Acme %d times", marker, acked, n)
		}
		if copies[marker] != n {
			t.Errorf("%s is at Acme %d times and at Kongen %d times", marker, n, copies[marker])
		}
	}
	for marker, acked := range l.answers {
		n := copies[marker]
		if n > 1 || (acked && n != 1) || at[marker] != n {
			t.Errorf("%s (acknowledged: %v) is at Kongen %d times and at Acme %d times", marker, acked, n, at[marker])
		}
	}
	for subject, tickets := range here {
		f := tickets[0]
		if len(tickets) != 1 || len(there[subject]) != 1 {
			t.Errorf("%s: %d tickets at Acme, %d at Kongen", subject, len(tickets), len(there[subject]))
			continue
		}
		if f.shared != 1 || f.firings != 1 || !slices.Contains(f.tags, "shared_kongen") {
			t.Errorf("%s: shared %d times, its trigger fired %d times, tags %v", subject, f.shared, f.firings, f.tags)
		}
		if own, arrived := authored(f.comments, "answer"), authored(there[subject][0].comments, "answer"); !slices.Equal(own, arrived) {
			t.Errorf("%s: comments of Acme %v arrived as %v", subject, own, arrived)
		}
	}
	t.Logf("%d tickets, %d acknowledged writes at Acme, %d at Kongen", len(here), len(l.acked), len(l.answers))
}

// settle waits until nothing is on its way, asking for the waiting shares to be tried now.
func (p *pair) settle(t *testing.T) {
	t.Helper()
	for _, s := range []*server{p.acme, p.kongen} {
		s.eventually("nothing waits", 3*time.Minute, func() error {
			waiting, err := s.waiting()
			if err == nil && waiting > 0 {
				time.Sleep(200 * time.Millisecond)
				err = fmt.Errorf("%d messages wait", waiting)
			}
			return err
		})
	}
}

func (s *server) waiting() (int, error) {
	var list struct {
		Agreements []struct{ ID int64 } `json:"sharing_agreements"`
	}
	if _, err := s.try("GET", "/sharing_agreements", nil, &list); err != nil {
		return 0, err
	}
	total := 0
	for _, a := range list.Agreements {
		var health struct {
			Health struct{ Waiting, Failing, Dead int }
		}
		if _, err := s.try("GET", fmt.Sprintf("/sharing_agreements/%d/health", a.ID), nil, &health); err != nil {
			return 0, err
		}
		if health.Health.Dead > 0 {
			return 0, errors.New("dead letters")
		}
		if health.Health.Failing > 0 {
			if _, err := s.try("PUT", fmt.Sprintf("/sharing_agreements/%d", a.ID), object{"sharing_agreement": object{"retry": true}}, nil); err != nil {
				return 0, err
			}
		}
		total += health.Health.Waiting + health.Health.Failing
	}
	return total, nil
}

// inventory reads every ticket of a desk, by subject.
func inventory(t *testing.T, s *server) map[string][]found {
	t.Helper()
	all := map[string][]found{}
	for path := "/tickets?page[size]=100"; path != ""; {
		var page struct {
			Tickets []struct {
				ID      int64
				Subject string
				Tags    []string
			}
			Meta struct {
				HasMore bool `json:"has_more"`
			}
			Links struct{ Next *string }
		}
		s.call("GET", path, nil, &page)
		for _, ticket := range page.Tickets {
			f := found{id: ticket.ID, tags: ticket.Tags}
			s.comments(&f)
			s.events(&f)
			all[ticket.Subject] = append(all[ticket.Subject], f)
		}
		path = ""
		if page.Meta.HasMore {
			_, path, _ = strings.Cut(*page.Links.Next, "/api/v2")
		}
	}
	return all
}

func (s *server) comments(f *found) {
	s.t.Helper()
	var list struct{ Comments []struct{ Body string } }
	s.call("GET", fmt.Sprintf("/tickets/%d/comments?per_page=100", f.id), nil, &list)
	for _, c := range list.Comments {
		f.comments = append(f.comments, c.Body)
	}
}

func (s *server) events(f *found) {
	s.t.Helper()
	var list struct {
		Audits []struct {
			Events []struct {
				Type, Action string
				FieldName    string `json:"field_name"`
				Value        json.RawMessage
				Previous     json.RawMessage `json:"previous_value"`
			}
		}
	}
	s.call("GET", fmt.Sprintf("/tickets/%d/audits?per_page=100", f.id), nil, &list)
	for _, a := range list.Audits {
		for _, e := range a.Events {
			if e.Type == "TicketSharingEvent" && e.Action == "shared" {
				f.shared++
			}
			if e.FieldName == "tags" && strings.Contains(string(e.Value), "shared_kongen") && !strings.Contains(string(e.Previous), "shared_kongen") {
				f.firings++
			}
		}
	}
}

// count tells how often each marker stands in the comments of a desk.
func count(all map[string][]found) map[string]int {
	n := map[string]int{}
	for _, tickets := range all {
		for _, f := range tickets {
			for _, c := range f.comments {
				n[c]++
			}
		}
	}
	return n
}

// authored leaves out the comments that begin with a word.
func authored(comments []string, not string) []string {
	return slices.DeleteFunc(slices.Clone(comments), func(c string) bool { return strings.HasPrefix(c, not) })
}
