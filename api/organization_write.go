package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

// organizationInput is what clients may say of an organization.
type organizationInput struct {
	Name           textInput   `json:"name"`
	ExternalID     textInput   `json:"external_id"`
	DomainNames    textsInput  `json:"domain_names"`
	Details        textInput   `json:"details"`
	Notes          textInput   `json:"notes"`
	GroupID        numberInput `json:"group_id"`
	Tags           textsInput  `json:"tags"`
	SharedTickets  flagInput   `json:"shared_tickets"`
	SharedComments flagInput   `json:"shared_comments"`
	Fields         namedFields `json:"organization_fields"`
	ID             numberInput `json:"id"` // of create_or_update and bulk updates
}

func (in *organizationInput) applyTo(o *desk.Organization) {
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

// organizationEdit is what is said of an organization.
func (c *call) organizationEdit(in *organizationInput) func(o *desk.Organization) error {
	return func(o *desk.Organization) error {
		in.applyTo(o)
		return c.setPersonFields(desk.OfOrganizations, in.Fields, &o.Fields, &o.Tags)
	}
}

func (c *call) createOrganization() error {
	var in organizationInput
	if err := c.parseRecord("organization", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		org, err := c.insertOrganization(actor, &in)
		return c.url("organizations", int64(org.ID)), objectOf("organization", c.organizationOf(org)), err
	})
}

func (c *call) insertOrganization(actor *admin.Actor, in *organizationInput) (org desk.Organization, err error) {
	if err := c.organizationEdit(in)(&org); err != nil {
		return org, err
	}
	return org, actor.CreateOrganization(c.ctx(), &org)
}

func (c *call) updateOrganization() error {
	var in organizationInput
	if err := c.parseRecord("organization", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		org, err := actor.ChangeOrganization(c.ctx(), desk.OrganizationID(id), c.organizationEdit(&in))
		return objectOf("organization", c.organizationOf(org)), err
	})
}

// createOrUpdateOrganization knows an organization again by id, external id or name.
func (c *call) createOrUpdateOrganization() error {
	var in organizationInput
	if err := c.parseRecord("organization", &in); err != nil {
		return err
	}
	var org desk.Organization
	var made bool
	err := c.change(func(tx *store.Tx, actor *admin.Actor) (err error) {
		org, err = c.sameOrganization(tx, &in)
		if made = desk.KindOf(err) == desk.NotFound && in.ID.v == 0; made {
			org, err = c.insertOrganization(actor, &in)
			return err
		}
		if err == nil {
			org, err = actor.ChangeOrganization(c.ctx(), org.ID, c.organizationEdit(&in))
		}
		return err
	})
	if err != nil {
		return err
	}
	if made {
		return c.created(c.url("organizations", int64(org.ID)), objectOf("organization", c.organizationOf(org)))
	}
	return c.ok(objectOf("organization", c.organizationOf(org)))
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
	return c.deleteOne(func(actor *admin.Actor, id int64) error {
		return actor.DeleteOrganization(c.ctx(), desk.OrganizationID(id))
	})
}
