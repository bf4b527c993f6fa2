package ticketing

import (
	"context"
	"maps"
	"slices"

	"interdesk/desk"
)

// complete fills in what people leave out: what a follow-up inherits, the requester's organization and both their tags.
func (c *change) complete(ctx context.Context) error {
	if err := c.inheritFromSource(ctx); err != nil {
		return err
	}
	e := &c.update.Edits
	requester := c.update.Actor.ID
	if e.Requester != nil {
		requester = *e.Requester
	}
	if c.before != nil && (e.Requester == nil || requester == c.before.Requester) {
		return c.requireOrganization(ctx)
	}
	person, err := c.tx.User(ctx, requester)
	if desk.KindOf(err) == desk.NotFound || (err == nil && !person.Active) {
		return desk.InvalidField("requester", "InvalidValue", "Requester: no user has this id")
	}
	if err != nil {
		return err
	}
	if e.Organization == nil {
		e.Organization = &person.Organization
	}
	if c.before != nil {
		return c.requireOrganization(ctx)
	}
	if err := c.requireSubmitter(ctx); err != nil {
		return err
	}
	e.AddTags = append(slices.Clone(e.AddTags), person.Tags...)
	return c.addOrganizationTags(ctx)
}

// requireSubmitter: who is said to have begun the ticket is somebody here.
func (c *change) requireSubmitter(ctx context.Context) error {
	id := c.update.Edits.Submitter
	if id == nil {
		return nil
	}
	u, err := c.tx.User(ctx, *id)
	if desk.KindOf(err) == desk.NotFound || err == nil && !u.Active {
		return desk.InvalidField("submitter", "InvalidValue", "Submitter: no user has this id")
	}
	return err
}

// requireOrganization: a ticket moves only to an organization that is there.
func (c *change) requireOrganization(ctx context.Context) error {
	id := c.update.Edits.Organization
	if id == nil || *id == 0 || *id == c.before.Organization {
		return nil
	}
	_, err := c.tx.Organization(ctx, *id)
	if desk.KindOf(err) == desk.NotFound {
		return desk.InvalidField("organization", "InvalidValue", "Organization: no organization has this id")
	}
	return err
}

// addOrganizationTags gives a new ticket the tags of its organization.
func (c *change) addOrganizationTags(ctx context.Context) error {
	e := &c.update.Edits
	if *e.Organization == 0 {
		return nil
	}
	org, err := c.tx.Organization(ctx, *e.Organization)
	if desk.KindOf(err) == desk.NotFound {
		return desk.InvalidField("organization", "InvalidValue", "Organization: no organization has this id")
	}
	e.AddTags = append(e.AddTags, org.Tags...)
	return err
}

// mayFollowUp: a follow-up shows its subject, tags and fields, so that end users follow up their own tickets only.
func mayFollowUp(a desk.Actor, source *desk.Ticket) bool {
	return a.Staff() || a.Foreign != 0 || source.Requester == a.ID
}

// inheritFromSource gives a follow-up the tags and fields of the closed ticket it follows (rules.md §8), unless it is given
// its own. To follow up a ticket that is not closed means nothing.
func (c *change) inheritFromSource(ctx context.Context) error {
	u := &c.update
	if c.before != nil || u.Edits.FollowupOf == 0 {
		return nil
	}
	source, err := c.tx.Ticket(ctx, u.Edits.FollowupOf)
	if desk.KindOf(err) == desk.NotFound || err == nil && !u.Vouched && !mayFollowUp(u.Actor, &source) {
		return desk.InvalidField("via_followup_source_id", "InvalidValue", "Via followup source: is not a closed ticket")
	}
	if err != nil {
		return err
	}
	if source.Status != desk.Closed {
		u.Edits.FollowupOf = 0
		return nil
	}
	u.Via = desk.Via{Channel: desk.ChannelClosed, Source: source.ID, Title: source.Subject, Agreement: u.Via.Agreement, Partner: u.Via.Partner,
		From: u.Via.From, To: u.Via.To, Flags: u.Via.Flags}
	if u.Edits.SetTags == nil {
		u.Edits.AddTags = append(slices.Clone(u.Edits.AddTags), source.Tags...)
	}
	fields := map[desk.FieldID][]string{}
	for id, v := range source.Fields {
		if f := c.config.Field(id); f != nil && f.Holds(v) { // what the field does not take any more stays behind
			fields[id] = v
		}
	}
	maps.Copy(fields, u.Edits.Fields)
	u.Edits.Fields = fields
	if u.Edits.Requester == nil && u.Actor.Staff() {
		u.Edits.Requester = &source.Requester
	}
	return nil
}
