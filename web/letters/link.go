package letters

import (
	"errors"
	"net/http"
	"strings"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/web/ui"
)

// linkModel is a page behind a link.
type linkModel struct {
	action string // where its form goes
	link   string
	next   string
	title  string
	words  string
	button string
	email  string
	over   bool // the link cannot be used
	choose bool // asks for a password
	faults ui.Faults
}

func (m *linkModel) show(c *ui.Call, status int) error {
	m.action, m.link = c.R.URL.Path, c.Value("link")
	c.W.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	return c.Show(ui.Page{Title: m.title, Shell: ui.Plain, Status: status, Body: linkPage(*m)})
}

// orOver shows that a link is over, where err says so.
func orOver(c *ui.Call, err error) error {
	if desk.KindOf(err) != desk.NotFound {
		return err
	}
	m := linkModel{title: c.T("letters.over"), words: c.T("letters.over.words"), over: true}
	return m.show(c, http.StatusGone)
}

// purposeOf tells a first password from a new one.
func purposeOf(c *ui.Call) access.LinkPurpose {
	if strings.HasSuffix(c.R.URL.Path, "/invite") {
		return access.LinkInvite
	}
	return access.LinkPassword
}

func passwordModel(c *ui.Call, u desk.User) *linkModel {
	return &linkModel{title: c.T("letters.password"), words: c.T("letters.password.words", u.Email), email: u.Email, button: c.T("letters.password.save"), choose: true}
}

func showPassword(c *ui.Call) error {
	u, err := c.Access.LinkedUser(c.Ctx(), c.Account.ID, purposeOf(c), c.Value("link"))
	if err != nil {
		return orOver(c, err)
	}
	return passwordModel(c, u).show(c, http.StatusOK)
}

func setPassword(c *ui.Call) error {
	u, err := c.Access.LinkedUser(c.Ctx(), c.Account.ID, purposeOf(c), c.Value("link"))
	if err != nil {
		return orOver(c, err)
	}
	_, err = c.Access.SetPasswordByLink(c.Ctx(), c.Account.ID, purposeOf(c), c.Value("link"), c.R.PostFormValue("password"))
	if bad, ok := errors.AsType[*desk.Error](err); ok && bad.Kind == desk.Invalid {
		m := passwordModel(c, u)
		m.faults = ui.Faults{"password": {bad.Error()}}
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return orOver(c, err)
	}
	c.ToastSuccess(c.T("letters.password.saved"))
	return c.Redirect("/signin")
}

func showSignIn(c *ui.Call) error {
	u, err := c.Access.LinkedUser(c.Ctx(), c.Account.ID, access.LinkSignIn, c.Value("link"))
	if err != nil {
		return orOver(c, err)
	}
	m := linkModel{title: c.T("letters.signin"), words: c.T("letters.signin.words", c.Account.Name, u.Email), button: c.T("signin.submit"), next: ui.OwnPath(c.Value("next"))}
	return m.show(c, http.StatusOK)
}

func (p *pages) signIn(c *ui.Call) error {
	secret, u, err := c.Access.SignInByLink(c.Ctx(), c.Account.ID, c.Value("link"), access.Login{Client: httpkit.About(c.R).Client, Agent: c.R.UserAgent()})
	if err != nil {
		return orOver(c, err)
	}
	next := ui.OwnPath(c.Value("next"))
	if next == "" {
		next = "/requests"
	}
	return p.site.Begin(c, secret, u.Email, next)
}

func showVerify(c *ui.Call) error {
	i, err := c.Access.LinkedAddress(c.Ctx(), c.Account.ID, c.Value("link"))
	if err != nil {
		return orOver(c, err)
	}
	m := linkModel{title: c.T("letters.verify"), words: c.T("letters.verify.words", i.Value, c.Account.Name), button: c.T("letters.verify.yes")}
	return m.show(c, http.StatusOK)
}

func verify(c *ui.Call) error {
	i, err := c.Access.VerifyByLink(c.Ctx(), c.Account.ID, c.Value("link"))
	if err != nil {
		return orOver(c, err)
	}
	m := linkModel{title: c.T("letters.verified"), words: c.T("letters.verified.words", i.Value), over: true}
	return m.show(c, http.StatusOK)
}

func showUnfollow(c *ui.Call) error {
	ticket, _, err := c.Access.LinkedFollower(c.Account.ID, c.Value("link"))
	if err != nil {
		return orOver(c, err)
	}
	m := linkModel{title: c.T("letters.unfollow"), words: c.T("letters.unfollow.words", int64(ticket)), button: c.T("letters.unfollow.yes")}
	return m.show(c, http.StatusOK)
}
