package api

import (
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// updateOf makes of what was said the update that was meant; id is 0 for a new ticket. People who are named by an address
// that nobody has are made on the way, in tx.
func (c *call) updateOf(tx *store.Tx, cfg *desk.Config, in *ticketInput, id desk.TicketID) (desk.Update, error) {
	u := desk.Update{Account: c.account, Ticket: id, Actor: c.actor(cfg), Via: c.via(), Client: c.client(), Metadata: in.Metadata.v,
		Comment: in.Comment.newComment()}
	if err := in.readOptions(&u, id == 0); err != nil {
		return u, err
	}
	in.readProperties(cfg, &u.Edits)
	in.readAssignment(&u.Edits, id == 0)
	in.readTags(&u.Edits)
	if err := c.readPeople(tx, cfg, in, id, &u.Edits); err != nil {
		return u, err
	}
	if id == 0 && u.Edits.Submitter == nil {
		u.Edits.Submitter = u.Edits.Requester // who asks also speaks, unless it is said otherwise
	}
	return u, nil
}

// readOptions takes what concerns the update itself: which state it is for, and where it comes from.
func (in *ticketInput) readOptions(u *desk.Update, creating bool) error {
	if creating {
		if u.Comment == nil && in.Description.v != "" {
			u.Comment = &desk.NewComment{Body: in.Description.v, Public: in.Comment.Public}
		}
		if ch := desk.Channel(in.ViaID.v); in.ViaID.set && (ch == desk.ChannelWeb || ch == desk.ChannelMail) {
			u.Via.Channel = ch
		}
		u.Edits.FollowupOf = desk.TicketID(in.FollowupSourceID.v)
		return nil
	}
	if in.SafeUpdate.v {
		if in.UpdatedStamp.v.IsZero() {
			return desk.InvalidField("updated_stamp", "BlankValue", "Updated stamp: is needed for a safe update; send the updated_at that you saw")
		}
		u.SeenAt = in.UpdatedStamp.v
	}
	return nil
}

func (in *ticketInput) readProperties(cfg *desk.Config, e *desk.Edits) {
	e.Subject, e.ExternalID, e.Recipient = in.Subject.ptr(), in.ExternalID.ptr(), in.Recipient.ptr()
	if in.Status.v != "" {
		s := desk.Status(in.Status.v)
		e.Status = &s
	}
	if in.Priority.set {
		p := desk.Priority(in.Priority.v)
		e.Priority = &p
	}
	if in.Type.set {
		t := desk.TicketType(in.Type.v)
		e.Type = &t
	}
	if in.DueAt.set {
		due := in.DueAt.in(cfg)
		e.DueAt = &due
	}
}

func (in *ticketInput) readAssignment(e *desk.Edits, creating bool) {
	e.Assignee = idEdit[desk.UserID](in.AssigneeID, false)
	e.Group = idEdit[desk.GroupID](in.GroupID, false)
	e.Organization = idEdit[desk.OrganizationID](in.OrganizationID, creating)
	e.Brand = idEdit[desk.BrandID](in.BrandID, true)
	e.Form = idEdit[desk.FormID](in.TicketFormID, true)
	e.Problem = idEdit[desk.TicketID](in.ProblemID, false)
	e.Requester = idEdit[desk.UserID](in.RequesterID, creating)
	e.Submitter = idEdit[desk.UserID](in.SubmitterID, true)
}

// idEdit is the id that a member sets; where null cannot be meant, 0 counts as not said.
func idEdit[T ~int64](n numberInput, needed bool) *T {
	if !n.set || needed && n.v == 0 {
		return nil
	}
	id := T(n.v)
	return &id
}

func (in *ticketInput) readTags(e *desk.Edits) {
	if in.Tags.set {
		tags := splitTags(in.Tags.v)
		e.SetTags = &tags
	}
	e.AddTags, e.RemoveTags = splitTags(in.AdditionalTags.v), splitTags(in.RemoveTags.v)
	if len(in.Fields.v)+len(in.CustomFields.v) > 0 {
		e.Fields = map[desk.FieldID][]string{}
		for _, from := range [...]map[desk.FieldID][]string{in.Fields.v, in.CustomFields.v} {
			for id, v := range from {
				e.Fields[id] = v
			}
		}
	}
	if in.SharingAgreementIDs.set {
		ids := idsOf[desk.AgreementID](in.SharingAgreementIDs.v)
		e.Sharing = &ids
	}
	e.Macros = idsOf[desk.MacroID](in.MacroIDs.v)
	if id := desk.MacroID(in.MacroID.v); id != 0 && !slices.Contains(e.Macros, id) {
		e.Macros = append(e.Macros, id)
	}
}

// splitTags also splits at the blanks within a text, as tags have none.
func splitTags(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return desk.ParseTags(strings.Join(list, ","))
}
