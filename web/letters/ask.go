package letters

import (
	"net/http"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/ratelimit"
	"interdesk/store"
	"interdesk/web/ui"
)

// helpModel is the page for those who cannot sign in.
type helpModel struct {
	email  string
	next   string
	sent   bool
	faults ui.Faults
}

func showHelp(c *ui.Call) error {
	return helpPage(c, http.StatusOK, helpModel{email: c.Value("email"), next: ui.OwnPath(c.Value("next"))})
}

func helpPage(c *ui.Call, status int, m helpModel) error {
	return c.Show(ui.Page{Title: c.T("letters.help"), Shell: ui.Plain, Status: status, Body: helpForm(m)})
}

// askForLetter mails a link to sign in, or to a new password.
func askForLetter(c *ui.Call) error {
	m := helpModel{email: c.Value("email"), next: ui.OwnPath(c.Value("next"))}
	if _, ok := desk.NormalizeEmail(m.email); !ok {
		m.faults = ui.Faults{"email": {c.T("letters.email.bad")}}
		return helpPage(c, http.StatusUnprocessableEntity, m)
	}
	if err := httpkit.CheckStranger(c.Strangers, ratelimit.Request, c.R, c.Clock()); err != nil {
		return err
	}
	err := c.Write(func(tx *store.Tx) error {
		if c.Value("want") == "password" {
			return c.Notices.ForgotPassword(c.Ctx(), tx, m.email)
		}
		return c.Notices.SignInLink(c.Ctx(), tx, m.email, m.next)
	})
	if desk.KindOf(err) == desk.Unavailable && err != nil {
		m.faults = ui.Faults{"base": {c.T("letters.nomail")}}
		return helpPage(c, http.StatusServiceUnavailable, m)
	}
	if err != nil {
		return err
	}
	m.sent = true
	return helpPage(c, http.StatusOK, m)
}
