package sharing

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/inbound"
	"interdesk/store"
	"interdesk/web/ui"
)

// Sharing is what a ticket's page shows of its shares.
type Sharing struct {
	Chips templ.Component // for the header: one for each share; nothing when there is none
	Panel templ.Component // for the column beside the conversation
}

// OnTicket prepares both for a ticket that the page has read. It reads in a transaction of its own, and nothing at all for
// a ticket that was never shared; so it is to be called after the page's own Read, not inside.
func OnTicket(c *ui.Call, cfg *desk.Config, t *desk.Ticket) (Sharing, error) {
	m := ticketModel{ticket: t.ID, closed: t.Status == desk.Closed, offers: offersOf(cfg, t)}
	if len(t.Shares) > 0 {
		err := c.Read(func(tx *store.Tx) (err error) {
			m.views, err = viewsOf(c, tx, cfg, t)
			return err
		})
		if err != nil {
			return Sharing{}, err
		}
	}
	return Sharing{Chips: shareChips(m), Panel: sharePanel(m)}, nil
}

// ticketModel is the shares of one ticket.
type ticketModel struct {
	ticket desk.TicketID
	closed bool
	views  []shareView
	offers []shareOffer
}

// shareView is a share as a page shows it.
type shareView struct {
	sharing.ShareStatus
	there, here []sharing.Unheld // what the partner cannot hold, and what we can't
	missing     []inbound.MissingFile
}

func viewOf(c *ui.Call, tx *store.Tx, cfg *desk.Config, t *desk.Ticket, s sharing.ShareStatus) (shareView, error) {
	v := shareView{ShareStatus: s}
	if s.Share.State.Hears() {
		v.there, v.here = sharing.NotHeldThere(cfg, t, &s.Share), sharing.NotHeldHere(cfg, &s.Share)
	}
	var err error
	v.missing, err = inbound.MissingFiles(c.Ctx(), tx, &s.Share)
	return v, err
}

// viewsOf are all shares of a ticket as a page shows them.
func viewsOf(c *ui.Call, tx *store.Tx, cfg *desk.Config, t *desk.Ticket) ([]shareView, error) {
	all, err := sharing.ShareStatuses(c.Ctx(), tx, cfg, t.ID, c.Frame.Now)
	if err != nil {
		return nil, err
	}
	out := make([]shareView, len(all))
	for i, s := range all {
		if out[i], err = viewOf(c, tx, cfg, t, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// changesByItself tells whether some share is about to change by itself.
func (m ticketModel) changesByItself() bool {
	return slices.ContainsFunc(m.views, func(v shareView) bool { return changesByItself(v.Phase) })
}

func changesByItself(p sharing.Phase) bool {
	switch p {
	case sharing.Waiting, sharing.Failing, sharing.Sending, sharing.Ending, sharing.Slowed:
		return true
	}
	return false
}

// shareOffer is an agreement under which the ticket might be shared.
type shareOffer struct {
	agreement desk.Agreement
	why       string // a key of the catalogue: why it cannot be used now; "": it can
}

// offersOf lists the agreements that we may share under and that the ticket is not shared under yet.
func offersOf(cfg *desk.Config, t *desk.Ticket) []shareOffer {
	var out []shareOffer
	for _, a := range sortedAgreements(cfg) {
		if _, live := t.ActiveShare(a.ID); live || a.Inbound {
			continue
		}
		o := shareOffer{agreement: a}
		if !a.Usable() {
			o.why = "sharing.agreement." + string(a.Status)
		}
		out = append(out, o)
	}
	return out
}

// refreshSharing answers script that asks how the shares do: chips and panel together.
func refreshSharing(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var t desk.Ticket
	var cfg *desk.Config
	err = c.Read(func(tx *store.Tx) (err error) {
		if t, err = tx.Ticket(c.Ctx(), desk.TicketID(id)); err != nil {
			return err
		}
		cfg, err = tx.Config(c.Ctx())
		return err
	})
	if err != nil {
		return err
	}
	s, err := OnTicket(c, cfg, &t)
	if err != nil {
		return err
	}
	if !c.Partial() {
		return c.Show(ui.Page{Title: c.T("sharing.panel"), Shell: ui.Workspace, Current: "views", Body: panelPage(t, s)})
	}
	return c.Fragment(0, chipsAndPanel(s))
}

func sortedAgreements(cfg *desk.Config) []desk.Agreement {
	return slices.SortedFunc(maps.Values(cfg.Agreements), func(a, b desk.Agreement) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}

func ticketPath(t desk.TicketID) string { return "/agent/tickets/" + strconv.FormatInt(int64(t), 10) }

func sharePath(s *desk.Share) string {
	return ticketPath(s.Ticket) + "/shares/" + strconv.FormatInt(int64(s.ID), 10)
}

func link(path string) templ.SafeURL { return templ.SafeURL(path) }
