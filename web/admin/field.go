package admin

import (
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// fieldModel is a ticket field's form. Without an id in stored it makes a new one.
type fieldModel struct {
	stored  desk.TicketField
	field   desk.TicketField // as it was typed
	options []optionRow
	paste   string
	forms   []string // that show it
	gone    []string // names of options that are taken away though tickets have chosen them
	use     int      // how many tickets have
	faults  ui.Faults
}

func (m fieldModel) action() string {
	if m.stored.ID == 0 {
		return "/admin/fields"
	}
	return "/admin/fields/" + ui.IDText(m.stored.ID)
}

// isAskedFor tells whether customers can be asked for it: the rest of the system's fields are the staff's.
func isAskedFor(t desk.FieldType) bool {
	return t.Custom() || t == desk.FieldPriority || t == desk.FieldTicketType
}

// shownToCustomers tells whether customers read its title.
func shownToCustomers(t desk.FieldType) bool {
	return isAskedFor(t) || t == desk.FieldSubject || t == desk.FieldDescription
}

// newField asks for the type first.
func newField(c *ui.Call) error {
	kind := desk.FieldType(c.Value("type"))
	if !kind.Custom() {
		return c.ShowAdmin("fields", c.T("admin.fields.new"), 0, fieldTypesPage())
	}
	f := desk.TicketField{Type: kind, Active: true}
	return fieldAnswer(c, 0, fieldModel{field: f})
}

func showField(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var m fieldModel
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		m.stored, err = actor.Field(c.Ctx(), desk.FieldID(id))
		m.forms = formsWith(actor.Config, m.stored.ID)
		return err
	})
	if err != nil {
		return err
	}
	m.field, m.options = m.stored, optionRows(m.stored.Options)
	return fieldAnswer(c, 0, m)
}

func fieldAnswer(c *ui.Call, status int, m fieldModel) error {
	title := m.stored.Title
	if m.stored.ID == 0 {
		title = c.T("admin.fields.new")
	}
	return c.ShowAdmin("fields", title, status, fieldPage(m))
}

// typeField brings what was typed into a field. What the form does not show for its type stays.
func typeField(c *ui.Call, f *desk.TicketField, options []desk.FieldOption) {
	for name, to := range map[string]*string{"title": &f.Title, "description": &f.Description, "agent_description": &f.AgentDescription,
		"title_in_portal": &f.TitleInPortal, "regexp_for_validation": &f.Regexp, "tag": &f.Tag, "relationship_target_type": &f.Target} {
		if c.HasValue(name) {
			*to = c.Value(name)
		}
	}
	for name, to := range map[string]*bool{"required": &f.Required, "visible_in_portal": &f.VisibleInPortal,
		"editable_in_portal": &f.EditableInPortal, "required_in_portal": &f.RequiredInPortal} {
		if c.HasValue(name) {
			*to = c.Checked(name)
		}
	}
	if f.Type.HasOptions() {
		f.Options = options
	}
}

func createField(c *ui.Call) error {
	m := fieldModel{field: desk.TicketField{Type: desk.FieldType(c.Value("type")), Active: true}, options: typedOptions(c), paste: c.Value("paste")}
	if !m.field.Type.Custom() {
		return c.Redirect("/admin/fields/new")
	}
	if m.applyStep(c) {
		typeField(c, &m.field, nil)
		return fieldAnswer(c, 0, m)
	}
	m.addPasted()
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		f := desk.TicketField{Type: m.field.Type, Active: true}
		typeField(c, &f, m.storedOptions())
		m.field = f
		return actor.CreateField(c.Ctx(), &f)
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults = f
			return fieldAnswer(c, status, m)
		})
	}
	c.ToastSuccess(c.T("admin.fields.created", m.field.Title))
	return c.Redirect("/admin/fields")
}

func saveField(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := fieldModel{options: typedOptions(c), paste: c.Value("paste")}
	edited := m.applyStep(c)
	if !edited {
		m.addPasted()
	}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		if m.stored, err = actor.Field(c.Ctx(), desk.FieldID(id)); err != nil {
			return err
		}
		m.field, m.forms = m.stored, formsWith(actor.Config, m.stored.ID)
		typeField(c, &m.field, m.storedOptions())
		if edited || c.Checked("sure") {
			return nil
		}
		return m.countGone(c, tx)
	})
	if err != nil {
		return err
	}
	if edited || m.use > 0 {
		return fieldAnswer(c, 0, m)
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		_, err := actor.ChangeField(c.Ctx(), desk.FieldID(id), func(f *desk.TicketField) error {
			typeField(c, f, m.storedOptions())
			return nil
		})
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults = f
			return fieldAnswer(c, status, m)
		})
	}
	c.ToastSuccess(c.T("admin.fields.saved", m.field.Title))
	return c.Redirect("/admin/fields#f-" + ui.IDText(id))
}

// useCounted is how far it is counted which tickets use what is about to go.
const useCounted = 10_000

// countGone finds out which options go, and whether tickets have chosen them.
func (m *fieldModel) countGone(c *ui.Call, tx *store.Tx) (err error) {
	var tags []string
	m.gone, m.use = nil, 0
	for _, o := range m.stored.Options {
		if !slices.ContainsFunc(m.field.Options, func(n desk.FieldOption) bool { return n.Value == o.Value }) {
			tags, m.gone = append(tags, o.Value), append(m.gone, o.Name)
		}
	}
	if len(tags) > 0 {
		m.use, err = tx.FieldUse(c.Ctx(), m.stored.ID, tags, useCounted)
	}
	return err
}
