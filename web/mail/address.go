package mail

import (
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// addressesModel is where the desk receives mail.
type addressesModel struct {
	all    []desk.SupportAddress
	groups map[desk.GroupID]string
}

func showAddresses(c *ui.Call) error {
	m := addressesModel{groups: map[desk.GroupID]string{}}
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		for _, g := range actor.Config.Groups {
			m.groups[g.ID] = g.Name
		}
		m.all, err = actor.SupportAddresses(c.Ctx())
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("mail-addresses", c.T("mail.addresses.title"), 0, addressesPage(m))
}

// addressModel is the form of an address. Without an id in stored it makes a new one.
type addressModel struct {
	stored  desk.SupportAddress
	address desk.SupportAddress // as it was typed
	tags    string              // as they were typed
	groups  []ui.Option
	faults  ui.Faults
}

func (m addressModel) action() string {
	if m.stored.ID == 0 {
		return "/admin/mail/addresses"
	}
	return "/admin/mail/addresses/" + ui.IDText(m.stored.ID)
}

// host is where addresses need no forwarding.
func ownHost(all []desk.SupportAddress) string {
	for _, a := range all {
		if local, host, _ := strings.Cut(a.Address, "@"); local == desk.DefaultAddressName {
			return host
		}
	}
	return ""
}

func newAddress(c *ui.Call) error { return addressAnswer(c, 0, 0, addressModel{}) }

func showAddress(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return addressAnswer(c, 0, desk.AddressID(id), addressModel{})
}

// addressAnswer shows the form of an address, as it is stored or, with faults, as it was typed.
func addressAnswer(c *ui.Call, status int, id desk.AddressID, m addressModel) error {
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		m.groups = groupOptions(c, actor.Config)
		if id == 0 {
			return nil
		}
		if m.stored, err = actor.SupportAddress(c.Ctx(), id); err != nil || m.faults != nil {
			return err
		}
		m.address, m.tags = m.stored, strings.Join(m.stored.Tags, " ")
		return nil
	})
	if err != nil {
		return err
	}
	title := c.T("mail.addresses.new")
	if id != 0 {
		title = m.stored.Address
	}
	return c.ShowAdmin("mail-addresses", title, status, addressPage(m))
}

// groupOptions are the groups by name, behind the choice of none.
func groupOptions(c *ui.Call, cfg *desk.Config) []ui.Option {
	all := []ui.Option{{Value: "0", Label: c.T("mail.addresses.group.rules")}}
	for _, g := range cfg.Groups {
		all = append(all, ui.Option{Value: ui.IDText(g.ID), Label: g.Name})
	}
	slices.SortFunc(all[1:], func(a, b ui.Option) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return all
}

func createAddress(c *ui.Call) error { return saveAddressAs(c, 0) }

func saveAddress(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	return saveAddressAs(c, desk.AddressID(id))
}

func saveAddressAs(c *ui.Call, id desk.AddressID) error {
	typed := desk.SupportAddress{ID: id, Address: c.Value("email")}
	edit := func(a *desk.SupportAddress) {
		a.Name, a.Group, a.Default = c.Value("name"), desk.GroupID(c.Number("group_id")), c.Checked("default")
		a.Tags = strings.FieldsFunc(c.Value("tags"), func(r rune) bool { return r == ' ' || r == ',' })
	}
	edit(&typed)
	stored := typed
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if id == 0 {
			stored = typed
			return actor.CreateSupportAddress(c.Ctx(), &stored)
		}
		stored, err = actor.ChangeSupportAddress(c.Ctx(), id, edit)
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return addressAnswer(c, status, id, addressModel{address: typed, tags: c.Value("tags"), faults: f})
		})
	}
	c.ToastSuccess(c.T("mail.addresses.saved", stored.Address))
	return c.Redirect("/admin/mail/addresses")
}

func confirmAddress(c *ui.Call) error { return askAddress(c, 0, nil) }

func askAddress(c *ui.Call, status int, faults ui.Faults) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var a desk.SupportAddress
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		a, err = actor.SupportAddress(c.Ctx(), desk.AddressID(id))
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("mail-addresses", c.T("mail.addresses.delete.title", a.Address), status, deleteAddressPage(a, faults))
}

func deleteAddress(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		return actor.DeleteSupportAddress(c.Ctx(), desk.AddressID(id))
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askAddress(c, status, f) })
	}
	c.ToastSuccess(c.T("mail.addresses.deleted"))
	return c.Redirect("/admin/mail/addresses")
}
