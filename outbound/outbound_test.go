package outbound

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// seen is a request as a test server saw it.
type seen struct {
	method, path, host, body string
	header                   http.Header
}

// recorder is a server that remembers what it was asked and answers by a function.
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

func redirectTo(status int, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	}
}

func client(t *testing.T, config Config) *Client {
	t.Helper()
	c := New(config)
	t.Cleanup(c.Close)
	return c
}

// get asks for an address and gives the status of the answer.
func get(t *testing.T, c *Client, address string) (int, error) {
	t.Helper()
	return do(t, c, Request{Method: http.MethodGet}, address)
}

func do(t *testing.T, c *Client, r Request, address string) (int, error) {
	t.Helper()
	u, err := c.CheckURL(address)
	if err != nil {
		return 0, err
	}
	r.URL = u
	res, err := c.Do(t.Context(), r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	thief := serve(t, always(200, "", ""))
	for _, test := range []struct {
		name, location string
		want, requests int
	}{
		{name: "to another path", location: "/new", want: 201, requests: 2},
		{name: "relative", location: "new", want: 201, requests: 2},
		{name: "to another port", location: thief.URL + "/new", want: 307, requests: 1},
		{name: "to another name", location: strings.Replace(thief.URL, "127.0.0.1", "evil.localhost", 1), want: 307, requests: 1},
		{name: "to another scheme", location: "ftp://127.0.0.1/x", want: 307, requests: 1},
		{name: "to the clouds' metadata", location: "http://169.254.169.254/latest", want: 307, requests: 1},
		{name: "nowhere", location: "", want: 307, requests: 1},
		{name: "in a circle", location: "/", want: 307, requests: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/new" {
					w.WriteHeader(201)
					return
				}
				redirectTo(307, test.location)(w, r)
			})
			r := Request{Method: http.MethodPost, Header: http.Header{"Authorization": {"secret"}}, Body: []byte("body")}
			got, err := do(t, client(t, Config{AllowPrivate: true}), r, server.URL+"/")
			if err != nil || got != test.want {
				t.Errorf("answered %d, %v, want %d", got, err, test.want)
			}
			if all := server.all(); len(all) != test.requests {
				t.Errorf("%d requests arrived, want %d", len(all), test.requests)
			}
			for _, r := range server.all() {
				if r.method != "POST" || r.body != "body" || r.header.Get("Authorization") != "secret" || r.header.Get("User-Agent") != "Interdesk" {
					t.Errorf("the request lost something: %+v", r)
				}
			}
		})
	}
	t.Cleanup(func() {
		if n := len(thief.all()); n != 0 {
			t.Errorf("%d requests reached another host", n)
		}
	})
}

func TestLibrariesGoThroughTheGuard(t *testing.T) {
	t.Parallel()
	server := serve(t, always(200, "", ""))
	open, safe := client(t, Config{AllowPrivate: true, UserAgent: "Interdesk/1"}), client(t, Config{})
	res, err := (&http.Client{Transport: open}).Get(server.URL)
	if err != nil || res.StatusCode != 200 || server.all()[0].header.Get("User-Agent") != "Interdesk/1" {
		t.Fatalf("%+v, %v", res, err)
	}
	_ = res.Body.Close()
	if _, err := (&http.Client{Transport: safe}).Post(server.URL, "text/plain", strings.NewReader("x")); !IsBlocked(err) {
		t.Errorf("%v, want a refusal", err)
	}
	if n := len(server.all()); n != 1 {
		t.Errorf("%d requests arrived, want 1", n)
	}
}

func TestLocalHandler(t *testing.T) {
	t.Parallel()
	here := &recorder{}
	handler := here.wrap(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/crash" {
			panic("boom")
		}
		w.WriteHeader(201)
	})
	c := client(t, Config{Local: func(host string) http.Handler {
		if host == "kongen.desk.example" {
			return handler
		}
		return nil
	}})
	for path, want := range map[string]int{"/x": 201, "/crash": 500} {
		if got, err := get(t, c, "http://Kongen.desk.example"+path); got != want || err != nil {
			t.Errorf("%s answered %d, %v, want %d", path, got, err, want)
		}
	}
}

func TestFetchIsBounded(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(410)
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 4096)); err != nil {
					return
				}
			}
		default:
			w.Header().Set("Content-Type", "image/jpeg; x=y")
			w.Header().Set("Content-Disposition", `attachment; filename="../foo.jpg"`)
			_, _ = io.WriteString(w, r.Header.Get("X-Key"))
		}
	})
	c := client(t, Config{AllowPrivate: true})
	fetch := func(path string) (string, Fetched, error) {
		var b bytes.Buffer
		got, err := c.Fetch(context.Background(), server.URL+path, http.Header{"X-Key": {"bytes"}}, 100, &b)
		return b.String(), got, err
	}
	body, got, err := fetch("/a#x")
	if want := (Fetched{ContentType: "image/jpeg", Filename: "../foo.jpg", Size: 5}); body != "bytes" || got != want || err != nil {
		t.Errorf("fetched %q, %+v, %v, want %+v", body, got, err, want)
	}
	var answered *StatusError
	if _, _, err := fetch("/gone"); !errors.As(err, &answered) || answered.Status != 410 {
		t.Errorf("%v, want a StatusError of 410", err)
	}
	var large *TooLargeError
	if _, _, err := fetch("/endless"); !errors.As(err, &large) || large.Max != 100 {
		t.Errorf("%v, want a TooLargeError of 100", err)
	}
}

func TestIsTLS(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(always(200, "", ""))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := serve(t, always(200, "", ""))
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	for _, test := range []struct {
		name, address string
		roots         *x509.CertPool
		broken        bool
	}{
		{"a certificate that holds", secure.URL, roots, false},
		{"nobody vouches for it", secure.URL, nil, true},
		{"for another name", strings.Replace(secure.URL, "127.0.0.1", "acme.localhost", 1), roots, true},
		{"no TLS at all", strings.Replace(plain.URL, "http:", "https:", 1), nil, true},
	} {
		if _, err := get(t, client(t, Config{AllowPrivate: true, RootCAs: test.roots}), test.address); IsTLS(err) != test.broken || (err != nil) != test.broken {
			t.Errorf("%s: %v, want broken trust %v", test.name, err, test.broken)
		}
	}
}
