package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func groupMembershipRoutes() []route {
	return []route{
		{"GET", "/group_memberships", agents, (*call).listMemberships},
		{"GET", "/group_memberships/assignable", agents, (*call).listMemberships},
		{"GET", "/users/{user}/group_memberships", agents, (*call).listMemberships},
		{"GET", "/groups/{group}/memberships", agents, (*call).listMemberships},
		{"GET", "/groups/{group}/memberships/assignable", agents, (*call).listMemberships},
		{"GET", "/group_memberships/{id}", agents, (*call).showMembership},
		{"GET", "/users/{user}/group_memberships/{id}", agents, (*call).showMembership},
		{"POST", "/group_memberships", admins, (*call).createMembership},
		{"POST", "/users/{user}/group_memberships", admins, (*call).createMembership},
		{"DELETE", "/group_memberships/{id}", admins, (*call).deleteMembership},
		{"DELETE", "/users/{user}/group_memberships/{id}", admins, (*call).deleteMembership},
		{"PUT", "/users/{user}/group_memberships/{id}/make_default", admins, (*call).makeDefaultMembership},
	}
}

// groupMembershipJSON tells that somebody is in a group.
type groupMembershipJSON struct {
	URL       string            `json:"url"`
	ID        desk.MembershipID `json:"id"`
	UserID    desk.UserID       `json:"user_id"`
	GroupID   desk.GroupID      `json:"group_id"`
	Default   bool              `json:"default"`
	CreatedAt string            `json:"created_at"`
	UpdatedAt string            `json:"updated_at"`
}

type membershipInput struct {
	UserID  numberInput `json:"user_id"`
	GroupID numberInput `json:"group_id"`
	Default flagInput   `json:"default"`
}

func (c *call) membershipOf(m desk.Membership) groupMembershipJSON {
	return groupMembershipJSON{URL: c.url("group_memberships", int64(m.ID)), ID: m.ID, UserID: m.User, GroupID: m.Group,
		Default: m.Default, CreatedAt: formatTime(m.CreatedAt), UpdatedAt: formatTime(m.UpdatedAt)}
}

func (c *call) membershipFilter(tx *store.Tx) (f store.MembershipFilter, err error) {
	if f.User, err = c.ofUser(tx); err != nil || c.r.PathValue("group") == "" {
		return f, err
	}
	id, err := c.pathID("group")
	if err != nil {
		return f, err
	}
	g, err := tx.Group(c.ctx(), desk.GroupID(id))
	f.Group = g.ID
	return f, err
}

func (c *call) listMemberships() error {
	var f store.MembershipFilter
	return answerList(c, listSpec[desk.Membership]{
		key: "group_memberships",
		page: func(tx *store.Tx, p store.Page) (none store.Listed[desk.Membership], err error) {
			if f, err = c.membershipFilter(tx); err != nil {
				return none, err
			}
			return asActor(c, func(_ *store.Tx, actor *admin.Actor) (store.Listed[desk.Membership], error) {
				return actor.Memberships(c.ctx(), f, p)
			})(tx)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountMemberships(c.ctx(), f) },
		show:  c.showMemberships,
	})
}

// showMemberships has the sideloads users and groups.
func (c *call) showMemberships(tx *store.Tx, all []desk.Membership) (any, object, error) {
	var side object
	if c.includes("users") {
		users, err := tx.UsersByID(c.ctx(), distinct(all, func(m desk.Membership) desk.UserID { return m.User }))
		if err != nil {
			return nil, nil, err
		}
		shown, _, _ := c.showUsers(tx, users)
		side = append(side, member{"users", shown})
	}
	if c.includes("groups") {
		groups, err := tx.Groups(c.ctx())
		if err != nil {
			return nil, nil, err
		}
		side = append(side, member{"groups", c.groupsOf(groups)})
	}
	out, _, _ := showEach(c.membershipOf)(tx, all)
	return out, side, nil
}

// reachMembership reads the membership that the path names, of the user whom it names.
func (c *call) reachMembership(tx *store.Tx) (desk.Membership, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.Membership{}, err
	}
	user, err := c.ofUser(tx)
	if err != nil {
		return desk.Membership{}, err
	}
	m, err := tx.Membership(c.ctx(), desk.MembershipID(id))
	if err == nil && user != 0 && m.User != user {
		err = desk.Missing()
	}
	return m, err
}

func (c *call) showMembership() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		m, err := c.reachMembership(tx)
		return objectOf("group_membership", c.membershipOf(m)), err
	})
}

func (c *call) createMembership() error {
	var in membershipInput
	if err := c.parseRecord("group_membership", &in); err != nil {
		return err
	}
	return c.changeCreated(func(tx *store.Tx, actor *admin.Actor) (string, object, error) {
		user, err := c.ofUser(tx)
		if err != nil {
			return "", nil, err
		}
		m := in.toMembership()
		if user != 0 {
			m.User = user
		}
		err = actor.CreateMembership(c.ctx(), &m)
		return c.url("group_memberships", int64(m.ID)), objectOf("group_membership", c.membershipOf(m)), err
	})
}

func (in *membershipInput) toMembership() desk.Membership {
	return desk.Membership{User: desk.UserID(in.UserID.v), Group: desk.GroupID(in.GroupID.v), Default: in.Default.v}
}

func (c *call) deleteMembership() error {
	err := c.change(func(tx *store.Tx, actor *admin.Actor) error {
		m, err := c.reachMembership(tx)
		if err != nil {
			return err
		}
		return actor.DeleteMembership(c.ctx(), m.ID)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// makeDefaultMembership answers with all memberships of the user.
func (c *call) makeDefaultMembership() error {
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		m, err := c.reachMembership(tx)
		if err != nil {
			return nil, err
		}
		if err := actor.MakeDefaultMembership(c.ctx(), m.ID); err != nil {
			return nil, err
		}
		all, err := actor.Memberships(c.ctx(), store.MembershipFilter{User: m.User}, store.Page{})
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "group_memberships", all.Items, c.showMemberships)
	})
}
