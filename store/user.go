package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store/sqldb"
)

const userColumns = `
	user_id, name, email, role, organization_id, default_group_id, external_id, phone, alias, details, notes, signature,
	time_zone, locale, tags, active, suspended, verified, foreign_agreement_id, foreign_agent,
	created_at, updated_at, last_login_at, field_values`

func scanUser(row scanner) (u desk.User, err error) {
	var email, external *string
	var tags, fields string
	var created, updated, login int64
	err = row.Scan(&u.ID, &u.Name, &email, &u.Role, &u.Organization, &u.DefaultGroup, &external, &u.Phone, &u.Alias, &u.Details,
		&u.Notes, &u.Signature, &u.TimeZone, &u.Locale, &tags, &u.Active, &u.Suspended, &u.Verified, &u.Foreign,
		&u.ForeignAgent, &created, &updated, &login, &fields)
	u.Email, u.ExternalID, u.Tags = emptyIfNull(email), emptyIfNull(external), splitWords(tags)
	u.CreatedAt, u.UpdatedAt, u.LastLoginAt = fromMicros(created), fromMicros(updated), fromMicros(login)
	if err == nil && fields != "" {
		err = fromJSON(fields, "fields of a user", &u.Fields)
	}
	return u, err
}

// User reads a user, also a deleted one: old tickets speak of them.
func (tx *Tx) User(ctx context.Context, id desk.UserID) (desk.User, error) {
	return queryOne(ctx, tx, scanUser, `
		select `+userColumns+` from users where account_id = $1 and user_id = $2`, tx.account, id)
}

// UserByExternalID finds one of our own people by the id that another system has for them.
func (tx *Tx) UserByExternalID(ctx context.Context, external string) (desk.User, error) {
	return queryOne(ctx, tx, scanUser, `
		select `+userColumns+` from users
		where account_id = $1 and external_id = $2 and active and foreign_agreement_id = 0`, tx.account, external)
}

// UsersByID reads those of the users that exist, in rising order of their ids.
func (tx *Tx) UsersByID(ctx context.Context, ids []desk.UserID) ([]desk.User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return queryAll(ctx, tx, scanUser, `
		select `+userColumns+` from users
		where account_id = $1 and user_id in (`+sqldb.Placeholders(2, len(ids))+`) order by user_id`, withIDs(tx.account, ids)...)
}

// UserFilter narrows a list of users; zero parts do not. Deleted users are listed by themselves alone.
type UserFilter struct {
	Deleted      bool
	Roles        []desk.Role
	Organization desk.OrganizationID
	Group        desk.GroupID
	ID           desk.UserID
	InAny        bool   // only who is in an organization
	Match        string // the words of a name, address, phone number or tag, of which the last may be a beginning
	Local        bool   // without the people of partners
	Foreign      bool   // only the people of partners
}

func (f UserFilter) where(ctx context.Context, tx *Tx) (string, []any, error) {
	args := []any{tx.account}
	next := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	where := " where account_id = $1 and active"
	if f.Deleted {
		where = " where account_id = $1 and not active"
	}
	if len(f.Roles) > 0 {
		places := make([]string, len(f.Roles))
		for i, r := range f.Roles {
			places[i] = next(r)
		}
		where += " and role in (" + strings.Join(places, ", ") + ")"
	}
	if f.Organization != 0 {
		where += " and organization_id = " + next(f.Organization)
	}
	if f.InAny {
		where += " and organization_id <> 0"
	}
	if f.ID != 0 {
		where += " and user_id = " + next(f.ID)
	}
	if f.Group != 0 {
		where += " and user_id in (select user_id from memberships where account_id = $1 and group_id = " + next(f.Group) + ")"
	}
	if f.Local {
		where += " and foreign_agreement_id = 0"
	}
	if f.Foreign {
		where += " and foreign_agreement_id <> 0"
	}
	if f.Match != "" {
		c := &clause{args: args}
		named, err := tx.nameSQL(ctx, c, "user_id", search.PersonKinds(), search.NameParts(f.Match))
		if err != nil {
			return "", nil, err
		}
		where, args = where+" and "+named, c.args
	}
	return where, args, nil
}

