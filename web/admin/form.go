package admin

import (
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

type formRow struct {
	desk.TicketForm
	first, last bool
}

// formModel is a request form being made. Without an id in stored it is a new one.
type formModel struct {
	stored desk.TicketForm
	form   desk.TicketForm // as it was typed
	fields []desk.TicketField
	shown  []desk.TicketField // of the form, in its order
	rest   []ui.Option        // what can be added
	faults ui.Faults
}

func (m formModel) action() string {
	if m.stored.ID == 0 {
		return "/admin/forms"
	}
	return "/admin/forms/" + ui.IDText(m.stored.ID)
}

// chooseFields sorts the fields into those that the form shows and the rest.
func (m *formModel) chooseFields(c *ui.Call, all []desk.TicketField) {
	m.fields, m.shown, m.rest = all, nil, []ui.Option{{Label: c.T("admin.forms.add.choose")}}
	for _, id := range m.form.Fields {
		if at := slices.IndexFunc(all, func(f desk.TicketField) bool { return f.ID == id }); at >= 0 {
			m.shown = append(m.shown, all[at])
		}
	}
	for _, f := range all {
		if !slices.Contains(m.form.Fields, f.ID) {
			m.rest = append(m.rest, ui.Option{Value: ui.IDText(f.ID), Label: f.Title + " · " + c.T("admin.type."+string(f.Type))})
		}
	}
}

// askedFields are the fields as a customer is asked for them: subject and description always, others where both form and field
// let customers fill them in.
func (m formModel) askedFields() (all []desk.TicketField) {
	always := func(f desk.TicketField) bool { return f.Type == desk.FieldSubject || f.Type == desk.FieldDescription }
	for _, f := range m.shown {
		if always(f) || isAskedFor(f.Type) && f.Active && f.VisibleInPortal && f.EditableInPortal {
			all = append(all, f)
		}
	}
	for _, f := range m.fields {
		if always(f) && !slices.ContainsFunc(all, func(has desk.TicketField) bool { return has.ID == f.ID }) {
			all = append(all, f)
		}
	}
	return all
}

func showForms(c *ui.Call) error {
	var rows []formRow
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		all, err := actor.Forms(c.Ctx())
		rows = nil
		for i, f := range all {
			rows = append(rows, formRow{f, i == 0, i == len(all)-1})
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("forms", c.T("admin.forms.title"), 0, formsPage(rows))
}

func newForm(c *ui.Call) error {
	m := formModel{form: desk.TicketForm{Active: true, EndUserVisible: true}}
	return formAnswer(c, 0, m, true)
}

func showForm(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return formAnswer(c, 0, formModel{stored: desk.TicketForm{ID: desk.FormID(id)}}, true)
}

// formAnswer shows a form being made: afresh, as it is stored or with the system's fields, or as it was typed.
func formAnswer(c *ui.Call, status int, m formModel, afresh bool) error {
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if m.stored.ID != 0 {
			if m.stored, err = actor.Form(c.Ctx(), m.stored.ID); err != nil {
				return err
			}
		}
		switch {
		case afresh && m.stored.ID != 0:
			m.form = m.stored
		case afresh:
			m.form.Fields = systemFields(actor.Config)
		}
		m.chooseFields(c, actor.Config.Fields)
		return nil
	})
	if err != nil {
		return err
	}
	title := m.stored.Name
	if m.stored.ID == 0 {
		title = c.T("admin.forms.new")
	}
	return c.ShowAdmin("forms", title, status, formPage(m))
}

// systemFields are what a new form begins with.
func systemFields(cfg *desk.Config) (all []desk.FieldID) {
	for _, f := range cfg.Fields {
		if !f.Type.Custom() {
			all = append(all, f.ID)
		}
	}
	return all
}

func typeForm(c *ui.Call, f *desk.TicketForm) {
	f.Name, f.DisplayName = c.Value("name"), c.Value("display_name")
	f.Active, f.EndUserVisible, f.Default = c.Checked("active"), c.Checked("end_user_visible"), c.Checked("default")
	f.Fields = idsOf[desk.FieldID](c, "field")
}

// applyFormStep carries out what a button of the list of fields asks for, without storing anything.
func applyFormStep(c *ui.Call, f *desk.TicketForm) bool {
	do, key, _ := strings.Cut(c.Value("do"), ":")
	at := slices.IndexFunc(f.Fields, func(id desk.FieldID) bool { return ui.IDText(id) == key })
	switch {
	case do == "add":
		if id := desk.FieldID(c.Number("add")); id != 0 && !slices.Contains(f.Fields, id) {
			f.Fields = append(f.Fields, id)
		}
	case at < 0:
		return false
	case do == "remove":
		f.Fields = slices.Delete(f.Fields, at, at+1)
	default:
		moveItem(f.Fields, at, do)
	}
	return true
}

func createForm(c *ui.Call) error { return saveFormAs(c, 0) }

func saveForm(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return saveFormAs(c, desk.FormID(id))
}

func saveFormAs(c *ui.Call, id desk.FormID) error {
	m := formModel{stored: desk.TicketForm{ID: id}}
	typeForm(c, &m.form)
	if applyFormStep(c, &m.form) {
		return formAnswer(c, 0, m, false)
	}
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if id == 0 {
			f := m.form
			f.Position = desk.LastPosition
			return actor.CreateForm(c.Ctx(), &f)
		}
		_, err = actor.ChangeForm(c.Ctx(), id, func(f *desk.TicketForm) error {
			typeForm(c, f)
			return nil
		})
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults = f
			return formAnswer(c, status, m, false)
		})
	}
	c.ToastSuccess(c.T("admin.forms.saved", m.form.Name))
	return c.Redirect("/admin/forms")
}

// previewForm shows a form that is being made as a customer will see it.
func previewForm(c *ui.Call) error {
	var m formModel
	typeForm(c, &m.form)
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		m.chooseFields(c, actor.Config.Fields)
		return nil
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, formPreview(m))
}
