package rules

import (
	"net/http"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
)

// macroPages serves macros: those of the desk to admins, their own to all staff.
type macroPages struct{ restrictedPages }

func macroRoutes() []ui.Route {
	shared := macroPages{restrictedPages{path: "/admin/macros", key: "macros", shell: ui.Admin}}
	own := macroPages{restrictedPages{path: "/agent/macros", key: "macros", own: true, shell: ui.Workspace}}
	routes := append(shared.routes(ui.Admins), own.routes(ui.Staff)...)
	return append(routes, ui.Route{Pattern: "POST /admin/macros/order", Who: ui.Admins, Serve: orderMacros})
}

func (p macroPages) routes(who ui.Audience) []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + p.path, Who: who, Serve: p.listMacros},
		{Pattern: "GET " + p.path + "/new", Who: who, Serve: p.openMacro},
		{Pattern: "POST " + p.path + "/new", Who: who, Serve: p.saveMacro},
		{Pattern: "GET " + p.path + "/{id}", Who: who, Serve: p.openMacro},
		{Pattern: "POST " + p.path + "/{id}", Who: who, Serve: p.saveMacro},
		{Pattern: "POST " + p.path + "/{id}/on", Who: who, Serve: p.turnOnMacro},
		{Pattern: "POST " + p.path + "/{id}/off", Who: who, Serve: p.turnOffMacro},
		{Pattern: "POST " + p.path + "/{id}/move", Who: ui.Admins, Serve: p.moveMacro},
		{Pattern: "POST " + p.path + "/{id}/delete", Who: who, Serve: p.deleteMacro},
	}
}

// restrictedModel is a list of macros or views.
type restrictedModel struct {
	restrictedPages
	kind  string // "macro" or "view"
	match string
	rows  []restrictedRow
}

func (p macroPages) listMacros(c *ui.Call) error {
	m := restrictedModel{restrictedPages: p.restrictedPages, kind: "macro", match: c.Value("q")}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		all, err := actor.Macros(c.Ctx(), p.listFilter())
		for _, one := range all {
			if !matches(one.Title, m.match) {
				continue
			}
			b := newBuilder(c, actor.Config, condition.Macro)
			b.fillFrom(noConditions(), one.Actions)
			if err := b.fillLines(c.Ctx(), tx); err != nil {
				return err
			}
			m.rows = append(m.rows, restrictedRow{id: int64(one.ID), title: one.Title, words: b.summary(c.Ctx()), who: audienceText(c, actor.Config, one.Restriction),
				active: one.Active, changed: one.UpdatedAt, broken: rule.MacroProblem(actor.Config, one), over: overWith(actor.Config, one.Actions)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.page(c, c.T("rules.macros"), 0, restrictedPage(m))
}

// macroModel is the page of one macro.
type macroModel struct {
	restrictedPages
	id          desk.MacroID
	title       string
	description string
	audience    audience
	groups      []ui.Option
	b           *builder
	faults      ui.Faults
}

func (m *macroModel) action() string {
	if m.id == 0 {
		return m.path + "/new"
	}
	return m.pathOf(int64(m.id))
}

func (m *macroModel) writeTo(c *ui.Call, to *desk.Macro) {
	to.Title, to.Description = m.title, m.description
	to.Actions, _ = m.b.actions()
	to.Restriction = m.audience.restriction(c.User)
}

// macroForm begins the page: with the macro that the path names, or another to begin from.
func (p macroPages) macroForm(c *ui.Call, actor *admin.Actor) (*macroModel, error) {
	m := &macroModel{restrictedPages: p.restrictedPages, b: newBuilder(c, actor.Config, condition.Macro), groups: groupOptions(actor.Config)}
	m.audience.fixed = p.own
	if c.R.PathValue("id") != "" {
		id, err := c.ID("id")
		if err != nil {
			return nil, err
		}
		m.id = desk.MacroID(id)
	}
	from := m.id
	if from == 0 {
		from = desk.MacroID(c.Number("from"))
	}
	if from == 0 {
		return m, nil
	}
	one, err := actor.Macro(c.Ctx(), from)
	if err != nil {
		return nil, err
	}
	if p.own && !actor.MayKeep(one.Restriction) && m.id != 0 {
		return nil, desk.Missing()
	}
	m.audience.readFrom(one.Restriction)
	if c.R.Method == http.MethodPost {
		return m, nil
	}
	m.title, m.description = one.Title, one.Description
	if m.id == 0 {
		m.title = c.T("rules.copy", one.Title)
	}
	m.b.fillFrom(noConditions(), one.Actions)
	return m, nil
}

func (p macroPages) openMacro(c *ui.Call) error {
	var m *macroModel
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m, err = p.macroForm(c, actor); err != nil {
			return err
		}
		m.b.addEmptyLines()
		return m.b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

func (m *macroModel) show(c *ui.Call, status int) error {
	title := m.title
	if m.id == 0 {
		title = c.T("rules.macro.new")
	}
	return m.page(c, title, status, macroPage(m))
}

func (p macroPages) saveMacro(c *ui.Call) error {
	var m *macroModel
	stay := false
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m, err = p.macroForm(c, actor); err != nil {
			return err
		}
		m.title, m.description = c.Value("title"), c.Value("description")
		m.audience.parse(c)
		m.b.parse(c)
		stay = m.b.step(c)
		return m.b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	if stay {
		return m.show(c, 0)
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return m.storeMacro(c, actor) })
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = m.b.assignFaults(f)
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("rules.macro.saved"))
	return c.Redirect(p.path)
}

func (m *macroModel) storeMacro(c *ui.Call, actor *admin.Actor) error {
	if m.id == 0 {
		one := desk.Macro{Active: true}
		m.writeTo(c, &one)
		return actor.CreateMacro(c.Ctx(), &one)
	}
	_, err := actor.ChangeMacro(c.Ctx(), m.id, func(one *desk.Macro) error {
		m.writeTo(c, one)
		return nil
	})
	return err
}

func (p macroPages) turnOnMacro(c *ui.Call) error {
	return p.setMacroActive(c, true, c.T("rules.macro.on"))
}
func (p macroPages) turnOffMacro(c *ui.Call) error {
	return p.setMacroActive(c, false, c.T("rules.macro.off"))
}

func (p macroPages) setMacroActive(c *ui.Call, on bool, said string) error {
	return p.change(c, said, func(actor *admin.Actor, id int64) error {
		_, err := actor.ChangeMacro(c.Ctx(), desk.MacroID(id), func(m *desk.Macro) error {
			m.Active = on
			return nil
		})
		return err
	})
}

func (p macroPages) deleteMacro(c *ui.Call) error {
	return p.change(c, c.T("rules.macro.deleted"), func(actor *admin.Actor, id int64) error { return actor.DeleteMacro(c.Ctx(), desk.MacroID(id)) })
}

func (p macroPages) moveMacro(c *ui.Call) error {
	return p.change(c, "", func(actor *admin.Actor, id int64) error {
		all, err := actor.Macros(c.Ctx(), admin.Filter{})
		var ids []desk.MacroID
		for _, m := range all {
			ids = append(ids, m.ID)
		}
		if err != nil {
			return err
		}
		return move(c, ids, desk.MacroID(id), actor.ReorderMacros)
	})
}

func orderMacros(c *ui.Call) error {
	return reorder(c, func(actor *admin.Actor, ids []desk.MacroID) error { return actor.ReorderMacros(c.Ctx(), ids) })
}
