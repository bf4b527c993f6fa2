package api

import (
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/rule"
	"interdesk/store"
)

func macroRoutes() []route {
	return []route{
		{"GET", "/macros", agents, (*call).listMacros},
		{"GET", "/macros/active", agents, (*call).listActiveMacros},
		{"GET", "/macros/search", agents, (*call).searchMacros},
		{"GET", "/macros/categories", agents, (*call).macroCategories},
		{"GET", "/macros/actions", agents, (*call).macroActions},
		{"GET", "/macros/definitions", agents, (*call).macroDefinitions},
		{"GET", "/macros/{id}", agents, (*call).showMacro},
		{"GET", "/macros/{id}/apply", agents, (*call).applyMacro},
		{"GET", "/tickets/{ticket}/macros/{id}/apply", agents, (*call).applyMacroToTicket},
		{"POST", "/macros", agents, (*call).createMacro},
		{"PUT", "/macros/{id}", agents, (*call).updateMacro},
		{"DELETE", "/macros/{id}", agents, (*call).deleteMacro},
		{"PUT", "/macros/update_many", agents, (*call).updateManyMacros},
		{"DELETE", "/macros/destroy_many", agents, (*call).destroyManyMacros},
	}
}

// macroJSON is a macro.
type macroJSON struct {
	URL         string           `json:"url"`
	ID          desk.MacroID     `json:"id"`
	Title       string           `json:"title"`
	RawTitle    string           `json:"raw_title"`
	Active      bool             `json:"active"`
	UpdatedAt   string           `json:"updated_at"`
	CreatedAt   string           `json:"created_at"`
	Default     bool             `json:"default"`
	Position    int              `json:"position"`
	Description *string          `json:"description"`
	Actions     []desk.Action    `json:"actions"`
	Restriction *restrictionJSON `json:"restriction"`
}

func (c *call) macroOf(m desk.Macro) macroJSON {
	return macroJSON{URL: c.url("macros", int64(m.ID)), ID: m.ID, Title: m.Title, RawTitle: m.Title, Active: m.Active,
		UpdatedAt: formatTime(m.UpdatedAt), CreatedAt: formatTime(m.CreatedAt), Position: m.Position, Description: nullString(m.Description),
		Actions: nonNil(m.Actions), Restriction: restrictionOf(m.Restriction)}
}

func (c *call) listMacros() error { return c.macrosWhere(c.ruleFilter()) }

func (c *call) listActiveMacros() error {
	active := true
	return c.macrosWhere(store.RuleFilter{Active: &active})
}

func (c *call) searchMacros() error {
	f, err := c.titleFilter()
	if err != nil {
		return err
	}
	return c.macrosWhere(f)
}

// titleFilter reads query, a part of the title, as well. Engines bound their patterns, so it is bounded here.
func (c *call) titleFilter() (store.RuleFilter, error) {
	f := c.ruleFilter()
	if f.Title = c.query.Get("query"); len(f.Title) > 2048 {
		return f, httpkit.BadRequest("InvalidValue", "Parameter query is too long (2048 bytes at most)")
	}
	return f, nil
}

// ruleFilter reads active from the query.
func (c *call) ruleFilter() (f store.RuleFilter) {
	if c.query.Has("active") {
		active := c.queryFlag("active")
		f.Active = &active
	}
	return f
}

// restrictedFilter adds the parts of the query that lists of macros and views share.
func (c *call) restrictedFilter(f store.RuleFilter) admin.Filter {
	return admin.Filter{RuleFilter: f, Access: c.query.Get("access"), Viewable: c.queryFlag("only_viewable")}
}

// macrosWhere lists the macros that the caller may apply, in their order or as sort_by says; category narrows the list.
func (c *call) macrosWhere(f store.RuleFilter) error {
	category := c.query.Get("category")
	return answerWholeList(c, "macros", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Macro, error) {
		all, err := actor.Macros(c.ctx(), c.restrictedFilter(f))
		all = slices.DeleteFunc(all, func(m desk.Macro) bool {
			return category != "" && !strings.HasPrefix(m.Title, category+"::")
		})
		c.sortRules(len(all), func(by string) {
			sortBy(all, by, func(m desk.Macro) ruleKeys {
				return ruleKeys{m.Title, m.CreatedAt.UnixMicro(), m.UpdatedAt.UnixMicro()}
			})
		})
		return all, err
	}), func(m desk.Macro) int64 { return int64(m.ID) }, showEach(c.macroOf))
}

