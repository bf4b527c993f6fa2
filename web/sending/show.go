package sending

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/mail/outbound"
	"interdesk/notify"
	"interdesk/store"
	"interdesk/web/ui"
)

// shownWaiting is how many of the waiting letters the page shows.
const shownWaiting = 20

// sendingModel is the page.
type sendingModel struct {
	installation bool // it has a relay
	own          *desk.MailRelay
	relay        outbound.RelayInput // as typed
	relayFaults  ui.Faults
	failure      *desk.RelayFailure
	waiting      []desk.Mail
	more         bool // waiting, than are shown
	domains      []domain
	layout       notify.Layout
	layoutFaults ui.Faults
}

// domain is one of those from which letters go out.
type domain struct {
	name string
	key  *desk.DKIMKey
}

// works tells whether there is a way to send.
func (m *sendingModel) works() bool { return m.installation || m.own != nil }

func showSending(c *ui.Call) error {
	m, err := readSending(c)
	if err != nil {
		return err
	}
	return m.show(c, http.StatusOK)
}

func (m *sendingModel) show(c *ui.Call, status int) error {
	return c.Show(ui.Page{Title: c.T("sending.title"), Shell: ui.Admin, Current: "mail-sending", Status: status, Body: sendingPage(*m)})
}

func readSending(c *ui.Call) (m sendingModel, err error) {
	m.installation = c.Mail.Installation()
	err = c.Read(func(tx *store.Tx) error {
		return errors.Join(m.readRelay(c, tx), m.readWaiting(c, tx), m.readDomains(c, tx))
	})
	m.layout = notify.LayoutOf(c.Account)
	return m, err
}

func (m *sendingModel) readRelay(c *ui.Call, tx *store.Tx) error {
	own, err := tx.MailRelay(c.Ctx())
	switch {
	case err == nil:
		m.own = &own
		m.relay = outbound.RelayInput{Host: own.Host, Port: own.Port, Security: own.Security, Username: own.Username}
	case desk.KindOf(err) != desk.NotFound:
		return err
	default:
		m.relay = outbound.RelayInput{Port: 587, Security: desk.RelayStartTLS}
	}
	failure, err := tx.RelayFailure(c.Ctx())
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	m.failure = &failure
	return err
}

func (m *sendingModel) readWaiting(c *ui.Call, tx *store.Tx) error {
	found, err := c.Mail.Waiting(c.Ctx(), tx, store.Page{Limit: shownWaiting})
	m.waiting, m.more = found.Items, found.More
	return err
}

// readDomains reads the domains of the support addresses, and which of them have keys.
func (m *sendingModel) readDomains(c *ui.Call, tx *store.Tx) error {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return err
	}
	keys, err := tx.DKIMKeys(c.Ctx())
	for _, name := range domainsOf(cfg) {
		d := domain{name: name}
		if at := slices.IndexFunc(keys, func(k desk.DKIMKey) bool { return k.Domain == name }); at >= 0 {
			d.key = &keys[at]
		}
		m.domains = append(m.domains, d)
	}
	return err
}

func domainsOf(cfg *desk.Config) (names []string) {
	for _, a := range cfg.Addresses {
		if _, name, ok := strings.Cut(a.Address, "@"); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// securities are the ways to protect the line to a relay, as choices.
func securities(c func(string, ...any) string) []ui.Option {
	var out []ui.Option
	for _, s := range [...]desk.RelaySecurity{desk.RelayStartTLS, desk.RelayTLS, desk.RelayOpportunistic} {
		out = append(out, ui.Option{Value: string(s), Label: c("sending.security." + string(s))})
	}
	return out
}

func portText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
