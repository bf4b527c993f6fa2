package merge

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/text"
	"interdesk/web/ui"
)

const (
	fewOthers   = 8    // other tickets of the requester that are offered
	mostRecent  = 8    // tickets that were opened lately that are offered
	lastLength  = 400  // how much of a ticket's last comment is shown, in characters
	quoteLength = 2000 // how much of it is said on the ticket that goes on
)

// model is what the pages show.
type model struct {
	*request
	form    form
	faults  ui.Faults
	config  *desk.Config
	names   map[desk.UserID]string
	from    []side
	target  *side // nil until one is chosen that can be
	others  []listing.Ticket
	ticks   []listing.Ticket // of several, those that the others can be merged into
	quoted  string           // the last public comment of the only source
	asker   string           // the requester of the only source
	ending  []string         // what partners see when sharing ends
	moving  []string         // what they see when it goes on
	staying []string         // what they see either way
}

// side is one of the tickets, as the preview shows it.
type side struct {
	desk.Ticket
	last   desk.Comment // without id: none
	shares []ui.PartnerShare
}

// read reads the tickets, and what else the page that is to be shown has.
func (m *model) read(c *ui.Call, tx *store.Tx) (err error) {
	if m.config, err = tx.Config(c.Ctx()); err != nil {
		return err
	}
	if err := m.readSources(c, tx); err != nil {
		return err
	}
	if m.into != 0 || m.typed != "" {
		if err := m.readTarget(c, tx); err != nil {
			return err
		}
	}
	if err := m.readNames(c, tx); err != nil {
		return err
	}
	if m.target == nil {
		return m.readChoices(c, tx)
	}
	m.words(c.Ctx())
	return nil
}

// readSources reads what is to be merged. A single one that is not there is NotFound; so is none of several.
func (m *model) readSources(c *ui.Call, tx *store.Tx) error {
	found, err := tx.Tickets(c.Ctx(), m.sources)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return desk.Missing()
	}
	for i := range found {
		s, err := m.side(c, tx, found[i])
		if err != nil {
			return err
		}
		if m.from = append(m.from, s); s.Status == desk.Closed {
			m.fault("base", c.T("merge.fault.closed.source", "#"+ui.IDText(s.ID)))
		}
	}
	if len(m.from) > 1 {
		return nil
	}
	public, err := tx.Comments(c.Ctx(), m.from[0].ID, store.CommentFilter{PublicOnly: true, Newest: true}, store.Page{Limit: 1})
	if err == nil && len(public.Items) > 0 {
		m.quoted = clip(public.Items[0].Body, quoteLength)
	}
	return err
}

// readTarget reads the ticket that was chosen, unless it cannot be, which the faults tell.
func (m *model) readTarget(c *ui.Call, tx *store.Tx) error {
	if slices.Contains(m.sources, m.into) {
		m.fault("into", c.T("merge.fault.itself"))
		return nil
	}
	t, err := tx.Ticket(c.Ctx(), m.into)
	if m.into == 0 || desk.KindOf(err) == desk.NotFound && err != nil {
		m.fault("into", c.T("merge.fault.missing", m.typed))
		return nil
	}
	if err != nil {
		return err
	}
	if t.Status == desk.Closed {
		m.fault("into", c.T("merge.fault.closed.target", "#"+ui.IDText(t.ID)))
		return nil
	}
	if slices.ContainsFunc(m.from, func(s side) bool { return s.Status == desk.Closed }) {
		return nil
	}
	s, err := m.side(c, tx, t)
	m.target = &s
	return err
}

// fault says at the field for the number what is wrong, or on top what is wrong with what is to be merged.
func (m *model) fault(field, words string) {
	if m.faults == nil {
		m.faults = ui.Faults{}
	}
	m.faults[field] = append(m.faults[field], words)
}

func (m *model) side(c *ui.Call, tx *store.Tx, t desk.Ticket) (side, error) {
	s := side{Ticket: t, shares: ui.PartnerShares(m.config, &t)}
	last, err := tx.Comments(c.Ctx(), t.ID, store.CommentFilter{Newest: true}, store.Page{Limit: 1})
	if len(last.Items) > 0 {
		s.last = last.Items[0]
	}
	return s, err
}

func (m *model) readNames(c *ui.Call, tx *store.Tx) (err error) {
	var people []desk.UserID
	for _, s := range m.sides() {
		people = append(people, s.Requester, s.last.Author)
	}
	m.names, err = tx.UserNames(c.Ctx(), people)
	return err
}

func (m *model) sides() []side {
	if m.target == nil {
		return m.from
	}
	return append(slices.Clone(m.from), *m.target)
}

// readChoices reads what can be chosen: of several tickets each of them, of a single one the others of its requester.
func (m *model) readChoices(c *ui.Call, tx *store.Tx) (err error) {
	if m.many {
		found, err := tx.Tickets(c.Ctx(), m.ticked)
		if err != nil {
			return err
		}
		m.ticks, err = listing.Tickets(c, tx, m.config, slices.DeleteFunc(found, isClosed))
		return err
	}
	found, err := tx.TicketList(c.Ctx(), store.TicketQuery{Page: store.Page{Limit: fewOthers + 1}, Requester: m.from[0].Requester,
		Statuses: []desk.Status{desk.New, desk.Open, desk.Pending, desk.Hold}, Desc: true})
	if err != nil {
		return err
	}
	m.asker = m.name(c.Ctx(), m.from[0].Requester)
	others := slices.DeleteFunc(found.Items, func(t desk.Ticket) bool { return t.ID == m.from[0].ID })
	m.others, err = listing.Tickets(c, tx, m.config, others[:min(len(others), fewOthers)])
	return err
}

func isClosed(t desk.Ticket) bool { return t.Status == desk.Closed }

// showRecent offers the tickets that were opened lately in the browser, which names them.
func showRecent(c *ui.Call, r *request) error {
	var ids []desk.TicketID
	for raw := range strings.SplitSeq(c.Value("recent"), ",") {
		id, err := strconv.ParseInt(raw, 10, 64)
		if err == nil && len(ids) < mostRecent && !slices.Contains(r.sources, desk.TicketID(id)) {
			ids = append(ids, desk.TicketID(id))
		}
	}
	var recent []listing.Ticket
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		found, err := tx.Tickets(c.Ctx(), ids)
		if err != nil {
			return err
		}
		recent, err = listing.Tickets(c, tx, cfg, slices.DeleteFunc(found, isClosed))
		return err
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, choices(r, c.T("merge.recent"), recent))
}

func (m *model) name(ctx context.Context, id desk.UserID) string {
	switch name := m.names[id]; {
	case name != "":
		return name
	case id == 0:
		return text.T(ctx, "word.system")
	}
	return text.T(ctx, "ticket.somebody")
}
