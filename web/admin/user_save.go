package admin

import (
	"crypto/rand"
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// typeUser brings what was typed into a user. What the form did not show stays.
func typeUser(c *ui.Call, u *desk.User) {
	for name, to := range map[string]*string{"name": &u.Name, "email": &u.Email, "phone": &u.Phone, "alias": &u.Alias, "details": &u.Details,
		"notes": &u.Notes, "signature": &u.Signature, "external_id": &u.ExternalID, "time_zone": &u.TimeZone, "locale": &u.Locale} {
		if c.HasValue(name) {
			*to = c.Value(name)
		}
	}
	if c.HasValue("role") {
		u.Role = desk.Role(c.Value("role"))
	}
	if c.HasValue("organization_id") {
		u.Organization = desk.OrganizationID(c.Number("organization_id"))
	}
	if c.HasValue("tags") {
		u.Tags = desk.ParseTags(c.Value("tags"))
	}
	if c.HasValue("suspended") {
		u.Suspended = c.Checked("suspended")
	}
	if c.HasValue("verified") {
		u.Verified = c.Checked("verified")
	}
}

// nameOrganization finds the organization whose whole name was written, as one does without script.
func nameOrganization(c *ui.Call, tx *store.Tx, u *desk.User) error {
	name := c.Value("organization_name")
	if name == "" {
		return nil
	}
	org, err := tx.OrganizationByName(c.Ctx(), name)
	if desk.KindOf(err) == desk.NotFound {
		return desk.InvalidField("organization_id", "InvalidValue", c.T("admin.users.organization.unknown", name))
	}
	u.Organization = org.ID
	return err
}

func (d userPages) createUser(c *ui.Call) error {
	m := userModel{generate: c.Checked("generate"), members: idsOf[desk.GroupID](c, "groups"), defaultGroup: desk.GroupID(c.Number("default_group_id"))}
	plain, password, err := typedPassword(c, m.generate)
	if err == nil {
		err = c.ChangeAs(func(tx *store.Tx, actor *admin.Actor) error {
			m.user = desk.User{}
			typeUser(c, &m.user)
			if err := nameOrganization(c, tx, &m.user); err != nil {
				return err
			}
			if err := typePersonFields(c, actor.Config, desk.OfUsers, &m.user.Fields, &m.user.Tags); err != nil {
				return err
			}
			if err := actor.CreateUser(c.Ctx(), &m.user, password); err != nil {
				return err
			}
			return reconcileGroups(c, actor, m.user)
		})
	}
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.user = desk.User{}
			typeUser(c, &m.user)
			m.faults = f
			return d.showForm(c, status, m)
		})
	}
	if m.generate {
		return d.showUser(c, 0, m.user.ID, userModel{secret: plain})
	}
	c.ToastSuccess(c.T("admin.users.created", m.user.Name))
	return c.Redirect(d.listedPath(m.user.ID))
}

// listedPath is where one goes when somebody is saved: agents to the person's page.
func (d userPages) listedPath(id desk.UserID) string { return d.base + "/" + ui.IDText(id) }

// typedPassword hashes the password that was typed, or one that is made now.
func typedPassword(c *ui.Call, generate bool) (plain string, p admin.Password, err error) {
	plain = c.R.PostFormValue("password")
	if generate {
		plain = rand.Text()
	}
	p, err = c.Admin.Password(c.Ctx(), c.User, plain)
	return plain, p, err
}

func (d userPages) saveUser(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var typed desk.User
	err = c.ChangeAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		typed, err = actor.ChangeUser(c.Ctx(), desk.UserID(id), admin.Password{}, func(u *desk.User) error {
			typeUser(c, u)
			if err := typePersonFields(c, actor.Config, desk.OfUsers, &u.Fields, &u.Tags); err != nil {
				return err
			}
			return nameOrganization(c, tx, u)
		})
		if err != nil {
			return err
		}
		return reconcileGroups(c, actor, typed)
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return d.saveAgain(c, status, desk.UserID(id), typed, f) })
	}
	c.ToastSuccess(c.T("admin.users.saved", typed.Name))
	return c.Redirect(d.listedPath(typed.ID))
}

// saveAgain shows a person's form as it was typed.
func (d userPages) saveAgain(c *ui.Call, status int, id desk.UserID, typed desk.User, f ui.Faults) error {
	m := userModel{faults: f, user: typed, members: idsOf[desk.GroupID](c, "groups"), defaultGroup: desk.GroupID(c.Number("default_group_id"))}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m.stored, err = managedUser(c, actor, id); err != nil {
			return err
		}
		return m.read(c, tx, actor)
	})
	if err != nil {
		return err
	}
	return d.showPage(c, status, m)
}

// reconcileGroups brings a member of staff into the groups that were ticked, if the form showed any.
func reconcileGroups(c *ui.Call, actor *admin.Actor, u desk.User) error {
	if !c.HasValue("groups") || !u.Role.Staff() {
		return nil
	}
	want, first := idsOf[desk.GroupID](c, "groups"), desk.GroupID(c.Number("default_group_id"))
	if first != 0 && !slices.Contains(want, first) {
		want = append(want, first)
	}
	in, err := actor.Memberships(c.Ctx(), store.MembershipFilter{User: u.ID}, store.Page{})
	if err != nil {
		return err
	}
	for _, g := range want {
		if slices.ContainsFunc(in.Items, func(m desk.Membership) bool { return m.Group == g }) {
			continue
		}
		m := desk.Membership{User: u.ID, Group: g}
		if err := actor.CreateMembership(c.Ctx(), &m); err != nil {
			return err
		}
		in.Items = append(in.Items, m)
	}
	return reconcileMemberships(c, actor, in.Items, want, first)
}

// reconcileMemberships makes one membership the default, then ends those that are not wanted.
func reconcileMemberships(c *ui.Call, actor *admin.Actor, all []desk.Membership, want []desk.GroupID, first desk.GroupID) error {
	for _, m := range all {
		if m.Group == first && !m.Default {
			if err := actor.MakeDefaultMembership(c.Ctx(), m.ID); err != nil {
				return err
			}
		}
	}
	for _, m := range all {
		if !slices.Contains(want, m.Group) {
			if err := actor.DeleteMembership(c.Ctx(), m.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
