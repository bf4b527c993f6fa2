package sending

import (
	"net/http"
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/mail/outbound"
	"interdesk/notify"
	"interdesk/store"
	"interdesk/web/ui"
)

// sendTest writes to the admin who asks.
func sendTest(c *ui.Call) error {
	err := c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error { return c.Notices.Test(c.Ctx(), tx, c.User) })
	if desk.KindOf(err) == desk.Unavailable && err != nil {
		c.ToastFailure(err.Error())
		return c.Redirect(path)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sending.tested", c.User.Email))
	return c.Redirect(path)
}

// retryNow has the letters that wait tried at once.
func retryNow(c *ui.Call) error {
	err := c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error {
		_, err := c.Mail.RetryNow(c.Ctx(), tx)
		return err
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sending.retrying"))
	return c.Redirect(path)
}

// saveRelay keeps a relay once it was signed in to.
func saveRelay(c *ui.Call) error {
	in := outbound.RelayInput{Host: c.Value("host"), Port: int(min(c.Number("port"), 1<<17)), Security: desk.RelaySecurity(c.Value("security")),
		Username: c.Value("username"), Password: c.R.PostFormValue("password")}
	r, err := c.Mail.TryRelay(c.Ctx(), c.Account.ID, in)
	if faults, bad := ui.FaultsOf(err); bad {
		m, err := readSending(c)
		if err != nil {
			return err
		}
		m.relay, m.relayFaults = in, faults
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err == nil {
		err = c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error { return c.Mail.SetRelay(c.Ctx(), tx, r, c.User.ID) })
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sending.relay.saved"))
	return c.Redirect(path)
}

func dropRelay(c *ui.Call) error {
	if err := c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error { return c.Mail.DropRelay(c.Ctx(), tx) }); err != nil {
		return err
	}
	c.ToastSuccess(c.T("sending.relay.dropped"))
	return c.Redirect(path)
}

// ownDomain is the domain that a form names, one of those from which letters go out.
func ownDomain(c *ui.Call, tx *store.Tx) (string, error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return "", err
	}
	name := c.Value("domain")
	if !slices.Contains(domainsOf(cfg), name) {
		return "", desk.Missing()
	}
	return name, nil
}

// makeKey makes a key for a domain that has none.
func makeKey(c *ui.Call) error {
	err := c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error {
		name, err := ownDomain(c, tx)
		if err != nil {
			return err
		}
		if _, err := tx.DKIMKey(c.Ctx(), name); desk.KindOf(err) != desk.NotFound {
			return err // it has one
		}
		key, err := c.Mail.NewDKIMKey(name, c.Clock())
		if err != nil {
			return err
		}
		return tx.SetDKIMKey(c.Ctx(), &key)
	})
	if err != nil {
		return err
	}
	return c.Redirect(path + "#signatures")
}

// checkKey asks the DNS, outside of a transaction, whether it has the key.
func (p *pages) checkKey(c *ui.Call) error {
	var key desk.DKIMKey
	err := c.Read(func(tx *store.Tx) error {
		name, err := ownDomain(c, tx)
		if err != nil {
			return err
		}
		key, err = tx.DKIMKey(c.Ctx(), name)
		return err
	})
	if err != nil {
		return err
	}
	said := outbound.CheckDKIM(c.Ctx(), p.dns, &key, c.Clock())
	if err := c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error { return tx.SetDKIMKey(c.Ctx(), &key) }); err != nil {
		return err
	}
	if said != "" {
		c.ToastFailure(said)
	} else {
		c.ToastSuccess(c.T("sending.key.found", key.Domain))
	}
	return c.Redirect(path + "#signatures")
}

func deleteKey(c *ui.Call) error {
	err := c.ChangeAs(func(tx *store.Tx, _ *admin.Actor) error {
		name, err := ownDomain(c, tx)
		if err != nil {
			return err
		}
		return tx.DeleteDKIMKey(c.Ctx(), name)
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sending.key.deleted"))
	return c.Redirect(path + "#signatures")
}

// typedLayout is the layout of the form.
func typedLayout(c *ui.Call) notify.Layout {
	return notify.Layout{HTML: c.Value("mail_html"), Text: c.Value("mail_text")}
}

func saveLayout(c *ui.Call) error {
	l := typedLayout(c)
	if faults, bad := ui.FaultsOf(l.Check().Err()); bad {
		m, err := readSending(c)
		if err != nil {
			return err
		}
		m.layout, m.layoutFaults = l, faults
		return m.show(c, http.StatusUnprocessableEntity)
	}
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		_, err := actor.ChangeAccount(c.Ctx(), func(a *desk.Account) error {
			a.Settings.MailHTML, a.Settings.MailText = l.HTML, l.Text
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sending.layout.saved"))
	return c.Redirect(path + "#layout")
}

// previewPolicy lets the preview be looked at, and nothing of it run.
const previewPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// previewLayout shows what the form's layout makes of a letter; nothing is stored.
func previewLayout(c *ui.Call) error {
	var brand string
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err == nil {
			brand = cfg.Brand.Name
		}
		return err
	})
	if err != nil {
		return err
	}
	page, _ := notify.Preview(c.Account, brand, typedLayout(c))
	c.W.Header().Set("Content-Security-Policy", previewPolicy)
	return httpkit.HTML(c.W, c.R, http.StatusOK, []byte(page))
}
