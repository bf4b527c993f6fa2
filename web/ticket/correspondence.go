package ticket

import (
	"cmp"
	"encoding/json"
	"net/url"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// correspondence is what the page says of an address that writes to the ticket: its mail is paused, or another help desk is
// there, with which the ticket could be shared, is to be, or is.
type correspondence struct {
	desk.Correspondence
	There     desk.RemoteDesk  // the other help desk; without id: a person's mailbox, or nothing is said of it
	Agreement desk.AgreementID // under which the ticket can be shared with it; 0 for none
	Proposed  desk.AgreementID // that waits for an answer; 0 for none
	Share     *desk.ShareRef   // by which it has the ticket; nil: it has not
}

// readCorrespondences reads what there is to say about those who write by mail, and who is mailed.
func (m *model) readCorrespondences(c *ui.Call, tx *store.Tx) error {
	all, err := tx.CorrespondencesOf(c.Ctx(), m.Ticket.ID)
	if err != nil {
		return err
	}
	for _, one := range all {
		shown := correspondence{Correspondence: one}
		if one.Desk != 0 && m.Ticket.Status != desk.Closed {
			if err := m.readDesk(c, tx, &shown); err != nil {
				return err
			}
		}
		if one.Paused() || shown.There.ID != 0 {
			m.Mail = append(m.Mail, shown)
		}
	}
	m.Writing.CanMail, err = c.Mail.CanSend(c.Ctx(), tx)
	if err != nil {
		return err
	}
	return m.readMailed(c, tx)
}

// readDesk reads the help desk of a correspondence, and how sharing with it stands. Where nobody wants to be asked it is left out.
func (m *model) readDesk(c *ui.Call, tx *store.Tx, shown *correspondence) error {
	d, err := tx.RemoteDesk(c.Ctx(), shown.Desk)
	if err != nil {
		return err
	}
	if shown.Share = m.shareWith(d); shown.Share == nil && d.NeverOffer && shown.Choice != desk.ChooseShare {
		return nil
	}
	shown.There = d
	shown.Agreement = m.agreementWith(d)
	for id, a := range m.Names.Config.Agreements {
		if !a.Inbound && a.Awaits() && d.IsAt(a) && (shown.Proposed == 0 || id < shown.Proposed) {
			shown.Proposed = id
		}
	}
	return nil
}

// shareWith is the share by which a help desk has the ticket, or is about to get it.
func (m *model) shareWith(d desk.RemoteDesk) *desk.ShareRef {
	for n := range m.Ticket.Shares {
		s := &m.Ticket.Shares[n]
		if (s.State == desk.ShareSending || s.State == desk.ShareLive) && d.IsAt(m.Names.Config.Agreements[s.Agreement]) {
			return s
		}
	}
	return nil
}

// awaited is what the page calls the partner whose answer the ticket waits for.
func (m *model) awaited(c *correspondence) string {
	return cmp.Or(m.Names.Config.Agreements[c.Correspondence.Agreement].Name, c.name())
}

// isElsewhere tells whether the partner has made another ticket than the one that its mails speak of.
func (c *correspondence) isElsewhere() bool {
	return c.Share.State == desk.ShareLive && c.RemoteTicket != "" && c.Share.RemoteID != c.RemoteTicket
}

// mailedByTriggers tells whether any trigger that is on writes to requesters, and to those copied.
func (m *model) mailedByTriggers() (requester, copied bool) {
	for i := range m.Names.Config.Triggers {
		for _, a := range m.Names.Config.Triggers[i].Actions {
			var value []string
			if a.Field != "notification_user" || json.Unmarshal(a.Value, &value) != nil || len(value) == 0 {
				continue
			}
			copied = copied || value[0] == "requester_and_ccs"
			requester = requester || copied || value[0] == "requester_id"
		}
	}
	return requester, copied
}

// invitation is where an agreement with the help desk is proposed, for this ticket first.
func (c *correspondence) invitation() string {
	return "/admin/sharing/new?" + url.Values{"to": {c.There.URL}, "ticket": {number(c.Ticket)}, "desk": {number(c.There.ID)}}.Encode()
}

// name is what the other help desk calls itself, or the address it writes from.
func (c *correspondence) name() string {
	return cmp.Or(c.There.Name, desk.HostOf(c.There.URL), c.Address)
}

// resumeMail lets automatic mail go to an address again.
func resumeMail(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	address := c.Value("address")
	err = c.Write(func(tx *store.Tx) error { return c.MailIn.Resume(c.Ctx(), tx, c.User, id, address) })
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("ticket.mail.resumed", address))
	return c.Redirect(Path(id))
}

// answerOffer is what one says about sharing with the help desk that writes.
func answerOffer(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	there, said := desk.RemoteDeskID(c.Number("desk")), ""
	err = c.Write(func(tx *store.Tx) error {
		switch c.Value("do") {
		case "never":
			said = "ticket.mail.never.done"
			return c.Conversion.SetNeverOffer(c.Ctx(), tx, c.User, id, there, true)
		case "await":
			said = "ticket.mail.await.done"
			return c.Conversion.Await(c.Ctx(), tx, c.User, id, there, desk.AgreementID(c.Number("agreement")))
		case "ask":
			said = "ticket.mail.ask.done"
			return c.Conversion.Ask(c.Ctx(), tx, c.User, id, there)
		}
		said = "ticket.mail.kept"
		return c.Conversion.KeepMail(c.Ctx(), tx, c.User, id, there)
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T(said))
	return c.Redirect(Path(id))
}
