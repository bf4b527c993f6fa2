package peer

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"interdesk/outbound"
	"interdesk/sharing/wire"
)

func redirectTo(status int, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	}
}

func TestRedirectKeepsTheMessage(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 307, 308} {
		partner := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/old/"):
				redirectTo(status, "http://"+r.Host+"/older/x")(w, r)
			case r.URL.Path == "/older/x":
				redirectTo(status, "../new/x")(w, r) // relative
			default:
				w.WriteHeader(201)
			}
		})
		m := message(partner.URL+"/old", http.MethodPost, Tickets)
		if got := send(t, private(t), m); got.Verdict != Done || got.Status != 201 {
			t.Fatalf("%d: %+v", status, got)
		}
		last := partner.all()[2]
		if last.method != "POST" || last.path != "/new/x" || last.body != string(m.Body) || last.header.Get(wire.HeaderToken) == "" || last.header.Get("Content-Type") != "application/json" {
			t.Errorf("%d: %+v", status, last)
		}
	}
}

func TestThirdRedirectIsRefused(t *testing.T) {
	t.Parallel()
	partner := serve(t, func(w http.ResponseWriter, r *http.Request) { redirectTo(302, r.URL.Path+"x")(w, r) })
	got := send(t, private(t), message(partner.URL, http.MethodPut, Agreements))
	if got.Verdict != ConfigurationError || got.Status != 302 || len(partner.all()) != 3 {
		t.Errorf("%+v after %d requests", got, len(partner.all()))
	}
}

// The token never leaves for another origin (nhd §16 row 5).
func TestRedirectElsewhereIsRefused(t *testing.T) {
	t.Parallel()
	thief := serve(t, always(200, "", ""))
	here := func(partner *recorder, host string) string { return strings.Replace(partner.URL, "127.0.0.1", host, 1) }
	for _, test := range []struct{ name, location string }{
		{"another port", thief.URL + "/sharing"},
		{"another name", here(thief, "evil.localhost")},
		{"another scheme", "ftp://127.0.0.1/x"},
		{"nowhere", ""},
		{"unreadable", "http://[::1"},
		{"with a password", strings.Replace(thief.URL, "http://", "http://me:pw@", 1)},
		{"metadata", "http://169.254.169.254/latest"},
		{"no scheme", "//evil.localhost/x"},
	} {
		partner := serve(t, redirectTo(307, test.location))
		got := send(t, private(t), message(partner.URL, http.MethodPut, Tickets))
		if got.Verdict != ConfigurationError || got.Status != 307 || got.Text != "The partner redirects to an address that may not be followed." {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
	if n := len(thief.all()); n != 0 {
		t.Errorf("%d requests reached the thief", n)
	}
}

func TestRedirectFromHTTPSToHTTPIsRefused(t *testing.T) {
	t.Parallel()
	plain := serve(t, always(200, "", ""))
	secure := httptest.NewTLSServer(redirectTo(302, plain.URL))
	t.Cleanup(secure.Close)
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	got := send(t, client(t, setup{Config: outbound.Config{AllowPrivate: true, RootCAs: roots}}), message(secure.URL, http.MethodPut, Tickets))
	if got.Verdict != ConfigurationError || len(plain.all()) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestRedirectFromHTTPToHTTPSIsFollowed(t *testing.T) {
	t.Parallel()
	target := &recorder{}
	target.Server = httptest.NewTLSServer(target.wrap(always(201, "", "")))
	t.Cleanup(target.Close)
	partner := serve(t, redirectTo(301, target.URL+"/sharing"))
	roots := x509.NewCertPool()
	roots.AddCert(target.Certificate())
	got := send(t, client(t, setup{Config: outbound.Config{AllowPrivate: true, RootCAs: roots}}), message(partner.URL, http.MethodPost, Tickets))
	if got.Verdict != Done || target.all()[0].method != "POST" || target.all()[0].header.Get(wire.HeaderToken) == "" {
		t.Errorf("%+v", got)
	}
}
