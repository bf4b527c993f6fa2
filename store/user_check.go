package store

import (
	"context"
	"errors"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
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

// assignOrganization gives a new end user the organization whose domain names have the domain of the address, or the address
// itself; the oldest of several. Nobody at a partner's desk is ever placed.
func (tx *Tx) assignOrganization(ctx context.Context, u *desk.User) error {
	_, domain, ok := strings.Cut(u.Email, "@")
	if !ok || u.Role != desk.EndUser || u.Organization != 0 || u.Foreign != 0 {
		return nil
	}
	err := tx.QueryRow(ctx, `
		select organization_id from organizations
		where account_id = $1 and domain_names <> ''
			and (' ' || domain_names || ' ' like $2 escape '\' or ' ' || domain_names || ' ' like $3 escape '\')
		order by organization_id limit 1`,
		tx.account, "% "+escapeLike(domain)+" %", "% "+escapeLike(u.Email)+" %").Scan(&u.Organization)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	return err
}

// requireAdmin refuses to take the last one away who can still let others in. The configuration is locked by then, so
// that two admins cannot make way for each other at the same time.
func (tx *Tx) requireAdmin(ctx context.Context, before, after *desk.User) error {
	rules := func(u *desk.User) bool { return u.Role == desk.Admin && u.Active && !u.Suspended && u.Foreign == 0 }
	if !rules(before) || rules(after) {
		return nil
	}
	var others int
	err := tx.QueryRow(ctx, `
		select count(*) from users
		where account_id = $1 and user_id <> $2 and role = 'admin' and active and not suspended and foreign_agreement_id = 0`,
		tx.account, after.ID).Scan(&others)
	if err != nil || others > 0 {
		return err
	}
	field, what := "base", "deleted"
	switch {
	case after.Role != desk.Admin:
		field, what = "role", "given another role"
	case after.Suspended:
		field, what = "suspended", "suspended"
	}
	return desk.InvalidField(field, "InvalidValue", "The last admin cannot be "+what+": make somebody else an admin first")
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
