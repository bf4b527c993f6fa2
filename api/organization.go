package api

import (
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func organizationRoutes() []route {
	return []route{
		{"GET", "/organizations", agents, (*call).listOrganizations},
		{"GET", "/organizations/count", agents, (*call).countOrganizations},
		{"GET", "/organizations/show_many", agents, (*call).showManyOrganizations},
		{"GET", "/organizations/search", agents, (*call).searchOrganizations},
		{"GET", "/organizations/autocomplete", agents, (*call).autocompleteOrganizations},
		{"POST", "/organizations/autocomplete", agents, (*call).autocompleteOrganizations},
		{"GET", "/organizations/{id}", agents, (*call).showOrganization},
		{"GET", "/organizations/{id}/related", agents, (*call).organizationRelated},
		{"POST", "/organizations", agents, (*call).createOrganization},
		{"POST", "/organizations/create_or_update", agents, (*call).createOrUpdateOrganization},
		{"PUT", "/organizations/{id}", agents, (*call).updateOrganization},
		{"DELETE", "/organizations/{id}", admins, (*call).deleteOrganization},
	}
}

// organizationJSON is an organization.
type organizationJSON struct {
	URL                string              `json:"url"`
	ID                 desk.OrganizationID `json:"id"`
	Name               string              `json:"name"`
	SharedTickets      bool                `json:"shared_tickets"`
	SharedComments     bool                `json:"shared_comments"`
	ExternalID         *string             `json:"external_id"`
	CreatedAt          string              `json:"created_at"`
	UpdatedAt          string              `json:"updated_at"`
	DomainNames        []string            `json:"domain_names"`
	Details            string              `json:"details"`
	Notes              string              `json:"notes"`
	GroupID            *desk.GroupID       `json:"group_id"`
	Tags               []string            `json:"tags"`
	OrganizationFields object              `json:"organization_fields"`
}

func (c *call) organizationOf(o desk.Organization) organizationJSON {
	return organizationJSON{
		URL: c.url("organizations", int64(o.ID)), ID: o.ID, Name: o.Name, SharedTickets: o.SharedTickets,
		SharedComments: o.SharedComments, ExternalID: nullString(o.ExternalID), CreatedAt: formatTime(o.CreatedAt), UpdatedAt: formatTime(o.UpdatedAt),
		DomainNames: nonNil(o.DomainNames), Details: o.Details, Notes: o.Notes, GroupID: nullID(o.Group), Tags: nonNil(o.Tags),
		OrganizationFields: c.personFieldsOf(desk.OfOrganizations, o.Fields),
	}
}

func (c *call) organizationsOf(all []desk.Organization) []organizationJSON {
	out := make([]organizationJSON, len(all))
	for i, o := range all {
		out[i] = c.organizationOf(o)
	}
	return out
}

func organizationID(o desk.Organization) int64 { return int64(o.ID) }

func (c *call) listOrganizations() error { return c.organizationsLike("") }

// organizationsLike lists the organizations whose name begins so.
func (c *call) organizationsLike(match string) error {
	return answerList(c, listSpec[desk.Organization]{
		key: "organizations",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.Organization], error) {
			return tx.Organizations(c.ctx(), match, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountOrganizations(c.ctx(), match) },
		show:  showEach(c.organizationOf),
	})
}

func (c *call) countOrganizations() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		n, err := tx.CountOrganizations(c.ctx(), "")
		return objectOf("count", c.countObject(n)), err
	})
}

func (c *call) showManyOrganizations() error {
	ids, err := c.queryIDs("ids", pageSize)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := tx.OrganizationsByID(c.ctx(), idsOf[desk.OrganizationID](ids))
		if err != nil {
			return nil, err
		}
		for external := range strings.SplitSeq(c.query.Get("external_ids"), ",") {
			o, err := c.organizationByExternalID(tx, strings.TrimSpace(external))
			if err != nil {
				return nil, err
			}
			all = append(all, o...)
		}
		return wholeList(c, tx, "organizations", all, showEach(c.organizationOf))
	})
}

// searchOrganizations takes an external id or a whole name.
func (c *call) searchOrganizations() error {
	external, name := c.query.Get("external_id"), strings.TrimSpace(c.query.Get("name"))
	if external == "" && name == "" {
		return httpkit.BadRequest("InvalidValue", "Parameter external_id or name is required")
	}
	return answerWholeList(c, "organizations", func(tx *store.Tx) ([]desk.Organization, error) {
		if external != "" {
			return c.organizationByExternalID(tx, external)
		}
		return listOfFound(tx.OrganizationByName(c.ctx(), name))
	}, organizationID, showEach(c.organizationOf))
}

func (c *call) organizationByExternalID(tx *store.Tx, external string) ([]desk.Organization, error) {
	if external == "" {
		return nil, nil
	}
	return listOfFound(tx.OrganizationByExternalID(c.ctx(), external))
}

// listOfFound makes a list of what was found, an empty one of what was not.
func listOfFound[T any](found T, err error) ([]T, error) {
	switch {
	case err == nil:
		return []T{found}, nil
	case desk.KindOf(err) == desk.NotFound:
		return []T{}, nil
	}
	return nil, err
}

func (c *call) autocompleteOrganizations() error {
	name, err := c.nameTyped("name")
	if err != nil {
		return err
	}
	return c.organizationsLike(name)
}

func (c *call) reachOrganization(tx *store.Tx) (desk.Organization, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.Organization{}, err
	}
	return tx.Organization(c.ctx(), desk.OrganizationID(id))
}

func (c *call) showOrganization() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		o, err := c.reachOrganization(tx)
		return objectOf("organization", c.organizationOf(o)), err
	})
}

func (c *call) countUserOrganizations() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if u.Organization == 0 {
			return objectOf("count", c.countObject(0)), err
		}
		return objectOf("count", c.countObject(1)), err
	})
}

// listUserOrganizations lists the organization that a user is in.
func (c *call) listUserOrganizations() error {
	return answerWholeList(c, "organizations", func(tx *store.Tx) ([]desk.Organization, error) {
		u, err := c.reachUser(tx)
		if err != nil || u.Organization == 0 {
			return []desk.Organization{}, err
		}
		return listOfFound(tx.Organization(c.ctx(), u.Organization))
	}, organizationID, showEach(c.organizationOf))
}
