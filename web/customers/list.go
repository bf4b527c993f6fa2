package customers

import (
	"net/url"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// customersModel is a list of people.
type customersModel struct {
	q            string
	who          string // one of whos
	organization desk.Organization
	people       []listing.Person
	more         string // address of the next page, "" when there is none
}

// peopleKinds are the kinds of people that the list shows; the first is the rule.
func peopleKinds() []string { return []string{"customers", "team", "partners"} }

// filter is what the list shows, as the store wants it.
func (m *customersModel) filter() store.UserFilter {
	f := store.UserFilter{Match: m.q, Organization: m.organization.ID}
	switch m.who {
	case "team":
		f.Roles, f.Local = []desk.Role{desk.Agent, desk.Admin}, true
	case "partners":
		f.Foreign = true
	default:
		f.Roles, f.Local = []desk.Role{desk.EndUser}, true
	}
	return f
}

// address is the list with one thing changed.
func (m *customersModel) address(key, value string) string {
	v := url.Values{}
	set := func(k, s string) {
		if k == key {
			s = value
		}
		if s != "" {
			v.Set(k, s)
		}
	}
	set("q", m.q)
	set("who", m.who)
	organization := ""
	if m.organization.ID != 0 {
		organization = strconv.FormatInt(int64(m.organization.ID), 10)
	}
	set("organization", organization)
	set("after", "")
	return "/agent/customers?" + v.Encode()
}

// showCustomers lists people by name.
func showCustomers(c *ui.Call) error {
	m := &customersModel{q: c.Value("q"), who: c.Value("who")}
	if m.who != "team" && m.who != "partners" {
		m.who = "customers"
	}
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		if id := c.Number("organization"); id != 0 {
			if m.organization, err = tx.Organization(c.Ctx(), desk.OrganizationID(id)); err != nil {
				return err
			}
		}
		found, err := tx.UsersByName(c.Ctx(), m.filter(), store.Page{Limit: listing.PageSize, After: c.Value("after")})
		if err != nil {
			return err
		}
		if found.More {
			m.more = m.address("after", found.After)
		}
		m.people, err = listing.People(c, tx, cfg, found.Items)
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		return c.Fragment(0, moreCustomers(m))
	}
	return c.Show(ui.Page{Title: c.T("nav.customers"), Current: "customers", Body: customersPage(m)})
}

// organizationsModel is a list of organizations.
type organizationsModel struct {
	q    string
	all  []desk.Organization
	more string
}

// showOrganizations lists organizations by name.
func showOrganizations(c *ui.Call) error {
	m := &organizationsModel{q: c.Value("q")}
	err := c.Read(func(tx *store.Tx) error {
		found, err := tx.OrganizationsByName(c.Ctx(), m.q, store.Page{Limit: listing.PageSize, After: c.Value("after")})
		m.all = found.Items
		if found.More {
			m.more = "/agent/organizations?" + url.Values{"q": {m.q}, "after": {found.After}}.Encode()
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		return c.Fragment(0, moreOrganizations(m))
	}
	return c.Show(ui.Page{Title: c.T("organizations.title"), Current: "customers", Body: organizationsPage(m)})
}
