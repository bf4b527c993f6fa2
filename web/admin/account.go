package admin

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

type accountModel struct {
	account desk.Account
	hosts   []string
	faults  ui.Faults
}

func showAccount(c *ui.Call) error {
	return accountAnswer(c, 0, accountModel{account: c.Account})
}

func accountAnswer(c *ui.Call, status int, m accountModel) error {
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		m.hosts, err = actor.Hosts(c.Ctx())
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("account", c.T("admin.account.title"), status, accountPage(m))
}

func saveAccount(c *ui.Call) error {
	var typed desk.Account
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		typed, err = actor.ChangeAccount(c.Ctx(), func(a *desk.Account) error {
			a.Name, a.TimeZone = c.Value("name"), c.Value("time_zone")
			a.Settings.DeclineInvitations = c.Checked("decline_invitations")
			if n := c.Number("accent"); n >= 1 && n <= desk.Accents {
				a.Settings.Accent = int(n)
			}
			return nil
		})
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return accountAnswer(c, status, accountModel{account: typed, faults: f})
		})
	}
	c.ToastSuccess(c.T("admin.account.saved"))
	return c.Redirect("/admin/account")
}
