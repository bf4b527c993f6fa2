package portal

import (
	"slices"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// formModel is the form for a new request.
type formModel struct {
	forms     []desk.TicketForm // to choose from, when there are several
	form      desk.TicketForm
	fields    []desk.TicketField // in order
	stranger  bool               // nobody is signed in
	followup  desk.Ticket        // closed; without id: none
	name      string
	email     string
	subject   string
	said      string
	priority  string
	kind      string
	values    map[desk.FieldID][]string
	upload    desk.Upload
	limits    ui.FormLimits
	faults    ui.Faults
	suspected bool // the trap was filled in
	when      ui.Conditions
}

// trap is an input that people do not see and programs fill in.
const trap = "website"

func limitsOf(u desk.User) ui.FormLimits {
	if u.ID == 0 {
		return ui.FormLimits{Files: strangersFiles, Total: strangersTotal}
	}
	return ui.FormLimits{Files: desk.MaxAttachments, Total: membersTotal}
}

func (p *portal) showForm(c *ui.Call) error {
	m := formModel{}
	if err := m.prepareForm(c); err != nil {
		return err
	}
	m.values = map[desk.FieldID][]string{}
	for i := range m.fields {
		f := &m.fields[i]
		m.values[f.ID] = ui.FieldDefault(f)
		if v := m.followup.Fields[f.ID]; len(v) > 0 {
			m.values[f.ID] = v
		}
	}
	m.subject = m.followup.Subject
	m.applyConditions()
	return c.Show(ui.Page{Title: c.T("nav.submit"), Shell: ui.Portal, Current: "new", Body: formPage(m)})
}

// prepareForm reads which form is asked for, what it shows to customers, and which request the new one follows up.
func (m *formModel) prepareForm(c *ui.Call) error {
	m.stranger, m.limits = c.User.ID == 0, limitsOf(c.User)
	return c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		m.chooseForm(cfg, desk.FormID(c.Number("form")))
		m.when = ui.Conditions{Config: cfg, All: cfg.ActiveConditions(m.form.EndUserConditions), Required: func(c *desk.ConditionalField) bool { return c.Required }}
		id := desk.TicketID(c.Number("followup"))
		if id == 0 || m.stranger {
			return nil
		}
		t, err := readRequest(c, tx, id)
		if err == nil && (t.Status != desk.Closed || t.Requester != c.User.ID) {
			err = desk.Missing()
		}
		m.followup = t
		return err
	})
}

// chooseForm takes the form that is wanted, else the default one, else the first that customers see.
func (m *formModel) chooseForm(cfg *desk.Config, wanted desk.FormID) {
	for _, f := range cfg.Forms {
		if f.OpenToRequests() {
			m.forms = append(m.forms, f)
		}
	}
	at := slices.IndexFunc(m.forms, func(f desk.TicketForm) bool { return f.ID == wanted })
	if at < 0 {
		at = slices.IndexFunc(m.forms, func(f desk.TicketForm) bool { return f.Default })
	}
	switch {
	case at >= 0:
		m.form = m.forms[at]
	case len(m.forms) > 0:
		m.form = m.forms[0]
	default:
		m.form = desk.TicketForm{}
	}
	for _, f := range formFields(cfg, m.form) {
		if f.Active && (f.VisibleInPortal && f.EditableInPortal || isAlwaysAsked(f.Type)) {
			m.fields = append(m.fields, *f)
		}
	}
	for _, f := range cfg.Fields { // what every request says, whatever the form shows
		if isAlwaysAsked(f.Type) && !slices.ContainsFunc(m.fields, func(has desk.TicketField) bool { return has.ID == f.ID }) {
			m.fields = append(m.fields, f)
		}
	}
}

// applyConditions takes what the form's conditions ask for now: a field that they name is required where one says so.
func (m *formModel) applyConditions() {
	m.when.Asked = desk.AskedBy(m.when.All, func(id desk.FieldID) desk.FieldValue {
		switch f := m.when.Config.Field(id); {
		case f == nil:
			return nil
		case f.Type == desk.FieldPriority:
			return desk.FieldValue{m.priority}
		case f.Type == desk.FieldTicketType:
			return desk.FieldValue{m.kind}
		}
		return m.values[id]
	})
	for i := range m.fields {
		f := &m.fields[i]
		f.RequiredInPortal = m.when.Asked.Requires(f.ID, f.RequiredInPortal, m.when.Required)
	}
}

func isAlwaysAsked(t desk.FieldType) bool {
	return t == desk.FieldSubject || t == desk.FieldDescription
}

func formOf(cfg *desk.Config, id desk.FormID) desk.TicketForm {
	if id == 0 {
		id = cfg.DefaultForm()
	}
	if at := slices.IndexFunc(cfg.Forms, func(f desk.TicketForm) bool { return f.ID == id }); at >= 0 {
		return cfg.Forms[at]
	}
	return desk.TicketForm{}
}

func formFields(cfg *desk.Config, form desk.TicketForm) []*desk.TicketField {
	var out []*desk.TicketField
	for _, id := range form.Fields {
		if f := cfg.Field(id); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// shows tells whether customers are asked for a field of every ticket.
func (m *formModel) shows(t desk.FieldType) bool {
	return slices.ContainsFunc(m.fields, func(f desk.TicketField) bool { return f.Type == t })
}

// input is the input of a field that every ticket has.
func (m formModel) input(f desk.TicketField, name, value string) ui.Input {
	return ui.Input{Name: name, Label: ui.FieldTitle(&f), Hint: f.Description, Value: value, Required: f.RequiredInPortal || isAlwaysAsked(f.Type), Faults: m.faults[name]}
}
