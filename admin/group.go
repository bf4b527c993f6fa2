package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Groups lists the groups that are not deleted.
func (a *Actor) Groups(ctx context.Context) ([]desk.Group, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.Groups(ctx)
}

// Group reads a group, also a deleted one: old audits speak of it.
func (a *Actor) Group(ctx context.Context, id desk.GroupID) (desk.Group, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Group{}, err
	}
	return a.tx.Group(ctx, id)
}

// CreateGroup stores a new group.
func (a *Actor) CreateGroup(ctx context.Context, g *desk.Group) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.InsertGroup(ctx, g)
}

// ChangeGroup has change edit a group, and stores it. The default group stays it until another takes its place.
func (a *Actor) ChangeGroup(ctx context.Context, id desk.GroupID, change func(*desk.Group) error) (desk.Group, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Group{}, err
	}
	g, err := a.tx.Group(ctx, id)
	if err != nil {
		return g, err
	}
	if err := change(&g); err != nil {
		return g, err
	}
	g.ID = id
	return g, a.tx.UpdateGroup(ctx, &g)
}

// DeleteGroup marks a group as deleted and takes its members out. Its unsolved tickets are without group from then on.
func (a *Actor) DeleteGroup(ctx context.Context, id desk.GroupID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.tx.DeleteGroup(ctx, id); err != nil {
		return err
	}
	return a.unassign(ctx, desk.ChannelGroupDeletion, store.TicketsOf{Group: id})
}

// Memberships lists who is in which group.
func (a *Actor) Memberships(ctx context.Context, f store.MembershipFilter, p store.Page) (store.Listed[desk.Membership], error) {
	if err := a.mustStaff(); err != nil {
		return store.Listed[desk.Membership]{}, err
	}
	return a.tx.Memberships(ctx, f, p)
}

// CreateMembership puts an agent or admin into a group.
func (a *Actor) CreateMembership(ctx context.Context, m *desk.Membership) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.InsertMembership(ctx, m)
}

// DeleteMembership takes somebody out of a group, and their unsolved tickets there off them.
func (a *Actor) DeleteMembership(ctx context.Context, id desk.MembershipID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	m, err := a.tx.Membership(ctx, id)
	if err != nil {
		return err
	}
	if err := a.tx.DeleteMembership(ctx, id); err != nil {
		return err
	}
	return a.unassign(ctx, desk.ChannelGroupChange, store.TicketsOf{Assignee: m.User, Group: m.Group})
}

// MakeDefaultMembership makes one of somebody's groups the one their tickets go to.
func (a *Actor) MakeDefaultMembership(ctx context.Context, id desk.MembershipID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.MakeDefaultMembership(ctx, id)
}
