package rules

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
	"interdesk/web/views"
)

// previewRows is how many tickets a preview shows.
const previewRows = 10

// viewPages is where the desk's views are.
func viewPages() restrictedPages {
	return restrictedPages{path: "/admin/views", key: "views-admin", shell: ui.Admin}
}

func viewRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/views", Who: ui.Admins, Serve: listViews},
		{Pattern: "GET /admin/views/new", Who: ui.Admins, Serve: openView},
		{Pattern: "POST /admin/views/new", Who: ui.Admins, Serve: saveView},
		{Pattern: "POST /admin/views/preview", Who: ui.Admins, Serve: previewView},
		{Pattern: "POST /admin/views/order", Who: ui.Admins, Serve: orderViews},
		{Pattern: "GET /admin/views/{id}", Who: ui.Admins, Serve: openView},
		{Pattern: "POST /admin/views/{id}", Who: ui.Admins, Serve: saveView},
		{Pattern: "POST /admin/views/{id}/on", Who: ui.Admins, Serve: turnOnView},
		{Pattern: "POST /admin/views/{id}/off", Who: ui.Admins, Serve: turnOffView},
		{Pattern: "POST /admin/views/{id}/move", Who: ui.Admins, Serve: moveView},
		{Pattern: "POST /admin/views/{id}/delete", Who: ui.Admins, Serve: deleteView},
	}
}

