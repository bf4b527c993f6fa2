// Package webtest opens the web over a fresh database and reads its pages as a browser without script would: cookies are
// kept, redirects followed.
package webtest

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/web"
	"interdesk/web/ui"
)

// Start serves API and web of a migrated database until the test ends.
func Start(t testing.TB, db *sqldb.DB, options ...apitest.Option) *apitest.Server {
	t.Helper()
	s := apitest.Start(t, db, options...)
	site, err := web.New(ui.Deps{Store: s.Store, Tickets: s.Tickets, Agreements: s.Agreements, Outbox: s.Outbox, Inbox: s.Inbox, Trackers: s.Trackers, Access: s.Access, Admin: s.Admin, Uploads: s.Uploads, Strangers: s.Strangers,
		Mail: s.Mail, MailIn: s.MailIn, Suspended: s.Suspended, Notices: s.Notices, Conversion: s.Conversion, Webhooks: s.Webhooks, Mailbox: true})
	Check(t, err)
	t.Cleanup(site.Close)
	s.Pages = site
	return s
}

// Browser is somebody's browser at a desk.
type Browser struct {
	desk   *apitest.Desk
	client *http.Client
	t      testing.TB
	Header http.Header // sent along
}

// Open opens a browser in which a user is signed in; the zero user is nobody.
func Open(t testing.TB, d *apitest.Desk, u desk.User) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	Check(t, err)
	b := &Browser{desk: d, t: t, Header: http.Header{}, client: &http.Client{Jar: jar, Transport: hosts{d}}}
	if u.ID != 0 {
		Check(t, d.Access.SetPassword(t.Context(), d.Account.ID, u.ID, d.Password))
		b.Post("/signin", url.Values{"email": {u.Email}, "password": {d.Password}, "next": {"/profile"}}, http.StatusOK)
	}
	return b
}

// hosts finds every desk at the test server.
type hosts struct{ desk *apitest.Desk }

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	at, err := url.Parse(h.desk.URL())
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Host, r.URL.Host = r.URL.Host, at.Host
	return http.DefaultTransport.RoundTrip(r)
}

// In is the browser reporting to a subtest.
func (b *Browser) In(t testing.TB) *Browser {
	in := *b
	in.t = t
	return &in
}

// Htmx is the browser asking as htmx does: for parts of pages.
func (b *Browser) Htmx() *Browser {
	in := *b
	in.Header = b.Header.Clone()
	in.Header.Set("HX-Request", "true")
	return &in
}

// Answer is the page at which a browser arrived.
type Answer struct {
	Status int
	Path   string // with the query
	Header http.Header
	Body   string
}

// Get asks for a page and demands a status.
func (b *Browser) Get(path string, want int) *Answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", nil, want)
}

// Post sends a form and demands a status of the page it arrives at.
func (b *Browser) Post(path string, form url.Values, want int) *Answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), want)
}

// Send sends a body of any kind, as a form with files is, and demands a status.
func (b *Browser) Send(path, kind string, body []byte, want int) *Answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, kind, bytes.NewReader(body), want)
}

func (b *Browser) do(method, path, kind string, body io.Reader, want int) *Answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(b.t.Context()), method, "http://"+b.desk.Host(b.desk.Account.Subdomain)+path, body)
	Check(b.t, err)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for key, values := range b.Header {
		req.Header[key] = values
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := b.client.Do(req)
	Check(b.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	Check(b.t, err)
	a := &Answer{Status: res.StatusCode, Path: res.Request.URL.RequestURI(), Header: res.Header, Body: string(raw)}
	if a.Status != want {
		b.t.Fatalf("%s %s: got %d, want %d\n%s", method, path, a.Status, want, Words(a.Body))
	}
	return a
}

// Stream is an answer that goes on.
type Stream struct{ io.ReadCloser }

// Stream opens an answer that goes on until the test ends; last is the event it has already, or "".
func (b *Browser) Stream(path, last string) *Stream {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, "http://"+b.desk.Host(b.desk.Account.Subdomain)+path, nil)
	Check(b.t, err)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := b.client.Do(req)
	Check(b.t, err)
	b.t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("GET %s: got %d", path, res.StatusCode)
	}
	return &Stream{res.Body}
}

// Has demands that the page's text holds some words.
func (a *Answer) Has(t testing.TB, words ...string) *Answer {
	t.Helper()
	text := Words(a.Body)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q:\n%s", a.Path, w, text)
		}
	}
	return a
}

// HasMarkup demands that the page's source holds some pieces.
func (a *Answer) HasMarkup(t testing.TB, pieces ...string) *Answer {
	t.Helper()
	for _, p := range pieces {
		if !strings.Contains(a.Body, p) {
			t.Errorf("%s: want %s in:\n%s", a.Path, p, a.Body)
		}
	}
	return a
}

// ArrivedAt demands that a browser was led to an address that begins so.
func (a *Answer) ArrivedAt(t testing.TB, want string) *Answer {
	t.Helper()
	if !strings.HasPrefix(a.Path, want) {
		t.Errorf("arrived at %s, want %s", a.Path, want)
	}
	return a
}

// Lacks demands that neither the page's text nor its markup holds some words.
func (a *Answer) Lacks(t testing.TB, words ...string) {
	t.Helper()
	text := Words(a.Body)
	for _, w := range words {
		if strings.Contains(text, w) || strings.Contains(a.Body, w) {
			t.Errorf("%s says %q:\n%s", a.Path, w, text)
		}
	}
}

// Hostile is what people may write and no page may carry out.
const Hostile = `<script>alert("x")</script>`

// Escaped demands that what people wrote is text on the page, not markup.
func (a *Answer) Escaped(t testing.TB) *Answer {
	t.Helper()
	if strings.Contains(a.Body, "<script>alert") {
		t.Errorf("%s: a script that somebody wrote stands in the page, want it as text", a.Path)
	}
	return a
}

// StaffOnly demands that the staff may see pages, that customers may not, and that nobody else is led to the sign-in page.
func StaffOnly(t testing.TB, d *apitest.Desk, paths ...string) {
	t.Helper()
	agent, customer, nobody := Open(t, d, d.Agent.User), Open(t, d, d.EndUser.User), Open(t, d, desk.User{})
	for _, path := range paths {
		agent.Get(path, http.StatusOK)
		customer.Get(path, http.StatusForbidden)
		nobody.Get(path, http.StatusOK).ArrivedAt(t, "/signin")
	}
}

// NewTicket makes a ticket by the API, with more of its properties, and gives its number.
func NewTicket(t testing.TB, d *apitest.Desk, subject, body string, more apitest.Object) desk.TicketID {
	t.Helper()
	record := apitest.Object{"subject": subject, "comment": apitest.Object{"body": body}}
	maps.Copy(record, more)
	return desk.TicketID(d.Admin.In(t).Post("tickets", apitest.Object{"ticket": record}, http.StatusCreated).ID("ticket.id"))
}

// Words is the text of a page as a reader sees it, blanks folded.
func Words(markup string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(b.String()), " ")
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			b.WriteByte(' ')
		}
	}
}

// Check ends the test with an error that nobody expected.
func Check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
