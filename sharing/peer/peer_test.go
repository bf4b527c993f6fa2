package peer

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"interdesk/outbound"
	"interdesk/sharing/wire"
)

const (
	agreementUUID = "23538de2af57572219a037c98aa4623a6767a498"
	ticketUUID    = "ed46838bfb41461e4f3b16ba471162c8e2764260"
	accessKey     = "08a479474fc0c3fabfa2b7906f0ce5e55ad2d78f"
)

// seen is a request as a test server saw it.
type seen struct {
	method, path, host, body string
	header                   http.Header
}

// recorder is a partner that remembers what it was asked and answers by a function.
type recorder struct {
	*httptest.Server
	mu       sync.Mutex
	requests []seen
}

func (r *recorder) all() []seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]seen(nil), r.requests...)
}

func (r *recorder) wrap(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.requests = append(r.requests, seen{req.Method, req.URL.Path, req.Host, string(body), req.Header.Clone()})
		r.mu.Unlock()
		req.Body = io.NopCloser(strings.NewReader(string(body)))
		answer(w, req)
	})
}

func serve(t *testing.T, answer http.HandlerFunc) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(r.wrap(answer))
	t.Cleanup(r.Close)
	return r
}

func always(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// setup is how a test's client goes out and how long it waits.
type setup struct {
	outbound.Config
	Options
}

func client(t *testing.T, s setup) *Client {
	t.Helper()
	out := outbound.New(s.Config)
	t.Cleanup(out.Close)
	return New(out, s.Options)
}

func private(t *testing.T) *Client {
	return client(t, setup{Config: outbound.Config{AllowPrivate: true}})
}

func message(base, method string, resource Resource) Message {
	m := Message{
		Base: base, Token: wire.Token{Agreement: agreementUUID, Key: accessKey}, Method: method,
		Resource: resource, UUID: ticketUUID, Dialect: wire.DialectDefault,
	}
	if resource == Agreements {
		m.UUID = agreementUUID
	}
	if method == http.MethodPost || method == http.MethodPut {
		m.Body = []byte(`{"uuid":"` + m.UUID + `","status":"open"}`)
	}
	return m
}

func send(t *testing.T, c *Client, m Message) Answer {
	t.Helper()
	return c.Send(context.Background(), m)
}
