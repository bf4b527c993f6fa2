package store

import (
	"context"
	"strings"

	"interdesk/desk"
)

// checkUser finds all faults of a user at once, and brings address and tags into their one form.
func (tx *Tx) checkUser(ctx context.Context, u *desk.User) error {
	faults := desk.Faults{}
	if strings.TrimSpace(u.Name) == "" {
		faults.Add("name", "BlankValue", "Name: cannot be blank")
	}
	if u.Email != "" {
		address, ok := desk.NormalizeEmail(u.Email)
		if !ok {
			faults.Add("email", "InvalidValue", "Email: "+u.Email+" is not properly formatted")
		}
		u.Email = address
	}
	if !u.Role.Valid() {
		faults.Add("role", "InvalidValue", "Role: must be end-user, agent or admin")
	}
	if u.Foreign != 0 && (u.Email != "" || u.Role != desk.EndUser) {
		faults.Add("base", "InvalidValue", "A person of a partner has no address here and is an end user")
	}
	u.Tags = desk.NormalizeTags(u.Tags)
	checkTags(faults, u.Tags)
	tooLong(faults, "name", u.Name, desk.MaxName)
	tooLong(faults, "alias", u.Alias, desk.MaxName)
	tooLong(faults, "phone", u.Phone, desk.MaxName)
	tooLong(faults, "external_id", u.ExternalID, desk.MaxExternalID)
	tooLong(faults, "details", u.Details, desk.MaxNotes)
	tooLong(faults, "notes", u.Notes, desk.MaxNotes)
	tooLong(faults, "signature", u.Signature, desk.MaxNotes)
	if err := tx.checkOrganization(ctx, faults, u.Organization); err != nil {
		return err
	}
	return faults.Err()
}

func checkTags(faults desk.Faults, tags []string) {
	if len(tags) > desk.MaxTags {
		faults.Add("tags", "TooManyValues", "Tags: are too many")
	}
	for _, t := range tags {
		if !desk.ValidTag(t) {
			faults.Add("tags", "InvalidValue", "Tags: "+t+" is not a tag")
		}
	}
}

// tooLong notes a text that is longer than limit bytes.
func tooLong(faults desk.Faults, field, value string, limit int) {
	if len(value) > limit {
		name := strings.ReplaceAll(strings.ToUpper(field[:1])+field[1:], "_", " ")
		faults.Add(field, "TooLong", name+": is too long")
	}
}

func (tx *Tx) checkOrganization(ctx context.Context, faults desk.Faults, id desk.OrganizationID) error {
	if id == 0 {
		return nil
	}
	_, err := tx.Organization(ctx, id)
	if desk.KindOf(err) == desk.NotFound {
		faults.Add("organization_id", "InvalidValue", "Organization: does not exist")
		return nil
	}
	return err
}
