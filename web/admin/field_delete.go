package admin

import (
	"encoding/json"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

func confirmField(c *ui.Call) error { return askField(c, 0, nil) }

// askField says which tickets, forms and rules lose something with a field.
func askField(c *ui.Call, status int, faults ui.Faults) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := confirmation{action: "/admin/fields/" + ui.IDText(id) + "/delete", button: c.T("action.delete"), back: "/admin/fields/" + ui.IDText(id), faults: faults}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		f, err := actor.Field(c.Ctx(), desk.FieldID(id))
		if err == nil && !f.Type.Custom() {
			err = desk.Missing()
		}
		if err != nil {
			return err
		}
		use, err := tx.FieldUse(c.Ctx(), f.ID, nil, useCounted)
		if err != nil {
			return err
		}
		rules, err := rulesNaming(c, actor, f.ID)
		m.title, m.losses = c.T("admin.fields.delete.title", f.Title), []string{useWords(c, "admin.fields.delete.use", use)}
		if f.Type.HasOptions() || f.Tag != "" {
			m.losses = append(m.losses, c.T("admin.fields.delete.tags"))
		}
		if forms := formsWith(actor.Config, f.ID); len(forms) > 0 {
			m.losses = append(m.losses, c.T("admin.fields.delete.forms", strings.Join(forms, ", ")))
		}
		if len(rules) > 0 {
			m.losses = append(m.losses, c.T("admin.fields.delete.rules", strings.Join(rules, ", ")))
		}
		m.losses = append(m.losses, c.T("admin.fields.delete.off"))
		return err
	})
	if err != nil {
		return err
	}
	return askFirst(c, "fields", status, m)
}

// useWords is a number of tickets in words; past the number that is counted to, it is "or more".
func useWords(c *ui.Call, key string, n int) string {
	if n >= useCounted {
		return text.T(c.Ctx(), key+".many", n)
	}
	return text.N(c.Ctx(), key, n)
}

// rulesNaming names the triggers, macros and views that speak of a field.
func rulesNaming(c *ui.Call, actor *admin.Actor, id desk.FieldID) (names []string, err error) {
	triggers, err := actor.Triggers(c.Ctx())
	if err != nil {
		return nil, err
	}
	macros, err := actor.Macros(c.Ctx(), admin.Filter{})
	if err != nil {
		return nil, err
	}
	views, err := actor.Views(c.Ctx(), admin.Filter{})
	for _, t := range triggers {
		if speaksOf(id, t.Conditions, t.Actions) {
			names = append(names, t.Title)
		}
	}
	for _, m := range macros {
		if speaksOf(id, m.Actions) {
			names = append(names, m.Title)
		}
	}
	for _, v := range views {
		if speaksOf(id, v.Conditions, v.Output) {
			names = append(names, v.Title)
		}
	}
	return names, err
}

// speaksOf tells whether a rule's JSON names a field: as custom_fields_<id>, as ticket_fields_<id> or, a column, as <id>.
func speaksOf(id desk.FieldID, parts ...any) bool {
	raw, err := json.Marshal(parts)
	words := string(raw)
	return err == nil && (strings.Contains(words, `_fields_`+ui.IDText(id)+`"`) || strings.Contains(words, `"`+ui.IDText(id)+`"`))
}

func deleteField(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeleteField(c.Ctx(), desk.FieldID(id)) })
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askField(c, status, f) })
	}
	c.ToastSuccess(c.T("admin.fields.deleted"))
	return c.Redirect("/admin/fields")
}
