package mail

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"interdesk/admin"
	"interdesk/store"
	"interdesk/web/ui"
)

// Routes are the pages of mail.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/mail/addresses", Who: ui.Admins, Serve: showAddresses},
		{Pattern: "GET /admin/mail/addresses/new", Who: ui.Admins, Serve: newAddress},
		{Pattern: "POST /admin/mail/addresses", Who: ui.Admins, Serve: createAddress},
		{Pattern: "GET /admin/mail/addresses/{id}", Who: ui.Admins, Serve: showAddress},
		{Pattern: "POST /admin/mail/addresses/{id}", Who: ui.Admins, Serve: saveAddress},
		{Pattern: "GET /admin/mail/addresses/{id}/delete", Who: ui.Admins, Serve: confirmAddress},
		{Pattern: "POST /admin/mail/addresses/{id}/delete", Who: ui.Admins, Serve: deleteAddress},
		{Pattern: "GET /admin/mail/senders", Who: ui.Admins, Serve: showSenders},
		{Pattern: "POST /admin/mail/senders", Who: ui.Admins, Serve: addSenders},
		{Pattern: "POST /admin/mail/senders/delete", Who: ui.Admins, Serve: deleteSender},
	}
}

// readAs reads as the caller.
func readAs(c *ui.Call, work func(tx *store.Tx, actor *admin.Actor) error) error {
	return c.Read(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		return work(tx, actor)
	})
}

// changeAs changes something as the caller.
func changeAs(c *ui.Call, work func(tx *store.Tx, actor *admin.Actor) error) error {
	return c.Write(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		return work(tx, actor)
	})
}

// showPage answers with a page of the admin centre.
func showPage(c *ui.Call, current, title string, status int, body templ.Component) error {
	return c.Show(ui.Page{Title: title, Shell: ui.Admin, Current: current, Status: status, Body: body})
}

// answerFaults shows a form again with its faults, as again does with them. What is not about the form stays an error.
func answerFaults(err error, again func(status int, f ui.Faults) error) error {
	f, ok := ui.FaultsOf(err)
	if !ok {
		return err
	}
	return again(http.StatusUnprocessableEntity, f)
}

func idText[I ~int64](id I) string { return strconv.FormatInt(int64(id), 10) }
