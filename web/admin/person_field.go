package admin

import (
	"context"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

const personFieldsPath = "/admin/person-fields"

func personFieldRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + personFieldsPath, Who: ui.Admins, Serve: showPersonFields},
		{Pattern: "GET " + personFieldsPath + "/{kind}/new", Who: ui.Admins, Serve: newPersonField},
		{Pattern: "POST " + personFieldsPath + "/{kind}", Who: ui.Admins, Serve: createPersonField},
		{Pattern: "GET " + personFieldsPath + "/{kind}/{id}", Who: ui.Admins, Serve: showPersonField},
		{Pattern: "POST " + personFieldsPath + "/{kind}/{id}", Who: ui.Admins, Serve: savePersonField},
		{Pattern: "GET " + personFieldsPath + "/{kind}/{id}/delete", Who: ui.Admins, Serve: confirmPersonField},
		{Pattern: "POST " + personFieldsPath + "/{kind}/{id}/delete", Who: ui.Admins, Serve: deletePersonField},
	}
}

// personFieldModel is the form of a field of people or organizations. Without an id in stored it makes a new one.
type personFieldModel struct {
	kind    desk.PersonKind
	stored  desk.PersonField
	field   desk.PersonField // as it was typed
	options string           // a line each
	faults  ui.Faults
}

func (m personFieldModel) action() string { return personFieldPath(m.kind, m.stored.ID) }

func personFieldPath(kind desk.PersonKind, id desk.FieldID) string {
	if id == 0 {
		return personFieldsPath + "/" + string(kind)
	}
	return personFieldsPath + "/" + string(kind) + "/" + ui.IDText(id)
}

// personKinds are whose fields there are, in the order of the page.
func personKinds() []desk.PersonKind { return []desk.PersonKind{desk.OfUsers, desk.OfOrganizations} }

func personKind(c *ui.Call) (desk.PersonKind, error) {
	for _, k := range personKinds() {
		if c.R.PathValue("kind") == string(k) {
			return k, nil
		}
	}
	return "", desk.Missing()
}

// namedPersonField is the kind and id of the path.
func namedPersonField(c *ui.Call) (desk.PersonKind, desk.FieldID, error) {
	kind, err := personKind(c)
	if err != nil {
		return kind, 0, err
	}
	id, err := c.ID("id")
	return kind, desk.FieldID(id), err
}

func showPersonFields(c *ui.Call) error {
	var all []desk.PersonField
	err := c.Read(func(tx *store.Tx) (err error) {
		all, err = tx.PersonFields(c.Ctx())
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("person-fields", c.T("admin.personfields.title"), 0, personFieldsPage((&desk.Config{PersonFields: all}).PersonFieldsOf))
}

func newPersonField(c *ui.Call) error {
	kind, err := personKind(c)
	if err != nil {
		return err
	}
	return personFieldAnswer(c, 0, personFieldModel{kind: kind, field: desk.PersonField{TicketField: desk.TicketField{Type: desk.FieldText, Active: true}}})
}

func showPersonField(c *ui.Call) error {
	kind, id, err := namedPersonField(c)
	if err != nil {
		return err
	}
	m := personFieldModel{kind: kind}
	if err := readPersonField(c, &m, id); err != nil {
		return err
	}
	m.field, m.options = m.stored, optionLines(m.stored.Options)
	return personFieldAnswer(c, 0, m)
}

func readPersonField(c *ui.Call, m *personFieldModel, id desk.FieldID) error {
	return c.Read(func(tx *store.Tx) (err error) {
		m.stored, err = tx.PersonField(c.Ctx(), m.kind, id)
		return err
	})
}

func personFieldAnswer(c *ui.Call, status int, m personFieldModel) error {
	title := c.T("admin.personfields.new." + string(m.kind))
	if m.stored.ID != 0 {
		title = m.stored.Title
	}
	return c.ShowAdmin("person-fields", title, status, personFieldPage(m))
}

// optionLines are choices as one types them: a name a line, with its tag behind an equals sign where that does not follow from the name.
func optionLines(options []desk.FieldOption) string {
	var lines []string
	for _, o := range options {
		line := o.Name
		if optionTag(o.Name) != o.Value {
			line += " = " + o.Value
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func optionTag(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" \t,;:\"", r) }), "_")
}

func readOptionLines(lines string) (out []desk.FieldOption) {
	for line := range strings.Lines(lines) {
		name, tag, given := strings.Cut(strings.TrimSpace(line), " = ")
		if name == "" {
			continue
		}
		if !given {
			tag = optionTag(name)
		}
		out = append(out, desk.FieldOption{Name: strings.TrimSpace(name), Value: strings.TrimSpace(tag)})
	}
	return out
}

func typePersonField(c *ui.Call, f *desk.PersonField) {
	if f.ID == 0 {
		f.Type, f.Key = desk.FieldType(c.Value("type")), c.Value("key")
		if f.Type == desk.FieldLookup {
			f.Target = "zen:user"
		}
	}
	f.Title, f.Description = c.Value("title"), c.Value("description")
	f.AgentDescription = f.Description
	f.Regexp, f.Tag, f.Active = c.Value("regexp_for_validation"), c.Value("tag"), c.Checked("active")
	f.Options = readOptionLines(c.Value("options"))
}

func createPersonField(c *ui.Call) error {
	kind, err := personKind(c)
	if err != nil {
		return err
	}
	m := personFieldModel{kind: kind, options: c.Value("options")}
	m.field.Of = kind
	typePersonField(c, &m.field)
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		f := m.field
		return actor.CreatePersonField(c.Ctx(), &f)
	})
	return personFieldSaved(c, m, err)
}

