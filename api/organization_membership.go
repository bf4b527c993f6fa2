package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func organizationMembershipRoutes() []route {
	return []route{
		{"GET", "/organization_memberships", agents, (*call).listOrganizationMemberships},
		{"GET", "/users/{user}/organization_memberships", agents, (*call).listOrganizationMemberships},
		{"GET", "/organizations/{organization}/organization_memberships", agents, (*call).listOrganizationMemberships},
		{"GET", "/organization_memberships/{id}", agents, (*call).showOrganizationMembership},
		{"GET", "/users/{user}/organization_memberships/{id}", agents, (*call).showOrganizationMembership},
		{"POST", "/organization_memberships", agents, (*call).createOrganizationMembership},
		{"POST", "/users/{user}/organization_memberships", agents, (*call).createOrganizationMembership},
		{"DELETE", "/organization_memberships/{id}", agents, (*call).deleteOrganizationMembership},
		{"DELETE", "/users/{user}/organization_memberships/{id}", agents, (*call).deleteOrganizationMembership},
		{"PUT", "/users/{user}/organization_memberships/{id}/make_default", agents, (*call).makeDefaultOrganizationMembership},
		{"DELETE", "/users/{user}/organizations/{organization}", agents, (*call).deleteOrganizationMembership},
		{"PUT", "/users/{user}/organizations/{organization}/make_default", agents, (*call).showOrganizationMembership},
		{"POST", "/organization_memberships/create_many", agents, (*call).createManyOrganizationMemberships},
		{"DELETE", "/organization_memberships/destroy_many", agents, (*call).destroyManyOrganizationMemberships},
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

// listOrganizationMemberships lists all memberships, or those of a user or an organization that path or query name.
func (c *call) listOrganizationMemberships() error {
	f, err := c.organizationMembershipFilter()
	if err != nil {
		return err
	}
	return answerList(c, listSpec[desk.User]{
		key: "organization_memberships",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.User], error) {
			if err := c.knownOwner(tx, f); err != nil {
				return store.Listed[desk.User]{}, err
			}
			if _, err := c.ofUser(tx); err != nil {
				return store.Listed[desk.User]{}, err
			}
			return tx.Users(c.ctx(), f, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountUsers(c.ctx(), f) },
		show:  c.showOrganizationMemberships,
	})
}

func (c *call) organizationMembershipFilter() (store.UserFilter, error) {
	f := store.UserFilter{InAny: true}
	user, err := c.namedID("user")
	if err != nil {
		return f, err
	}
	organization, err := c.namedID("organization")
	f.ID, f.Organization = desk.UserID(user), desk.OrganizationID(organization)
	return f, err
}

// namedID reads an id that narrows a list, from the path or else as name_id from the query; 0 when there is none.
func (c *call) namedID(name string) (int64, error) {
	if c.r.PathValue(name) != "" {
		return c.pathID(name)
	}
	ids, err := c.queryIDs(name+"_id", 1)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
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
		OrganizationName: o.Name, Default: true, ViewTickets: o.SharedTickets, CreatedAt: formatTime(u.CreatedAt), UpdatedAt: formatTime(u.UpdatedAt),
	}
}

// reachOrganizationMember reads the user whose membership the path names, by the membership's id or by the organization's,
// and of the user whom it names.
func (c *call) reachOrganizationMember(tx *store.Tx) (desk.User, error) {
	user, err := c.ofUser(tx)
	if err != nil {
		return desk.User{}, err
	}
	if c.r.PathValue("organization") != "" {
		u, err := tx.User(c.ctx(), user)
		id, idErr := c.pathID("organization")
		if err == nil && (idErr != nil || u.Organization != desk.OrganizationID(id)) {
			err = desk.Missing()
		}
		return u, err
	}
	u, err := c.reachUser(tx)
	if err == nil && (u.Organization == 0 || user != 0 && u.ID != user) {
		err = desk.Missing()
	}
	return u, err
}

func (c *call) organizationMembership(tx *store.Tx, u desk.User) (object, error) {
	o, err := tx.Organization(c.ctx(), u.Organization)
	return objectOf("organization_membership", c.organizationMembershipOf(u, o)), err
}

func (c *call) showOrganizationMembership() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachOrganizationMember(tx)
		if err != nil {
			return nil, err
		}
		return c.organizationMembership(tx, u)
	})
}

// organizationMembershipInput is what clients may say of a membership. Whether it is the default one need not be said: it is.
type organizationMembershipInput struct {
	UserID         numberInput `json:"user_id"`
	OrganizationID numberInput `json:"organization_id"`
	Default        flagInput   `json:"default"`
}

// joinOrganization puts the user into the organization; user is whom the path names, or 0.
func (c *call) joinOrganization(actor *admin.Actor, in *organizationMembershipInput, user desk.UserID) (desk.User, error) {
	if user == 0 {
		user = desk.UserID(in.UserID.v)
	}
	u, err := actor.JoinOrganization(c.ctx(), user, desk.OrganizationID(in.OrganizationID.v))
	if err != nil && desk.KindOf(err) == desk.NotFound {
		err = desk.InvalidField("user_id", "InvalidValue", "User: does not exist")
	}
	return u, err
}

func (c *call) createOrganizationMembership() error {
	var in organizationMembershipInput
	if err := c.parseRecord("organization_membership", &in); err != nil {
		return err
	}
	return c.changeCreated(func(tx *store.Tx, actor *admin.Actor) (string, object, error) {
		user, err := c.ofUser(tx)
		if err != nil {
			return "", nil, err
		}
		u, err := c.joinOrganization(actor, &in, user)
		if err != nil {
			return "", nil, err
		}
		shown, err := c.organizationMembership(tx, u)
		return c.url("organization_memberships", int64(u.ID)), shown, err
	})
}

func (c *call) deleteOrganizationMembership() error {
	err := c.change(func(tx *store.Tx, actor *admin.Actor) error {
		u, err := c.reachOrganizationMember(tx)
		if err != nil {
			return err
		}
		return actor.LeaveOrganization(c.ctx(), u.ID)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// makeDefaultOrganizationMembership answers with all memberships of the user: the one, which is the default already.
func (c *call) makeDefaultOrganizationMembership() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachOrganizationMember(tx)
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "organization_memberships", []desk.User{u}, c.showOrganizationMemberships)
	})
}

func (c *call) createManyOrganizationMemberships() error {
	in, err := someRecords[organizationMembershipInput](c, "organization_memberships")
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateOrganizationMembershipsJob", "OrganizationMembership", len(in), func(_ *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{Action: bulkCreate}, in[i].fault
		}
		u, err := c.joinOrganization(actor, &in[i].in, 0)
		return bulkDone{ID: int64(u.ID), Action: bulkCreate}, err
	}})
}

func (c *call) destroyManyOrganizationMemberships() error {
	ids, err := c.namedIDs()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkDeleteOrganizationMembershipsJob", "OrganizationMembership", len(ids), func(_ *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		return bulkDone{ID: ids[i], Action: bulkDelete}, actor.LeaveOrganization(c.ctx(), desk.UserID(ids[i]))
	}})
}
