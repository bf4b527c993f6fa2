package api

import (
	"slices"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

func viewRoutes() []route {
	return []route{
		{"GET", "/views", agents, (*call).listViews},
		{"GET", "/views/active", agents, (*call).listActiveViews},
		{"GET", "/views/compact", agents, (*call).listCompactViews},
		{"GET", "/views/search", agents, (*call).searchViews},
		{"GET", "/views/count", agents, (*call).countViews},
		{"GET", "/views/show_many", agents, (*call).showManyViews},
		{"GET", "/views/definitions", agents, (*call).viewDefinitions},
		{"GET", "/views/count_many", agents, (*call).countManyViews},
		{"POST", "/views/preview", agents, (*call).previewView},
		{"POST", "/views/preview/count", agents, (*call).countPreview},
		{"GET", "/views/{id}", agents, (*call).showView},
		{"GET", "/views/{id}/execute", agents, (*call).executeView},
		{"GET", "/views/{id}/tickets", agents, (*call).viewTickets},
		{"GET", "/views/{id}/count", agents, (*call).countView},
		{"POST", "/views", agents, (*call).createView},
		{"PUT", "/views/{id}", agents, (*call).updateView},
		{"DELETE", "/views/{id}", agents, (*call).deleteView},
		{"PUT", "/views/update_many", agents, (*call).updateManyViews},
		{"DELETE", "/views/destroy_many", agents, (*call).destroyManyViews},
	}
}

// viewJSON is a view.
type viewJSON struct {
	URL         string           `json:"url"`
	ID          desk.ViewID      `json:"id"`
	Title       string           `json:"title"`
	RawTitle    string           `json:"raw_title"`
	Active      bool             `json:"active"`
	UpdatedAt   string           `json:"updated_at"`
	CreatedAt   string           `json:"created_at"`
	Default     bool             `json:"default"`
	Position    int              `json:"position"`
	Description *string          `json:"description"`
	Execution   executionJSON    `json:"execution"`
	Conditions  condition.Tree   `json:"conditions"`
	Restriction *restrictionJSON `json:"restriction"`
}

// executionJSON is how a view shows its tickets (rules.md §6.2).
type executionJSON struct {
	GroupBy      *string      `json:"group_by"`
	GroupOrder   string       `json:"group_order"`
	SortBy       *string      `json:"sort_by"`
	SortOrder    string       `json:"sort_order"`
	Group        *orderJSON   `json:"group"`
	Sort         *orderJSON   `json:"sort"`
	Columns      []columnJSON `json:"columns"`
	Fields       []columnJSON `json:"fields"`
	CustomFields []columnJSON `json:"custom_fields"`
}

type orderJSON struct {
	columnJSON
	Order string `json:"order"`
}

type columnJSON struct {
	ID         any    `json:"id"` // text, or the number of a custom field
	Title      string `json:"title"`
	Filterable bool   `json:"filterable"`
	Sortable   bool   `json:"sortable"`
	Type       string `json:"type,omitempty"` // of a custom field
	URL        string `json:"url,omitempty"`  // of a custom field
}

// columnID is a number for custom fields, as clients expect it.
func columnID(c desk.Column) any {
	if c.Kind == desk.ColumnField {
		return int64(c.Field)
	}
	return c.ID
}

func (c *call) columnOf(cfg *desk.Config, col desk.Column) columnJSON {
	out := columnJSON{ID: columnID(col), Title: col.Title, Filterable: col.Groupable, Sortable: col.Sortable}
	if col.Kind == desk.ColumnField {
		out.Type, out.URL = string(cfg.Field(col.Field).Type), c.url("ticket_fields", int64(col.Field))
	}
	return out
}

func (c *call) executionOf(cfg *desk.Config, o desk.Output) executionJSON {
	out := executionJSON{GroupBy: nullString(o.GroupBy), GroupOrder: orderOr(o.GroupOrder), SortBy: nullString(o.SortBy), SortOrder: orderOr(o.SortOrder),
		Columns: []columnJSON{}, Fields: []columnJSON{}, CustomFields: []columnJSON{}}
	for _, col := range cfg.ShownColumns(o) {
		shown := c.columnOf(cfg, col)
		out.Columns = append(out.Columns, shown)
		if col.Kind == desk.ColumnField {
			out.CustomFields = append(out.CustomFields, shown)
		} else {
			out.Fields = append(out.Fields, shown)
		}
	}
	out.Group, out.Sort = c.orderOf(cfg, o.GroupBy, out.GroupOrder), c.orderOf(cfg, o.SortBy, out.SortOrder)
	return out
}

func orderOr(order string) string {
	if order == "" {
		return "desc"
	}
	return order
}

func (c *call) orderOf(cfg *desk.Config, name, order string) *orderJSON {
	col, ok := cfg.Column(name)
	if !ok {
		return nil
	}
	return &orderJSON{c.columnOf(cfg, col), order}
}

func (c *call) viewOf(cfg *desk.Config, v *desk.View) viewJSON {
	return viewJSON{URL: c.url("views", int64(v.ID)), ID: v.ID, Title: v.Title, RawTitle: v.Title, Active: v.Active,
		UpdatedAt: formatTime(v.UpdatedAt), CreatedAt: formatTime(v.CreatedAt), Position: v.Position, Description: nullString(v.Description),
		Execution: c.executionOf(cfg, v.Output), Conditions: v.Conditions, Restriction: restrictionOf(v.Restriction)}
}

func (c *call) showViews(tx *store.Tx, views []desk.View) (any, object, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, nil, err
	}
	out := make([]viewJSON, len(views))
	for i := range views {
		out[i] = c.viewOf(cfg, &views[i])
	}
	return out, nil, nil
}

