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
		return nil
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
		return nil
	}
	e.AddTags = append(slices.Clone(e.AddTags), person.Tags...)
	return c.addOrganizationTags(ctx)
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

// inheritFromSource gives a follow-up the tags and fields of the closed ticket it follows (rules.md §8).
func (c *change) inheritFromSource(ctx context.Context) error {
	u := &c.update
	if c.before != nil || u.Edits.FollowupOf == 0 {
		return nil
	}
	source, err := c.tx.Ticket(ctx, u.Edits.FollowupOf)
	if desk.KindOf(err) == desk.NotFound || (err == nil && (source.Status != desk.Closed || !mayFollowUp(u.Actor, &source))) {
		return desk.InvalidField("via_followup_source_id", "InvalidValue", "Via followup source: is not a closed ticket")
	}
	if err != nil {
		return err
	}
	u.Via = desk.Via{Channel: desk.ChannelClosed, Source: source.ID, Title: source.Subject, Agreement: u.Via.Agreement, Partner: u.Via.Partner}
	u.Edits.AddTags = append(slices.Clone(u.Edits.AddTags), source.Tags...)
	fields := map[desk.FieldID][]string{}
	for id, v := range source.Fields {
		fields[id] = v
	}
	maps.Copy(fields, u.Edits.Fields)
	u.Edits.Fields = fields
	if u.Edits.Requester == nil && u.Actor.Staff() {
		u.Edits.Requester = &source.Requester
	}
	return nil
}
