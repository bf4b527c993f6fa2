package admin

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"interdesk/admin"
	"interdesk/store"
	"interdesk/web/ui"
)

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

// idOrNone is an id as the value of an input: "" for none.
func idOrNone[I ~int64](id I) string {
	if id == 0 {
		return ""
	}
	return idText(id)
}

// idsOf reads the ids that inputs of one name have.
func idsOf[I ~int64](c *ui.Call, name string) (all []I) {
	_ = c.R.FormValue(name) // reads the form
	for _, s := range c.R.Form[name] {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			all = append(all, I(n))
		}
	}
	return all
}
