package ui

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/mail/conversion"
	mailin "interdesk/mail/inbound"
	mailout "interdesk/mail/outbound"
	"interdesk/mail/suspended"
	"interdesk/notify"
	"interdesk/ratelimit"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	"interdesk/sharing/outbound"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/upload"
	"interdesk/web/asset"
	"interdesk/web/text"
	"interdesk/webhook"
)

// Deps are what pages stand on.
type Deps struct {
	Store      *store.Store
	Tickets    *ticketing.Service
	Agreements *agreement.Service
	Outbox     *outbound.Service // what is sent about shared tickets
	Inbox      *inbound.Service  // what is taken in about them
	Trackers   *tracker.Service
	Access     *access.Service
	Admin      *admin.Service
	Uploads    *upload.Service
	Mail       *mailout.Service     // what goes out by mail, and how
	MailIn     *mailin.Service      // what comes in by mail
	Suspended  *suspended.Service   // mail that was not let in
	Notices    *notify.Service      // letters to people
	Conversion *conversion.Service  // mail with other help desks that becomes shares
	Webhooks   *webhook.Service     // programs elsewhere that are told
	Mailbox    bool                 // letters go to nobody and are shown: a demonstration
	Strangers  *ratelimit.Strangers // what people without sign-in may do; nil: anything
	Assets     *asset.Set
	Text       *text.Catalogue
	Clock      func() time.Time
}

// Call is one request for a page: whose desk, who asks.
type Call struct {
	*Deps
	W       http.ResponseWriter
	R       *http.Request // its context holds the Frame and the catalogue
	Account desk.Account
	User    desk.User     // without id: nobody is signed in
	Session store.Session // of User
	Frame   *Frame

	toasts []Toast // by this call
}

// Ctx is the request's context.
func (c *Call) Ctx() context.Context { return c.R.Context() }

// Read runs fn in a snapshot of the account.
func (c *Call) Read(fn func(tx *store.Tx) error) error {
	return c.Store.Account(c.Account.ID).Read(c.Ctx(), fn)
}

// Write runs fn in a transaction on the account; it is on disk when Write returns.
func (c *Call) Write(fn func(tx *store.Tx) error) error {
	return c.Store.Account(c.Account.ID).Write(c.Ctx(), fn)
}

// Actor is who asks, as the write path wants to know it.
func (c *Call) Actor(cfg *desk.Config) desk.Actor { return access.ActorOf(cfg, c.User) }

// Via says that a change was made in the browser.
func (c *Call) Via() desk.Via { return desk.Via{Channel: desk.ChannelWeb} }

// Client is what audits note of the browser.
func (c *Call) Client() desk.Client {
	agent := strings.ToValidUTF8(c.R.UserAgent(), "")
	agent = strings.ToValidUTF8(agent[:min(len(agent), 512)], "")
	return desk.Client{Agent: agent, IP: httpkit.About(c.R).Client.String()}
}

// ID reads an id from the path; what is none names nothing (NotFound).
func (c *Call) ID(name string) (int64, error) {
	n, err := strconv.ParseInt(c.R.PathValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, desk.Missing()
	}
	return n, nil
}

// Value is a value of the form or the query, without blanks around it.
func (c *Call) Value(name string) string { return strings.TrimSpace(c.R.FormValue(name)) }

