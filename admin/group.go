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
	if err := checkGroup(g); err != nil {
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
	public := g.Public
	if err := change(&g); err != nil {
		return g, err
	}
	if g.Public != public {
		return g, desk.InvalidField("is_public", "InvalidValue", "Is public: cannot be changed once the group is made")
	}
	g.ID = id
	if err := checkGroup(&g); err != nil {
		return g, err
	}
	return g, a.tx.UpdateGroup(ctx, &g)
}

func checkGroup(g *desk.Group) error {
	faults := desk.Faults{}
	faults.CheckName("name", g.Name)
	return faults.Err()
}

// DeleteGroup marks a group, not the default one, as deleted and takes its members out. Its unsolved tickets are without group from then on.
func (a *Actor) DeleteGroup(ctx context.Context, id desk.GroupID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	g, err := a.tx.Group(ctx, id)
	if err != nil {
		return err
	}
	if g.Default && !g.Deleted {
		return desk.InvalidField("base", "InvalidValue", "The default group cannot be deleted: make another one the default first")
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
	if err := a.lock(ctx); err != nil {
		return err
	}
	if err := a.checkMembership(ctx, m); err != nil {
		return err
	}
	return a.tx.InsertMembership(ctx, m)
}

func (a *Actor) checkMembership(ctx context.Context, m *desk.Membership) error {
	faults := desk.Faults{}
	u, err := a.tx.User(ctx, m.User)
	switch {
	case desk.KindOf(err) == desk.NotFound || err == nil && !u.Active:
		faults.Add("user_id", "InvalidValue", "User: does not exist")
	case err != nil:
		return err
	case !u.Role.Staff():
		faults.Add("user_id", "InvalidValue", "User: must be an agent or admin")
	}
	if err := a.checkGroupExists(ctx, faults, "group_id", m.Group); err != nil {
		return err
	}
	return faults.Err()
}

// checkGroupExists notes a group that is not there, or not any more.
func (a *Actor) checkGroupExists(ctx context.Context, faults desk.Faults, field string, id desk.GroupID) error {
	g, err := a.tx.Group(ctx, id)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	if err != nil || g.Deleted {
		faults.Add(field, "InvalidValue", "Group: does not exist")
	}
	return nil
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
