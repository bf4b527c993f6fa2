package admin

import (
	"net/url"
	"slices"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// listPage is how many people or organizations a list shows at a time.
const listPage = 50

type usersModel struct {
	q, role string
	rows    []userRow
	more    string // address of the next part, "" at the end
}

type userRow struct {
	desk.User
	organization string
	groups       []string
}

// roleFilters are what the list can be narrowed to.
func roleFilters() map[string][]desk.Role {
	return map[string][]desk.Role{"end-user": {desk.EndUser}, "staff": {desk.Agent, desk.Admin}, "agent": {desk.Agent}, "admin": {desk.Admin}}
}

func showUsers(c *ui.Call) error {
	m := usersModel{q: c.Value("q"), role: c.Value("role")}
	if roleFilters()[m.role] == nil {
		m.role = ""
	}
	after := c.Value("after")
	if err := c.Read(func(tx *store.Tx) error { return m.read(c, tx, after) }); err != nil {
		return err
	}
	switch {
	case c.Partial() && after != "":
		return c.Fragment(0, userRows(m))
	case c.Partial():
		return c.Fragment(0, userTable(m))
	}
	return c.ShowAdmin("users", c.T("admin.users.title"), 0, usersPage(m))
}

func (m *usersModel) read(c *ui.Call, tx *store.Tx, after string) error {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return err
	}
	found, err := tx.Users(c.Ctx(), store.UserFilter{Roles: roleFilters()[m.role], Match: m.q, Local: true}, store.Page{Limit: listPage, After: after})
	if err != nil {
		return err
	}
	names, err := organizationNames(c, tx, found.Items)
	if err != nil {
		return err
	}
	m.rows = nil
	for _, u := range found.Items {
		row := userRow{User: u, organization: names[u.Organization]}
		for _, id := range cfg.Staff[u.ID].Groups {
			if g, ok := cfg.Group(id); ok {
				row.groups = append(row.groups, g.Name)
			}
		}
		m.rows = append(m.rows, row)
	}
	if found.More {
		m.more = "/admin/users?" + url.Values{"q": {m.q}, "role": {m.role}, "after": {found.After}}.Encode()
	}
	return nil
}

func organizationNames(c *ui.Call, tx *store.Tx, users []desk.User) (map[desk.OrganizationID]string, error) {
	var ids []desk.OrganizationID
	for _, u := range users {
		if u.Organization != 0 {
			ids = append(ids, u.Organization)
		}
	}
	slices.Sort(ids)
	all, err := tx.OrganizationsByID(c.Ctx(), slices.Compact(ids))
	names := make(map[desk.OrganizationID]string, len(all))
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, err
}