// Number is an id in the form or the query; 0 when there is none.
func (c *Call) Number(name string) int64 {
	n, err := strconv.ParseInt(c.Value(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// T is a text of the catalogue.
func (c *Call) T(key string, args ...any) string { return text.T(c.Ctx(), key, args...) }

// Partial tells whether htmx asks for a part of the page.
func (c *Call) Partial() bool { return c.R.Header.Get("HX-Request") == "true" }

// Page is a whole page.
type Page struct {
	Title   string
	Shell   Shell
	Current string // what is marked in the navigation: a key such as "views"
	Status  int    // 200 when 0
	Body    templ.Component
}

// Show answers with a whole page.
func (c *Call) Show(p Page) error {
	c.Frame.Toasts = append(c.takeToasts(), c.toasts...)
	return c.answer(p.Status, document(p))
}

// Fragment answers with a part of a page; status 0 is 200.
func (c *Call) Fragment(status int, part templ.Component) error {
	for _, t := range c.toasts {
		raw, _ := json.Marshal(t) // strings and a number
		c.W.Header().Add("X-Toast", url.PathEscape(string(raw)))
	}
	return c.answer(status, part)
}

// JSON answers a script.
func (c *Call) JSON(v any) error {
	h := c.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	return json.NewEncoder(c.W).Encode(v)
}

func (c *Call) answer(status int, part templ.Component) error {
	if status == 0 {
		status = http.StatusOK
	}
	var b bytes.Buffer
	if err := part.Render(c.Ctx(), &b); err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Security-Policy", policy)
	h.Add("Vary", "HX-Request")
	return httpkit.HTML(c.W, c.R, status, b.Bytes())
}

// policy lets run what is ours and nothing else: no script or style stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"worker-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Redirect leads the browser to another page, after a form was posted. What was said is shown there.
func (c *Call) Redirect(path string) error {
	if n := len(c.toasts); n > 0 {
		raw, _ := json.Marshal(c.toasts[n-1]) // strings and a number
		http.SetCookie(c.W, &http.Cookie{Name: toastCookie, Value: base64.RawURLEncoding.EncodeToString(raw), Path: "/", MaxAge: 20,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Frame.Secure})
	}
	if c.Partial() {
		c.W.Header().Set("HX-Redirect", path)
		c.W.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(c.W, c.R, path, http.StatusSeeOther)
	return nil
}

// Toast is a short message that goes away by itself.
type Toast struct {
	Kind    string        `json:"kind"` // "good" or "bad"
	Text    string        `json:"text"`
	Restore desk.TicketID `json:"restore,omitempty"` // a ticket that can be taken out of the trash again at once
}

// TrashPath is where deleted tickets wait.
const TrashPath = "/agent/trash"

const toastCookie = "interdesk_toast"

// ToastSuccess says, on the next page or beside the fragment, that something is done.
func (c *Call) ToastSuccess(words string) {
	c.toasts = append(c.toasts, Toast{Kind: "good", Text: words})
}

// ToastDeleted says that a ticket is in the trash, and offers to take it out again.
func (c *Call) ToastDeleted(words string, id desk.TicketID) {
	c.toasts = append(c.toasts, Toast{Kind: "good", Text: words, Restore: id})
}

// ToastFailure says that something is not.
func (c *Call) ToastFailure(words string) {
	c.toasts = append(c.toasts, Toast{Kind: "bad", Text: words})
}

// takeToasts reads the toast that an earlier answer left, and forgets it.
func (c *Call) takeToasts() []Toast {
	cookie, err := c.R.Cookie(toastCookie)
	if err != nil || cookie.Value == "" {
		return nil
	}
	http.SetCookie(c.W, &http.Cookie{Name: toastCookie, Path: "/", MaxAge: -1})
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	var t Toast
	if err != nil || json.Unmarshal(raw, &t) != nil || t.Text == "" {
		return nil
	}
	return []Toast{t}
}

// Checked tells whether a tick box is on.
func (c *Call) Checked(name string) bool {
	_ = c.R.FormValue(name) // reads the form
	return slices.Contains(c.R.Form[name], "true")
}

// HasValue tells whether the form or the query has a value of this name at all.
func (c *Call) HasValue(name string) bool {
	_ = c.R.FormValue(name) // reads the form
	return c.R.Form.Has(name)
}

// RecheckSession asks whether the session of the call is still good, for answers that last. Unauthenticated when it is not.
func (c *Call) RecheckSession() error {
	return c.Access.Alive(c.Ctx(), c.Account.ID, c.Session)
}
