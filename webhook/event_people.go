package webhook

import (
	"fmt"
	"slices"

	"interdesk/desk"
)

// peopleHappenings are the events of a user or an organization that was made, changed or deleted, and what they are about.
func peopleHappenings(c *desk.PersonChange) (out []happening, subject string) {
	switch {
	case c.UserAfter != nil && c.UserAfter.Foreign != 0:
		return nil, "" // a person at a partner's desk
	case c.UserAfter != nil && c.UserBefore == nil:
		out = []happening{{name: "user.created"}}
	case c.UserAfter != nil && c.UserBefore.Active && !c.UserAfter.Active:
		out = []happening{{name: "user.deleted"}}
	case c.UserAfter != nil:
		out = userChanges(c.UserBefore, c.UserAfter)
	case c.OrganizationAfter == nil:
		return []happening{{name: "organization.deleted"}}, fmt.Sprintf("zen:organization:%d", c.OrganizationBefore.ID)
	case c.OrganizationBefore == nil:
		return []happening{{name: "organization.created"}}, fmt.Sprintf("zen:organization:%d", c.OrganizationAfter.ID)
	default:
		return organizationChanges(c.OrganizationBefore, c.OrganizationAfter), fmt.Sprintf("zen:organization:%d", c.OrganizationAfter.ID)
	}
	return out, fmt.Sprintf("zen:user:%d", c.UserAfter.ID)
}

// changes gathers the events of what differs.
type changes struct{ out []happening }

func (c *changes) add(name string, current, previous any) {
	if fmt.Sprint(current) != fmt.Sprint(previous) {
		c.out = append(c.out, happening{name: name, event: map[string]any{"current": current, "previous": previous}})
	}
}

func (c *changes) addTags(name string, now, was []string) {
	if !slices.Equal(now, was) {
		c.out = append(c.out, happening{name: name, event: map[string]any{"added": map[string]any{"tags": without(now, was)},
			"removed": map[string]any{"tags": without(was, now)}}})
	}
}

func userChanges(was, now *desk.User) []happening {
	var c changes
	c.add("user.name_changed", now.Name, was.Name)
	c.add("user.alias_changed", now.Alias, was.Alias)
	c.add("user.role_changed", now.Role, was.Role)
	c.add("user.external_id_changed", now.ExternalID, was.ExternalID)
	c.add("user.details_changed", now.Details, was.Details)
	c.add("user.notes_changed", now.Notes, was.Notes)
	c.add("user.suspended_changed", now.Suspended, was.Suspended)
	c.add("user.time_zone_changed", now.TimeZone, was.TimeZone)
	c.add("user.default_group_changed", numberText(now.DefaultGroup), numberText(was.DefaultGroup))
	c.addTags("user.tags_changed", now.Tags, was.Tags)
	if was.Organization != now.Organization && was.Organization != 0 {
		c.out = append(c.out, happening{name: "user.organization_membership_deleted", event: memberOf(was.Organization)})
	}
	if was.Organization != now.Organization && now.Organization != 0 {
		c.out = append(c.out, happening{name: "user.organization_membership_created", event: memberOf(now.Organization)})
	}
	return c.out
}

func memberOf(o desk.OrganizationID) map[string]any {
	return map[string]any{"organization": map[string]any{"id": numberText(o)}}
}

func organizationChanges(was, now *desk.Organization) []happening {
	var c changes
	c.add("organization.name_changed", now.Name, was.Name)
	c.add("organization.external_id_changed", now.ExternalID, was.ExternalID)
	c.addTags("organization.tags_changed", now.Tags, was.Tags)
	return c.out
}

// numberText is an id as events of people have it: a text, "0" for none.
func numberText[T ~int64](id T) string { return fmt.Sprint(int64(id)) }

// peopleDetail is the user or organization as events have it.
func peopleDetail(c *desk.PersonChange) map[string]any {
	if u := c.UserAfter; u != nil {
		return map[string]any{"id": numberText(u.ID), "email": u.Email, "external_id": u.ExternalID, "default_group_id": numberText(u.DefaultGroup),
			"organization_id": numberText(u.Organization), "role": u.Role, "created_at": timeText(u.CreatedAt), "updated_at": timeText(u.UpdatedAt)}
	}
	o := c.OrganizationAfter
	if o == nil {
		o = c.OrganizationBefore
	}
	return map[string]any{"id": numberText(o.ID), "name": o.Name, "external_id": o.ExternalID, "group_id": numberText(o.Group),
		"shared_tickets": o.SharedTickets, "shared_comments": o.SharedComments, "created_at": timeText(o.CreatedAt), "updated_at": timeText(o.UpdatedAt)}
}