func (c *call) listViews() error { return c.viewsWhere(c.ruleFilter()) }

func (c *call) listActiveViews() error {
	active := true
	return c.viewsWhere(store.RuleFilter{Active: &active})
}

func (c *call) searchViews() error {
	f, err := c.titleFilter()
	if err != nil {
		return err
	}
	return c.viewsWhere(f)
}

func viewID(v desk.View) int64 { return int64(v.ID) }

func (c *call) viewsWhere(f store.RuleFilter) error {
	return answerWholeList(c, "views", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.View, error) {
		all, err := actor.Views(c.ctx(), c.restrictedFilter(f))
		c.sortRules(len(all), func(by string) {
			sortBy(all, by, func(v desk.View) ruleKeys { return ruleKeys{v.Title, v.CreatedAt.UnixMicro(), v.UpdatedAt.UnixMicro()} })
		})
		return all, err
	}), viewID, c.showViews)
}

// compactViews is how many views the short list shows.
const compactViews = 32

func (c *call) listCompactViews() error {
	active := true
	return c.readOK(asActor(c, func(tx *store.Tx, actor *admin.Actor) (object, error) {
		all, err := actor.Views(c.ctx(), c.restrictedFilter(store.RuleFilter{Active: &active}))
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "views", all[:min(len(all), compactViews)], c.showViews)
	}))
}

func (c *call) countViews() error {
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		all, err := actor.Views(c.ctx(), c.restrictedFilter(store.RuleFilter{}))
		return objectOf("count", c.countObject(len(all))), err
	}))
}

// someViews are those of the named views that the caller may see.
func (c *call) someViews(tx *store.Tx, ids []int64) ([]desk.View, error) {
	actor, err := c.Admin.As(c.ctx(), tx, c.user)
	if err != nil {
		return nil, err
	}
	all, err := tx.Views(c.ctx(), store.RuleFilter{})
	return slices.DeleteFunc(all, func(v desk.View) bool {
		return !slices.Contains(ids, int64(v.ID)) || !actor.MayUse(v.Restriction)
	}), err
}

func (c *call) showManyViews() error {
	ids, err := c.queryIDs("ids", pageSize)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := c.someViews(tx, ids)
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "views", all, c.showViews)
	})
}

func (c *call) viewDefinitions() error { return c.showDefinitions(condition.View) }

// reachView reads the view that the path names, if the caller may see it.
func (c *call) reachView(tx *store.Tx) (desk.View, *desk.Config, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.View{}, nil, err
	}
	actor, err := c.Admin.As(c.ctx(), tx, c.user)
	if err != nil {
		return desk.View{}, nil, err
	}
	v, err := actor.View(c.ctx(), desk.ViewID(id))
	return v, actor.Config, err
}

func (c *call) showView() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		v, cfg, err := c.reachView(tx)
		if err != nil {
			return nil, err
		}
		return objectOf("view", c.viewOf(cfg, &v)), nil
	})
}
