package access

import (
	"slices"

	"interdesk/desk"
)

// Viewer is what decides what somebody sees: who they are and, for end users, whose requests they share.
type Viewer struct {
	ID           desk.UserID
	Role         desk.Role
	Organization desk.OrganizationID
	SharedTicket bool // their organization lets its people see each other's requests
}

// ViewerOf makes a Viewer of a user; org is the user's organization, or nil.
func ViewerOf(u desk.User, org *desk.Organization) Viewer {
	return Viewer{ID: u.ID, Role: u.Role, Organization: u.Organization, SharedTicket: org != nil && org.ID == u.Organization && org.SharedTickets}
}

// CanSeeTicket: staff see all tickets; end users their own, those they are copied on and, where the organization shares
// them, their colleagues'. A deleted ticket is for nobody, a private one (no public comment yet) for staff.
func CanSeeTicket(v Viewer, t *desk.Ticket) bool {
	switch {
	case !t.DeletedAt.IsZero():
		return false
	case v.Role.Staff():
		return true
	case v.ID == 0 || v.Role != desk.EndUser || !t.Public:
		return false
	case t.Requester == v.ID, slices.Contains(t.EmailCCs, v.ID):
		return true
	}
	return v.SharedTicket && v.Organization != 0 && t.Organization == v.Organization
}

// CanSeeComment: private notes never reach end users.
func CanSeeComment(v Viewer, c *desk.Comment) bool { return c.Public || v.Role.Staff() }

// CanAdmin tells who may change how the desk works: fields, forms, triggers, groups, agreements, staff.
func CanAdmin(r desk.Role) bool { return r == desk.Admin }

// CanSeeUser: staff see everybody, others themselves.
func CanSeeUser(v Viewer, u desk.UserID) bool { return v.Role.Staff() || v.ID == u }

// CanManageUser: admins manage everybody, agents end users, everybody themselves (but not their own role).
func CanManageUser(v Viewer, u desk.User) bool {
	return v.Role == desk.Admin || v.ID == u.ID && v.ID != 0 || v.Role == desk.Agent && u.Role == desk.EndUser
}

// CanGiveRole: only admins make or unmake staff; nobody takes away the role by which they act.
func CanGiveRole(v Viewer, u desk.User, role desk.Role) bool {
	switch {
	case u.ID != 0 && u.Role == role:
		return CanManageUser(v, u)
	case v.Role == desk.Admin:
		return v.ID != u.ID
	}
	return v.Role == desk.Agent && u.ID == 0 && role == desk.EndUser
}

// CanDeleteUser: as managing, but nobody deletes themselves.
func CanDeleteUser(v Viewer, u desk.User) bool { return v.ID != u.ID && CanManageUser(v, u) }

// ForbidUnless is the Forbidden error for whoever may not; nil when ok.
func ForbidUnless(ok bool) error {
	if ok {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "You do not have access to this page. Please contact the account owner of this help desk for further help.")
}

// ActorOf is a user as the write path knows them; staff with the groups they are in.
func ActorOf(c *desk.Config, u desk.User) desk.Actor {
	return desk.Actor{ID: u.ID, Name: u.Name, Role: u.Role, Groups: c.Staff[u.ID].Groups, Foreign: u.Foreign}
}
