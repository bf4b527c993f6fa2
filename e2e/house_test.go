package e2e

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"
)

// house is one desk of some processes behind a balancer, which partners and clients reach by one address.
type house struct {
	*server   // the first process; its port is the balancer's, so that calls go to any
	processes []*server
}

// newHouse makes an account in a fresh database and starts processes for it.
func newHouse(t testing.TB, name, database string, processes int) *house {
	t.Helper()
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := front.Addr().(*net.TCPAddr).Port
	first := newServer(t, name, database)
	first.public, first.files = fmt.Sprintf("http://localhost:%d", port), t.TempDir()
	h := &house{server: first, processes: []*server{first}}
	for range processes - 1 {
		p := *first
		p.port = freePort(t)
		t.Cleanup(p.kill)
		h.processes = append(h.processes, &p)
	}
	for _, p := range h.processes {
		p.start()
	}
	caller := *first
	caller.port = port
	h.server = &caller
	balancer := &http.Server{Handler: h.balance(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = balancer.Serve(front) }()
	t.Cleanup(func() { _ = balancer.Close() })
	return h
}

// balance sends each request to any process, also to one that is down.
func (h *house) balance() http.Handler {
	quiet := log.New(io.Discard, "", 0)
	return &httputil.ReverseProxy{ErrorLog: quiet, Rewrite: func(r *httputil.ProxyRequest) {
		p := h.processes[rand.IntN(len(h.processes))]
		r.SetURL(&url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", p.port)})
		r.Out.Host = r.In.Host
	}}
}

// crash kills any process as a power cut would, and starts it again after a while.
func (h *house) crash(away time.Duration) {
	p := h.processes[rand.IntN(len(h.processes))]
	p.kill()
	time.Sleep(away)
	p.start()
}

// end kills all processes.
func (h *house) end() {
	for _, p := range h.processes {
		p.kill()
	}
}
