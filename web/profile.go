package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// profileModel is a person's own page: password, and where they are signed in.
type profileModel struct {
	sessions []store.Session
	here     int64
	faults   ui.Faults
}

func cookieSeconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds()) + 1) }

func (s *Site) showProfile(c *ui.Call) error { return s.profilePage(c, http.StatusOK, nil) }

func (s *Site) profilePage(c *ui.Call, status int, faults ui.Faults) error {
	m := profileModel{here: c.Session.ID, faults: faults}
	err := c.Read(func(tx *store.Tx) (err error) {
		m.sessions, err = tx.Sessions(c.Ctx(), c.User.ID)
		return err
	})
	if err != nil {
		return err
	}
	shell := ui.Portal
	if c.Frame.Staff() {
		shell = ui.Workspace
	}
	return c.Show(ui.Page{Title: c.T("profile.title"), Shell: shell, Status: status, Body: profilePage(m)})
}

// changePassword checks the present password as a sign-in does, with its brake on guessing.
func (s *Site) changePassword(c *ui.Call) error {
	err := s.Access.ChangePassword(c.Ctx(), c.Account.ID, c.User, c.Session.ID, c.R.PostFormValue("old"), c.R.PostFormValue("password"),
		httpkit.About(c.R).Client)
	if late, ok := errors.AsType[*access.ThrottledError](err); ok {
		return s.profilePage(c, http.StatusTooManyRequests, ui.Faults{"old": {text.N(c.Ctx(), "signin.wait", int(late.Wait.Seconds())+1)}})
	}
	if err != nil && desk.KindOf(err) == desk.Unauthenticated {
		return s.profilePage(c, http.StatusUnprocessableEntity, ui.Faults{"old": {c.T("profile.password.wrong")}})
	}
	if faults, ok := ui.FaultsOf(err); ok {
		return s.profilePage(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("profile.password.changed"))
	return c.Redirect("/profile")
}

func (s *Site) endSession(c *ui.Call) error {
	id, err := c.ID("id")
	if err == nil {
		err = s.Access.SignOut(c.Ctx(), c.Account.ID, c.User.ID, id)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("profile.sessions.ended"))
	return c.Redirect("/profile")
}

func (s *Site) endOtherSessions(c *ui.Call) error {
	if err := s.Access.SignOutElsewhere(c.Ctx(), c.Account.ID, c.User.ID, c.Session.ID); err != nil {
		return err
	}
	c.ToastSuccess(c.T("profile.sessions.allended"))
	return c.Redirect("/profile")
}
