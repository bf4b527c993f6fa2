package admin

import (
	"context"
	"reflect"
	"slices"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

// Password is a password on its way to somebody, hashed. The zero Password is none.
type Password struct{ hash string }

// Password hashes what an admin gives somebody. It takes its time, so it comes before the transaction; "" is none.
func (s *Service) Password(ctx context.Context, me desk.User, plain string) (Password, error) {
	if plain == "" {
		return Password{}, nil
	}
	if err := access.ForbidUnless(access.CanAdmin(me.Role)); err != nil {
		return Password{}, err
	}
	hash, err := s.access.Hash(ctx, plain)
	return Password{hash}, err
}

// User reads a user whom I may see, also a deleted one: old tickets speak of them.
func (a *Actor) User(ctx context.Context, id desk.UserID) (desk.User, error) {
	if err := access.ForbidUnless(access.CanSeeUser(a.viewer(), id)); err != nil {
		return desk.User{}, err
	}
	return a.tx.User(ctx, id)
}

// CreateUser checks and stores a new user, without role an end user.
func (a *Actor) CreateUser(ctx context.Context, u *desk.User, p Password) error {
	if u.Role == "" {
		u.Role = desk.EndUser
	}
	if err := a.checkUser(ctx, desk.User{}, u); err != nil {
		return err
	}
	if err := a.tx.InsertUser(ctx, u); err != nil {
		return err
	}
	return a.storePassword(ctx, u.ID, p)
}

// ChangeUser has change edit a user, and stores them, with a new password unless p is none. Everybody writes their name,
// phone, alias, time zone and language; staff the rest.
func (a *Actor) ChangeUser(ctx context.Context, id desk.UserID, p Password, change func(*desk.User) error) (desk.User, error) {
	u, err := a.User(ctx, id)
	if err != nil {
		return u, err
	}
	if !u.Active {
		return u, desk.Missing()
	}
	if err := access.ForbidUnless(access.CanManageUser(a.viewer(), u)); err != nil {
		return u, err
	}
	before := u
	if err := change(&u); err != nil {
		return u, err
	}
	u.ID, u.Active, u.Foreign = id, true, before.Foreign
	if err := a.checkUser(ctx, before, &u); err != nil {
		return u, err
	}
	if err := a.keepAnAdmin(ctx, before, u); err != nil {
		return u, err
	}
	a.forgetCallers()
	if err := a.tx.UpdateUser(ctx, &u); err != nil {
		return u, err
	}
	if before.Role.Staff() && !u.Role.Staff() {
		if err := a.unassign(ctx, desk.ChannelUserChange, store.TicketsOf{Assignee: id}); err != nil {
			return u, err
		}
	}
	if u.Suspended && !before.Suspended {
		if err := a.tx.DeleteSessions(ctx, id, 0); err != nil {
			return u, err
		}
	}
	return u, a.storePassword(ctx, id, p)
}

// DeleteUser makes a user inactive, ends their sessions and gives them back so. Old tickets go on speaking of them.
func (a *Actor) DeleteUser(ctx context.Context, id desk.UserID) (desk.User, error) {
	u, err := a.User(ctx, id)
	if err != nil {
		return u, err
	}
	if err := access.ForbidUnless(access.CanDeleteUser(a.viewer(), u)); err != nil {
		return u, err
	}
	if !u.Active {
		return u, nil
	}
	gone := u
	gone.Active = false
	if err := a.keepAnAdmin(ctx, u, gone); err != nil {
		return u, err
	}
	a.forgetCallers()
	if err := a.tx.DeleteUser(ctx, id); err != nil {
		return u, err
	}
	if err := a.tx.DeleteSessions(ctx, id, 0); err != nil {
		return u, err
	}
	if u.Role.Staff() {
		if err := a.unassign(ctx, desk.ChannelUserDeletion, store.TicketsOf{Assignee: id}); err != nil {
			return u, err
		}
	}
	return a.tx.User(ctx, id)
}

// MergeUser gives all that an end user has to another, and deletes them. It returns the other as they are then.
func (a *Actor) MergeUser(ctx context.Context, id, into desk.UserID) (desk.User, error) {
	from, err := a.User(ctx, id)
	if err != nil {
		return from, err
	}
	to, err := a.User(ctx, into)
	switch {
	case desk.KindOf(err) == desk.NotFound && err != nil || err == nil && !to.Active:
		return to, desk.InvalidField("id", "InvalidValue", "Id: nobody has the id of the one who is to stay")
	case err != nil:
		return to, err
	case !from.Active:
		return from, desk.Missing()
	case id == into:
		return to, desk.InvalidField("id", "InvalidValue", "Id: nobody is merged with themselves")
	case from.Role != desk.EndUser || to.Role != desk.EndUser || from.Foreign != 0 || to.Foreign != 0:
		return to, desk.InvalidField("base", "InvalidValue", "Only customers are merged, and no people of partners")
	}
	if err := access.ForbidUnless(access.CanDeleteUser(a.viewer(), from) && access.CanManageUser(a.viewer(), to)); err != nil {
		return to, err
	}
	if err := a.tx.MergeUser(ctx, id, into); err != nil {
		return to, err
	}
	if _, err := a.DeleteUser(ctx, id); err != nil {
		return to, err
	}
	return a.tx.User(ctx, into)
}

// SignOut ends all sessions of a user whom I manage.
func (a *Actor) SignOut(ctx context.Context, id desk.UserID) error {
	u, err := a.User(ctx, id)
	if err != nil {
		return err
	}
	if err := access.ForbidUnless(access.CanManageUser(a.viewer(), u)); err != nil {
		return err
	}
	return a.tx.DeleteSessions(ctx, id, 0)
}

// SetPassword gives one of our own people a new password, without asking for the old one, and ends their sessions.
func (a *Actor) SetPassword(ctx context.Context, id desk.UserID, p Password) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	u, err := a.tx.User(ctx, id)
	if err != nil {
		return err
	}
	if !u.Active || u.Foreign != 0 {
		return desk.Missing()
	}
	return a.storePassword(ctx, id, p)
}

