package api

import (
	"encoding/json"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// userInput is what clients may say of a user.
type userInput struct {
	Name           textInput       `json:"name"`
	Email          textInput       `json:"email"`
	Role           textInput       `json:"role"`
	OrganizationID numberInput     `json:"organization_id"`
	Organization   json.RawMessage `json:"organization"`
	DefaultGroupID numberInput     `json:"default_group_id"`
	ExternalID     textInput       `json:"external_id"`
	Phone          textInput       `json:"phone"`
	Alias          textInput       `json:"alias"`
	Details        textInput       `json:"details"`
	Notes          textInput       `json:"notes"`
	Signature      textInput       `json:"signature"`
	TimeZone       textInput       `json:"time_zone"`
	IanaTimeZone   textInput       `json:"iana_time_zone"`
	Locale         textInput       `json:"locale"`
	LocaleID       numberInput     `json:"locale_id"`
	Tags           textsInput      `json:"tags"`
	Suspended      flagInput       `json:"suspended"`
	Verified       flagInput       `json:"verified"`
	SkipVerify     flagInput       `json:"skip_verify_email"`
	Password       textInput       `json:"password"`
	Restriction    textInput       `json:"ticket_restriction"`
	OnlyPrivate    flagInput       `json:"only_private_comments"`
	Restricted     flagInput       `json:"restricted_agent"`
	Identities     []identityInput `json:"identities"`
	Fields         namedFields     `json:"user_fields"`
	ID             numberInput     `json:"id"` // of bulk updates
}

// readRole reads a role as loosely as clients write it. What is none is for others to refuse.
func readRole(s string) desk.Role {
	return desk.Role(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "_", "-"))
}

// userEdit is what is said of a user, for them who are new or change.
func (c *call) userEdit(tx *store.Tx, in *userInput) func(u *desk.User) error {
	return func(u *desk.User) error {
		in.ownData(u)
		if in.Role.set {
			u.Role = readRole(in.Role.v)
		}
		if !c.isStaff() {
			return nil
		}
		in.staffData(u)
		if err := c.setPersonFields(desk.OfUsers, in.Fields, &u.Fields, &u.Tags); err != nil {
			return err
		}
		if err := in.refuseRestrictions(u); err != nil {
			return err
		}
		return c.namedOrganization(tx, in, u)
	}
}

// staffData is what only staff say of people. From others it means nothing.
func (in *userInput) staffData(u *desk.User) {
	if u.Email == "" || in.Email.v == "" { // another address than the one they have is a further one: addresses
		setText(&u.Email, in.Email)
	}
	setText(&u.ExternalID, in.ExternalID)
	setText(&u.Details, in.Details)
	setText(&u.Notes, in.Notes)
	setText(&u.Signature, in.Signature)
	if in.Tags.set {
		u.Tags = in.Tags.v
	}
	u.Suspended, u.Verified = in.Suspended.or(u.Suspended), in.Verified.or(u.Verified) || in.SkipVerify.v
	if in.OrganizationID.set {
		u.Organization = desk.OrganizationID(in.OrganizationID.v)
	}
	if in.DefaultGroupID.set && in.DefaultGroupID.v != 0 {
		u.DefaultGroup = desk.GroupID(in.DefaultGroupID.v)
	}
}

// addresses are the names that are said of a user beside the primary address: those of the list and, of a user who has an
// address, another one in the place of it.
func (in *userInput) addresses(u *desk.User) []identityInput {
	out := slices.Clone(in.Identities)
	if address, _ := desk.NormalizeEmail(in.Email.v); in.Email.v != "" && address != u.Email {
		out = append(out, identityInput{Value: in.Email, Verified: in.Verified, SkipVerify: in.SkipVerify})
	}
	return out
}

// refuseRestrictions refuses limits that nothing here keeps: nobody may think that they hold. What is so anyway may be said.
func (in *userInput) refuseRestrictions(u *desk.User) error {
	faults := desk.Faults{}
	if v := in.Restriction.v; v != "" && (u.Role.Staff() || v != requestedOnly) {
		faults.Add("ticket_restriction", "InvalidValue", "Ticket restriction: agents see all tickets here, and end users those they have a part in")
	}
	if in.OnlyPrivate.v {
		faults.Add("only_private_comments", "InvalidValue", "Only private comments: agents write public comments, too, here")
	}
	if in.Restricted.v && u.Role.Staff() {
		faults.Add("restricted_agent", "InvalidValue", "Restricted agent: there are no restricted agents here")
	}
	return faults.Err()
}

// requestedOnly is the restriction of end users in clients' words.
const requestedOnly = "requested"

// ownData is what people may say of themselves.
func (in *userInput) ownData(u *desk.User) {
	setText(&u.Name, in.Name)
	setText(&u.Phone, in.Phone)
	setText(&u.Alias, in.Alias)
	zone := in.TimeZone
	if in.IanaTimeZone.set {
		zone = in.IanaTimeZone
	}
	zone.v = readTimeZone(zone.v)
	setText(&u.TimeZone, zone)
	if in.Locale.set || in.LocaleID.set {
		u.Locale = readLocale(in.Locale, in.LocaleID)
	}
}

// namedOrganization finds the organization that is named instead of given by its id.
func (c *call) namedOrganization(tx *store.Tx, in *userInput, u *desk.User) error {
	if len(in.Organization) == 0 || string(in.Organization) == "null" || in.OrganizationID.v != 0 {
		return nil
	}
	var named struct {
		ID   numberInput `json:"id"`
		Name textInput   `json:"name"`
	}
	if err := json.Unmarshal(in.Organization, &named); err != nil || named.ID.v == 0 && named.Name.v == "" {
		return desk.InvalidField("organization", "InvalidValue", `Organization: must be an object such as {"name":"ACME"}`)
	}
	if named.ID.v != 0 {
		u.Organization = desk.OrganizationID(named.ID.v)
		return nil
	}
	o, err := tx.OrganizationByName(c.ctx(), named.Name.v)
	if err != nil && desk.KindOf(err) == desk.NotFound {
		err = desk.InvalidField("organization", "InvalidValue", "Organization: none has the name "+named.Name.v)
	}
	u.Organization = o.ID
	return err
}

func setText(to *string, in textInput) {
	if in.set {
		*to = in.v
	}
}