// Users lists users in the order of their ids.
func (tx *Tx) Users(ctx context.Context, f UserFilter, p Page) (Listed[desk.User], error) {
	where, args, err := f.where(ctx, tx)
	if err != nil {
		return Listed[desk.User]{}, err
	}
	return queryByID(ctx, tx, p, "user_id", scanUser, func(u *desk.User) int64 { return int64(u.ID) },
		`select `+userColumns+` from users`+f.index(tx)+where, args)
}

// index: few people are staff, so they are found by their role, not on a walk over all.
func (f UserFilter) index(tx *Tx) string {
	if f.Deleted {
		return tx.IndexedBy("users_deleted")
	}
	if len(f.Roles) == 0 || slices.Contains(f.Roles, desk.EndUser) || f.ID != 0 {
		return ""
	}
	return tx.IndexedBy("users_role")
}

// OtherAdmins counts the admins who can sign in and are not id.
func (tx *Tx) OtherAdmins(ctx context.Context, id desk.UserID) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from users
		where account_id = $1 and user_id <> $2 and role = 'admin' and active and not suspended and foreign_agreement_id = 0`,
		tx.account, id).Scan(&n)
	return n, err
}

// CountUsers counts what Users lists.
func (tx *Tx) CountUsers(ctx context.Context, f UserFilter) (n int, err error) {
	where, args, err := f.where(ctx, tx)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `select count(*) from users`+f.index(tx)+where, args...).Scan(&n)
	return n, err
}

// InsertUser stores a new user. It gets an id and times where it has none. A member of staff with a DefaultGroup is put
// into it, an end user without organization into the one that has the address's domain. A taken address or external id
// is an Invalid error of its field.
func (tx *Tx) InsertUser(ctx context.Context, u *desk.User) error {
	if err := tx.assignOrganization(ctx, u); err != nil {
		return err
	}
	if err := tx.bumpForStaff(ctx, u.Role.Staff()); err != nil {
		return err
	}
	group := u.DefaultGroup
	u.Active = true
	stamp(tx, &u.ID, &u.CreatedAt, &u.UpdatedAt)
	fields, err := fieldsText(u.Fields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into users (account_id, `+userColumns+`, sort_name, password_hash) values
			($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, '')`,
		tx.account, u.ID, u.Name, nullIfEmpty(u.Email), u.Role, u.Organization, nullIfEmpty(u.ExternalID), u.Phone, u.Alias, u.Details,
		u.Notes, u.Signature, u.TimeZone, u.Locale, joinWords(u.Tags), u.Active, u.Suspended, u.Verified, u.Foreign, u.ForeignAgent,
		micros(u.CreatedAt), micros(u.UpdatedAt), micros(u.LastLoginAt), fields, desk.SortName(u.Name))
	if err != nil {
		return userTaken(err, u)
	}
	if err := tx.insertAddress(ctx, u); err != nil {
		return err
	}
	if err := tx.setNameWords(ctx, search.PersonKinds(), int64(u.ID), nil, personWords(u)); err != nil {
		return err
	}
	u.DefaultGroup = 0
	if group != 0 && u.Role.Staff() {
		u.DefaultGroup = group
		if err := tx.InsertMembership(ctx, &desk.Membership{User: u.ID, Group: group, Default: true}); err != nil {
			return err
		}
	}
	return tx.tellPeople(ctx, desk.PersonChange{UserAfter: u})
}

// UpdateUser stores all of a user but the password, last login and whose person it is. A changed DefaultGroup is one of
// theirs, which the caller has checked. Who is no longer staff leaves all groups.
func (tx *Tx) UpdateUser(ctx context.Context, u *desk.User) error {
	before, err := tx.User(ctx, u.ID)
	if err != nil {
		return err
	}
	if err := tx.bumpForStaff(ctx, before.Role.Staff() || u.Role.Staff()); err != nil {
		return err
	}
	names, err := tx.Identities(ctx, u.ID)
	if err != nil {
		return err
	}
	fields, err := fieldsText(u.Fields)
	if err != nil {
		return err
	}
	u.UpdatedAt = tx.now()
	err = requireRow(tx.Exec(ctx, `
		update users set name = $3, email = $4, role = $5, organization_id = $6, external_id = $7, phone = $8, alias = $9,
			details = $10, notes = $11, signature = $12, time_zone = $13, locale = $14, tags = $15, active = $16, suspended = $17,
			verified = $18, foreign_agent = $19, updated_at = $20, sort_name = $21, field_values = $22
		where account_id = $1 and user_id = $2`,
		tx.account, u.ID, u.Name, nullIfEmpty(u.Email), u.Role, u.Organization, nullIfEmpty(u.ExternalID), u.Phone, u.Alias,
		u.Details, u.Notes, u.Signature, u.TimeZone, u.Locale, joinWords(u.Tags), u.Active, u.Suspended,
		u.Verified, u.ForeignAgent, micros(u.UpdatedAt), desk.SortName(u.Name), fields))
	if err != nil {
		return userTaken(err, u)
	}
	if err := tx.replaceAddress(ctx, before, u); err != nil {
		return err
	}
	if err := tx.updatePersonWords(ctx, u, personWords(&before, names...)); err != nil {
		return err
	}
	if err := tx.updateMemberships(ctx, before, u); err != nil {
		return err
	}
	return tx.tellPeople(ctx, desk.PersonChange{UserBefore: &before, UserAfter: u})
}

