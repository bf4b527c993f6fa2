package ticket

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// mailedDesk is a help desk among those whom a public reply reaches by mail: sharing the ticket would serve it better.
type mailedDesk struct {
	Name      string
	Agreement desk.AgreementID // under which the ticket can be shared with it; 0 for none
	Invite    string           // where an agreement with it is proposed; "" where its address is not known
}

// readMailed finds out whom a public reply reaches by mail, and who of them is a help desk. One that has the ticket by sharing is
// not mailed; one that writes to the ticket has its banner.
func (m *model) readMailed(c *ui.Call, tx *store.Tx) error {
	for _, u := range m.mailed() {
		d, err := deskBehind(c, tx, m.Names.Config, u.Email)
		if err != nil {
			return err
		}
		if s := m.shareWith(d); s != nil && s.State == desk.ShareLive {
			continue
		}
		m.Writing.To = append(m.Writing.To, cmp.Or(strings.TrimSpace(u.Name), u.Email)+" <"+u.Email+">")
		writes := slices.ContainsFunc(m.Mail, func(one correspondence) bool { return one.There.ID != 0 && one.Address == strings.ToLower(u.Email) })
		if d.URL == "" || d.NeverOffer || writes || m.shareWith(d) != nil {
			continue
		}
		m.Writing.Desks = append(m.Writing.Desks, mailedDesk{Name: u.Email, Agreement: m.agreementWith(d), Invite: "/admin/sharing/new?" + url.Values{"to": {d.URL}}.Encode()})
	}
	return nil
}

// agreementWith is an agreement under which tickets can be shared with a help desk; 0 for none.
func (m *model) agreementWith(d desk.RemoteDesk) (best desk.AgreementID) {
	for id, a := range m.Names.Config.Agreements {
		if !a.Inbound && a.Usable() && d.IsAt(a) && (best == 0 || id < best) {
			best = id
		}
	}
	return best
}

// mailed are the people outside whom a public reply can reach by mail: the requester and those copied, as far as triggers
// that are on write to them.
func (m *model) mailed() (out []desk.User) {
	requester, copied := m.mailedByTriggers()
	var all []desk.UserID
	if requester {
		all = append(all, m.Ticket.Requester)
	}
	if copied {
		all = append(all, m.Ticket.EmailCCs...)
	}
	seen := map[desk.UserID]bool{}
	for _, id := range all {
		u, known := m.Names.Users[id]
		if known && !seen[id] && u.Email != "" && u.Foreign == 0 && !u.Suspended {
			out = append(out, u)
		}
		seen[id] = true
	}
	return out
}

// deskBehind tells which help desk receives mail at an address, as far as we know: one that has written from it, a partner at its
// host, or another account of this installation. Without URL: none.
func deskBehind(c *ui.Call, tx *store.Tx, config *desk.Config, address string) (desk.RemoteDesk, error) {
	d, err := tx.RemoteDeskAt(c.Ctx(), address)
	if desk.KindOf(err) != desk.NotFound {
		return d, err
	}
	_, host, _ := strings.Cut(strings.ToLower(address), "@")
	for _, a := range config.Agreements {
		if u, err := url.Parse(a.RemoteURL); err == nil && host != "" && strings.EqualFold(u.Hostname(), host) {
			return desk.RemoteDesk{Address: address, URL: a.RemoteURL}, nil
		}
	}
	owner, err := tx.HostOwner(c.Ctx(), host)
	if err != nil || owner == 0 || owner == tx.Account() {
		return desk.RemoteDesk{}, err
	}
	here := url.URL{Scheme: "http", Host: host}
	if c.Frame.Secure {
		here.Scheme = "https"
	}
	if _, port, err := net.SplitHostPort(c.R.Host); err == nil {
		here.Host = net.JoinHostPort(host, port)
	}
	return desk.RemoteDesk{Address: address, URL: here.String()}, nil
}
