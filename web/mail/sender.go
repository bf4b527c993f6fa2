package mail

import (
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// sendersModel is whose mail is always let in, and whose never is.
type sendersModel struct {
	allowed, blocked []desk.MailSender
	names            map[desk.UserID]string
	typed            string // what could not be added
	typedBlocked     bool
	faults           ui.Faults
}

func showSenders(c *ui.Call) error { return sendersAnswer(c, 0, sendersModel{}) }

func sendersAnswer(c *ui.Call, status int, m sendersModel) error {
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m.allowed, err = actor.MailSenders(c.Ctx(), false); err != nil {
			return err
		}
		if m.blocked, err = actor.MailSenders(c.Ctx(), true); err != nil {
			return err
		}
		m.names, err = addedBy(c, tx, m.allowed, m.blocked)
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("mail-senders", c.T("mail.senders.title"), status, sendersPage(m))
}

// addedBy are the names of those who put senders on the lists.
func addedBy(c *ui.Call, tx *store.Tx, lists ...[]desk.MailSender) (map[desk.UserID]string, error) {
	seen := map[desk.UserID]string{}
	var ids []desk.UserID
	for _, list := range lists {
		for _, s := range list {
			if _, ok := seen[s.CreatedBy]; !ok && s.CreatedBy != 0 {
				seen[s.CreatedBy] = ""
				ids = append(ids, s.CreatedBy)
			}
		}
	}
	users, err := tx.UsersByID(c.Ctx(), ids)
	for i := range users {
		seen[users[i].ID] = users[i].Name
	}
	return seen, err
}

// maxSendersAtOnce is how many senders are added by one form.
const maxSendersAtOnce = 200

// addSenders puts one or several senders on a list: from the other list, too.
func addSenders(c *ui.Call) error {
	blocked := c.Value("list") == "block"
	patterns := strings.FieldsFunc(c.Value("pattern"), func(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) })
	if len(patterns) == 0 {
		patterns = []string{""}
	}
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		if len(patterns) > maxSendersAtOnce {
			return desk.InvalidField("pattern", "TooManyValues", c.T("mail.senders.many", maxSendersAtOnce))
		}
		for _, pattern := range patterns {
			if err := actor.SetMailSender(c.Ctx(), pattern, blocked); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			return sendersAnswer(c, status, sendersModel{typed: c.Value("pattern"), typedBlocked: blocked, faults: f})
		})
	}
	c.ToastSuccess(text.N(c.Ctx(), "mail.senders.added", len(patterns)))
	return c.Redirect("/admin/mail/senders")
}

func deleteSender(c *ui.Call) error {
	pattern := c.Value("pattern")
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeleteMailSender(c.Ctx(), pattern) })
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("mail.senders.deleted", pattern))
	return c.Redirect("/admin/mail/senders")
}
