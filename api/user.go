package api

import (
	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

func userRoutes() []route {
	return []route{
		{"GET", "/users", agents, (*call).listUsers},
		{"GET", "/users/count", agents, (*call).countUsers},
		{"GET", "/users/show_many", agents, (*call).showManyUsers},
		{"GET", "/users/search", agents, (*call).searchUsers},
		{"GET", "/users/autocomplete", agents, (*call).autocompleteUsers},
		{"POST", "/users/autocomplete", agents, (*call).autocompleteUsers},
		{"GET", "/users/me", whoever, (*call).showMe},
		{"GET", "/users/{id}", endUsers, (*call).showUser},
		{"GET", "/users/{id}/related", agents, (*call).userRelated},
		{"GET", "/users/{id}/groups", agents, (*call).listUserGroups},
		{"GET", "/users/{id}/groups/count", agents, (*call).countUserGroups},
		{"GET", "/users/{id}/organizations", agents, (*call).listUserOrganizations},
		{"GET", "/users/{id}/organizations/count", agents, (*call).countUserOrganizations},
		{"GET", "/groups/{group}/users", agents, (*call).listUsers},
		{"GET", "/organizations/{organization}/users", agents, (*call).listUsers},
		{"POST", "/users", agents, (*call).createUser},
		{"POST", "/users/create_or_update", agents, (*call).createOrUpdateUser},
		{"PUT", "/users/{id}", endUsers, (*call).updateUser},
		{"DELETE", "/users/{id}", agents, (*call).deleteUser},
		{"PUT", "/users/{id}/merge", agents, (*call).mergeUser},
		{"POST", "/users/{id}/password", admins, (*call).setPassword},
		{"PUT", "/users/{id}/password", endUsers, (*call).changePassword},
	}
}

// personJSON is what everybody may know of a user they may see at all.
type personJSON struct {
	ID                *desk.UserID         `json:"id"`
	URL               string               `json:"url"`
	Name              string               `json:"name"`
	Email             *string              `json:"email"`
	CreatedAt         *string              `json:"created_at"`
	UpdatedAt         *string              `json:"updated_at"`
	TimeZone          string               `json:"time_zone"`
	IanaTimeZone      string               `json:"iana_time_zone"`
	Phone             *string              `json:"phone"`
	SharedPhoneNumber *bool                `json:"shared_phone_number"`
	Photo             *struct{}            `json:"photo"`
	LocaleID          int64                `json:"locale_id"`
	Locale            string               `json:"locale"`
	OrganizationID    *desk.OrganizationID `json:"organization_id"`
	Role              desk.Role            `json:"role"`
	Verified          bool                 `json:"verified"`
}

// userJSON is a user as staff see them. shared marks people of a partner.
type userJSON struct {
	personJSON
	ExternalID          *string       `json:"external_id"`
	Tags                []string      `json:"tags"`
	Alias               string        `json:"alias"`
	Active              bool          `json:"active"`
	Shared              bool          `json:"shared"`
	SharedAgent         bool          `json:"shared_agent"`
	LastLoginAt         *string       `json:"last_login_at"`
	TwoFactor           *bool         `json:"two_factor_auth_enabled"`
	Signature           string        `json:"signature"`
	Details             string        `json:"details"`
	Notes               string        `json:"notes"`
	RoleType            *int          `json:"role_type"`
	CustomRoleID        *int64        `json:"custom_role_id"`
	Moderator           bool          `json:"moderator"`
	TicketRestriction   *string       `json:"ticket_restriction"`
	OnlyPrivateComments bool          `json:"only_private_comments"`
	RestrictedAgent     bool          `json:"restricted_agent"`
	Suspended           bool          `json:"suspended"`
	DefaultGroupID      *desk.GroupID `json:"default_group_id"`
	ReportCSV           bool          `json:"report_csv"`
	UserFields          object        `json:"user_fields"`
	LastActive          *string       `json:"last_active"`
	PermanentlyDeleted  bool          `json:"permanently_deleted"`
}

func (c *call) personOf(u *desk.User) personJSON {
	zone, locale := timeZoneOf(u.TimeZone), localeOf(u.Locale)
	return personJSON{
		ID: nullID(u.ID), URL: c.url("users", int64(u.ID)), Name: u.Name, Email: nullString(u.Email), CreatedAt: nullTime(u.CreatedAt),
		UpdatedAt: nullTime(u.UpdatedAt), TimeZone: zone.name, IanaTimeZone: zone.iana, Phone: nullString(u.Phone), LocaleID: locale.ID,
		Locale: locale.Locale, OrganizationID: nullID(u.Organization), Role: u.Role, Verified: u.Verified,
	}
}

// userOf is a user as staff see them.
func (c *call) userOf(u *desk.User) userJSON {
	out := userJSON{
		personJSON: c.personOf(u), ExternalID: nullString(u.ExternalID), Tags: nonNil(u.Tags), Alias: u.Alias, Active: u.Active,
		Shared: u.Foreign != 0, SharedAgent: u.ForeignAgent, LastLoginAt: nullTime(u.LastLoginAt), Signature: u.Signature,
		Details: u.Details, Notes: u.Notes, Moderator: u.Role.Staff(), RestrictedAgent: !u.Role.Staff(),
		Suspended: u.Suspended, DefaultGroupID: nullID(u.DefaultGroup), ReportCSV: u.Role == desk.Admin,
		UserFields: c.personFieldsOf(desk.OfUsers, u.Fields),
	}
	if u.Role == desk.EndUser {
		requested := requestedOnly
		out.TicketRestriction = &requested
	}
	if u.Role == desk.Admin {
		four := 4
		out.RoleType = &four
	}
	return out
}

// userObject is a user in the form that the caller may see.
func (c *call) userObject(u *desk.User) any {
	if c.isStaff() {
		return c.userOf(u)
	}
	return c.personOf(u)
}

// viewer is the caller, as the permission checks know them.
func (c *call) viewer() access.Viewer { return access.ViewerOf(c.user, nil) }

// listUsers lists all users, or those of a group or organization.
func (c *call) listUsers() error {
	f, err := c.userFilter()
	if err != nil {
		return err
	}
	if external := c.query.Get("external_id"); external != "" && f.Group == 0 && f.Organization == 0 {
		return answerWholeList(c, "users", func(tx *store.Tx) ([]desk.User, error) {
			return listOfFound(tx.UserByExternalID(c.ctx(), external))
		}, func(u desk.User) int64 { return int64(u.ID) }, c.showUsers)
	}
	return c.usersOf(f)
}

// userFilter reads which users are meant from path and query.
func (c *call) userFilter() (f store.UserFilter, err error) {
	for _, name := range [...]string{"role", "role[]"} {
		for _, one := range c.query[name] {
			if r := readRole(one); r.Valid() {
				f.Roles = append(f.Roles, r)
			}
		}
	}
	if c.r.PathValue("group") != "" {
		id, err := c.pathID("group")
		if err != nil {
			return f, err
		}
		f.Group = desk.GroupID(id)
	}
	if c.r.PathValue("organization") != "" {
		id, err := c.pathID("organization")
		if err != nil {
			return f, err
		}
		f.Organization = desk.OrganizationID(id)
	}
	return f, nil
}

func (c *call) usersOf(f store.UserFilter) error {
	return answerList(c, listSpec[desk.User]{
		key: "users",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.User], error) {
			if err := c.knownOwner(tx, f); err != nil {
				return store.Listed[desk.User]{}, err
			}
			return tx.Users(c.ctx(), f, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountUsers(c.ctx(), f) },
		show:  c.showUsers,
	})
}

