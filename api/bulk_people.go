package api

import (
	"cmp"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func bulkRoutes() []route {
	return []route{
		{"POST", "/users/create_many", agents, (*call).createManyUsers},
		{"POST", "/users/create_or_update_many", agents, (*call).createOrUpdateManyUsers},
		{"PUT", "/users/update_many", agents, (*call).updateManyUsers},
		{"DELETE", "/users/destroy_many", agents, (*call).destroyManyUsers},
		{"POST", "/group_memberships/create_many", admins, (*call).createManyMemberships},
		{"DELETE", "/group_memberships/destroy_many", admins, (*call).destroyManyMemberships},
		{"POST", "/organizations/create_many", admins, (*call).createManyOrganizations},
		{"PUT", "/organizations/update_many", admins, (*call).updateManyOrganizations},
		{"DELETE", "/organizations/destroy_many", admins, (*call).destroyManyOrganizations},
	}
}

// usersWithHashes reads users and makes the hashes of their passwords, which takes its time, before any transaction.
func (c *call) usersWithHashes() (in []row[userInput], hashes []admin.Password, err error) {
	if in, err = someRecords[userInput](c, "users"); err != nil {
		return nil, nil, err
	}
	hashes = make([]admin.Password, len(in))
	for i := range in {
		if hashes[i], err = c.Admin.Password(c.ctx(), c.user, in[i].in.Password.v); err != nil {
			return nil, nil, err
		}
	}
	return in, hashes, nil
}

func (c *call) createManyUsers() error {
	in, hashes, err := c.usersWithHashes()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateUsersJob", "User", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{Action: bulkCreate}, in[i].fault
		}
		u, err := c.insertUser(tx, actor, &in[i].in, hashes[i])
		return doneUser(bulkCreate, u), err
	}})
}

func (c *call) createOrUpdateManyUsers() error {
	in, hashes, err := c.usersWithHashes()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateOrUpdateUsersJob", "User", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{Action: bulkCreate}, in[i].fault
		}
		u, made, err := c.putUser(tx, actor, &in[i].in, hashes[i])
		if made {
			return doneUser(bulkCreate, u), err
		}
		return doneUser(bulkUpdate, u), err
	}})
}

func (c *call) updateManyUsers() error {
	ids, in, err := idsOrBatch(c, "user", "users", func(u *userInput) (*numberInput, *textInput) { return &u.ID, &u.ExternalID })
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkUpdateUsersJob", "User", len(ids), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{ID: ids[i], Action: bulkUpdate}, in[i].fault
		}
		u, err := c.batchUser(tx, recordName{ids[i], in[i].in.ExternalID.v})
		if err == nil {
			_, err = c.editUser(tx, actor, &in[i].in, u.ID, admin.Password{})
		}
		return bulkDone{ID: cmp.Or(int64(u.ID), ids[i]), Action: bulkUpdate}, err
	}})
}

// batchUser finds the user of a batch by id, or else by external id.
func (c *call) batchUser(tx *store.Tx, n recordName) (desk.User, error) {
	if n.id == 0 && n.external != "" {
		return tx.UserByExternalID(c.ctx(), n.external)
	}
	return tx.User(c.ctx(), desk.UserID(n.id))
}

func (c *call) destroyManyUsers() error {
	named, err := c.mustName()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkDeleteUsersJob", "User", len(named), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		u, err := c.batchUser(tx, named[i])
		if err != nil {
			return bulkDone{ID: named[i].id, Action: bulkDelete}, err
		}
		_, err = actor.DeleteUser(c.ctx(), u.ID)
		return bulkDone{ID: int64(u.ID), Action: bulkDelete}, err
	}})
}

func (c *call) createManyMemberships() error {
	in, err := someRecords[membershipInput](c, "group_memberships")
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateGroupMembershipsJob", "GroupMembership", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{Action: bulkCreate}, in[i].fault
		}
		m := in[i].in.toMembership()
		err := actor.CreateMembership(c.ctx(), &m)
		return bulkDone{ID: int64(m.ID), Action: bulkCreate}, err
	}})
}

func (c *call) destroyManyMemberships() error {
	ids, err := c.namedIDs()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkDeleteGroupMembershipsJob", "GroupMembership", len(ids), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		return bulkDone{ID: ids[i], Action: bulkDelete}, actor.DeleteMembership(c.ctx(), desk.MembershipID(ids[i]))
	}})
}

func (c *call) createManyOrganizations() error {
	in, err := someRecords[organizationInput](c, "organizations")
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateOrganizationsJob", "Organization", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{Action: bulkCreate}, in[i].fault
		}
		org, err := c.insertOrganization(actor, &in[i].in)
		return bulkDone{ID: int64(org.ID), Action: bulkCreate}, err
	}})
}

func (c *call) updateManyOrganizations() error {
	ids, in, err := idsOrBatch(c, "organization", "organizations", func(o *organizationInput) (*numberInput, *textInput) { return &o.ID, &o.ExternalID })
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkUpdateOrganizationsJob", "Organization", len(ids), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		if in[i].fault != nil {
			return bulkDone{ID: ids[i], Action: bulkUpdate}, in[i].fault
		}
		org, err := c.batchOrganization(tx, recordName{ids[i], in[i].in.ExternalID.v})
		if err == nil {
			_, err = actor.ChangeOrganization(c.ctx(), org.ID, c.organizationEdit(&in[i].in))
		}
		return bulkDone{ID: cmp.Or(int64(org.ID), ids[i]), Action: bulkUpdate}, err
	}})
}

func (c *call) batchOrganization(tx *store.Tx, n recordName) (desk.Organization, error) {
	if n.id == 0 && n.external != "" {
		return tx.OrganizationByExternalID(c.ctx(), n.external)
	}
	return tx.Organization(c.ctx(), desk.OrganizationID(n.id))
}

func (c *call) destroyManyOrganizations() error {
	named, err := c.mustName()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkDeleteOrganizationsJob", "Organization", len(named), func(tx *store.Tx, actor *admin.Actor, i int) (bulkDone, error) {
		org, err := c.batchOrganization(tx, named[i])
		if err != nil {
			return bulkDone{ID: named[i].id, Action: bulkDelete}, err
		}
		return bulkDone{ID: int64(org.ID), Action: bulkDelete}, actor.DeleteOrganization(c.ctx(), org.ID)
	}})
}
