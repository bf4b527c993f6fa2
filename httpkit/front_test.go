package httpkit_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"interdesk/httpkit"
)

func quiet() httpkit.Options { return httpkit.Options{Logger: slog.New(slog.DiscardHandler)} }

func TestBase(t *testing.T) {
	t.Parallel()
	proxy := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	cases := map[string]struct {
		remote string
		header map[string]string
		base   string
		client string
	}{
		"direct":         {"192.0.2.1:5000", nil, "http://acme.localhost:8080", "192.0.2.1"},
		"mapped":         {"[::ffff:192.0.2.1]:5000", nil, "http://acme.localhost:8080", "192.0.2.1"},
		"forged":         {"192.0.2.1:5000", map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test", "X-Forwarded-For": "198.51.100.9"}, "http://acme.localhost:8080", "192.0.2.1"},
		"trusted":        {"10.1.2.3:5000", map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example.com", "X-Forwarded-For": "198.51.100.9"}, "https://desk.example.com", "198.51.100.9"},
		"invented hop":   {"10.1.2.3:5000", map[string]string{"X-Forwarded-For": "203.0.113.7, 198.51.100.9, 10.4.4.4"}, "http://acme.localhost:8080", "198.51.100.9"},
		"unreadable hop": {"10.1.2.3:5000", map[string]string{"X-Forwarded-For": "unknown"}, "http://acme.localhost:8080", "10.1.2.3"},
		"odd scheme":     {"10.1.2.3:5000", map[string]string{"X-Forwarded-Proto": "javascript"}, "http://acme.localhost:8080", "10.1.2.3"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quiet()
			o.Trusted = proxy
			var base, client string
			h := httpkit.Front(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				base, client = httpkit.BaseURL(r), httpkit.About(r).Client.String()
			}), o)
			r := httptest.NewRequest("GET", "http://acme.localhost:8080/x", nil)
			r.RemoteAddr = c.remote
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			serve(h, r)
			if base != c.base || client != c.client {
				t.Errorf("base %q, client %q; want %q, %q", base, client, c.base, c.client)
			}
		})
	}
}

func TestHostname(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"Acme.Localhost:8080": "acme.localhost", "acme.localhost.": "acme.localhost", "[::1]:80": "::1"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if got := httpkit.About(r).Hostname(); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestForgedHostIsRefused(t *testing.T) {
	t.Parallel()
	h := httpkit.Front(httpkit.Handler(func(http.ResponseWriter, *http.Request) error { t.Error("served"); return nil }), quiet())
	r := httptest.NewRequest("GET", "/", nil)
	r.Host = `x"><script>`
	if w := serve(h, r); w.Code != 400 {
		t.Errorf("status %d", w.Code)
	}
}

func TestLogHasNoSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := httpkit.Front(httpkit.Handler(func(_ http.ResponseWriter, r *http.Request) error {
		info := httpkit.About(r)
		info.Account, info.User = 7, 9
		_, _ = io.ReadAll(r.Body)
		return nil
	}), httpkit.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for _, path := range []string{"/attachments/token/CAPABILITY/", "/api/v2/uploads/CAPABILITY.json", "/sharing/attachments/CAPABILITY/a.png?x=CAPABILITY", "/" + strings.Repeat("CAPABILITY", 7)} {
		r := httptest.NewRequest("POST", "http://acme.localhost"+path, strings.NewReader("CAPABILITY"))
		r.Header.Set("Authorization", "Bearer CAPABILITY")
		r.Header.Set("X-Ticket-Sharing-Token", "CAPABILITY")
		serve(h, r)
	}
	if strings.Contains(log.String(), "CAPABILITY") {
		t.Errorf("log: %s", &log)
	}
	for _, want := range []string{"method=POST", "account=7", "user=9", "status=200", "path=/sharing/attachments/*/a.png"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is missing in %s", want, &log)
		}
	}
}

// Strangers can bring 503 about at will, so that it must not drown the errors that somebody has to look at.
func TestLogLevels(t *testing.T) {
	t.Parallel()
	for status, level := range map[int]string{200: "INFO", 404: "INFO", 500: "ERROR", 503: "WARN"} {
		var log strings.Builder
		h := httpkit.Front(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }),
			httpkit.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if !strings.Contains(log.String(), "level="+level) {
			t.Errorf("%d is logged as %s", status, log.String())
		}
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	h := httpkit.Front(httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/half" {
			_, _ = w.Write([]byte("half"))
		}
		panic("secret words")
	}), quiet())
	w := serve(h, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret words") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	if res, err := http.Get(server.URL + "/half"); err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
		if err == nil {
			t.Error("half an answer passed for a whole one")
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	h := httpkit.Front(http.NotFoundHandler(), quiet())
	w := serve(h, httptest.NewRequest("GET", "/", nil))
	for _, k := range []string{"X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "X-Frame-Options", "X-Request-Id"} {
		if w.Header().Get(k) == "" {
			t.Errorf("%s is missing", k)
		}
	}
	if w.Header().Get("Strict-Transport-Security") != "" {
		t.Error("a promise of https over http")
	}
}

func TestOtherSitesCannotChange(t *testing.T) {
	t.Parallel()
	h := httpkit.Front(httpkit.Handler(func(w http.ResponseWriter, _ *http.Request) error { return httpkit.NoContent(w) }), quiet())
	cases := map[string]struct {
		method, site string
		status       int
	}{
		"other site posts": {"POST", "cross-site", 403},
		"other site reads": {"GET", "cross-site", 204},
		"own page posts":   {"POST", "same-origin", 204},
		"program posts":    {"POST", "", 204},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(c.method, "http://acme.localhost/", nil)
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			if w := serve(h, r); w.Code != c.status {
				t.Errorf("status %d", w.Code)
			}
		})
	}
}

func TestObserveAndRoute(t *testing.T) {
	t.Parallel()
	o := quiet()
	var route string
	var status int
	o.Observe = func(info *httpkit.Info, _ string, s int, _ time.Duration) { route, status = info.Route, s }
	mux := http.NewServeMux()
	mux.Handle("GET /tickets/{id}", httpkit.Handler(func(w http.ResponseWriter, _ *http.Request) error { return httpkit.NoContent(w) }))
	serve(httpkit.Front(httpkit.StripJSON(mux), o), httptest.NewRequest("GET", "/tickets/7.json", nil))
	if route != "GET /tickets/{id}" || status != 204 {
		t.Errorf("%q %d", route, status)
	}
}
