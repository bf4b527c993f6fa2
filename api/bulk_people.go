package api

import (
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
func (c *call) usersWithHashes() (in []userInput, hashes []admin.Password, err error) {
	if in, err = someRecords[userInput](c, "users"); err != nil {
		return nil, nil, err
	}
	hashes = make([]admin.Password, len(in))
	for i := range in {
		if hashes[i], err = c.Admin.Password(c.ctx(), c.user, in[i].Password.v); err != nil {
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
	return c.runBulk(bulkWork{"BulkCreateUsersJob", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		u, err := c.insertUser(tx, actor, &in[i], hashes[i])
		return int64(u.ID), "create", err
	}})
}

func (c *call) createOrUpdateManyUsers() error {
	in, hashes, err := c.usersWithHashes()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateOrUpdateUsersJob", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		u, made, err := c.putUser(tx, actor, &in[i], hashes[i])
		if made {
			return int64(u.ID), "create", err
		}
		return int64(u.ID), "update", err
	}})
}

func (c *call) updateManyUsers() error {
	ids, in, err := idsOrBatch(c, "user", "users", func(u *userInput) (*numberInput, *textInput) { return &u.ID, &u.ExternalID })
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkUpdateUsersJob", len(ids), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		u, err := c.batchUser(tx, recordName{ids[i], in[i].ExternalID.v})
		if err == nil {
			_, err = actor.ChangeUser(c.ctx(), u.ID, admin.Password{}, c.userEdit(tx, &in[i]))
		}
		return int64(u.ID), "update", err
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
	return c.runBulk(bulkWork{"BulkDeleteUsersJob", len(named), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		u, err := c.batchUser(tx, named[i])
		if err != nil {
			return named[i].id, "delete", err
		}
		_, err = actor.DeleteUser(c.ctx(), u.ID)
		return int64(u.ID), "delete", err
	}})
}

func (c *call) createManyMemberships() error {
	in, err := someRecords[membershipInput](c, "group_memberships")
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateGroupMembershipsJob", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		m := in[i].toMembership()
		err := actor.CreateMembership(c.ctx(), &m)
		return int64(m.ID), "create", err
	}})
}

func (c *call) destroyManyMemberships() error {
	ids, err := c.namedIDs()
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkDeleteGroupMembershipsJob", len(ids), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		return ids[i], "delete", actor.DeleteMembership(c.ctx(), desk.MembershipID(ids[i]))
	}})
}

func (c *call) createManyOrganizations() error {
	in, err := someRecords[organizationInput](c, "organizations")
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkCreateOrganizationsJob", len(in), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		org, err := c.insertOrganization(actor, &in[i])
		return int64(org.ID), "create", err
	}})
}

func (c *call) updateManyOrganizations() error {
	ids, in, err := idsOrBatch(c, "organization", "organizations", func(o *organizationInput) (*numberInput, *textInput) { return &o.ID, &o.ExternalID })
	if err != nil {
		return err
	}
	return c.runBulk(bulkWork{"BulkUpdateOrganizationsJob", len(ids), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		org, err := c.batchOrganization(tx, recordName{ids[i], in[i].ExternalID.v})
		if err == nil {
			_, err = actor.ChangeOrganization(c.ctx(), org.ID, in[i].change)
		}
		return int64(org.ID), "update", err
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
	return c.runBulk(bulkWork{"BulkDeleteOrganizationsJob", len(named), func(tx *store.Tx, actor *admin.Actor, i int) (int64, string, error) {
		org, err := c.batchOrganization(tx, named[i])
		if err != nil {
			return named[i].id, "delete", err
		}
		return int64(org.ID), "delete", actor.DeleteOrganization(c.ctx(), org.ID)
	}})
}
