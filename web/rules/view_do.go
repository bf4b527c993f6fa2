package rules

import (
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/web/ui"
)

func turnOnView(c *ui.Call) error  { return setViewActive(c, true, c.T("rules.view.on")) }
func turnOffView(c *ui.Call) error { return setViewActive(c, false, c.T("rules.view.off")) }

func setViewActive(c *ui.Call, on bool, said string) error {
	return viewPages().change(c, said, func(actor *admin.Actor, id int64) error {
		_, err := actor.ChangeView(c.Ctx(), desk.ViewID(id), func(v *desk.View) error {
			v.Active = on
			return nil
		})
		return err
	})
}

func deleteView(c *ui.Call) error {
	return viewPages().change(c, c.T("rules.view.deleted"), func(actor *admin.Actor, id int64) error { return actor.DeleteView(c.Ctx(), desk.ViewID(id)) })
}

func moveView(c *ui.Call) error {
	return viewPages().change(c, "", func(actor *admin.Actor, id int64) error {
		all, err := actor.Views(c.Ctx(), admin.Filter{})
		var ids []desk.ViewID
		for _, v := range all {
			ids = append(ids, v.ID)
		}
		if err != nil {
			return err
		}
		return move(c, ids, desk.ViewID(id), actor.ReorderViews)
	})
}

func orderViews(c *ui.Call) error {
	return reorder(c, func(actor *admin.Actor, ids []desk.ViewID) error { return actor.ReorderViews(c.Ctx(), ids) })
}

// columnOptions are the columns a view may have, of which keep says which.
func (m *viewModel) columnOptions(keep func(desk.Column) bool) []ui.Option {
	var out []ui.Option
	for _, k := range m.b.cfg.Columns() {
		if keep(k) {
			out = append(out, ui.Option{Value: k.ID, Label: m.columnTitle(k)})
		}
	}
	return out
}

func (m *viewModel) columnTitle(k desk.Column) string {
	if words, ok := m.b.texts("views.column." + k.ID); ok {
		return words
	}
	return k.Title
}

// columnLabel is what a chosen column is called.
func (m *viewModel) columnLabel(id string) string {
	return labelOf(m.columnOptions(func(desk.Column) bool { return true }), id)
}

func (m *viewModel) furtherColumns() []ui.Option {
	return m.columnOptions(func(k desk.Column) bool { return !slices.Contains(m.output.Columns, k.ID) })
}

func (m *viewModel) sortableColumns() []ui.Option {
	return m.columnOptions(func(k desk.Column) bool { return k.Sortable })
}

func (m *viewModel) groupableColumns() []ui.Option {
	return m.columnOptions(func(k desk.Column) bool { return k.Groupable })
}
