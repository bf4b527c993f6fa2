package peer

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"interdesk/outbound"
	"interdesk/sharing/wire"
)

// The table of nhd §13.2.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	type row struct{ agreement, share, update, unshare Verdict }
	all := func(v Verdict) row { return row{v, v, v, v} }
	for status, want := range map[int]row{
		200: all(Done), 201: all(Done), 202: all(Done), 204: all(Done),
		304: all(ConfigurationError), 300: all(ConfigurationError), 303: all(ConfigurationError),
		400: all(Permanent), 402: all(Permanent), 406: all(Permanent), 409: all(Permanent), 413: all(Permanent), 415: all(Permanent), 422: all(Permanent),
		401: all(Unauthorized), 403: all(Unauthorized),
		404: {ConfigurationError, ConfigurationError, NotFound, Done},
		405: all(Unsupported),
		408: all(Retry), 425: all(Retry), 429: all(Retry), 500: all(Retry), 502: all(Retry), 503: all(Retry), 504: all(Retry), 599: all(Retry),
		410: {Gone, Gone, Gone, Done},
		412: all(ConfigurationError),
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			partner, c := serve(t, always(status, "text/plain", "")), private(t)
			for _, test := range []struct {
				resource Resource
				method   string
				want     Verdict
			}{
				{Agreements, http.MethodPut, want.agreement}, {Tickets, http.MethodPost, want.share},
				{Tickets, http.MethodPut, want.update}, {Tickets, http.MethodDelete, want.unshare},
			} {
				got := send(t, c, message(partner.URL+"/sharing", test.method, test.resource))
				if got.Verdict != test.want || got.Status != status || got.Err != nil || got.Doubtful {
					t.Errorf("%s %s: %+v, want %s", test.method, test.resource, got, test.want)
				}
			}
		})
	}
}

func TestRequestOnTheWire(t *testing.T) {
	t.Parallel()
	partner := serve(t, always(201, "", ""))
	c := client(t, setup{Config: outbound.Config{AllowPrivate: true, UserAgent: "Interdesk/1.0"}})
	for _, dialect := range []Dialect{wire.DialectDefault, wire.DialectRT} {
		m := message(partner.URL+"/sharing/", http.MethodPost, Agreements)
		m.Dialect = dialect
		if got := send(t, c, m); got.Verdict != Done || got.Dialect != dialect {
			t.Errorf("answer = %+v", got)
		}
	}
	for i, contentType := range []string{"application/json", `text/x-json; charset="UTF-8"`} {
		got := partner.all()[i]
		if got.method != "POST" || got.path != "/sharing/agreements/"+agreementUUID || got.body != `{"uuid":"`+agreementUUID+`","status":"open"}` {
			t.Errorf("request = %+v", got)
		}
		for name, want := range map[string]string{
			"Content-Type": contentType, "X-Ticket-Sharing-Version": "1", "X-Ticket-Sharing-Token": agreementUUID + ":" + accessKey,
			"User-Agent": "Interdesk/1.0", "X-Interdesk": "1; seq=0; seen=0", "Accept": "application/json", "Cookie": "", "Accept-Encoding": "",
		} {
			if value := got.header.Get(name); value != want {
				t.Errorf("%s = %q, want %q", name, value, want)
			}
		}
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	rt := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != `text/x-json; charset="UTF-8"` {
			always(422, "text/plain", "UUIDs in the URI and body don't match")(w, r)
			return
		}
		always(201, "text/html", "")(w, r)
	}
	for _, test := range []struct {
		name     string
		answer   http.HandlerFunc
		method   string
		dialect  Dialect
		verdict  Verdict
		found    Dialect
		requests int
	}{
		{"an unknown peer takes JSON", always(201, "", ""), "POST", wire.DialectUnknown, Done, wire.DialectDefault, 1},
		{"an unknown peer is Request Tracker", rt, "POST", wire.DialectUnknown, Done, wire.DialectRT, 2},
		{"an unknown peer refuses either way", always(422, "text/plain", "no"), "POST", wire.DialectUnknown, Permanent, wire.DialectUnknown, 2},
		{"400 is no reason to try again", always(400, "text/plain", "no"), "POST", wire.DialectUnknown, Permanent, wire.DialectDefault, 1},
		{"a known dialect is not probed", rt, "POST", wire.DialectDefault, Permanent, wire.DialectDefault, 1},
		{"an update is not probed", always(422, "text/plain", "no"), "PUT", wire.DialectUnknown, Permanent, wire.DialectDefault, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			partner := serve(t, test.answer)
			m := message(partner.URL, test.method, Agreements)
			m.Dialect = test.dialect
			got := send(t, private(t), m)
			if got.Verdict != test.verdict || got.Dialect != test.found || len(partner.all()) != test.requests {
				t.Errorf("answer = %+v after %d requests", got, len(partner.all()))
			}
		})
	}
}

