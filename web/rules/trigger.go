package rules

import (
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

const triggersPath = "/admin/triggers"

func triggerRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/triggers", Who: ui.Admins, Serve: showTriggers},
		{Pattern: "POST /admin/triggers/order", Who: ui.Admins, Serve: orderTriggers},
		{Pattern: "GET /admin/triggers/new", Who: ui.Admins, Serve: newTrigger},
		{Pattern: "POST /admin/triggers/new", Who: ui.Admins, Serve: createTrigger},
		{Pattern: "POST /admin/triggers/try", Who: ui.Admins, Serve: tryTrigger},
		{Pattern: "GET /admin/triggers/{id}", Who: ui.Admins, Serve: showTrigger},
		{Pattern: "POST /admin/triggers/{id}", Who: ui.Admins, Serve: changeTrigger},
		{Pattern: "GET /admin/triggers/{id}/on", Who: ui.Admins, Serve: askTrigger},
		{Pattern: "POST /admin/triggers/{id}/on", Who: ui.Admins, Serve: turnOnTrigger},
		{Pattern: "POST /admin/triggers/{id}/off", Who: ui.Admins, Serve: turnOffTrigger},
		{Pattern: "POST /admin/triggers/{id}/move", Who: ui.Admins, Serve: moveTrigger},
		{Pattern: "POST /admin/triggers/{id}/delete", Who: ui.Admins, Serve: deleteTrigger},
		{Pattern: "GET /admin/triggers/{id}/revisions", Who: ui.Admins, Serve: showRevisions},
	}
}

func triggerPath(id desk.TriggerID) string { return triggersPath + "/" + ui.IDText(id) }

func triggerOf(id desk.TriggerID, tree condition.Tree, actions []desk.Action) desk.Trigger {
	return desk.Trigger{ID: id, Conditions: tree, Actions: actions}
}

// triggersModel is the list of triggers.
type triggersModel struct {
	match      string
	categories []categoryTriggers
	count      int
}

type categoryTriggers struct {
	desk.TriggerCategory
	triggers []triggerRow
}

type triggerRow struct {
	desk.Trigger
	store.Firings
	author string
	broken string   // why it cannot run
	over   []string // partners with whom it shares, and no ticket can be shared
}

func showTriggers(c *ui.Call) error {
	m := triggersModel{match: c.Value("q")}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error { return m.read(c, tx, actor) })
	if err != nil {
		return err
	}
	return c.ShowAdmin("triggers", c.T("rules.triggers"), 0, triggersPage(m))
}

func (m *triggersModel) read(c *ui.Call, tx *store.Tx, actor *admin.Actor) error {
	categories, err := actor.Categories(c.Ctx())
	if err != nil {
		return err
	}
	all, err := actor.Triggers(c.Ctx())
	if err != nil {
		return err
	}
	fired, err := tx.Firings(c.Ctx(), c.Clock())
	if err != nil {
		return err
	}
	authors, err := authorsOf(c, tx, actor)
	if err != nil {
		return err
	}
	broken := brokenOf(actor.Config, all...)
	for _, cat := range categories {
		g := categoryTriggers{TriggerCategory: cat}
		for _, t := range all {
			if t.Category == cat.ID && matches(t.Title, m.match) {
				g.triggers = append(g.triggers, triggerRow{t, fired[t.ID], authors[t.ID], broken[t.ID], overWith(actor.Config, t.Actions)})
			}
		}
		if m.count += len(g.triggers); len(g.triggers) > 0 || m.match == "" {
			m.categories = append(m.categories, g)
		}
	}
	return nil
}

// matches tells whether a title holds what is sought.
func matches(title, match string) bool {
	return strings.Contains(strings.ToLower(title), strings.ToLower(match))
}

// authorsOf names who changed each trigger last.
func authorsOf(c *ui.Call, tx *store.Tx, actor *admin.Actor) (map[desk.TriggerID]string, error) {
	authors, err := tx.TriggerAuthors(c.Ctx())
	if err != nil {
		return nil, err
	}
	names, err := namesOf(c, tx, actor, authors)
	out := map[desk.TriggerID]string{}
	for id, u := range authors {
		out[id] = names[u]
	}
	return out, err
}

// namesOf names people, also those who have left.
func namesOf[K comparable](c *ui.Call, tx *store.Tx, actor *admin.Actor, of map[K]desk.UserID) (map[desk.UserID]string, error) {
	names, gone := map[desk.UserID]string{0: c.T("word.system")}, []desk.UserID{}
	for _, u := range of {
		if s, ok := actor.Config.Staff[u]; ok {
			names[u] = s.Name
		} else if u != 0 && !slices.Contains(gone, u) {
			gone = append(gone, u)
		}
	}
	users, err := tx.UsersByID(c.Ctx(), gone)
	for _, u := range users {
		names[u.ID] = u.Name
	}
	return names, err
}
