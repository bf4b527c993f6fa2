package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// deviceLife is how long a browser is known.
const deviceLife = 180 * 24 * time.Hour

// sessionSecret reads the session's secret from the browser's cookie.
func (s *Site) sessionSecret(r *http.Request, info *httpkit.Info) (string, error) {
	secret := access.SessionSecret(r, info.Scheme == "https")
	if secret == "" {
		return "", desk.Errorf(desk.Unauthenticated, "Sign in to go on.")
	}
	return secret, nil
}

func setSession(c *ui.Call, secret string, seconds int) {
	setCookie(c, access.SessionCookie, secret, seconds)
}

func setCookie(c *ui.Call, name, value string, seconds int) {
	http.SetCookie(c.W, &http.Cookie{Name: access.CookieName(name, c.Frame.Secure), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true,
		Secure: c.Frame.Secure, SameSite: http.SameSiteLaxMode})
}

// deviceOf is the mark that this browser got when somebody signed in.
func deviceOf(c *ui.Call) string {
	cookie, err := c.R.Cookie(access.CookieName(access.DeviceCookie, c.Frame.Secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// signInModel is the sign-in page: what was typed and what was wrong with it.
type signInModel struct {
	next   string
	email  string
	note   string
	faults ui.Faults
}

func (s *Site) showSignIn(c *ui.Call) error {
	m := signInModel{next: ui.OwnPath(c.Value("next"))}
	switch {
	case c.Value("out") != "":
		m.note = c.T("signin.out")
	case c.User.ID != 0:
		return c.Redirect(StartPath(c.User, m.next))
	case m.next != "":
		m.note = c.T("signin.please")
	}
	return s.signInPage(c, http.StatusOK, m)
}

func (s *Site) signInPage(c *ui.Call, status int, m signInModel) error {
	return c.Show(ui.Page{Title: c.T("signin.title"), Shell: ui.Plain, Status: status, Body: signInForm(m)})
}

func (s *Site) signIn(c *ui.Call) error {
	m := signInModel{next: ui.OwnPath(c.Value("next")), email: c.Value("email")}
	password := c.R.PostFormValue("password")
	if m.email == "" || password == "" {
		m.faults = ui.Faults{"base": {c.T("signin.missing")}}
		return s.signInPage(c, http.StatusUnprocessableEntity, m)
	}
	secret, u, err := s.Access.SignIn(c.Ctx(), c.Account.ID, access.Login{Email: m.email, Password: password,
		Client: httpkit.About(c.R).Client, Agent: c.R.UserAgent(), Device: deviceOf(c)})
	if late, ok := errors.AsType[*access.ThrottledError](err); ok {
		c.W.Header().Set("Retry-After", cookieSeconds(late.Wait))
		m.faults = ui.Faults{"base": {text.N(c.Ctx(), "signin.wait", int(late.Wait.Seconds())+1)}}
		return s.signInPage(c, http.StatusTooManyRequests, m)
	}
	if desk.KindOf(err) == desk.Unauthenticated && err != nil {
		m.faults = ui.Faults{"base": {c.T("signin.wrong")}}
		return s.signInPage(c, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.Begin(c, secret, m.email, StartPath(u, m.next))
}

// Begin has the browser keep the secret of a new session, and be known from then on.
func (s *Site) Begin(c *ui.Call, secret, email, next string) error {
	setSession(c, secret, int(access.SessionLife.Seconds()))
	setCookie(c, access.DeviceCookie, s.Access.NewDevice(c.Account.ID, email), int(deviceLife.Seconds()))
	return c.Redirect(next)
}

func (s *Site) signOut(c *ui.Call) error {
	if c.User.ID != 0 {
		err := s.Access.SignOut(c.Ctx(), c.Account.ID, c.User.ID, c.Session.ID)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
	}
	setSession(c, "", -1)
	c.W.Header().Set("Clear-Site-Data", `"cache"`) // the back button shows nothing of what was read
	return c.Redirect("/signin?out=1")
}

// StartPath is where somebody begins: where they wanted to go, the workspace, or the portal.
func StartPath(u desk.User, next string) string {
	switch {
	case next != "":
		return next
	case u.Role.Staff():
		return "/agent"
	}
	return "/requests"
}

// helpPath is where those go who cannot sign in.
func helpPath(m signInModel) string {
	if m.next == "" {
		return "/signin/help"
	}
	return "/signin/help?next=" + url.QueryEscape(m.next)
}
