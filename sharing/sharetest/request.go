package sharetest

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// patience bounds every wait; a test that needs it all has failed.
const patience = 30 * time.Second

// Request is one request as the partner received it.
type Request struct {
	Method string
	Path   string // with the query
	Host   string
	Header http.Header
	Body   []byte
	Status int // what was answered; 0 when the line was dropped
}

// String writes the request in one line, for failures of tests.
func (r Request) String() string {
	return fmt.Sprintf("%s %s %d %s", r.Method, r.Path, r.Status, r.Body)
}

// Requests returns everything that was asked, in order of arrival.
func (p *Partner) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requestsLocked()
}

func (p *Partner) requestsLocked() []Request {
	all := make([]Request, len(p.requests))
	for i, request := range p.requests {
		all[i] = *request
	}
	return all
}

// Count returns how many requests match.
func (p *Partner) Count(match func(Request) bool) int {
	count := 0
	for _, request := range p.Requests() {
		if match(request) {
			count++
		}
	}
	return count
}

// Is matches requests of a method whose path contains a text.
func Is(method, path string) func(Request) bool {
	return func(r Request) bool { return r.Method == method && strings.Contains(r.Path, path) }
}

// Forget drops the record of requests; the state stays.
func (p *Partner) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = nil
}

// WaitFor waits until a condition on the partner's state holds, and fails the test when it does not come true. The condition is asked
// after every request.
func (p *Partner) WaitFor(what string, holds func() bool) {
	p.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		p.mu.Lock()
		changed := p.changed
		p.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			p.t.Fatalf("%s: waited in vain for %s; requests so far:\n%s", p.options.Name, what, p.transcript())
		}
	}
}

// WaitForRequests waits until n requests have been answered.
func (p *Partner) WaitForRequests(n int) []Request {
	p.t.Helper()
	p.WaitFor(fmt.Sprintf("%d requests", n), func() bool { return len(p.Requests()) >= n })
	return p.Requests()
}

// WaitForReceived waits until the product's comments on a ticket, each once and in order of arrival, are as many as the given ones, and fails
// when they are not exactly these.
func (p *Partner) WaitForReceived(uuid string, bodies ...string) {
	p.t.Helper()
	p.WaitFor(fmt.Sprintf("%d comments", len(bodies)), func() bool {
		ticket, _ := p.Ticket(uuid)
		return len(ticket.Received) >= len(bodies)
	})
	ticket, _ := p.Ticket(uuid)
	if got, want := fmt.Sprintf("%q", ticket.Received), fmt.Sprintf("%q", bodies); got != want {
		p.t.Fatalf("%s received %s, want %s", p.options.Name, got, want)
	}
}

func (p *Partner) transcript() string {
	var b strings.Builder
	for _, request := range p.Requests() {
		b.WriteString(request.String() + "\n")
	}
	return b.String()
}

// note announces a change of state. The lock is held.
func (p *Partner) note() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

func itoa(n int) string { return strconv.Itoa(n) }
