package admin

import (
	"net/url"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

type organizationsModel struct {
	q    string
	rows []desk.Organization
	more string // address of the next part, "" at the end
}

// organizationModel is an organization's form. Without an id in stored it makes a new one.
type organizationModel struct {
	stored       desk.Organization
	organization desk.Organization // as it was typed
	groups       []ui.Option
	fields       []desk.TicketField // the account's own
	faults       ui.Faults
}

func (m organizationModel) action() string {
	if m.stored.ID == 0 {
		return "/admin/organizations"
	}
	return "/admin/organizations/" + ui.IDText(m.stored.ID)
}

func showOrganizations(c *ui.Call) error {
	m := organizationsModel{q: c.Value("q")}
	after := c.Value("after")
	err := c.Read(func(tx *store.Tx) error {
		all, err := tx.Organizations(c.Ctx(), m.q, store.Page{Limit: listPage, After: after})
		m.rows = all.Items
		if all.More {
			m.more = "/admin/organizations?" + url.Values{"q": {m.q}, "after": {all.After}}.Encode()
		}
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case c.Partial() && after != "":
		return c.Fragment(0, organizationRows(m))
	case c.Partial():
		return c.Fragment(0, organizationTable(m))
	}
	return c.ShowAdmin("organizations", c.T("admin.organizations.title"), 0, organizationsPage(m))
}

func newOrganization(c *ui.Call) error { return organizationAnswer(c, 0, 0, organizationModel{}) }

func showOrganization(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return organizationAnswer(c, 0, desk.OrganizationID(id), organizationModel{})
}

// organizationAnswer shows an organization's form, as it is stored or, with faults, as it was typed.
func organizationAnswer(c *ui.Call, status int, id desk.OrganizationID, m organizationModel) error {
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		m.fields = activePersonFields(actor.Config, desk.OfOrganizations)
		m.groups = groupOptions(actor.Config, c.T("admin.organizations.nogroup"))
		if id == 0 {
			return nil
		}
		m.stored, err = actor.Organization(c.Ctx(), id)
		if m.faults == nil {
			m.organization = m.stored
		}
		return err
	})
	if err != nil {
		return err
	}
	title := c.T("admin.organizations.new")
	if id != 0 {
		title = m.stored.Name
	}
	return c.ShowAdmin("organizations", title, status, organizationPage(m))
}

// groupOptions are the groups as choices, and none by the label of nothing.
func groupOptions(cfg *desk.Config, nothing string) []ui.Option {
	all := []ui.Option{{Label: nothing}}
	for _, g := range groupRows(cfg) {
		all = append(all, ui.Option{Value: ui.IDText(g.ID), Label: g.Name})
	}
	return all
}

func typeOrganization(c *ui.Call, org *desk.Organization) {
	org.Name, org.ExternalID = c.Value("name"), c.Value("external_id")
	org.DomainNames = strings.FieldsFunc(c.Value("domain_names"), func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) })
	org.Details, org.Notes, org.Tags = c.Value("details"), c.Value("notes"), desk.ParseTags(c.Value("tags"))
	org.Group = desk.GroupID(c.Number("group_id"))
	org.SharedTickets = c.Checked("shared_tickets")
}

func createOrganization(c *ui.Call) error { return saveOrganizationAs(c, 0) }

func saveOrganization(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return saveOrganizationAs(c, desk.OrganizationID(id))
}

func saveOrganizationAs(c *ui.Call, id desk.OrganizationID) error {
	var typed desk.Organization
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if id == 0 {
			typed = desk.Organization{}
			typeOrganization(c, &typed)
			if err := typePersonFields(c, actor.Config, desk.OfOrganizations, &typed.Fields, &typed.Tags); err != nil {
				return err
			}
			return actor.CreateOrganization(c.Ctx(), &typed)
		}
		typed, err = actor.ChangeOrganization(c.Ctx(), id, func(org *desk.Organization) error {
			typeOrganization(c, org)
			return typePersonFields(c, actor.Config, desk.OfOrganizations, &org.Fields, &org.Tags)
		})
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return organizationAnswer(c, status, id, organizationModel{organization: typed, faults: f})
		})
	}
	c.ToastSuccess(c.T("admin.organizations.saved", typed.Name))
	return c.Redirect("/admin/organizations/" + ui.IDText(typed.ID))
}

func confirmOrganization(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var org desk.Organization
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		org, err = actor.Organization(c.Ctx(), desk.OrganizationID(id))
		return err
	})
	if err != nil {
		return err
	}
	return askFirst(c, "organizations", 0, confirmation{title: c.T("admin.organizations.delete.title", org.Name),
		losses: []string{c.T("admin.organizations.delete.people"), c.T("admin.organizations.delete.data"), c.T("admin.users.delete.final")},
		action: "/admin/organizations/" + ui.IDText(id) + "/delete", button: c.T("action.delete"), back: "/admin/organizations/" + ui.IDText(id)})
}

func deleteOrganization(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		return actor.DeleteOrganization(c.Ctx(), desk.OrganizationID(id))
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("admin.organizations.deleted"))
	return c.Redirect("/admin/organizations")
}
