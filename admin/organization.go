package admin

import (
	"context"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// Organization reads an organization.
func (a *Actor) Organization(ctx context.Context, id desk.OrganizationID) (desk.Organization, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Organization{}, err
	}
	return a.tx.Organization(ctx, id)
}

// CreateOrganization stores a new organization.
func (a *Actor) CreateOrganization(ctx context.Context, org *desk.Organization) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.checkOrganization(ctx, org); err != nil {
		return err
	}
	return a.tx.InsertOrganization(ctx, org)
}

func (a *Actor) checkOrganization(ctx context.Context, org *desk.Organization) error {
	faults := org.Check()
	if org.Group != 0 {
		if err := a.checkGroupExists(ctx, faults, "group_id", org.Group); err != nil {
			return err
		}
	}
	return faults.Err()
}

// ChangeOrganization has change edit an organization, and stores it. Agents write notes, tags and the account's own fields; the rest they leave
// as it is.
func (a *Actor) ChangeOrganization(ctx context.Context, id desk.OrganizationID, change func(*desk.Organization) error) (desk.Organization, error) {
	org, err := a.Organization(ctx, id)
	if err != nil {
		return org, err
	}
	before := adminsPart(org)
	if err := change(&org); err != nil {
		return org, err
	}
	org.ID = id
	if err := access.ForbidUnless(access.CanAdmin(a.Me.Role) || before == adminsPart(org)); err != nil {
		return org, err
	}
	if err := a.checkOrganization(ctx, &org); err != nil {
		return org, err
	}
	a.forgetCallers() // what its people may see of each other's requests may have changed
	return org, a.tx.UpdateOrganization(ctx, &org)
}

// adminsPart is what only admins write of an organization.
func adminsPart(org desk.Organization) string {
	org.Notes, org.Tags, org.Fields = "", nil, nil
	return meaning(org)
}

// DeleteOrganization removes an organization; its people stay, without one.
func (a *Actor) DeleteOrganization(ctx context.Context, id desk.OrganizationID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	a.forgetCallers()
	return a.tx.DeleteOrganization(ctx, id)
}

// JoinOrganization puts a user into an organization. People are in one at most: who is in another leaves that first.
func (a *Actor) JoinOrganization(ctx context.Context, user desk.UserID, id desk.OrganizationID) (desk.User, error) {
	if id == 0 {
		return desk.User{}, desk.InvalidField("organization_id", "BlankValue", "Organization: cannot be blank")
	}
	return a.ChangeUser(ctx, user, Password{}, func(u *desk.User) error {
		switch u.Organization {
		case 0:
			u.Organization = id
			return nil
		case id:
			return desk.InvalidField("user_id", "DuplicateValue", "User: is already in this organization")
		}
		return desk.InvalidField("user_id", "InvalidValue", "User: is in another organization; take them out of it first")
	})
}

// LeaveOrganization takes a user out of their organization, and their unsolved requests with them.
func (a *Actor) LeaveOrganization(ctx context.Context, user desk.UserID) error {
	var left desk.OrganizationID
	_, err := a.ChangeUser(ctx, user, Password{}, func(u *desk.User) error {
		if left = u.Organization; left == 0 {
			return desk.Missing()
		}
		u.Organization = 0
		return nil
	})
	if err != nil {
		return err
	}
	return a.unassign(ctx, desk.ChannelUserChange, store.TicketsOf{Requester: user, Organization: left})
}