func savePersonField(c *ui.Call) error {
	kind, id, err := namedPersonField(c)
	if err != nil {
		return err
	}
	m := personFieldModel{kind: kind, options: c.Value("options")}
	if err := readPersonField(c, &m, id); err != nil {
		return err
	}
	m.field = m.stored
	typePersonField(c, &m.field)
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		_, err := actor.ChangePersonField(c.Ctx(), kind, id, func(f *desk.PersonField) error {
			typePersonField(c, f)
			return nil
		})
		return err
	})
	return personFieldSaved(c, m, err)
}

func personFieldSaved(c *ui.Call, m personFieldModel, err error) error {
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults = f
			return personFieldAnswer(c, status, m)
		})
	}
	c.ToastSuccess(c.T("admin.personfields.saved", m.field.Title))
	return c.Redirect(personFieldsPath)
}

func confirmPersonField(c *ui.Call) error {
	kind, id, err := namedPersonField(c)
	if err != nil {
		return err
	}
	m := personFieldModel{kind: kind}
	if err := readPersonField(c, &m, id); err != nil {
		return err
	}
	return askFirst(c, "person-fields", 0, confirmation{title: c.T("admin.personfields.delete.title", m.stored.Title),
		losses: []string{c.T("admin.personfields.delete.values"), c.T("admin.users.delete.final")},
		action: m.action() + "/delete", button: c.T("action.delete"), back: m.action()})
}

func deletePersonField(c *ui.Call) error {
	kind, id, err := namedPersonField(c)
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeletePersonField(c.Ctx(), kind, id) })
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("admin.personfields.deleted"))
	return c.Redirect(personFieldsPath)
}

func personFieldTypes(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, t := range desk.PersonFieldTypes {
		all = append(all, ui.Option{Value: string(t), Label: text.T(ctx, "admin.type."+string(t))})
	}
	return all
}

// activePersonFields are the fields that a person's form shows, as those of tickets are shown.
func activePersonFields(cfg *desk.Config, kind desk.PersonKind) (out []desk.TicketField) {
	for _, f := range cfg.PersonFieldsOf(kind) {
		if f.Active {
			out = append(out, f.TicketField)
		}
	}
	return out
}

// typePersonFields brings what was typed into somebody's fields. Tags of choices follow unless tags were typed that say otherwise.
func typePersonFields(c *ui.Call, cfg *desk.Config, kind desk.PersonKind, values *map[desk.FieldID]desk.FieldValue, tags *[]string) error {
	shown := activePersonFields(cfg, kind)
	typed := c.FieldsTyped(shown)
	if len(typed) == 0 {
		return nil
	}
	if f := c.FieldFaults(shown, typed, false); len(f) > 0 {
		return faultsOf(f)
	}
	given := map[string][]string{}
	for _, f := range cfg.PersonFieldsOf(kind) {
		if v, sent := typed[f.ID]; sent {
			given[f.Key] = v
		}
	}
	now, with, err := desk.SetPersonFields(cfg.PersonFieldsOf(kind), "base", given, *values, *tags)
	if err != nil {
		return err
	}
	*values, *tags = now, with
	return nil
}

// faultsOf is an Invalid error with the sentences that stand at inputs.
func faultsOf(f ui.Faults) error {
	faults := desk.Faults{}
	for name, sentences := range f {
		for _, words := range sentences {
			faults.Add(name, "InvalidValue", words)
		}
	}
	return faults.Err()
}
