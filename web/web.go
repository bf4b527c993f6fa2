// Package web is Interdesk in the browser: the agent workspace, the admin centre and the customers' portal.
//
// It is server-rendered. A request is led to its account by its host (package httpkit and cmd), to its user by the cookie
// of its session, and admitted by the route's audience; then the page of one of the packages below web is asked. Pages
// call the same services as the API and have no rules of their own. What they return as an error becomes a page that says
// what happened and what to do.
//
// Package ui has the shell and the parts that all pages share, text every sentence, asset what browsers load.
package web

import (
	"errors"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/web/asset"
	"interdesk/web/live"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// Site serves the web of every account.
type Site struct {
	ui.Deps
	live *live.Hub
	mux  *http.ServeMux
}

// New makes the site. Assets and Text default to what is built into the program.
func New(d ui.Deps) (*Site, error) {
	var err error
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Assets == nil {
		if d.Assets, err = asset.Open(); err != nil {
			return nil, err
		}
	}
	if d.Text == nil {
		if d.Text, err = text.Load("en"); err != nil {
			return nil, err
		}
	}
	s := &Site{Deps: d, live: live.New(d.Store, d.Clock), mux: http.NewServeMux()}
	s.mux.Handle("GET "+asset.Prefix, d.Assets)
	for _, r := range s.routes() {
		s.mux.Handle(r.Pattern, s.handler(r))
	}
	s.mux.Handle("/", s.handler(missingRoute()))
	return s, nil
}

// Close ends the streams of live updates, which otherwise last as long as pages are open.
func (s *Site) Close() { s.live.Close() }

// ServeHTTP serves a request whose account httpkit.Info names.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != path.Clean(r.URL.Path) {
		s.handler(missingRoute()).ServeHTTP(w, r) // the mux would redirect, and lead a partner's message with its key along
		return
	}
	s.mux.ServeHTTP(w, r)
}

// missingRoute is what stands at an address that no page has.
func missingRoute() ui.Route {
	return ui.Route{Serve: func(*ui.Call) error { return desk.Missing() }}
}

// handler admits the caller and serves a route; errors become pages.
func (s *Site) handler(to ui.Route) http.Handler {
	return httpkit.Handler(func(w http.ResponseWriter, r *http.Request) error {
		c, err := s.newCall(w, r)
		if err != nil {
			return err
		}
		if err = s.checkAudience(c, to.Who); err == nil {
			err = to.Serve(c)
		}
		if errors.Is(err, errSignIn) {
			return s.redirectToSignIn(c)
		}
		if err != nil {
			return s.answerFailure(c, err)
		}
		return nil
	})
}

// newCall finds out who asks. A cookie that is no longer good is nobody's.
func (s *Site) newCall(w http.ResponseWriter, r *http.Request) (*ui.Call, error) {
	info := httpkit.About(r)
	c := &ui.Call{Deps: &s.Deps, W: w}
	secret, err := s.sessionSecret(r, info)
	if err == nil {
		c.Session, c.User, err = s.Access.Session(r.Context(), info.Account, secret)
	}
	if err != nil && desk.KindOf(err) != desk.Unauthenticated {
		return nil, err
	}
	var cfg *desk.Config
	waiting := 0
	err = s.Store.Account(info.Account).Read(r.Context(), func(tx *store.Tx) (err error) {
		if c.User.Role.Staff() && r.Method == http.MethodGet && r.Header.Get("HX-Request") == "" {
			if waiting, err = tx.CountSuspended(r.Context(), store.SuspendedFilter{}, ui.MostWaiting); err != nil {
				return err
			}
		}
		cfg, err = tx.Config(r.Context())
		return err
	})
	if err != nil {
		return nil, err
	}
	info.User, c.Account = c.User.ID, cfg.Account
	c.Frame = &ui.Frame{Account: cfg.Account, User: c.User, Path: r.URL.Path, Now: s.Clock(), Location: cfg.Location, Assets: s.Assets, Mailbox: s.Mailbox,
		Secure: info.Scheme == "https", Waiting: waiting}
	if own, err := time.LoadLocation(c.User.TimeZone); c.User.TimeZone != "" && err == nil {
		c.Frame.Reader = own
	}
	c.R = r.WithContext(ui.WithFrame(text.With(r.Context(), s.Text), c.Frame))
	return c, nil
}

var errSignIn = desk.Errorf(desk.Unauthenticated, "Sign in to go on.")

func (s *Site) checkAudience(c *ui.Call, who ui.Audience) error {
	switch {
	case who.Admits(c.User):
		return nil
	case c.User.ID == 0:
		return errSignIn
	}
	return desk.Errorf(desk.Forbidden, "This page is for people who work at this desk.")
}

// answerFailure answers with the page, or beside a part of one with the toast, that says what happened.
func (s *Site) answerFailure(c *ui.Call, err error) error {
	f := httpkit.FailureOf(c.R, err)
	if f.RetryAfter > 0 {
		c.W.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())+1))
	}
	number := ""
	if f.Status >= http.StatusInternalServerError {
		number = httpkit.About(c.R).ID
	}
	words := failureText(c, f, err)
	if c.Partial() {
		c.ToastFailure(words)
		c.W.Header().Set("HX-Reswap", "none")
		return c.Fragment(f.Status, ui.Failure("", words, number, "/"))
	}
	title := "error.500.title"
	if key := "error." + strconv.Itoa(f.Status) + ".title"; s.Text.Has(key) {
		title = key
	}
	shell, home := ui.Plain, templ.SafeURL("/")
	if c.Frame.Staff() {
		shell, home = ui.Workspace, "/agent"
	}
	return c.Show(ui.Page{Title: c.T(title), Shell: shell, Status: f.Status, Body: ui.Failure(c.T(title), words, number, home)})
}

// failureText is what people read of a failure.
func failureText(c *ui.Call, f *httpkit.Failure, err error) string {
	if faults, ok := ui.FaultsOf(err); ok {
		return faults.Sentence()
	}
	if f.Status == http.StatusNotFound {
		return c.T("error.404")
	}
	return f.Message
}
