package sharing

import (
	"slices"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/web/ui"
)

// restoredState is what the pages say of a database that was restored or copied: PausedByRestore while nobody has said which,
// PausedAsCopy of a copy, else nothing. The reason is the database's own.
func restoredState(partners []agreement.Partner) (state desk.Pause, reason string) {
	for _, p := range partners {
		for _, l := range p.Lines {
			if l.PausedBy == desk.PausedByRestore {
				return l.PausedBy, l.LastError
			}
			if l.PausedBy.Cold() {
				state = l.PausedBy
			}
		}
	}
	return state, ""
}

// settleRestored takes an admin's word on which database this is.
func settleRestored(c *ui.Call) error {
	word := c.Value("database")
	if !slices.Contains([]string{"real", "copy"}, word) {
		return desk.Missing()
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	if err := c.Agreements.SettleRestored(c.Ctx(), c.Account.ID, actor, word == "real"); err != nil {
		return err
	}
	if word == "real" {
		c.ToastSuccess(c.T("sharing.restored.done"))
	} else {
		c.ToastSuccess(c.T("sharing.restored.silent"))
	}
	return c.Redirect("/admin/sharing")
}

// moveAddress goes over to the partner's new address: the one in the form or, without, the one that the partner says it has.
func moveAddress(c *ui.Call) error {
	on, err := targetOf(c)
	if err != nil {
		return err
	}
	_, err = on.Move(on, on.account, on.actor, on.id, c.Value("address"))
	refused, err := toastRefusal(c, err)
	if err != nil {
		return err
	}
	if !refused {
		c.ToastSuccess(c.T("sharing.move.done"))
	}
	return c.Redirect(agreementPath(on.id))
}
