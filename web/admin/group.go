package admin

import (
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

type groupRow struct {
	desk.Group
	members []string
}

// groupModel is a group's form. Without an id in stored it makes a new one.
type groupModel struct {
	stored  desk.Group
	group   desk.Group // as it was typed
	members []string   // ids, as typed
	staff   []ui.Option
	faults  ui.Faults
}

func (m groupModel) action() string {
	if m.stored.ID == 0 {
		return "/admin/groups"
	}
	return "/admin/groups/" + ui.IDText(m.stored.ID)
}

func showGroups(c *ui.Call) error {
	var rows []groupRow
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		rows = groupRows(actor.Config)
		return nil
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("groups", c.T("admin.groups.title"), 0, groupsPage(rows))
}

// groupRows are the groups by name, with the names of who is in them.
func groupRows(cfg *desk.Config) []groupRow {
	at := make(map[desk.GroupID]int, len(cfg.Groups))
	rows := make([]groupRow, len(cfg.Groups))
	for i, g := range cfg.Groups {
		rows[i].Group, at[g.ID] = g, i
	}
	for _, m := range cfg.Staff {
		for _, g := range m.Groups {
			if i, ok := at[g]; ok {
				rows[i].members = append(rows[i].members, m.Name)
			}
		}
	}
	for i := range rows {
		slices.SortFunc(rows[i].members, byName)
	}
	slices.SortFunc(rows, func(a, b groupRow) int { return byName(a.Name, b.Name) })
	return rows
}

func byName(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

func newGroup(c *ui.Call) error { return groupAnswer(c, 0, 0, groupModel{}) }

func showGroup(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return groupAnswer(c, 0, desk.GroupID(id), groupModel{})
}

// groupAnswer shows a group's form, as it is stored or, with faults, as it was typed.
func groupAnswer(c *ui.Call, status int, id desk.GroupID, m groupModel) error {
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		m.staff = staffOptions(actor.Config)
		if id == 0 {
			return nil
		}
		if m.stored, err = liveGroup(c, actor, id); err != nil || m.faults != nil {
			return err
		}
		m.group, m.members = m.stored, nil
		for _, s := range actor.Config.Staff {
			if slices.Contains(s.Groups, id) {
				m.members = append(m.members, ui.IDText(s.ID))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	title := c.T("admin.groups.new")
	if id != 0 {
		title = m.stored.Name
	}
	return c.ShowAdmin("groups", title, status, groupPage(m))
}

// liveGroup reads a group that is not deleted.
func liveGroup(c *ui.Call, actor *admin.Actor, id desk.GroupID) (desk.Group, error) {
	g, err := actor.Group(c.Ctx(), id)
	if err == nil && g.Deleted {
		err = desk.Missing()
	}
	return g, err
}

func createGroup(c *ui.Call) error { return saveGroupAs(c, 0) }

func saveGroup(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return saveGroupAs(c, desk.GroupID(id))
}

func saveGroupAs(c *ui.Call, id desk.GroupID) error {
	typed := desk.Group{ID: id, Public: true}
	edit := func(g *desk.Group) {
		g.Name, g.Description, g.Default = c.Value("name"), c.Value("description"), c.Checked("default")
	}
	edit(&typed)
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		g := typed
		if id == 0 {
			err = actor.CreateGroup(c.Ctx(), &g)
		} else if _, err = liveGroup(c, actor, id); err == nil {
			g, err = actor.ChangeGroup(c.Ctx(), id, func(g *desk.Group) error { edit(g); return nil })
		}
		if err != nil {
			return err
		}
		return reconcileMembers(c, actor, g.ID)
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return groupAnswer(c, status, id, groupModel{group: typed, members: c.R.Form["members"], faults: f})
		})
	}
	c.ToastSuccess(c.T("admin.groups.saved", typed.Name))
	return c.Redirect("/admin/groups")
}

// reconcileMembers brings those who were chosen into a group, and the others out of it.
func reconcileMembers(c *ui.Call, actor *admin.Actor, g desk.GroupID) error {
	want := idsOf[desk.UserID](c, "members")
	in, err := actor.Memberships(c.Ctx(), store.MembershipFilter{Group: g}, store.Page{})
	if err != nil {
		return err
	}
	for _, m := range in.Items {
		if at := slices.Index(want, m.User); at >= 0 {
			want = slices.Delete(want, at, at+1)
		} else if err := actor.DeleteMembership(c.Ctx(), m.ID); err != nil {
			return err
		}
	}
	for _, u := range want {
		if err := actor.CreateMembership(c.Ctx(), &desk.Membership{User: u, Group: g}); err != nil {
			return err
		}
	}
	return nil
}

func confirmGroup(c *ui.Call) error { return askGroup(c, 0, nil) }

func askGroup(c *ui.Call, status int, faults ui.Faults) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var g desk.Group
	var open store.Count
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		if g, err = liveGroup(c, actor, desk.GroupID(id)); err != nil {
			return err
		}
		open, err = tx.TicketCount(c.Ctx(), store.TicketQuery{Group: g.ID, Statuses: desk.Statuses[:desk.Solved.Rank()]})
		return err
	})
	if err != nil {
		return err
	}
	return askFirst(c, "groups", status, confirmation{title: c.T("admin.groups.delete.title", g.Name), faults: faults,
		losses: []string{text.N(c.Ctx(), "admin.groups.delete.open", open.N), c.T("admin.groups.delete.solved"), c.T("admin.groups.delete.members"),
			c.T("admin.groups.delete.rules")},
		action: "/admin/groups/" + ui.IDText(id) + "/delete", button: c.T("action.delete"), back: "/admin/groups/" + ui.IDText(id)})
}

func deleteGroup(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeleteGroup(c.Ctx(), desk.GroupID(id)) })
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askGroup(c, status, f) })
	}
	c.ToastSuccess(c.T("admin.groups.deleted"))
	return c.Redirect("/admin/groups")
}
