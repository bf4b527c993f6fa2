package api

import (
	"interdesk/access"
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func groupRoutes() []route {
	return []route{
		{"GET", "/groups", agents, (*call).listGroups},
		{"GET", "/groups/assignable", agents, (*call).listGroups},
		{"GET", "/groups/count", agents, (*call).countGroups},
		{"GET", "/groups/{id}", agents, (*call).showGroup},
		{"POST", "/groups", admins, (*call).createGroup},
		{"PUT", "/groups/{id}", admins, (*call).updateGroup},
		{"DELETE", "/groups/{id}", admins, (*call).deleteGroup},
	}
}

// groupJSON is a group.
type groupJSON struct {
	URL         string       `json:"url"`
	ID          desk.GroupID `json:"id"`
	IsPublic    bool         `json:"is_public"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Default     bool         `json:"default"`
	Deleted     bool         `json:"deleted"`
	CreatedAt   string       `json:"created_at"`
	UpdatedAt   string       `json:"updated_at"`
}

type groupInput struct {
	Name        textInput `json:"name"`
	Description textInput `json:"description"`
	IsPublic    flagInput `json:"is_public"`
	Default     flagInput `json:"default"`
}

func (in *groupInput) applyTo(g *desk.Group) {
	setText(&g.Name, in.Name)
	setText(&g.Description, in.Description)
	g.Public = in.IsPublic.or(g.Public)
	g.Default = in.Default.or(g.Default) || g.Default
}

func (c *call) groupOf(g desk.Group) groupJSON {
	return groupJSON{URL: c.url("groups", int64(g.ID)), ID: g.ID, IsPublic: g.Public, Name: g.Name, Description: g.Description,
		Default: g.Default, Deleted: g.Deleted, CreatedAt: formatTime(g.CreatedAt), UpdatedAt: formatTime(g.UpdatedAt)}
}

func (c *call) groupsOf(all []desk.Group) []groupJSON {
	out := make([]groupJSON, len(all))
	for i, g := range all {
		out[i] = c.groupOf(g)
	}
	return out
}

func groupID(g desk.Group) int64 { return int64(g.ID) }

func (c *call) listGroups() error {
	return answerWholeList(c, "groups", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Group, error) {
		return actor.Groups(c.ctx())
	}), groupID, c.showGroups)
}

func (c *call) showGroups(tx *store.Tx, groups []desk.Group) (any, object, error) {
	var side object
	if c.includes("users") {
		users, err := tx.Users(c.ctx(), store.UserFilter{Roles: []desk.Role{desk.Agent, desk.Admin}}, store.Page{})
		if err != nil {
			return nil, nil, err
		}
		shown, _, _ := showEach(func(u desk.User) userJSON { return c.userOf(&u) })(tx, users.Items)
		side = objectOf("users", shown)
	}
	return c.groupsOf(groups), side, nil
}

// listUserGroups lists the groups that a member of staff is in.
func (c *call) listUserGroups() error {
	return answerWholeList(c, "groups", func(tx *store.Tx) ([]desk.Group, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		in, err := tx.Memberships(c.ctx(), store.MembershipFilter{User: u.ID}, store.Page{})
		if err != nil {
			return nil, err
		}
		groups := make([]desk.Group, 0, len(in.Items))
		for _, m := range in.Items {
			g, err := tx.Group(c.ctx(), m.Group)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
		}
		return groups, nil
	}, groupID, c.showGroups)
}

func (c *call) countUserGroups() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		n, err := tx.CountMemberships(c.ctx(), store.MembershipFilter{User: u.ID})
		return objectOf("count", c.countObject(n)), err
	})
}

func (c *call) countGroups() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		all, err := tx.Groups(c.ctx())
		return objectOf("count", c.countObject(len(all))), err
	})
}

func (c *call) showGroup() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		g, err := actor.Group(c.ctx(), desk.GroupID(id))
		return objectOf("group", c.groupOf(g)), err
	}))
}

func (c *call) createGroup() error {
	var in groupInput
	if err := c.parseRecord("group", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		g := desk.Group{Public: true}
		in.applyTo(&g)
		err := actor.CreateGroup(c.ctx(), &g)
		return c.url("groups", int64(g.ID)), objectOf("group", c.groupOf(g)), err
	})
}

func (c *call) updateGroup() error {
	var in groupInput
	if err := c.parseRecord("group", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		g, err := actor.ChangeGroup(c.ctx(), desk.GroupID(id), func(g *desk.Group) error {
			in.applyTo(g)
			return nil
		})
		return objectOf("group", c.groupOf(g)), err
	})
}

func (c *call) deleteGroup() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeleteGroup(c.ctx(), desk.GroupID(id)) })
}

// ofUser narrows to the user whom the path names, and makes sure there is one whom the caller may see.
func (c *call) ofUser(tx *store.Tx) (desk.UserID, error) {
	if c.r.PathValue("user") == "" {
		return 0, nil
	}
	id, err := c.pathID("user")
	if err != nil {
		return 0, err
	}
	if err := access.ForbidUnless(access.CanSeeUser(c.viewer(), desk.UserID(id))); err != nil {
		return 0, err
	}
	u, err := tx.User(c.ctx(), desk.UserID(id))
	return u.ID, err
}
