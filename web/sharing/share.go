package sharing

import (
	"encoding/json"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/outbound"
	"interdesk/store"
	"interdesk/web/ui"
)

// timelineModel is one share of a ticket and its messages, newest first.
type timelineModel struct {
	ticket   desk.Ticket
	view     shareView
	episodes []desk.ShareEpisode // the newest first
	barred   []string            // titles of the rules that leave the ticket alone
	messages []desk.Delivery
	before   desk.DeliveryID // the page begins before this message; 0: with the newest
	older    desk.DeliveryID // the next page does; 0: there is none
}

func showTimeline(c *ui.Call) error {
	ticket, share, err := shareID(c)
	if err != nil {
		return err
	}
	m := timelineModel{before: desk.DeliveryID(c.Number("before"))}
	err = c.Read(func(tx *store.Tx) (err error) {
		if m.ticket, m.view, err = findShare(c, tx, ticket, share); err != nil {
			return err
		}
		return m.load(c, tx)
	})
	if err != nil {
		return err
	}
	if len(m.messages) == sharing.TimelinePage {
		m.older = m.messages[len(m.messages)-1].ID
	}
	return c.Show(ui.Page{Title: c.T("sharing.timeline.title", m.view.Agreement.Name), Shell: ui.Workspace, Current: "views", Body: timelinePage(m)})
}

func (m *timelineModel) load(c *ui.Call, tx *store.Tx) (err error) {
	share := &m.view.Share
	if m.episodes, err = tx.ShareEpisodes(c.Ctx(), share.ID); err != nil {
		return err
	}
	slices.Reverse(m.episodes)
	for _, id := range share.BarredRules {
		rule, err := tx.Trigger(c.Ctx(), id)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
		if err == nil {
			m.barred = append(m.barred, rule.Title)
		}
	}
	m.messages, err = tx.ShareDeliveries(c.Ctx(), share.ID, m.before, sharing.TimelinePage)
	return err
}

// shareID reads ticket and share from the path.
func shareID(c *ui.Call) (desk.TicketID, desk.ShareID, error) {
	ticket, err := c.ID("id")
	if err != nil {
		return 0, 0, err
	}
	share, err := c.ID("share")
	return desk.TicketID(ticket), desk.ShareID(share), err
}

func findShare(c *ui.Call, tx *store.Tx, ticket desk.TicketID, share desk.ShareID) (t desk.Ticket, v shareView, err error) {
	if t, err = tx.Ticket(c.Ctx(), ticket); err != nil {
		return t, v, err
	}
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return t, v, err
	}
	all, err := viewsOf(c, tx, cfg, &t)
	if err != nil {
		return t, v, err
	}
	i := slices.IndexFunc(all, func(v shareView) bool { return v.Share.ID == share })
	if i < 0 {
		return t, v, desk.Missing()
	}
	return t, all[i], nil
}

// previewModel is what a partner would get, and what stays.
type previewModel struct {
	ticket    desk.Ticket
	agreement desk.Agreement
	why       string // a key of the catalogue: why the ticket cannot be shared under it; "": it can
	preview   outbound.Preview
	custom    []travellingField
}

// travellingField is a custom field as it would travel.
type travellingField struct{ title, value string }

func showPreview(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := previewModel{}
	err = c.Read(func(tx *store.Tx) (err error) {
		if m.ticket, err = tx.Ticket(c.Ctx(), desk.TicketID(id)); err != nil {
			return err
		}
		if m.agreement, err = tx.Agreement(c.Ctx(), desk.AgreementID(c.Number("agreement"))); err != nil {
			return err
		}
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		m.preview, err = c.Outbox.PreviewIn(c.Ctx(), tx, c.Actor(cfg), m.ticket.ID, m.agreement.ID)
		return err
	})
	if err != nil {
		return err
	}
	m.why = skipReason(&m.ticket, &m.agreement)
	m.custom = travelling(m.preview.Fields)
	return c.Show(ui.Page{Title: c.T("sharing.preview.title", m.agreement.Name), Shell: ui.Workspace, Current: "views", Body: previewPage(m)})
}

// travelling are the custom fields of a preview that have a value, by title.
func travelling(fields map[string]any) (out []travellingField) {
	for title, v := range fields {
		if words := fieldWords(v); words != "" {
			out = append(out, travellingField{title, words})
		}
	}
	slices.SortFunc(out, func(a, b travellingField) int { return strings.Compare(a.title, b.title) })
	return out
}

// skipReason tells what sharing would be refused for.
func skipReason(t *desk.Ticket, a *desk.Agreement) string {
	_, live := t.ActiveShare(a.ID)
	switch {
	case live:
		return "sharing.why.shared"
	case t.Status == desk.Closed:
		return "sharing.closed"
	case a.Inbound:
		return "sharing.why.inbound"
	case !a.Usable():
		return "sharing.agreement." + string(a.Status)
	}
	return ""
}

// fieldWords is a field's value in one line; "" for an empty one.
func fieldWords(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

// shareTicket shares the ticket under the agreement that the form names.
func shareTicket(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	ticket, agreement := desk.TicketID(id), desk.AgreementID(c.Number("agreement"))
	name, err := applyEdits(c, ticket, agreement, desk.Edits{Share: []desk.AgreementID{agreement}})
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sharing.shared", name))
	return c.Redirect(ticketPath(ticket))
}

// applyEdits makes an update of edits alone, and gives the partner's name.
func applyEdits(c *ui.Call, ticket desk.TicketID, agreement desk.AgreementID, e desk.Edits) (name string, err error) {
	err = c.Write(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		a, err := tx.FindAgreement(c.Ctx(), agreement)
		if err != nil {
			return err
		}
		name = a.Name
		_, err = c.Tickets.ApplyIn(c.Ctx(), tx, desk.Update{Account: c.Account.ID, Ticket: ticket, Actor: c.Actor(cfg), Via: c.Via(), Client: c.Client(), Edits: e})
		return err
	})
	return name, err
}

// replayMessage sends a message again that was given up.
func replayMessage(c *ui.Call) error {
	ticket, share, err := shareID(c)
	if err != nil {
		return err
	}
	id, err := c.ID("delivery")
	if err != nil {
		return err
	}
	err = c.Read(func(tx *store.Tx) error {
		if _, _, err := findShare(c, tx, ticket, share); err != nil {
			return err
		}
		d, err := tx.Delivery(c.Ctx(), desk.DeliveryID(id))
		if err == nil && d.Share != share {
			err = desk.Missing()
		}
		return err
	})
	if err != nil {
		return err
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	refused, err := toastRefusal(c, c.Outbox.Replay(c.Ctx(), c.Account.ID, actor, desk.DeliveryID(id)))
	if err != nil {
		return err
	}
	if !refused {
		c.ToastSuccess(c.T("sharing.replayed"))
	}
	return c.Redirect(ticketPath(ticket) + "/shares/" + number(share))
}