// A crashed Request Tracker answers 200 with a page (nhd §13.2).
func TestPageIsDoubted(t *testing.T) {
	t.Parallel()
	const page = "<html><head><title>x</title></head><body>An internal RT error has occurred.</body></html>"
	get := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				always(status, contentType, body)(w, r)
				return
			}
			always(200, "text/html; charset=utf-8", page)(w, r)
		}
	}
	ticket := func(status string) string { return `{"uuid":"` + ticketUUID + `","status":"` + status + `"}` }
	for _, test := range []struct {
		name     string
		answer   http.HandlerFunc
		method   string
		resource Resource
		verdict  Verdict
		doubtful bool
	}{
		{"the state shows it", get(200, "application/json", ticket("open")), "PUT", Tickets, Done, false},
		{"the state shows something else", get(200, "text/x-json", ticket("new")), "PUT", Tickets, Retry, true},
		{"the posted ticket is not there", get(404, "text/plain", ""), "POST", Tickets, Retry, true},
		{"an update at a peer that cannot be read", get(404, "text/html", page), "PUT", Tickets, Retry, true},
		{"a peer without reading", get(405, "text/plain", ""), "POST", Tickets, Retry, true},
		{"a page that answers everything", get(200, "text/html", page), "PUT", Tickets, Retry, true},
		{"an unshared ticket is still there", get(200, "application/json", ticket("open")), "DELETE", Tickets, Unsupported, true},
		{"an unshared ticket may be gone", get(404, "text/plain", ""), "DELETE", Tickets, Retry, true},
		{"an agreement at a web site", get(200, "text/html", page), "POST", Agreements, ConfigurationError, true},
		{"an agreement that is there", get(200, "application/json", `{"uuid":"`+agreementUUID+`","status":"open"}`), "POST", Agreements, Done, false},
		{"an agreement of another uuid", get(200, "application/json", ticket("open")), "POST", Agreements, Retry, true},
		{"words that are no JSON", func(w http.ResponseWriter, r *http.Request) { always(200, "text/plain", "OK")(w, r) }, "PUT", Tickets, Retry, true},
		{"an empty page is nothing", func(w http.ResponseWriter, r *http.Request) { always(200, "text/html", " \n")(w, r) }, "PUT", Tickets, Done, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, private(t), message(serve(t, test.answer).URL, test.method, test.resource))
			if got.Verdict != test.verdict || got.Doubtful != test.doubtful || got.Status != 200 {
				t.Errorf("answer = %+v", got)
			}
		})
	}
}

func TestDoubtLooksAtComments(t *testing.T) {
	t.Parallel()
	for shown, want := range map[string]Verdict{"comment-1": Retry, "comment-1\"},{\"uuid\":\"comment-2": Done} {
		partner := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				always(200, "application/json", `{"comments":[{"uuid":"`+shown+`"}]}`)(w, r)
				return
			}
			always(200, "text/html", "<p>Oops</p>")(w, r)
		})
		m := message(partner.URL, http.MethodPut, Tickets)
		m.Body = []byte(`{"comments":[{"uuid":"comment-2"}]}`)
		if got := send(t, private(t), m); got.Verdict != want {
			t.Errorf("%s shown: %+v", shown, got)
		}
	}
}

