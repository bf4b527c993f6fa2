package ticketing

import (
	"cmp"
	"context"
	"slices"

	"interdesk/desk"
	"interdesk/store"
)

// authorise decides whether the actor may make this update. Agents may change every ticket of their account; end users
// only write publicly on their own requests and say that they are solved; partners, who writes by mail, and the
// desk itself were authorised by whoever speaks for them.
func (c *change) authorise(ctx context.Context) error {
	u, before := &c.update, c.before
	switch {
	case u.Actor.Staff() || u.Actor.Foreign != 0:
		return nil
	case u.Actor.Role != desk.EndUser || u.Actor.ID == 0:
		return desk.Errorf(desk.Unauthenticated, "Couldn't authenticate you")
	}
	if u.Vouched {
		return nil
	}
	if before != nil {
		if may, err := MayAnswer(ctx, c.tx, u.Actor.ID, before); err != nil || !may {
			return cmp.Or(err, error(desk.Missing()))
		}
	}
	if before != nil && before.Status == desk.Closed {
		return desk.InvalidField("status", "InvalidValue", "Status: closed prevents ticket update; make a new request that follows it up")
	}
	return checkRequest(c.config, u, before)
}

// MayAnswer tells whether an end user may write on a ticket: who has a part in it, and colleagues whose organization has
// them write on each other's requests.
func MayAnswer(ctx context.Context, tx *store.Tx, id desk.UserID, t *desk.Ticket) (bool, error) {
	if t.HasPart(id) || t.Organization == 0 {
		return t.HasPart(id), nil
	}
	u, err := tx.User(ctx, id)
	if err != nil || u.Organization != t.Organization {
		return false, err
	}
	o, err := tx.Organization(ctx, u.Organization)
	return o.Discusses(t), err
}

// apiName is how clients know the fields of every ticket that a form may open to end users.
var apiName = map[desk.FieldType]string{desk.FieldPriority: "priority", desk.FieldTicketType: "type"}

// checkRequest refuses what only agents may do.
func checkRequest(c *desk.Config, u *desk.Update, before *desk.Ticket) error {
	faults := desk.Faults{}
	e := u.Edits
	if e.Requester != nil && *e.Requester != u.Actor.ID {
		faults.Add("requester", "InvalidValue", "Requester: end users make requests in their own name")
	}
	if u.Comment != nil && (u.Comment.Public != nil && !*u.Comment.Public || u.Comment.Author != 0 && u.Comment.Author != u.Actor.ID) {
		faults.Add("comment", "InvalidValue", "Comment: end users write public comments in their own name")
	}
	if e.Status != nil && (before == nil || *e.Status != desk.Solved || !before.SolvableBy(u.Actor.ID)) {
		faults.Add("status", "InvalidValue", "Status: end users can only mark their own request as solved, once somebody works on it")
	}
	if e.Form != nil && !slices.ContainsFunc(c.Forms, func(f desk.TicketForm) bool { return f.ID == *e.Form && f.OpenToRequests() }) {
		faults.Add("ticket_form", "InvalidValue", "Ticket form: is not open to end users")
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
		if f := c.Field(id); f == nil || !f.OpenToRequests() {
			faults.Add("custom_fields", "InvalidValue", "Custom fields: a field is not open to end users")
		}
	}
	for field, set := range map[desk.FieldType]bool{desk.FieldPriority: e.Priority != nil, desk.FieldTicketType: e.Type != nil} {
		if set && !slices.ContainsFunc(c.Fields, func(f desk.TicketField) bool { return f.Type == field && f.OpenToRequests() }) {
			faults.Add(apiName[field], "InvalidValue", "Only agents can set "+apiName[field])
		}
	}
	return faults.Err()
}
