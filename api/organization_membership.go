package api

import (
	"interdesk/desk"
	"interdesk/store"
)

func organizationMembershipRoutes() []route {
	return []route{
		{"GET", "/organization_memberships", agents, (*call).listOrganizationMemberships},
		{"GET", "/users/{user}/organization_memberships", agents, (*call).listOrganizationMemberships},
		{"GET", "/organizations/{organization}/organization_memberships", agents, (*call).listOrganizationMemberships},
		{"GET", "/organization_memberships/{id}", agents, (*call).showOrganizationMembership},
	}
}

// organizationMembershipJSON tells that somebody is in an organization. A user is in one at most, which is set on the
// user; the membership goes under the user's id.
type organizationMembershipJSON struct {
	URL              string              `json:"url"`
	ID               desk.UserID         `json:"id"`
	UserID           desk.UserID         `json:"user_id"`
	OrganizationID   desk.OrganizationID `json:"organization_id"`
	OrganizationName string              `json:"organization_name"`
	Default          bool                `json:"default"`
	ViewTickets      bool                `json:"view_tickets"`
	CreatedAt        string              `json:"created_at"`
	UpdatedAt        string              `json:"updated_at"`
}

// listOrganizationMemberships shows as many memberships as there are users with an organization on the page.
func (c *call) listOrganizationMemberships() error {
	f, err := c.userFilter()
	if err != nil {
		return err
	}
	if c.r.PathValue("user") != "" {
		return listAll(c, "organization_memberships", func(tx *store.Tx) ([]desk.User, error) {
			id, err := c.ofUser(tx)
			if err != nil {
				return nil, err
			}
			return tx.UsersByID(c.ctx(), []desk.UserID{id})
		}, func(u desk.User) int64 { return int64(u.ID) }, c.showOrganizationMemberships)
	}
	return list(c, listing[desk.User]{
		key: "organization_memberships",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.User], error) {
			if err := c.knownOwner(tx, f); err != nil {
				return store.Listed[desk.User]{}, err
			}
			return tx.Users(c.ctx(), f, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountUsers(c.ctx(), f) },
		show:  c.showOrganizationMemberships,
	})
}

func (c *call) showOrganizationMemberships(tx *store.Tx, users []desk.User) (any, object, error) {
	all, err := tx.OrganizationsByID(c.ctx(), distinct(users, func(u desk.User) desk.OrganizationID { return u.Organization }))
	if err != nil {
		return nil, nil, err
	}
	named := map[desk.OrganizationID]desk.Organization{}
	for _, o := range all {
		named[o.ID] = o
	}
	out := []organizationMembershipJSON{}
	for _, u := range users {
		if u.Organization != 0 {
			out = append(out, c.organizationMembershipOf(u, named[u.Organization]))
		}
	}
	return out, nil, nil
}

func (c *call) organizationMembershipOf(u desk.User, o desk.Organization) organizationMembershipJSON {
	return organizationMembershipJSON{
		URL: c.url("organization_memberships", int64(u.ID)), ID: u.ID, UserID: u.ID, OrganizationID: u.Organization,
		OrganizationName: o.Name, Default: true, ViewTickets: o.SharedTickets, CreatedAt: when(u.CreatedAt), UpdatedAt: when(u.UpdatedAt),
	}
}

func (c *call) showOrganizationMembership() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		if u.Organization == 0 {
			return nil, desk.Missing()
		}
		o, err := tx.Organization(c.ctx(), u.Organization)
		return one("organization_membership", c.organizationMembershipOf(u, o)), err
	})
}
