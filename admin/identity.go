package admin

import (
	"context"
	"fmt"

	"interdesk/access"
	"interdesk/desk"
)

// The names by which people are known. Staff give and take those of the people whom they manage. People themselves choose
// which of their proved addresses is the primary one, and drop others; a new one they get from staff: an address that nobody
// proved to be theirs would take its owner's mail.

// manageIdentities reads a user whose names I may change.
func (a *Actor) manageIdentities(ctx context.Context, id desk.UserID) (desk.User, error) {
	u, err := a.User(ctx, id)
	if err != nil {
		return u, err
	}
	if !u.Active || u.Foreign != 0 {
		return u, desk.Missing()
	}
	return u, access.ForbidUnless(access.CanManageUser(a.viewer(), u))
}

// mayVerify: whether an address of staff is theirs an admin says, and of an end user everybody on the staff.
func (a *Actor) mayVerify(u desk.User) bool {
	return access.CanAdmin(a.Me.Role) || a.Me.Role.Staff() && !u.Role.Staff()
}

// AddIdentity gives a user another name.
func (a *Actor) AddIdentity(ctx context.Context, i *desk.Identity) error {
	u, err := a.manageIdentities(ctx, i.User)
	if err != nil {
		return err
	}
	if err := access.ForbidUnless(a.Me.Role.Staff() && (!i.Verified || a.mayVerify(u))); err != nil {
		return err
	}
	if err := i.Check().Err(); err != nil {
		return err
	}
	all, err := a.tx.Identities(ctx, i.User)
	if err != nil {
		return err
	}
	for _, known := range all {
		if known.Kind == i.Kind && known.Value == i.Value {
			return desk.InvalidField("value", "DuplicateValue", "Value: "+i.Value+" is one of this user's already")
		}
	}
	if len(all) >= desk.MaxIdentities {
		return desk.InvalidField("base", "TooManyValues", fmt.Sprintf("A user can have %d identities at most", desk.MaxIdentities))
	}
	a.forgetCallers()
	return a.tx.InsertIdentity(ctx, i)
}

// ChangeIdentity has change edit one of a user's names: its value, whether it is verified, and whether mail arrives there.
func (a *Actor) ChangeIdentity(ctx context.Context, user desk.UserID, id desk.IdentityID, change func(*desk.Identity)) (desk.Identity, error) {
	u, err := a.manageIdentities(ctx, user)
	if err != nil {
		return desk.Identity{}, err
	}
	i, err := a.tx.Identity(ctx, user, id)
	if err != nil {
		return i, err
	}
	before := i
	change(&i)
	i.ID, i.User, i.Kind, i.Primary = before.ID, before.User, before.Kind, before.Primary
	if err := access.ForbidUnless(a.Me.Role.Staff() && (i.Verified == before.Verified || a.mayVerify(u))); err != nil {
		return i, err
	}
	if err := i.Check().Err(); err != nil {
		return i, err
	}
	if i.Value != before.Value && !a.mayVerify(u) {
		i.Verified = false
	}
	a.forgetCallers()
	err = a.tx.UpdateIdentity(ctx, &i)
	return i, err
}

// IdentityToProve is an address whose user is to be asked by mail whether it is theirs.
func (a *Actor) IdentityToProve(ctx context.Context, user desk.UserID, id desk.IdentityID) (desk.User, desk.Identity, error) {
	u, err := a.manageIdentities(ctx, user)
	if err != nil {
		return u, desk.Identity{}, err
	}
	i, err := a.tx.Identity(ctx, user, id)
	if err == nil && i.Kind != desk.IdentityEmail {
		err = desk.InvalidField("type", "InvalidValue", "Type: only an email address can be verified by mail")
	}
	return u, i, err
}

// MakePrimary has mail for a user go to another of their addresses. People themselves choose among those they proved.
func (a *Actor) MakePrimary(ctx context.Context, user desk.UserID, id desk.IdentityID) error {
	if _, err := a.manageIdentities(ctx, user); err != nil {
		return err
	}
	i, err := a.tx.Identity(ctx, user, id)
	if err != nil {
		return err
	}
	if !a.Me.Role.Staff() && !i.Verified {
		return desk.InvalidField("primary", "InvalidValue", "Primary: verify this address first")
	}
	a.forgetCallers()
	return a.tx.MakePrimary(ctx, user, id)
}

// DeleteIdentity takes a name from a user. Staff keep an address by which they sign in; end users drop any but the primary one
// themselves.
func (a *Actor) DeleteIdentity(ctx context.Context, user desk.UserID, id desk.IdentityID) error {
	u, err := a.manageIdentities(ctx, user)
	if err != nil {
		return err
	}
	i, err := a.tx.Identity(ctx, user, id)
	if err != nil {
		return err
	}
	if i.Primary && !a.Me.Role.Staff() {
		return desk.InvalidField("base", "InvalidValue", "Your primary address cannot be removed: make another one primary first")
	}
	if i.Primary && u.Role.Staff() {
		if err := a.keepAnAddress(ctx, u); err != nil {
			return err
		}
	}
	a.forgetCallers()
	return a.tx.DeleteIdentity(ctx, user, id)
}

func (a *Actor) keepAnAddress(ctx context.Context, u desk.User) error {
	all, err := a.tx.Identities(ctx, u.ID)
	if err != nil {
		return err
	}
	addresses := 0
	for _, i := range all {
		if i.Kind == desk.IdentityEmail {
			addresses++
		}
	}
	if addresses == 1 {
		return desk.InvalidField("base", "InvalidValue", "The last address of an agent cannot be removed: they sign in with it")
	}
	return nil
}
