package sharing

import (
	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/store"
	"interdesk/web/ui"
)

// listModel is all partners, and the invitations that wait for an answer here.
type listModel struct {
	partners    []agreement.Partner
	invitations []waitingInvitation
	declines    bool // every invitation is refused unseen
	restored    desk.Pause
	reason      string // why the database counts as restored
}

// waitingInvitation is an invitation of others that nobody has answered.
type waitingInvitation struct {
	desk.Agreement
	back bool // they have an invitation of ours, or have accepted one
}

func showList(c *ui.Call) error {
	var m listModel
	err := c.Read(func(tx *store.Tx) (err error) {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		m.declines = cfg.Account.Settings.DeclineInvitations
		m.partners, err = agreement.Partners(c.Ctx(), tx)
		return err
	})
	if err != nil {
		return err
	}
	m.invitations = invitationsIn(m.partners)
	m.restored, m.reason = restoredState(m.partners)
	return c.Show(ui.Page{Title: c.T("sharing.list"), Shell: ui.Admin, Current: "partners", Body: listPage(m)})
}

func invitationsIn(partners []agreement.Partner) []waitingInvitation {
	var out []waitingInvitation
	for _, p := range partners {
		for _, l := range p.Lines {
			if l.Inbound && l.Status == desk.AgreementPending {
				out = append(out, waitingInvitation{l.Agreement, invitedBack(p)})
			}
		}
	}
	return out
}

// invitedBack tells whether a partner has accepted an invitation of ours, or may.
func invitedBack(p agreement.Partner) bool {
	out := p.Current(false)
	return out != nil && (out.Usable() || out.Status == desk.AgreementPending)
}
