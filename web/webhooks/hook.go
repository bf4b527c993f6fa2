package webhooks

import (
	"context"
	"net/http"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
	"interdesk/webhook"
)

// hookModel is the page of one webhook; without an id in stored it makes a new one.
type hookModel struct {
	stored row
	form   form
	faults ui.Faults
	tested *desk.InvocationAttempt // what came of a test
	secret string                  // the signing secret, to whom asked for it
}

func (m *hookModel) action() string {
	if m.stored.ID == "" {
		return path
	}
	return hookPath(m.stored.ID)
}

func readHook(c *ui.Call, tx *store.Tx, id desk.WebhookID) (row, error) {
	w, err := tx.Webhook(c.Ctx(), id)
	if err != nil {
		return row{}, err
	}
	rows, err := rowsOf(c, tx, []desk.Webhook{w})
	if err != nil {
		return row{}, err
	}
	return rows[0], nil
}

// show answers with a webhook's page. Without typed it has what is stored.
func (m *hookModel) show(c *ui.Call, status int, typed *form) error {
	m.form = formOf(webhook.NewInput())
	title := c.T("webhooks.new")
	if id := hookID(c); id != "" {
		err := c.Read(func(tx *store.Tx) (err error) {
			m.stored, err = readHook(c, tx, id)
			return err
		})
		if err != nil {
			return err
		}
		m.form, title = formOf(webhook.InputOf(&m.stored.Webhook)), m.stored.Name
	}
	if typed != nil {
		m.form = *typed
	}
	return c.ShowAdmin("webhooks", title, status, hookPage(m))
}

func newHook(c *ui.Call) error { return new(hookModel).show(c, 0, nil) }

func showHook(c *ui.Call) error { return new(hookModel).show(c, 0, nil) }

func createHook(c *ui.Call) error {
	f := readForm(c)
	var w desk.Webhook
	err := f.faults.Err()
	if err == nil {
		err = c.Write(func(tx *store.Tx) (err error) {
			w, err = c.Webhooks.Create(c.Ctx(), tx, c.User, f.Input)
			return err
		})
	}
	return saved(c, &f, w.ID, err)
}

func saveHook(c *ui.Call) error {
	f := readForm(c)
	err := f.faults.Err()
	if err == nil {
		err = c.Write(func(tx *store.Tx) error {
			_, err := c.Webhooks.Change(c.Ctx(), tx, c.User, hookID(c), f.edit)
			return err
		})
	}
	return saved(c, &f, hookID(c), err)
}

// saved leads to a webhook that was stored, or shows its form again with what is wrong.
func saved(c *ui.Call, f *form, id desk.WebhookID, err error) error {
	if err != nil {
		return ui.AnswerFaults(err, func(status int, faults ui.Faults) error { return (&hookModel{faults: faults}).show(c, status, f) })
	}
	c.ToastSuccess(c.T("webhooks.saved", f.Name))
	return c.Redirect(hookPath(id))
}

// testHook sends a test of what stands in the form, and keeps nothing.
func testHook(c *ui.Call) error {
	f := readForm(c)
	var m hookModel
	err := f.faults.Err()
	if err == nil {
		var a desk.InvocationAttempt
		a, err = c.Webhooks.Try(c.Ctx(), c.Account.ID, c.User, hookID(c), f.edit, "")
		m.tested = &a
	}
	status := http.StatusOK
	if err != nil {
		var ok bool
		if m.faults, ok = ui.FaultsOf(err); !ok {
			return err
		}
		status, m.tested = http.StatusUnprocessableEntity, nil
	}
	if c.Partial() {
		return c.Fragment(status, testResult(&m))
	}
	return m.show(c, status, &f)
}

// showSecret shows the signing secret on the webhook's page.
func showSecret(c *ui.Call) error {
	var m hookModel
	err := c.Read(func(tx *store.Tx) (err error) {
		m.secret, err = c.Webhooks.SigningSecret(c.Ctx(), tx, c.User, hookID(c))
		return err
	})
	if err != nil {
		return err
	}
	return m.show(c, 0, nil)
}

// renewSecret makes another signing secret, and shows it.
func renewSecret(c *ui.Call) error {
	var m hookModel
	err := c.Write(func(tx *store.Tx) (err error) {
		m.secret, err = c.Webhooks.NewSigningSecret(c.Ctx(), tx, c.User, hookID(c))
		return err
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("webhooks.secret.renewed"))
	return m.show(c, 0, nil)
}

func confirmDelete(c *ui.Call) error { return askDelete(c, 0, nil) }

func askDelete(c *ui.Call, status int, faults ui.Faults) error {
	var w row
	err := c.Read(func(tx *store.Tx) (err error) {
		w, err = readHook(c, tx, hookID(c))
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("webhooks", c.T("webhooks.delete.title", w.Name), status, deletePage(w, faults))
}

func deleteHook(c *ui.Call) error {
	err := c.Write(func(tx *store.Tx) error { return c.Webhooks.Delete(c.Ctx(), tx, c.User, hookID(c)) })
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askDelete(c, status, f) })
	}
	c.ToastSuccess(c.T("webhooks.deleted"))
	return c.Redirect(path)
}

// secretHint says what an empty secret means.
func (m *hookModel) secretHint(ctx context.Context) string {
	if m.stored.AuthSecret != "" {
		return text.T(ctx, "webhooks.auth.secret.kept")
	}
	return text.T(ctx, "webhooks.auth.secret.hint")
}
