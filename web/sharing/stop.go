package sharing

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// stopModel is a share that somebody wants to stop before the partner has it.
type stopModel struct {
	ticket desk.Ticket
	view   shareView
}

// showStop asks whether the ticket is to be withdrawn, or sent and then stopped. A share that is further than that is shown.
func showStop(c *ui.Call) error {
	ticket, share, err := shareID(c)
	if err != nil {
		return err
	}
	var m stopModel
	err = c.Read(func(tx *store.Tx) (err error) {
		m.ticket, m.view, err = findShare(c, tx, ticket, share)
		return err
	})
	if err != nil {
		return err
	}
	if m.view.Share.State != desk.ShareSending {
		return c.Redirect(sharePath(&m.view.Share))
	}
	return c.Show(ui.Page{Title: c.T("sharing.stop.title", m.view.Agreement.Name), Shell: ui.Workspace, Current: "views", Body: stopPage(m)})
}