// MayInvite is a user to whom the caller may mail a link to a password: one of ours who has an address and may sign in.
func (a *Actor) MayInvite(ctx context.Context, id desk.UserID) (desk.User, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.User{}, err
	}
	u, err := a.tx.User(ctx, id)
	switch {
	case err != nil:
		return u, err
	case !u.Active || u.Foreign != 0:
		return u, desk.Missing()
	case u.Suspended || u.Email == "":
		return u, desk.InvalidField("email", "InvalidValue", "Email: needs an address, of somebody who is not suspended")
	}
	return u, nil
}

func (a *Actor) storePassword(ctx context.Context, id desk.UserID, p Password) error {
	if p.hash == "" {
		return nil
	}
	if err := a.mustAdmin(); err != nil {
		return err
	}
	a.forgetCallers()
	if err := a.tx.SetPasswordHash(ctx, id, p.hash); err != nil {
		return err
	}
	return a.tx.DeleteSessions(ctx, id, 0)
}

// checkUser finds what I may not write, and what nobody can be. before is zero for a new user.
func (a *Actor) checkUser(ctx context.Context, before desk.User, u *desk.User) error {
	if !a.Me.Role.Staff() {
		if err := access.ForbidUnless(before.ID != 0 && ownDataOnly(before, *u)); err != nil {
			return err
		}
	}
	faults := u.Check()
	if err := a.checkWhereUserBelongs(ctx, faults, before, u); err != nil {
		return err
	}
	if _, err := time.LoadLocation(u.TimeZone); u.TimeZone != before.TimeZone && (err != nil || u.TimeZone == "Local") {
		faults.Add("time_zone", "InvalidValue", "Time zone: must be a name such as Europe/Berlin")
	}
	if u.Locale != "" && u.Locale != before.Locale && !slices.ContainsFunc(desk.Languages(), func(l desk.Language) bool { return l.Tag == u.Locale }) {
		faults.Add("locale", "InvalidValue", "Locale: must be a language such as en-US, one of /api/v2/locales")
	}
	if u.Suspended && u.ID == a.Me.ID {
		faults.Add("suspended", "InvalidValue", "Suspended: you cannot suspend yourself")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return access.ForbidUnless(a.mayWrite(before, u))
}

// checkWhereUserBelongs notes an organization or default group that they cannot have. A new user joins the group; later it
// is one of theirs.
func (a *Actor) checkWhereUserBelongs(ctx context.Context, faults desk.Faults, before desk.User, u *desk.User) error {
	if u.Organization != 0 {
		_, err := a.tx.Organization(ctx, u.Organization)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
		if err != nil {
			faults.Add("organization_id", "InvalidValue", "Organization: does not exist")
		}
	}
	if !u.Role.Staff() || u.DefaultGroup == before.DefaultGroup {
		return nil
	}
	if before.ID == 0 {
		return a.checkGroupExists(ctx, faults, "default_group_id", u.DefaultGroup)
	}
	in, err := a.tx.CountMemberships(ctx, store.MembershipFilter{User: u.ID, Group: u.DefaultGroup})
	if err == nil && (in == 0 || u.DefaultGroup == 0) {
		faults.Add("default_group_id", "InvalidValue", "Default group: must be a group of this user")
	}
	return err
}

// keepAnAdmin refuses to take the last one away who can still let others in. Two admins cannot make way for each other at
// the same time.
func (a *Actor) keepAnAdmin(ctx context.Context, before, after desk.User) error {
	rules := func(u desk.User) bool { return u.Role == desk.Admin && u.Active && !u.Suspended && u.Foreign == 0 }
	if !rules(before) || rules(after) {
		return nil
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	others, err := a.tx.OtherAdmins(ctx, after.ID)
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

// mayWrite: agents make and manage end users, only admins touch staff.
func (a *Actor) mayWrite(before desk.User, u *desk.User) bool {
	v := a.viewer()
	if before.ID == 0 {
		return access.CanGiveRole(v, desk.User{}, u.Role)
	}
	return access.CanManageUser(v, before) && (before.Role == u.Role || access.CanGiveRole(v, before, u.Role))
}

// ownDataOnly tells whether only that changed which people may say of themselves.
func ownDataOnly(before, after desk.User) bool {
	after.Name, after.Phone, after.Alias = before.Name, before.Phone, before.Alias
	after.TimeZone, after.Locale = before.TimeZone, before.Locale
	return reflect.DeepEqual(before, after)
}
