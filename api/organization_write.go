package api

import (
	"reflect"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// organizationInput is what clients may say of an organization.
type organizationInput struct {
	Name           text   `json:"name"`
	ExternalID     text   `json:"external_id"`
	DomainNames    texts  `json:"domain_names"`
	Details        text   `json:"details"`
	Notes          text   `json:"notes"`
	GroupID        number `json:"group_id"`
	Tags           texts  `json:"tags"`
	SharedTickets  flag   `json:"shared_tickets"`
	SharedComments flag   `json:"shared_comments"`
	ID             number `json:"id"` // of create_or_update and bulk updates
}

func (in *organizationInput) into(o *desk.Organization) {
	setText(&o.Notes, in.Notes)
	if in.Tags.set {
		o.Tags = in.Tags.v
	}
	setText(&o.Name, in.Name)
	setText(&o.ExternalID, in.ExternalID)
	setText(&o.Details, in.Details)
	if in.DomainNames.set {
		o.DomainNames = in.DomainNames.v
	}
	if in.GroupID.set {
		o.Group = desk.GroupID(in.GroupID.v)
	}
	o.SharedTickets, o.SharedComments = in.SharedTickets.or(o.SharedTickets), in.SharedComments.or(o.SharedComments)
}

func (c *call) createOrganization() error {
	var in organizationInput
	if err := c.record("organization", &in); err != nil {
		return err
	}
	return c.writeNew(func(tx *store.Tx) (string, object, error) {
		o, err := c.insertOrganization(tx, &in)
		return c.url("organizations", int64(o.ID)), one("organization", c.organizationOf(o)), err
	})
}

func (c *call) insertOrganization(tx *store.Tx, in *organizationInput) (o desk.Organization, err error) {
	if err := access.Refuse(access.CanAdmin(c.user.Role)); err != nil {
		return o, err
	}
	in.into(&o)
	return o, tx.InsertOrganization(c.ctx(), &o)
}

// storeOrganization: agents write notes and tags; the rest they may send along unchanged.
func (c *call) storeOrganization(tx *store.Tx, in *organizationInput, o desk.Organization) (desk.Organization, error) {
	before := o
	in.into(&o)
	rest := o
	rest.Notes, rest.Tags = before.Notes, before.Tags
	if !access.CanAdmin(c.user.Role) && !reflect.DeepEqual(before, rest) {
		return o, access.Refuse(false)
	}
	return o, tx.UpdateOrganization(c.ctx(), &o)
}

func (c *call) updateOrganization() error {
	var in organizationInput
	if err := c.record("organization", &in); err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		o, err := c.reachOrganization(tx)
		if err != nil {
			return nil, err
		}
		o, err = c.storeOrganization(tx, &in, o)
		return one("organization", c.organizationOf(o)), err
	})
}

// createOrUpdateOrganization knows an organization again by id, external id or name.
func (c *call) createOrUpdateOrganization() error {
	var in organizationInput
	if err := c.record("organization", &in); err != nil {
		return err
	}
	var o desk.Organization
	var made bool
	err := c.write(func(tx *store.Tx) (err error) {
		o, err = c.sameOrganization(tx, &in)
		if made = desk.KindOf(err) == desk.NotFound && in.ID.v == 0; made {
			o, err = c.insertOrganization(tx, &in)
			return err
		}
		if err == nil {
			o, err = c.storeOrganization(tx, &in, o)
		}
		return err
	})
	if err != nil {
		return err
	}
	if made {
		return c.created(c.url("organizations", int64(o.ID)), one("organization", c.organizationOf(o)))
	}
	return c.ok(one("organization", c.organizationOf(o)))
}

func (c *call) sameOrganization(tx *store.Tx, in *organizationInput) (desk.Organization, error) {
	if in.ID.v != 0 {
		return tx.Organization(c.ctx(), desk.OrganizationID(in.ID.v))
	}
	if in.ExternalID.v != "" {
		o, err := tx.OrganizationByExternalID(c.ctx(), in.ExternalID.v)
		if err == nil || desk.KindOf(err) != desk.NotFound {
			return o, err
		}
	}
	if in.Name.v == "" {
		return desk.Organization{}, desk.Missing()
	}
	return tx.OrganizationByName(c.ctx(), in.Name.v)
}

func (c *call) deleteOrganization() error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if err := c.write(func(tx *store.Tx) error { return tx.DeleteOrganization(c.ctx(), desk.OrganizationID(id)) }); err != nil {
		return err
	}
	c.Access.Forget(c.account)
	return c.gone()
}