func TestGetBringsTheBody(t *testing.T) {
	t.Parallel()
	partner := serve(t, always(200, "application/json", `{"uuid":"x"}`))
	got := send(t, private(t), message(partner.URL, http.MethodGet, Agreements))
	if string(got.Body) != `{"uuid":"x"}` || got.Verdict != Done || got.Text != "" {
		t.Errorf("answer = %+v", got)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, " 5 ": 5 * time.Second, "-3": 0, "soon": 0, "99999999999": 24 * time.Hour,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute, "Fri, 02 Jan 2026 03:04:00 GMT": 0, "Sat, 02 Jan 2027 03:04:00 GMT": 24 * time.Hour,
	} {
		partner := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			w.WriteHeader(503)
		})
		c := client(t, setup{outbound.Config{AllowPrivate: true}, Options{Now: func() time.Time { return now }}})
		if got := send(t, c, message(partner.URL, http.MethodPut, Tickets)); got.RetryAfter != want || got.Verdict != Retry {
			t.Errorf("Retry-After %q: %+v", value, got)
		}
	}
}

func TestPartnersWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, contentType, body, want string }{
		{"plain", "text/plain; charset=utf-8", " Access key\r\nmismatch\x00\x1b[31m \n", "Access key mismatch[31m"},
		{"a page", "text/html", "<html><head><title>t</title></head><body><script>x()</script><p>Not&nbsp;<b>here</b> &amp; now</p><!-- y --></body></html>", "Not here & now"},
		{"our own key", "text/plain", "wrong key " + accessKey, "wrong key ***"},
		{"long", "text/plain", strings.Repeat("ø", 600), strings.Repeat("ø", 500) + "…"},
		{"not UTF-8", "text/plain", "a\xff\xfeb\u202e", "ab"},
	} {
		partner := serve(t, always(422, test.contentType, test.body))
		if got := send(t, private(t), message(partner.URL, http.MethodPut, Tickets)); got.Text != test.want {
			t.Errorf("%s: %q", test.name, got.Text)
		}
	}
}

func TestEndlessAnswerIsCut(t *testing.T) {
	t.Parallel()
	partner := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for chunk := strings.Repeat("x", 64<<10); r.Context().Err() == nil; {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	})
	got := send(t, private(t), message(partner.URL, http.MethodGet, Tickets))
	if got.Verdict != Done || len(got.Body) != maxAnswer {
		t.Errorf("%s with %d bytes", got.Verdict, len(got.Body))
	}
}

func TestSlowPartner(t *testing.T) {
	t.Parallel()
	partner := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	got := send(t, client(t, setup{outbound.Config{AllowPrivate: true}, Options{Timeout: 50 * time.Millisecond}}), message(partner.URL, http.MethodPut, Tickets))
	if got.Verdict != Retry || got.Status != 0 || got.Err == nil || got.Text != "The partner did not answer in time." {
		t.Errorf("answer = %+v", got)
	}
}

func TestPartnerIsDown(t *testing.T) {
	t.Parallel()
	partner := serve(t, always(200, "", ""))
	partner.Close()
	got := send(t, private(t), message(partner.URL, http.MethodPut, Tickets))
	if got.Verdict != Retry || got.Err == nil || !strings.HasPrefix(got.Text, "The connection to the partner failed") {
		t.Errorf("answer = %+v", got)
	}
}

