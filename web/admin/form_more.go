package admin

import (
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// orderForms has the forms stand in the order of the ids that were sent.
func orderForms(c *ui.Call) error {
	order := idsOf[desk.FormID](c, "id")
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.ReorderForms(c.Ctx(), order) })
	if err != nil {
		return err
	}
	return c.Redirect("/admin/forms")
}

// moveForm moves a form one place up or down.
func moveForm(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		all, err := actor.Forms(c.Ctx())
		if err != nil {
			return err
		}
		order := make([]desk.FormID, len(all))
		for i, f := range all {
			order[i] = f.ID
		}
		at := slices.Index(order, desk.FormID(id))
		if at < 0 {
			return desk.Missing()
		}
		moveItem(order, at, c.Value("do"))
		return actor.ReorderForms(c.Ctx(), order)
	})
	if err != nil {
		return err
	}
	return c.Redirect("/admin/forms")
}

// cloneForm makes a copy of a form, which is off at first.
func cloneForm(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var copied desk.TicketForm
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		copied, err = actor.CloneForm(c.Ctx(), desk.FormID(id))
		return err
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("admin.forms.cloned"))
	return c.Redirect("/admin/forms/" + ui.IDText(copied.ID))
}

func confirmForm(c *ui.Call) error { return askForm(c, 0, nil) }

func askForm(c *ui.Call, status int, faults ui.Faults) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var f desk.TicketForm
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		f, err = actor.Form(c.Ctx(), desk.FormID(id))
		return err
	})
	if err != nil {
		return err
	}
	return askFirst(c, "forms", status, confirmation{title: c.T("admin.forms.delete.title", f.Name), faults: faults,
		losses: []string{c.T("admin.forms.delete.tickets"), c.T("admin.forms.delete.fields"), c.T("admin.users.delete.final")},
		action: "/admin/forms/" + ui.IDText(id) + "/delete", button: c.T("action.delete"), back: "/admin/forms/" + ui.IDText(id)})
}

func deleteForm(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeleteForm(c.Ctx(), desk.FormID(id)) })
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askForm(c, status, f) })
	}
	c.ToastSuccess(c.T("admin.forms.deleted"))
	return c.Redirect("/admin/forms")
}