func listViews(c *ui.Call) error {
	m := restrictedModel{restrictedPages: viewPages(), kind: "view", match: c.Value("q")}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		all, err := actor.Views(c.Ctx(), admin.Filter{})
		for _, one := range all {
			if !matches(one.Title, m.match) {
				continue
			}
			b := newBuilder(c, actor.Config, condition.View)
			b.fillFrom(one.Conditions, nil)
			if err := b.fillLines(c.Ctx(), tx); err != nil {
				return err
			}
			m.rows = append(m.rows, restrictedRow{id: int64(one.ID), title: one.Title, words: b.summary(c.Ctx()), who: audienceText(c, actor.Config, one.Restriction),
				active: one.Active, changed: one.UpdatedAt})
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.page(c, c.T("rules.views"), 0, restrictedPage(m))
}

// viewModel is the page of one view.
type viewModel struct {
	restrictedPages
	id          desk.ViewID
	title       string
	description string
	output      desk.Output
	audience    audience
	groups      []ui.Option
	b           *builder
	preview     viewPreview
	faults      ui.Faults
}

// viewPreview is what a view finds now.
type viewPreview struct {
	count  store.Count
	list   templ.Component // nil when there is nothing
	faults ui.Faults
}

func (m *viewModel) action() string {
	if m.id == 0 {
		return m.path + "/new"
	}
	return m.pathOf(int64(m.id))
}

func (m *viewModel) view() desk.View {
	v := desk.View{ID: m.id}
	m.writeTo(&v, desk.User{})
	return v
}

func (m *viewModel) writeTo(v *desk.View, me desk.User) {
	v.Title, v.Description, v.Output = m.title, m.description, m.output
	v.Conditions, _ = m.b.tree()
	v.Restriction = m.audience.restriction(me)
}

// parse takes the form as it was sent.
func (m *viewModel) parse(c *ui.Call) {
	m.title, m.description = c.Value("title"), c.Value("description")
	m.audience.parse(c)
	m.b.parse(c)
	m.output = desk.Output{GroupBy: c.Value("group_by"), GroupOrder: c.Value("group_order"), SortBy: c.Value("sort_by"), SortOrder: c.Value("sort_order")}
	for _, id := range valuesOf(c, "column") {
		if id != "" && !slices.Contains(m.output.Columns, id) {
			m.output.Columns = append(m.output.Columns, id)
		}
	}
}

// step carries out a step of building; of columns those are "up.column.status" and the like.
func (m *viewModel) step(c *ui.Call) bool {
	what, column, ok := strings.Cut(c.Value("step"), ".column")
	switch {
	case c.Value("step") == "preview":
		return true
	case !ok:
		return m.b.step(c)
	case what == "add":
		if more := c.Value("more"); more != "" && !slices.Contains(m.output.Columns, more) {
			m.output.Columns = append(m.output.Columns, more)
		}
	default:
		m.output.Columns = afterStep(m.output.Columns, what, strings.TrimPrefix(column, "."))
	}
	return true
}

// form begins the page: with the view that the path names, or another to begin from.
func viewForm(c *ui.Call, actor *admin.Actor) (*viewModel, error) {
	m := &viewModel{restrictedPages: viewPages(), b: newBuilder(c, actor.Config, condition.View), groups: groupOptions(actor.Config)}
	m.output = desk.Output{Columns: desk.DefaultColumns(), SortBy: "updated", SortOrder: "desc"}
	if c.R.PathValue("id") != "" {
		id, err := c.ID("id")
		if err != nil {
			return nil, err
		}
		m.id = desk.ViewID(id)
	}
	from := m.id
	if from == 0 {
		from = desk.ViewID(c.Number("from"))
	}
	if from == 0 {
		return m, nil
	}
	one, err := actor.View(c.Ctx(), from)
	if err != nil {
		return nil, err
	}
	m.audience.readFrom(one.Restriction)
	if c.R.Method == http.MethodPost {
		return m, nil
	}
	m.title, m.description, m.output = one.Title, one.Description, one.Output
	m.output = m.b.cfg.CanonicalOutput(one.Output)
	if m.id == 0 {
		m.title = c.T("rules.copy", one.Title)
	}
	m.b.fillFrom(one.Conditions, nil)
	return m, nil
}

func openView(c *ui.Call) error {
	var m *viewModel
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m, err = viewForm(c, actor); err != nil {
			return err
		}
		m.b.addEmptyLines()
		return m.finish(c, tx, actor)
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

func (m *viewModel) finish(c *ui.Call, tx *store.Tx, actor *admin.Actor) error {
	if err := m.b.fillLines(c.Ctx(), tx); err != nil {
		return err
	}
	return m.readPreview(c, tx, actor)
}

// readPreview finds what the view finds now. A view that is not right finds nothing and says why.
func (m *viewModel) readPreview(c *ui.Call, tx *store.Tx, actor *admin.Actor) error {
	v := m.view()
	if v.Title == "" {
		v.Title = c.T("rules.view.new")
	}
	if v.Conditions.Len() == 0 {
		return nil
	}
	if err := rule.CheckView(actor.Config, v); err != nil {
		m.preview.faults, _ = ui.FaultsOf(err)
		return nil
	}
	var err error
	m.preview.count, err = tx.CountWhere(c.Ctx(), store.ViewQuery{Config: actor.Config, Tree: v.Conditions, Viewer: access.ActorOf(actor.Config, c.User), At: c.Clock()})
	if err == nil {
		m.preview.list, err = views.Preview(c, tx, actor.Config, v, previewRows)
	}
	return err
}

func (m *viewModel) show(c *ui.Call, status int) error {
	title := m.title
	if m.id == 0 {
		title = c.T("rules.view.new")
	}
	return m.page(c, title, status, viewPage(m))
}

// previewView answers with what the view in the form finds now.
func previewView(c *ui.Call) error {
	m := &viewModel{}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.b = newBuilder(c, actor.Config, condition.View)
		m.parse(c)
		return m.finish(c, tx, actor)
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, previewResult(m))
}

func saveView(c *ui.Call) error {
	var m *viewModel
	stay := false
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m, err = viewForm(c, actor); err != nil {
			return err
		}
		m.parse(c)
		stay = m.step(c)
		return m.finish(c, tx, actor)
	})
	if err != nil {
		return err
	}
	if stay {
		return m.show(c, 0)
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return m.storeView(c.Ctx(), c.User, actor) })
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = m.b.assignFaults(f)
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("rules.view.saved"))
	return c.Redirect(m.path)
}

func (m *viewModel) storeView(ctx context.Context, me desk.User, actor *admin.Actor) error {
	if m.id == 0 {
		v := desk.View{Active: true}
		m.writeTo(&v, me)
		return actor.CreateView(ctx, &v)
	}
	_, err := actor.ChangeView(ctx, m.id, func(v *desk.View) error {
		m.writeTo(v, me)
		return nil
	})
	return err
}