func TestConnectionBreaksAfterReading(t *testing.T) {
	t.Parallel()
	partner := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	if got := send(t, private(t), message(partner.URL, http.MethodPost, Tickets)); got.Verdict != Retry || got.Err == nil {
		t.Errorf("answer = %+v", got)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(always(200, "", ""))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := serve(t, always(200, "", ""))
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	elsewhere := strings.Replace(secure.URL, "127.0.0.1", "acme.localhost", 1)
	for _, test := range []struct {
		name, base string
		roots      *x509.CertPool
		want       Verdict
	}{
		{"a certificate that holds", secure.URL, roots, Done},
		{"nobody vouches for it", secure.URL, nil, SSLError},
		{"for another name", elsewhere, roots, SSLError},
		{"no TLS at all", strings.Replace(plain.URL, "http:", "https:", 1), nil, SSLError},
	} {
		got := send(t, client(t, setup{Config: outbound.Config{AllowPrivate: true, RootCAs: test.roots}}), message(test.base, http.MethodPut, Tickets))
		if got.Verdict != test.want || test.want == SSLError && !strings.HasPrefix(got.Text, "The partner's certificate") {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

func TestUnsendable(t *testing.T) {
	t.Parallel()
	c := private(t)
	m := message("http://127.0.0.1:1", http.MethodPut, Tickets)
	m.UUID = "../agreements"
	if got := send(t, c, m); got.Verdict != ConfigurationError {
		t.Errorf("uuid: %+v", got)
	}
	m = message("file:///etc/passwd", http.MethodPut, Tickets)
	if got := send(t, c, m); got.Verdict != ConfigurationError || got.Text != "The URL must begin with https://." {
		t.Errorf("file: %+v", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := c.Send(ctx, message("http://127.0.0.1:1", http.MethodPut, Tickets)); got.Verdict != Retry {
		t.Errorf("interrupted: %+v", got)
	}
}

func TestLocal(t *testing.T) {
	t.Parallel()
	type contextKey struct{}
	partner := &recorder{}
	handler := partner.wrap(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Context().Value(contextKey{}) != nil:
			t.Error("the caller's context reached the handler")
		case r.URL.Host != "" || r.RequestURI != r.URL.Path || r.TLS == nil:
			t.Errorf("the handler sees %+v", r)
		case r.Method == http.MethodPut:
			panic("boom")
		case r.Method == http.MethodGet:
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(201)
		_, _ = io.WriteString(w, `{"interdesk":{"original_id":"17"}}`)
	})
	config := outbound.Config{Local: func(host string) http.Handler {
		if host == "kongen.desk.example" {
			return handler
		}
		return nil
	}}
	c := client(t, setup{Config: config})
	ctx := context.WithValue(context.Background(), contextKey{}, "secret")
	m := message("https://Kongen.desk.example/sharing", http.MethodPost, Tickets)
	if got := c.Send(ctx, m); got.Status != 201 || got.Receipt.TicketID != "17" || got.Verdict != Done {
		t.Errorf("answer = %+v", got)
	}
	if got := partner.all()[0]; got.host != "kongen.desk.example" || got.path != "/sharing/tickets/"+ticketUUID || got.body != string(m.Body) || got.header.Get(wire.HeaderToken) == "" {
		t.Errorf("request = %+v", got)
	}
	if got := c.Send(ctx, message(m.Base, http.MethodPut, Tickets)); got.Status != 500 || got.Verdict != Retry {
		t.Errorf("crash: %+v", got)
	}
	if got := client(t, setup{config, Options{Timeout: 50 * time.Millisecond}}).Send(ctx, message(m.Base, http.MethodGet, Tickets)); got.Verdict != Retry || got.Err == nil {
		t.Errorf("slow: %+v", got)
	}
}

func TestNameIsNotFound(t *testing.T) {
	t.Parallel()
	c := client(t, setup{Config: outbound.Config{Resolver: nowhere{}}})
	got := send(t, c, message("https://gone.example/sharing", http.MethodPut, Tickets))
	if got.Verdict != Retry || got.Text != "The partner's host name was not found: gone.example" {
		t.Errorf("answer = %+v", got)
	}
}

// nowhere is a resolver that knows no name.
type nowhere struct{}

func (nowhere) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}
