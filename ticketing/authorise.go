package ticketing

import (
	"slices"

	"interdesk/desk"
)

// authorise decides whether the actor may make this update. Agents may change every ticket of their account; end users
// only write publicly on their own requests and say that they are solved; partners and the desk itself were authorised
// by whoever speaks for them.
func authorise(c *desk.Config, u desk.Update, before *desk.Ticket) error {
	switch {
	case u.Actor.Staff() || u.Actor.Foreign != 0:
		return nil
	case u.Actor.Role != desk.EndUser || u.Actor.ID == 0:
		return desk.Errorf(desk.Unauthenticated, "Couldn't authenticate you")
	}
	if before != nil && !isParticipant(before, u.Actor.ID) {
		return desk.Missing()
	}
	if before != nil && before.Status == desk.Closed {
		return desk.InvalidField("status", "InvalidValue", "Status: closed prevents ticket update; make a new request that follows it up")
	}
	return checkRequest(c, u, before)
}

// isParticipant tells whether an end user has a part in the ticket.
func isParticipant(t *desk.Ticket, u desk.UserID) bool {
	return t.Requester == u || slices.Contains(t.EmailCCs, u)
}

// checkRequest refuses what only agents may do.
func checkRequest(c *desk.Config, u desk.Update, before *desk.Ticket) error {
	faults := desk.Faults{}
	e := u.Edits
	if e.Requester != nil && *e.Requester != u.Actor.ID {
		faults.Add("requester", "InvalidValue", "Requester: end users make requests in their own name")
	}
	if u.Comment != nil && (u.Comment.Public != nil && !*u.Comment.Public || u.Comment.Author != 0 && u.Comment.Author != u.Actor.ID) {
		faults.Add("comment", "InvalidValue", "Comment: end users write public comments in their own name")
	}
	if e.Status != nil && (before == nil || *e.Status != desk.Solved) {
		faults.Add("status", "InvalidValue", "Status: end users can only mark their request as solved")
	}
	staffOnly := map[string]bool{"assignee": e.Assignee != nil, "group": e.Group != nil, "tags": e.SetTags != nil || len(e.AddTags)+len(e.RemoveTags) > 0,
		"organization": e.Organization != nil && before != nil, "problem": e.Problem != nil, "external_id": e.ExternalID != nil,
		"followers": e.Followers != nil || len(e.AddFollowers) > 0, "subject": e.Subject != nil && before != nil,
		"sharing_agreement_ids": len(e.Share)+len(e.Unshare) > 0 || e.UnshareAll || e.Sharing != nil, "macro_ids": len(e.Macros) > 0}
	for field, set := range staffOnly {
		if set {
			faults.Add(field, "InvalidValue", "Only agents can set "+field)
		}
	}
	for id := range e.Fields {
		if f := c.Field(id); f == nil || !f.EditableInPortal || !f.Active {
			faults.Add("custom_fields", "InvalidValue", "Custom fields: a field is not open to end users")
		}
	}
	return faults.Err()
}
