package ticket

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// correspondence is what the page says of an address that writes to the ticket: its mail is paused, or another help desk is there.
type correspondence struct {
	desk.Correspondence
	There     desk.RemoteDesk  // the other help desk; without id: a person's mailbox, or nothing is offered
	Agreement desk.AgreementID // under which the ticket can be shared with it; 0 for none
}

// keptCookie remembers, for the ticket's page alone, that its mail is to stay mail.
const (
	keptCookie = "interdesk_keep_mail"
	keptFor    = 365 * 24 * 60 * 60 // seconds
)

// readCorrespondences reads what there is to say about those who write by mail, and who is mailed.
func (m *model) readCorrespondences(c *ui.Call, tx *store.Tx) error {
	all, err := tx.CorrespondencesOf(c.Ctx(), m.Ticket.ID)
	if err != nil {
		return err
	}
	_, err = c.R.Cookie(keptCookie)
	kept := err == nil
	for _, one := range all {
		shown := correspondence{Correspondence: one}
		if one.Desk != 0 && !kept && m.Ticket.Status != desk.Closed {
			if shown.There, err = m.offeredDesk(c, tx, one.Desk); err != nil {
				return err
			}
			shown.Agreement = m.agreementWith(shown.There)
		}
		if one.Paused() || shown.There.ID != 0 {
			m.Mail = append(m.Mail, shown)
		}
	}
	m.Writing.CanMail, err = c.Mail.CanSend(c.Ctx(), tx)
	m.Writing.To = m.mailed()
	return err
}

// offeredDesk is a help desk with which the ticket could be shared; the zero one where nobody wants to be asked, or it is shared.
func (m *model) offeredDesk(c *ui.Call, tx *store.Tx, id desk.RemoteDeskID) (desk.RemoteDesk, error) {
	d, err := tx.RemoteDesk(c.Ctx(), id)
	if err != nil || d.NeverOffer {
		return desk.RemoteDesk{}, err
	}
	host := hostOf(d.URL)
	for _, s := range m.Ticket.Shares {
		if host != "" && s.Active() && hostOf(m.Names.Config.Agreements[s.Agreement].RemoteURL) == host {
			return desk.RemoteDesk{}, nil
		}
	}
	return d, nil
}

// agreementWith is an agreement under which tickets can be shared with a help desk.
func (m *model) agreementWith(d desk.RemoteDesk) (best desk.AgreementID) {
	host := hostOf(d.URL)
	for id, a := range m.Names.Config.Agreements {
		if host != "" && !a.Inbound && a.Usable() && hostOf(a.RemoteURL) == host && (best == 0 || id < best) {
			best = id
		}
	}
	return best
}

// hostOf is the host of an address; "" for none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// mailed are the people outside whom a public reply can reach by mail: the requester and those copied, as far as triggers
// that are on write to them.
func (m *model) mailed() (out []string) {
	requester, copied := m.mailedByTriggers()
	var all []desk.UserID
	if requester {
		all = append(all, m.Ticket.Requester)
	}
	if copied {
		all = append(all, m.Ticket.EmailCCs...)
	}
	for _, id := range all {
		u, known := m.Names.Users[id]
		if known && u.Email != "" && u.Foreign == 0 && !u.Suspended {
			out = append(out, cmp.Or(strings.TrimSpace(u.Name), u.Email)+" <"+u.Email+">")
		}
	}
	return slices.Compact(out)
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

// invitation is where an agreement with the help desk is proposed.
func (c *correspondence) invitation() string {
	return "/admin/sharing/new?" + url.Values{"to": {c.There.URL}}.Encode()
}

// name is what the other help desk calls itself, or the address it writes from.
func (c *correspondence) name() string { return cmp.Or(c.There.Name, hostOf(c.There.URL), c.Address) }

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

// answerOffer is what one says about sharing with the help desk that writes: never ask, or keep e-mail for this ticket.
func answerOffer(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	if c.Value("do") == "never" {
		err = c.Write(func(tx *store.Tx) error { return neverOffer(c, tx, id, desk.RemoteDeskID(c.Number("desk"))) })
		if err != nil {
			return err
		}
		c.ToastSuccess(c.T("ticket.mail.never.done"))
		return c.Redirect(Path(id))
	}
	http.SetCookie(c.W, &http.Cookie{Name: keptCookie, Value: "1", Path: Path(id), MaxAge: keptFor, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Frame.Secure})
	c.ToastSuccess(c.T("ticket.mail.kept"))
	return c.Redirect(Path(id))
}

// neverOffer: only of a help desk that writes to the ticket.
func neverOffer(c *ui.Call, tx *store.Tx, id desk.TicketID, there desk.RemoteDeskID) error {
	all, err := tx.CorrespondencesOf(c.Ctx(), id)
	if err != nil {
		return err
	}
	if there == 0 || !slices.ContainsFunc(all, func(one desk.Correspondence) bool { return one.Desk == there }) {
		return desk.Missing()
	}
	return c.MailIn.NeverOffer(c.Ctx(), tx, c.User, there)
}
