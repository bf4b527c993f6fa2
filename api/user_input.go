package api

import (
	"encoding/json"
	"strings"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// userInput is what clients may say of a user.
type userInput struct {
	Name           text            `json:"name"`
	Email          text            `json:"email"`
	Role           text            `json:"role"`
	OrganizationID number          `json:"organization_id"`
	Organization   json.RawMessage `json:"organization"`
	DefaultGroupID number          `json:"default_group_id"`
	ExternalID     text            `json:"external_id"`
	Phone          text            `json:"phone"`
	Alias          text            `json:"alias"`
	Details        text            `json:"details"`
	Notes          text            `json:"notes"`
	Signature      text            `json:"signature"`
	TimeZone       text            `json:"time_zone"`
	IanaTimeZone   text            `json:"iana_time_zone"`
	Locale         text            `json:"locale"`
	LocaleID       number          `json:"locale_id"`
	Tags           texts           `json:"tags"`
	Suspended      flag            `json:"suspended"`
	Verified       flag            `json:"verified"`
	SkipVerify     flag            `json:"skip_verify_email"`
	Password       text            `json:"password"`
	ID             number          `json:"id"` // of bulk updates
}

func readRole(s string) (desk.Role, bool) {
	r := desk.Role(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "_", "-"))
	return r, r.Valid()
}

// changeUser puts what was said into u, as far as the caller may. u without id is a new user.
func (c *call) changeUser(tx *store.Tx, in *userInput, u *desk.User) error {
	faults := desk.Faults{}
	c.ownData(in, u, faults)
	if !c.staff() {
		if role, ok := readRole(in.Role.v); in.Role.set && (!ok || role != u.Role) {
			return access.Refuse(false)
		}
		return faults.Err()
	}
	before := *u
	if in.Role.set {
		role, ok := readRole(in.Role.v)
		if !ok {
			faults.Add("role", "InvalidValue", "Role: must be end-user, agent or admin")
		} else {
			u.Role = role
		}
	}
	setText(&u.Email, in.Email)
	setText(&u.ExternalID, in.ExternalID)
	setText(&u.Details, in.Details)
	setText(&u.Notes, in.Notes)
	setText(&u.Signature, in.Signature)
	if in.Tags.set {
		u.Tags = in.Tags.v
	}
	u.Suspended, u.Verified = in.Suspended.or(u.Suspended), in.Verified.or(u.Verified) || in.SkipVerify.v
	if u.Suspended && u.ID == c.user.ID {
		faults.Add("suspended", "InvalidValue", "Suspended: you cannot suspend yourself")
	}
	if in.OrganizationID.set {
		u.Organization = desk.OrganizationID(in.OrganizationID.v)
	}
	if in.DefaultGroupID.set && in.DefaultGroupID.v != 0 {
		u.DefaultGroup = desk.GroupID(in.DefaultGroupID.v)
	}
	if err := c.namedOrganization(tx, in, u, faults); err != nil {
		return err
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return access.Refuse(c.mayWrite(before, u))
}

// mayWrite: agents make and manage end users, only admins touch staff.
func (c *call) mayWrite(before desk.User, u *desk.User) bool {
	v := c.viewer()
	if u.ID == 0 {
		return access.CanGiveRole(v, desk.User{}, u.Role)
	}
	return access.CanManageUser(v, before) && (before.Role == u.Role || access.CanGiveRole(v, before, u.Role))
}

// ownData is what people may say of themselves.
func (c *call) ownData(in *userInput, u *desk.User, faults desk.Faults) {
	setText(&u.Name, in.Name)
	setText(&u.Phone, in.Phone)
	setText(&u.Alias, in.Alias)
	zone := in.TimeZone
	if in.IanaTimeZone.set {
		zone = in.IanaTimeZone
	}
	if zone.set {
		if _, err := time.LoadLocation(zone.v); err != nil || zone.v == "Local" {
			faults.Add("time_zone", "InvalidValue", "Time zone: must be a name such as Europe/Berlin")
		}
		u.TimeZone = zone.v
	}
	if in.Locale.set || in.LocaleID.set {
		tag, ok := readLocale(in.Locale, in.LocaleID)
		if !ok {
			faults.Add("locale", "InvalidValue", "Locale: is not one that /api/v2/locales lists")
		}
		u.Locale = tag
	}
}

// namedOrganization finds the organization that is named instead of given by its id.
func (c *call) namedOrganization(tx *store.Tx, in *userInput, u *desk.User, faults desk.Faults) error {
	if len(in.Organization) == 0 || string(in.Organization) == "null" || in.OrganizationID.v != 0 {
		return nil
	}
	var named struct {
		ID   number `json:"id"`
		Name text   `json:"name"`
	}
	if err := json.Unmarshal(in.Organization, &named); err != nil || named.ID.v == 0 && named.Name.v == "" {
		faults.Add("organization", "InvalidValue", `Organization: must be an object such as {"name":"ACME"}`)
		return nil
	}
	if named.ID.v != 0 {
		u.Organization = desk.OrganizationID(named.ID.v)
		return nil
	}
	o, err := tx.OrganizationByName(c.ctx(), named.Name.v)
	if desk.KindOf(err) == desk.NotFound {
		faults.Add("organization", "InvalidValue", "Organization: none has the name "+named.Name.v)
		return nil
	}
	u.Organization = o.ID
	return err
}

func setText(to *string, in text) {
	if in.set {
		*to = in.v
	}
}