// knownOwner refuses lists of the people of groups and organizations that do not exist.
func (c *call) knownOwner(tx *store.Tx, f store.UserFilter) error {
	if f.Organization != 0 {
		if _, err := tx.Organization(c.ctx(), f.Organization); err != nil {
			return err
		}
	}
	if f.Group != 0 {
		if _, err := tx.Group(c.ctx(), f.Group); err != nil {
			return err
		}
	}
	return nil
}

// showUsers has the sideloads of lists of users: organizations, groups, identities.
func (c *call) showUsers(tx *store.Tx, users []desk.User) (any, object, error) {
	out := make([]any, len(users))
	for i := range users {
		out[i] = c.userObject(&users[i])
	}
	side, err := c.userSideloads(tx, users)
	return out, side, err
}

func (c *call) userSideloads(tx *store.Tx, users []desk.User) (side object, err error) {
	if c.includes("organizations") {
		ids := distinct(users, func(u desk.User) desk.OrganizationID { return u.Organization })
		all, err := tx.OrganizationsByID(c.ctx(), ids)
		if err != nil {
			return nil, err
		}
		side = append(side, member{"organizations", c.organizationsOf(all)})
	}
	if c.includes("groups") {
		all, err := tx.Groups(c.ctx())
		if err != nil {
			return nil, err
		}
		side = append(side, member{"groups", c.groupsOf(all)})
	}
	if c.includes("identities") {
		all, err := tx.Identities(c.ctx(), distinct(users, func(u desk.User) desk.UserID { return u.ID })...)
		if err != nil {
			return nil, err
		}
		side = append(side, member{"identities", c.identitiesOf(all)})
	}
	return side, nil
}

func (c *call) countUsers() error {
	f, err := c.userFilter()
	if err != nil {
		return err
	}
	var n int
	err = c.readTx(func(tx *store.Tx) error {
		n, err = tx.CountUsers(c.ctx(), f)
		return err
	})
	if err != nil {
		return err
	}
	return c.ok(objectOf("count", c.countObject(n)))
}

func (c *call) showManyUsers() error {
	external := c.query.Get("external_ids")
	ids, err := c.queryIDs("ids", pageSize)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		var users []desk.User
		if external != "" {
			users, err = c.usersByExternalID(tx, external)
		} else {
			users, err = tx.UsersByID(c.ctx(), idsOf[desk.UserID](ids))
		}
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "users", users, c.showUsers)
	})
}

// showMe answers also to nobody, whom clients know by the id that is missing.
func (c *call) showMe() error {
	if c.user.ID == 0 {
		zone := timeZoneOf("")
		nobody := personJSON{URL: c.url("users", "me"), Name: "Anonymous user", Role: desk.EndUser, TimeZone: zone.name,
			IanaTimeZone: zone.iana, LocaleID: localeOf("").ID, Locale: localeOf("").Locale}
		return c.ok(objectOf("user", nobody))
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := tx.User(c.ctx(), c.user.ID)
		if err != nil {
			return nil, err
		}
		side, err := c.userSideloads(tx, []desk.User{u})
		me := c.userOf(&u)
		if !c.isStaff() {
			me.Notes, me.Details, me.Tags = "", "", []string{}
		}
		return append(objectOf("user", me), side...), err
	})
}

// reachUser reads the user whom the path names, if the caller may see them.
func (c *call) reachUser(tx *store.Tx) (desk.User, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.User{}, err
	}
	if !access.CanSeeUser(c.viewer(), desk.UserID(id)) {
		return desk.User{}, access.ForbidUnless(false)
	}
	return tx.User(c.ctx(), desk.UserID(id))
}

func (c *call) showUser() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		side, err := c.userSideloads(tx, []desk.User{u})
		return append(objectOf("user", c.userObject(&u)), side...), err
	})
}
