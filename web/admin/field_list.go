package admin

import (
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

type fieldsModel struct {
	q    string
	rows []fieldRow
	n    int // of all fields
}

type fieldRow struct {
	desk.TicketField
	forms []string // where it is shown
	first bool
	last  bool
}

func showFields(c *ui.Call) error {
	m := fieldsModel{q: c.Value("q")}
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		all, err := actor.Fields(c.Ctx())
		if err != nil {
			return err
		}
		m.n, m.rows = len(all), nil
		for i, f := range all {
			if matchesQuery(m.q, f.Title, f.TitleInPortal, f.Description, c.T("admin.type."+string(f.Type))) {
				m.rows = append(m.rows, fieldRow{TicketField: f, forms: formsWith(actor.Config, f.ID), first: i == 0, last: i == len(all)-1})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.Partial() {
		return c.Fragment(0, fieldTable(m))
	}
	return c.ShowAdmin("fields", c.T("admin.fields.title"), 0, fieldsPage(m))
}

// matchesQuery tells whether one of the texts contains what is looked for, in any case.
func matchesQuery(q string, texts ...string) bool {
	q = strings.ToLower(q)
	return slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(strings.ToLower(s), q) })
}

// formsWith names the active forms that show a field.
func formsWith(cfg *desk.Config, id desk.FieldID) (names []string) {
	for _, f := range cfg.Forms {
		if f.Active && slices.Contains(f.Fields, id) {
			names = append(names, f.Name)
		}
	}
	return names
}

// orderFields has the fields stand in the order of the ids that were sent.
func orderFields(c *ui.Call) error {
	order := idsOf[desk.FieldID](c, "id")
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.ReorderFields(c.Ctx(), order) })
	if err != nil {
		return err
	}
	return c.Redirect("/admin/fields")
}

// moveField moves a field one place up or down.
func moveField(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		all, err := actor.Fields(c.Ctx())
		if err != nil {
			return err
		}
		order := make([]desk.FieldID, len(all))
		for i, f := range all {
			order[i] = f.ID
		}
		at := slices.Index(order, desk.FieldID(id))
		if at < 0 {
			return desk.Missing()
		}
		moveItem(order, at, c.Value("do"))
		return actor.ReorderFields(c.Ctx(), order)
	})
	if err != nil {
		return err
	}
	return c.Redirect("/admin/fields#f-" + ui.IDText(id))
}

// moveItem exchanges one of all with the one before ("up") or behind it ("down").
func moveItem[T any](all []T, at int, where string) {
	to := at
	switch where {
	case "up":
		to--
	case "down":
		to++
	}
	if to >= 0 && to < len(all) {
		all[at], all[to] = all[to], all[at]
	}
}

// switchField turns a field on or off.
func switchField(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var f desk.TicketField
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		f, err = actor.ChangeField(c.Ctx(), desk.FieldID(id), func(f *desk.TicketField) error {
			f.Active = c.Checked("on")
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	if f.Active {
		c.ToastSuccess(c.T("admin.fields.on", f.Title))
	} else {
		c.ToastSuccess(c.T("admin.fields.off", f.Title))
	}
	return c.Redirect("/admin/fields#f-" + ui.IDText(id))
}
