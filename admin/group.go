package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// Groups lists the groups that are not deleted.
func (o *Office) Groups(ctx context.Context) ([]desk.Group, error) {
	return seen(o.mustStaff(), func() ([]desk.Group, error) { return o.tx.Groups(ctx) })
}

// Group reads a group, also a deleted one: old audits speak of it.
func (o *Office) Group(ctx context.Context, id desk.GroupID) (desk.Group, error) {
	return seen(o.mustStaff(), func() (desk.Group, error) { return o.tx.Group(ctx, id) })
}

// CreateGroup stores a new group.
func (o *Office) CreateGroup(ctx context.Context, g *desk.Group) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.InsertGroup(ctx, g)
}

// ChangeGroup has change edit a group, and stores it. The default group stays it until another takes its place.
func (o *Office) ChangeGroup(ctx context.Context, id desk.GroupID, change func(*desk.Group) error) (desk.Group, error) {
	g, err := seen(o.mustAdmin(), func() (desk.Group, error) { return o.tx.Group(ctx, id) })
	if err != nil {
		return g, err
	}
	if err := change(&g); err != nil {
		return g, err
	}
	g.ID = id
	return g, o.tx.UpdateGroup(ctx, &g)
}

// DeleteGroup marks a group as deleted and takes its members out. Its unsolved tickets are without group from then on.
func (o *Office) DeleteGroup(ctx context.Context, id desk.GroupID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	if err := o.tx.DeleteGroup(ctx, id); err != nil {
		return err
	}
	return o.vacate(ctx, desk.ChannelGroupDeletion, store.TicketsOf{Group: id})
}

// Memberships lists who is in which group.
func (o *Office) Memberships(ctx context.Context, f store.MembershipFilter, p store.Page) (store.Listed[desk.Membership], error) {
	return seen(o.mustStaff(), func() (store.Listed[desk.Membership], error) { return o.tx.Memberships(ctx, f, p) })
}

// CreateMembership puts an agent or admin into a group.
func (o *Office) CreateMembership(ctx context.Context, m *desk.Membership) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.InsertMembership(ctx, m)
}

// DeleteMembership takes somebody out of a group, and their unsolved tickets there off them.
func (o *Office) DeleteMembership(ctx context.Context, id desk.MembershipID) error {
	m, err := seen(o.mustAdmin(), func() (desk.Membership, error) { return o.tx.Membership(ctx, id) })
	if err != nil {
		return err
	}
	if err := o.tx.DeleteMembership(ctx, id); err != nil {
		return err
	}
	return o.vacate(ctx, desk.ChannelGroupChange, store.TicketsOf{Assignee: m.User, Group: m.Group})
}

// MakeDefaultMembership makes one of somebody's groups the one their tickets go to.
func (o *Office) MakeDefaultMembership(ctx context.Context, id desk.MembershipID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.MakeDefaultMembership(ctx, id)
}
