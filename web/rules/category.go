package rules

import (
	"net/http"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

const categoriesPath = "/admin/trigger-categories"

func categoryRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + categoriesPath, Who: ui.Admins, Serve: showCategories},
		{Pattern: "POST " + categoriesPath, Who: ui.Admins, Serve: addCategory},
		{Pattern: "POST " + categoriesPath + "/order", Who: ui.Admins, Serve: orderCategories},
		{Pattern: "POST " + categoriesPath + "/{id}", Who: ui.Admins, Serve: renameCategory},
		{Pattern: "POST " + categoriesPath + "/{id}/move", Who: ui.Admins, Serve: moveCategory},
		{Pattern: "POST " + categoriesPath + "/{id}/delete", Who: ui.Admins, Serve: deleteCategory},
	}
}

// categoriesModel is the page of categories; faults are of the form of one of them, 0 for the new one.
type categoriesModel struct {
	all    []desk.TriggerCategory
	counts map[desk.CategoryID]int
	at     desk.CategoryID
	typed  string
	faults ui.Faults
}

func showCategories(c *ui.Call) error { return (&categoriesModel{}).show(c, 0) }

func (m *categoriesModel) show(c *ui.Call, status int) error {
	m.counts = map[desk.CategoryID]int{}
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if m.all, err = actor.Categories(c.Ctx()); err != nil {
			return err
		}
		triggers, err := actor.Triggers(c.Ctx())
		for _, t := range triggers {
			m.counts[t.Category]++
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("triggers", c.T("rules.categories"), status, categoriesPage(m))
}

// change does something to the categories and shows them again.
func (m *categoriesModel) change(c *ui.Call, said string, work func(actor *admin.Actor) error) error {
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return work(actor) })
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = f
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if said != "" {
		c.ToastSuccess(said)
	}
	return c.Redirect(categoriesPath)
}

func addCategory(c *ui.Call) error {
	m := &categoriesModel{typed: c.Value("name")}
	return m.change(c, c.T("rules.category.added"), func(actor *admin.Actor) error {
		return actor.CreateCategory(c.Ctx(), &desk.TriggerCategory{Name: m.typed})
	})
}

func onCategory(c *ui.Call, said string, work func(actor *admin.Actor, id desk.CategoryID) error) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := &categoriesModel{at: desk.CategoryID(id), typed: c.Value("name")}
	return m.change(c, said, func(actor *admin.Actor) error { return work(actor, m.at) })
}

func renameCategory(c *ui.Call) error {
	return onCategory(c, c.T("rules.category.renamed"), func(actor *admin.Actor, id desk.CategoryID) error {
		_, err := actor.ChangeCategory(c.Ctx(), id, func(one *desk.TriggerCategory) error {
			one.Name = c.Value("name")
			return nil
		})
		return err
	})
}

func deleteCategory(c *ui.Call) error {
	return onCategory(c, c.T("rules.category.deleted"), func(actor *admin.Actor, id desk.CategoryID) error { return actor.DeleteCategory(c.Ctx(), id) })
}

func moveCategory(c *ui.Call) error {
	return onCategory(c, "", func(actor *admin.Actor, id desk.CategoryID) error {
		all, err := actor.Categories(c.Ctx())
		if err != nil {
			return err
		}
		var ids []desk.CategoryID
		for _, one := range all {
			ids = append(ids, one.ID)
		}
		return move(c, ids, id, actor.ReorderCategories)
	})
}

func orderCategories(c *ui.Call) error {
	return reorder(c, func(actor *admin.Actor, ids []desk.CategoryID) error { return actor.ReorderCategories(c.Ctx(), ids) })
}
