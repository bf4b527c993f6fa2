package ui

import (
	"net/http"

	"github.com/a-h/templ"

	"interdesk/admin"
	"interdesk/store"
)

// ReadAs reads as the caller.
func (c *Call) ReadAs(work func(tx *store.Tx, actor *admin.Actor) error) error {
	return c.Read(c.as(work))
}

// ChangeAs changes something as the caller.
func (c *Call) ChangeAs(work func(tx *store.Tx, actor *admin.Actor) error) error {
	return c.Write(c.as(work))
}

func (c *Call) as(work func(tx *store.Tx, actor *admin.Actor) error) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		return work(tx, actor)
	}
}

// ShowAdmin answers with a page of the admin centre.
func (c *Call) ShowAdmin(current, title string, status int, body templ.Component) error {
	return c.Show(Page{Title: title, Shell: Admin, Current: current, Status: status, Body: body})
}

// AnswerFaults shows a form again with its faults, as again does with them. What is not about the form stays an error.
func AnswerFaults(err error, again func(status int, f Faults) error) error {
	f, ok := FaultsOf(err)
	if !ok {
		return err
	}
	return again(http.StatusUnprocessableEntity, f)
}