// updatePersonWords has a changed user be found by what they are called now; a deleted one by nothing.
func (tx *Tx) updatePersonWords(ctx context.Context, u *desk.User, before []search.NameWord) error {
	var now []search.NameWord
	if u.Active {
		names, err := tx.Identities(ctx, u.ID)
		if err != nil {
			return err
		}
		now = personWords(u, names...)
	}
	return tx.setNameWords(ctx, search.PersonKinds(), int64(u.ID), before, now)
}

// updateMemberships brings memberships in line with a changed user.
func (tx *Tx) updateMemberships(ctx context.Context, before desk.User, u *desk.User) error {
	if !u.Role.Staff() || !u.Active {
		u.DefaultGroup = 0
		return tx.leaveGroups(ctx, u.ID)
	}
	if u.DefaultGroup == before.DefaultGroup {
		return nil
	}
	return tx.setDefaultGroup(ctx, u.ID, u.DefaultGroup)
}

func (tx *Tx) leaveGroups(ctx context.Context, id desk.UserID) error {
	n, err := tx.Exec(ctx, `delete from memberships where account_id = $1 and user_id = $2`, tx.account, id)
	if err != nil || n == 0 {
		return err
	}
	return tx.setDefaultGroup(ctx, id, 0)
}

// DeleteUser keeps the row for old tickets' sake, but nobody can sign in as, or be found by, it: address, external id,
// password and tokens are gone, groups are left.
func (tx *Tx) DeleteUser(ctx context.Context, id desk.UserID) error {
	u, err := tx.User(ctx, id)
	if err != nil {
		return err
	}
	if !u.Active {
		return desk.Missing()
	}
	u.Active, u.Email, u.ExternalID = false, "", ""
	if err := tx.UpdateUser(ctx, &u); err != nil {
		return err
	}
	if err := tx.SetPasswordHash(ctx, id, ""); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from tokens where account_id = $1 and user_id = $2`, tx.account, id)
	return err
}

// PasswordHash reads a user's password hash, "" for none.
func (tx *Tx) PasswordHash(ctx context.Context, id desk.UserID) (hash string, err error) {
	err = tx.QueryRow(ctx, `
		select password_hash from users where account_id = $1 and user_id = $2`, tx.account, id).Scan(&hash)
	return hash, notFound(err)
}

// SetPasswordHash stores a user's password hash; "" takes the password away.
func (tx *Tx) SetPasswordHash(ctx context.Context, id desk.UserID, hash string) error {
	return requireRow(tx.Exec(ctx, `
		update users set password_hash = $3 where account_id = $1 and user_id = $2`, tx.account, id, hash))
}

// SetLastLogin notes when a user signed in.
func (tx *Tx) SetLastLogin(ctx context.Context, id desk.UserID, at time.Time) error {
	return requireRow(tx.Exec(ctx, `
		update users set last_login_at = $3 where account_id = $1 and user_id = $2`, tx.account, id, micros(at)))
}

func (tx *Tx) bumpForStaff(ctx context.Context, staff bool) error {
	if !staff {
		return nil
	}
	return tx.BumpConfigVersion(ctx)
}

func userTaken(err error, u *desk.User) error {
	err = uniqueFault(err, "email", "email", "Email: "+u.Email+" is already being used by another user")
	return uniqueFault(err, "external_id", "external_id", "External has already been taken")
}
