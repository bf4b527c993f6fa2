package admin

import (
	"context"

	"interdesk/access"
	"interdesk/desk"
)

// Organization reads an organization.
func (o *Office) Organization(ctx context.Context, id desk.OrganizationID) (desk.Organization, error) {
	return seen(o.mustStaff(), func() (desk.Organization, error) { return o.tx.Organization(ctx, id) })
}

// CreateOrganization stores a new organization.
func (o *Office) CreateOrganization(ctx context.Context, org *desk.Organization) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.InsertOrganization(ctx, org)
}

// ChangeOrganization has change edit an organization, and stores it. Agents write notes and tags; the rest they leave
// as it is.
func (o *Office) ChangeOrganization(ctx context.Context, id desk.OrganizationID, change func(*desk.Organization) error) (desk.Organization, error) {
	org, err := o.Organization(ctx, id)
	if err != nil {
		return org, err
	}
	before := adminsPart(org)
	if err := change(&org); err != nil {
		return org, err
	}
	org.ID = id
	if err := access.Refuse(access.CanAdmin(o.Me.Role) || before == adminsPart(org)); err != nil {
		return org, err
	}
	o.forget() // what its people may see of each other's requests may have changed
	return org, o.tx.UpdateOrganization(ctx, &org)
}

// adminsPart is what only admins write of an organization.
func adminsPart(org desk.Organization) string {
	org.Notes, org.Tags = "", nil
	return meaning(org)
}

// DeleteOrganization removes an organization; its people stay, without one.
func (o *Office) DeleteOrganization(ctx context.Context, id desk.OrganizationID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	o.forget()
	return o.tx.DeleteOrganization(ctx, id)
}