// macroCategories are what stands before "::" in the titles.
func (c *call) macroCategories() error {
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		all, err := actor.Macros(c.ctx(), c.restrictedFilter(store.RuleFilter{}))
		names := []string{}
		for _, m := range all {
			if name, _, filed := strings.Cut(m.Title, "::"); filed && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return objectOf("categories", names), err
	}))
}

func (c *call) macroActions() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		return objectOf("actions", rule.Definitions(cfg, condition.Macro).Actions), nil
	})
}

func (c *call) macroDefinitions() error { return c.showDefinitions(condition.Macro) }

// reachMacro reads the macro that the path names, if the caller may use it.
func (c *call) reachMacro(tx *store.Tx) (desk.Macro, *desk.Config, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.Macro{}, nil, err
	}
	actor, err := c.Admin.As(c.ctx(), tx, c.user)
	if err != nil {
		return desk.Macro{}, nil, err
	}
	m, err := actor.Macro(c.ctx(), desk.MacroID(id))
	return m, actor.Config, err
}

func (c *call) showMacro() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		m, _, err := c.reachMacro(tx)
		return objectOf("macro", c.macroOf(m)), err
	})
}

// macroInput is what clients may say of a macro.
type macroInput struct {
	ID          numberInput      `json:"id"` // of update_many
	Title       textInput        `json:"title"`
	RawTitle    textInput        `json:"raw_title"`
	Description textInput        `json:"description"`
	Active      flagInput        `json:"active"`
	Position    numberInput      `json:"position"`
	Actions     actionsInput     `json:"actions"`
	Restriction restrictionInput `json:"restriction"`
}

func (in *macroInput) applyTo(m *desk.Macro) {
	if in.RawTitle.set && !in.Title.set {
		in.Title = in.RawTitle
	}
	setText(&m.Title, in.Title)
	setText(&m.Description, in.Description)
	m.Active = in.Active.or(m.Active)
	if in.Position.set {
		m.Position = in.Position.position()
	}
	if in.Actions.set {
		m.Actions = in.Actions.v
	}
	if in.Restriction.set {
		m.Restriction = in.Restriction.v
	}
}

// change is what ChangeMacro is to do.
func (in *macroInput) change(m *desk.Macro) error {
	in.applyTo(m)
	return nil
}

func (c *call) createMacro() error {
	var in macroInput
	if err := c.parseRecord("macro", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		m := desk.Macro{Active: true}
		in.applyTo(&m)
		err := actor.CreateMacro(c.ctx(), &m)
		return c.url("macros", int64(m.ID)), objectOf("macro", c.macroOf(m)), err
	})
}

func (c *call) updateMacro() error {
	var in macroInput
	if err := c.parseRecord("macro", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		m, err := actor.ChangeMacro(c.ctx(), desk.MacroID(id), in.change)
		return objectOf("macro", c.macroOf(m)), err
	})
}

// updateManyMacros changes all or none.
func (c *call) updateManyMacros() error {
	in, err := recordsOf[macroInput](c, "macros")
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		out := make([]desk.Macro, len(in))
		for i := range in {
			if out[i], err = actor.ChangeMacro(c.ctx(), desk.MacroID(in[i].ID.v), in[i].change); err != nil {
				return nil, err
			}
		}
		return wholeList(c, tx, "macros", out, showEach(c.macroOf))
	})
}

func (c *call) removeMacro(actor *admin.Actor, id int64) error {
	return actor.DeleteMacro(c.ctx(), desk.MacroID(id))
}

func (c *call) deleteMacro() error { return c.deleteOne(c.removeMacro) }

func (c *call) destroyManyMacros() error { return c.deleteMany(c.removeMacro) }
