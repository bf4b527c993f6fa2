package sharing

import (
	"net/http"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/store"
	"interdesk/web/ui"
)

// inviteModel is the guided page: first whom, then on which terms.
type inviteModel struct {
	to       string
	name     string
	terms    desk.Terms
	notes    bool
	both     bool
	faults   ui.Faults
	address  *agreement.Address // what we made of to; nil before that
	standing *desk.Agreement    // an agreement of ours with this partner that is in force or waits
	ticket   desk.TicketID      // that is to be shared as soon as the invitation is accepted; 0 for none
	there    desk.RemoteDeskID  // the help desk that writes to it
	declines bool               // every invitation is refused unseen here, so theirs would be
}

func showInvite(c *ui.Call) error {
	m := inviteModel{to: c.Value("to"), ticket: desk.TicketID(c.Number("ticket")), there: desk.RemoteDeskID(c.Number("desk")), both: true, notes: true, terms: desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true}}
	if !c.HasValue("to") {
		return invitePage(c, m, 0)
	}
	if err := m.resolveAddress(c); err != nil {
		return inviteAgain(c, m, err)
	}
	m.name = m.address.Name
	return invitePage(c, m, 0)
}

// resolveAddress finds out whom the address means, and what there is with that partner already.
func (m *inviteModel) resolveAddress(c *ui.Call) error {
	a, err := c.Agreements.Address(c.Ctx(), c.Account.ID, m.to)
	if err != nil {
		return err
	}
	m.address = &a
	return c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		m.declines = cfg.Account.Settings.DeclineInvitations
		partners, err := agreement.Partners(c.Ctx(), tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(partners, func(p agreement.Partner) bool { return strings.EqualFold(p.URL, a.URL) })
		if i < 0 {
			return nil
		}
		if invitedBack(partners[i]) {
			m.standing = &partners[i].Current(false).Agreement
		}
		return nil
	})
}

func invitePage(c *ui.Call, m inviteModel, status int) error {
	return c.Show(ui.Page{Title: c.T("sharing.new"), Shell: ui.Admin, Current: "partners", Status: status, Body: inviteForm(m)})
}

// inviteAgain shows the page with what is wrong with it.
func inviteAgain(c *ui.Call, m inviteModel, err error) error {
	faults, ok := ui.FaultsOf(err)
	if !ok {
		return err
	}
	m.faults = ui.Faults{}
	for field, words := range faults {
		if field == "address" || field == "sharing_url" || field == "remote_subdomain" {
			field = "to"
		}
		m.faults[field] = append(m.faults[field], words...)
	}
	return invitePage(c, m, http.StatusUnprocessableEntity)
}

func sendInvitation(c *ui.Call) error {
	m := inviteModel{to: c.Value("to"), name: c.Value("name"), notes: c.Checked("notes"), both: c.Value("ways") == "both",
		ticket: desk.TicketID(c.Number("ticket")), there: desk.RemoteDeskID(c.Number("desk")),
		terms: desk.Terms{PublicComments: c.Checked("public"), SyncTags: c.Checked("tags"), SyncFields: c.Checked("fields")}}
	if err := m.resolveAddress(c); err != nil {
		return inviteAgain(c, m, err)
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	a, err := c.Agreements.Invite(c.Ctx(), c.Account.ID, actor, agreement.Invitation{RemoteURL: m.address.URL, Name: nonEmpty(m.name, m.address.Name),
		Terms: m.terms, WithoutNotes: !m.notes, BothWays: m.both})
	if err != nil {
		return inviteAgain(c, m, err)
	}
	c.ToastSuccess(c.T("sharing.invited", a.Name))
	if m.ticket != 0 {
		return m.backToTicket(c, a)
	}
	return c.Redirect(agreementPath(a.ID))
}

// backToTicket has the ticket for which the agreement was proposed wait for it. Where somebody else was invited after all, it does not.
func (m *inviteModel) backToTicket(c *ui.Call, a desk.Agreement) error {
	err := c.Write(func(tx *store.Tx) error { return c.Conversion.Await(c.Ctx(), tx, c.User, m.ticket, m.there, a.ID) })
	if k := desk.KindOf(err); k == desk.NotFound || k == desk.Invalid {
		return c.Redirect(agreementPath(a.ID))
	}
	if err != nil {
		return err
	}
	return c.Redirect("/agent/tickets/" + number(m.ticket))
}

func nonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func agreementPath(id desk.AgreementID) string { return "/admin/sharing/" + number(id) }
