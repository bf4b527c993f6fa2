package admin

import (
	"slices"
	"strconv"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// userPages is a way in to a person's page: admins look after everybody at /admin/users, agents after customers at /agent/users.
type userPages struct {
	shell   ui.Shell
	current string
	base    string
	suffix  string // of the address where a person is edited
	back    string // the list
}

func adminUserPages() userPages {
	return userPages{shell: ui.Admin, current: "users", base: "/admin/users", back: "/admin/users"}
}

func agentUserPages() userPages {
	return userPages{shell: ui.Workspace, current: "customers", base: "/agent/users", suffix: "/edit", back: "/agent/customers"}
}

func (d userPages) editPath(id desk.UserID) string { return d.base + "/" + ui.IDText(id) + d.suffix }

// userModel is a person's form. Without an id in stored it makes somebody new.
type userModel struct {
	userPages
	me           desk.User
	stored       desk.User
	user         desk.User // as it was typed
	organization []ui.Option
	groups       []desk.Group
	fields       []desk.TicketField // the account's own
	members      []desk.GroupID     // the groups they are in, as typed
	defaultGroup desk.GroupID
	sessions     int
	secret       string // a password that was just made, shown this once
	generate     bool
	into         string // address of whom they shall be merged into, as typed
	faults       ui.Faults
}

func (m userModel) isNew() bool      { return m.stored.ID == 0 }
func (m userModel) isMe() bool       { return m.stored.ID == m.me.ID }
func (m userModel) byAdmin() bool    { return m.me.Role == desk.Admin }
func (m userModel) isPartners() bool { return m.stored.Foreign != 0 }

// action is where the form posts.
func (m userModel) action() string {
	if m.isNew() {
		return m.base
	}
	return m.editPath(m.stored.ID)
}

func (d userPages) showNew(c *ui.Call) error {
	u := desk.User{Role: desk.EndUser, Name: c.Value("name"), Email: c.Value("email"), Organization: desk.OrganizationID(c.Number("organization_id"))}
	if role := desk.Role(c.Value("role")); role.Valid() && c.Frame.Admin() {
		u.Role = role
	}
	return d.showForm(c, 0, userModel{user: u, generate: u.Role.Staff()})
}

func (d userPages) showStored(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return d.showUser(c, 0, desk.UserID(id), userModel{})
}

// showUser answers with a person's page as it is stored, with what m has more.
func (d userPages) showUser(c *ui.Call, status int, id desk.UserID, m userModel) error {
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m.stored, err = managedUser(c, actor, id); err != nil {
			return err
		}
		m.user = m.stored
		m.members, m.defaultGroup = slices.Clone(actor.Config.Staff[id].Groups), m.stored.DefaultGroup
		return m.read(c, tx, actor)
	})
	if err != nil {
		return err
	}
	return d.showPage(c, status, m)
}

// managedUser reads somebody whom the caller may manage.
func managedUser(c *ui.Call, actor *admin.Actor, id desk.UserID) (desk.User, error) {
	u, err := actor.User(c.Ctx(), id)
	if err == nil && !u.Active {
		err = desk.Missing()
	}
	if err == nil {
		err = access.ForbidUnless(access.CanManageUser(access.ViewerOf(c.User, nil), u))
	}
	return u, err
}

// showForm shows the form of m, which knows the person already.
func (d userPages) showForm(c *ui.Call, status int, m userModel) error {
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error { return m.read(c, tx, actor) })
	if err != nil {
		return err
	}
	return d.showPage(c, status, m)
}

func (d userPages) showPage(c *ui.Call, status int, m userModel) error {
	m.userPages, m.me = d, c.User
	title := m.stored.Name
	if m.isNew() {
		title = c.T("admin.users.new")
	}
	return c.Show(ui.Page{Title: title, Shell: d.shell, Current: d.current, Status: status, Body: userPage(m)})
}

// read gathers what the form offers.
func (m *userModel) read(c *ui.Call, tx *store.Tx, actor *admin.Actor) (err error) {
	m.groups, m.fields = actor.Config.Groups, activePersonFields(actor.Config, desk.OfUsers)
	if m.organization, err = organizationOptions(c, tx, m.user.Organization); err != nil || m.isNew() {
		return err
	}
	sessions, err := tx.Sessions(c.Ctx(), m.stored.ID)
	m.sessions = len(sessions)
	return err
}

// offered is how many organizations a choice shows before one types.
const offered = 100

// organizationOptions are organizations to choose from, among them the chosen one.
func organizationOptions(c *ui.Call, tx *store.Tx, chosen desk.OrganizationID) ([]ui.Option, error) {
	all, err := tx.Organizations(c.Ctx(), "", store.Page{Limit: offered})
	if err != nil {
		return nil, err
	}
	options := []ui.Option{{Label: "–"}}
	for _, o := range all.Items {
		options = append(options, ui.Option{Value: ui.IDText(o.ID), Label: o.Name})
	}
	if chosen == 0 || slices.ContainsFunc(all.Items, func(o desk.Organization) bool { return o.ID == chosen }) {
		return options, nil
	}
	o, err := tx.Organization(c.Ctx(), chosen)
	if desk.KindOf(err) == desk.NotFound {
		return options, nil
	}
	return append(options, ui.Option{Value: ui.IDText(o.ID), Label: o.Name}), err
}

// languageOptions are the languages of people as choices.
func languageOptions(chosen string) []ui.Option {
	all := []ui.Option{{Label: "–"}}
	for _, l := range desk.Languages() {
		all = append(all, ui.Option{Value: l.Tag, Label: l.Name})
	}
	if chosen != "" && !slices.ContainsFunc(all, func(o ui.Option) bool { return o.Value == chosen }) {
		all = append(all, ui.Option{Value: chosen, Label: chosen})
	}
	return all
}

func lineCount(s string) int { return min(max(3, len(s)/80+1), 12) }

func countText(n int) string { return strconv.Itoa(n) }
