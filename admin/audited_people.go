package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// What the audit log tells of people is what they may do: of staff who come, of roles, suspensions, passwords and deletions.

// standing is what somebody may do here.
type standing struct {
	Name      string
	Role      desk.Role
	Suspended bool
}

func tellUser() telling[desk.User] {
	return func(u *desk.User) (desk.AuditSource, any) {
		return userSource(u), standing{u.Name, u.Role, u.Suspended}
	}
}

func userSource(u *desk.User) desk.AuditSource {
	return desk.AuditSource{Type: "user", ID: int64(u.ID), Label: u.Name}
}

func (tx audited) InsertUser(ctx context.Context, u *desk.User) error {
	if !u.Role.Staff() {
		return tx.Tx.InsertUser(ctx, u)
	}
	return created(ctx, tx, tellUser(), u, tx.Tx.InsertUser)
}

// UpdateUser tells nothing of another name.
func (tx audited) UpdateUser(ctx context.Context, u *desk.User) error {
	tell := func(u *desk.User) (desk.AuditSource, any) {
		return userSource(u), standing{Role: u.Role, Suspended: u.Suspended}
	}
	return updated(ctx, tx, tell, u.ID, u, tx.User, tx.Tx.UpdateUser)
}

func (tx audited) DeleteUser(ctx context.Context, id desk.UserID) error {
	return deleted(ctx, tx, tellUser(), id, tx.User, tx.Tx.DeleteUser)
}

// SetPasswordHash tells that somebody has another password.
func (tx audited) SetPasswordHash(ctx context.Context, id desk.UserID, hash string) error {
	u, err := tx.User(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.Tx.SetPasswordHash(ctx, id, hash); err != nil {
		return err
	}
	type password struct{ Password string }
	return tx.log(ctx, desk.AuditUpdate, userSource(&u), password{}, password{"set"})
}

// logToken tells of an API token, and whose it is.
func (tx audited) logToken(ctx context.Context, action desk.AuditAction, t store.Token) error {
	u, err := tx.User(ctx, t.User)
	if err != nil {
		return err
	}
	type token struct{ Description, Owner string }
	is, none := token{t.Description, u.Name}, token{}
	source := desk.AuditSource{Type: "apitoken", ID: int64(t.ID), Label: t.Description}
	if action == desk.AuditCreate {
		return tx.log(ctx, action, source, none, is)
	}
	return tx.log(ctx, action, source, is, none)
}

// tellMembership names who is in which group.
func (tx audited) tellMembership(ctx context.Context) telling[desk.Membership] {
	type told struct{ User, Group string }
	return func(m *desk.Membership) (desk.AuditSource, any) {
		u, _ := tx.User(ctx, m.User)   // who is not there has no name
		g, _ := tx.Group(ctx, m.Group) // likewise
		return desk.AuditSource{Type: "group_membership", ID: int64(m.ID), Label: u.Name + ": " + g.Name}, told{u.Name, g.Name}
	}
}

func (tx audited) InsertMembership(ctx context.Context, m *desk.Membership) error {
	return created(ctx, tx, tx.tellMembership(ctx), m, tx.Tx.InsertMembership)
}

func (tx audited) DeleteMembership(ctx context.Context, id desk.MembershipID) error {
	return deleted(ctx, tx, tx.tellMembership(ctx), id, tx.Membership, tx.Tx.DeleteMembership)
}
