package admin

import (
	"net/http"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// setPassword gives somebody the password that was typed, or one that is made now and shown once.
func (d userPages) setPassword(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	if c.Value("do") == "invite" {
		return d.invite(c, desk.UserID(id))
	}
	generate := c.Value("do") == "generate"
	if !generate && c.R.PostFormValue("password") == "" {
		return d.showUser(c, http.StatusUnprocessableEntity, desk.UserID(id), userModel{faults: ui.Faults{"password": {c.T("admin.users.password.missing")}}})
	}
	plain, password, err := typedPassword(c, generate)
	if err == nil {
		err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
			return actor.SetPassword(c.Ctx(), desk.UserID(id), password)
		})
	}
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return d.showUser(c, status, desk.UserID(id), userModel{faults: f})
		})
	}
	if generate {
		return d.showUser(c, 0, desk.UserID(id), userModel{secret: plain})
	}
	c.ToastSuccess(c.T("admin.users.password.set"))
	return c.Redirect(d.editPath(desk.UserID(id)))
}

// invite mails somebody a link to a password of their own choice.
func (d userPages) invite(c *ui.Call, id desk.UserID) error {
	err := c.ChangeAs(func(tx *store.Tx, actor *admin.Actor) error {
		u, err := actor.MayInvite(c.Ctx(), id)
		if err != nil {
			return err
		}
		return c.Notices.Invite(c.Ctx(), tx, u)
	})
	if desk.KindOf(err) == desk.Unavailable && err != nil {
		c.ToastFailure(err.Error())
		return c.Redirect(d.editPath(id))
	}
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return d.showUser(c, status, id, userModel{faults: f}) })
	}
	c.ToastSuccess(c.T("admin.users.invited"))
	return c.Redirect(d.editPath(id))
}

// signOut ends all sessions of somebody.
func (d userPages) signOut(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.SignOut(c.Ctx(), desk.UserID(id)) })
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("admin.users.signedout"))
	return c.Redirect(d.editPath(desk.UserID(id)))
}

// mergeUser gives all that a customer has to the one with the address that was typed.
func (d userPages) mergeUser(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	address := c.Value("into")
	var stays desk.User
	err = c.ChangeAs(func(tx *store.Tx, actor *admin.Actor) error {
		into, err := tx.UserByAddress(c.Ctx(), address)
		if desk.KindOf(err) == desk.NotFound && err != nil {
			return desk.InvalidField("id", "InvalidValue", c.T("admin.users.merge.nobody", address))
		}
		if err != nil {
			return err
		}
		stays, err = actor.MergeUser(c.Ctx(), desk.UserID(id), into.ID)
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return d.showUser(c, status, desk.UserID(id), userModel{faults: f, into: address})
		})
	}
	c.ToastSuccess(c.T("admin.users.merged", stays.Name))
	return c.Redirect(d.listedPath(stays.ID))
}

func (d userPages) confirmDelete(c *ui.Call) error { return d.askDelete(c, 0, nil) }

func (d userPages) askDelete(c *ui.Call, status int, faults ui.Faults) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var u desk.User
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		u, err = managedUser(c, actor, desk.UserID(id))
		return err
	})
	if err != nil {
		return err
	}
	m := confirmation{title: c.T("admin.users.delete.title", u.Name), losses: []string{c.T("admin.users.delete.signin"), c.T("admin.users.delete.tickets")},
		action: d.base + "/" + ui.IDText(id) + "/delete", button: c.T("action.delete"), back: d.editPath(u.ID), faults: faults}
	if u.Role.Staff() {
		m.losses = append(m.losses, c.T("admin.users.delete.assigned"))
	}
	m.losses = append(m.losses, c.T("admin.users.delete.final"))
	return c.Show(ui.Page{Title: m.title, Shell: d.shell, Current: d.current, Status: status, Body: confirmPage(m)})
}

func (d userPages) deleteUser(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var gone desk.User
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		gone, err = actor.DeleteUser(c.Ctx(), desk.UserID(id))
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return d.askDelete(c, status, f) })
	}
	c.ToastSuccess(c.T("admin.users.deleted", gone.Name))
	return c.Redirect(d.back)
}
