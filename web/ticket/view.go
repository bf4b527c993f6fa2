package ticket

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/sharing"
	"interdesk/web/ui"
)

// model is what the page shows.
type model struct {
	Ticket     desk.Ticket
	Names      *Names
	Form       Form
	Writing    Writing
	Thread     Thread
	Recent     []desk.Ticket // the requester's newest, this one left out
	Incidents  []desk.Ticket // of this problem
	Merged     []desk.Ticket // into this one, the newest of them
	MergedInto desk.TicketID // where the conversation goes on; 0 when this one was not merged
	Sharing    sharing.Sharing
	Clocks     []ui.Clock       // of what is promised
	Waiting    *ui.Waiting      // the partner who has the ball; nil: nobody
	Mail       []correspondence // that something is to be said of
	Faults     ui.Faults
	Merge      Merge
	Choice     *MacroList // macros to choose from, without script
	Applied    string     // title of the macro whose doing the form shows

	sources  map[desk.CommentID]desk.MailID // of comments that came by mail; for admins
	comments []desk.Comment
	audits   []desk.Audit
	letters  map[desk.AuditID][]desk.Mail // that went out about the ticket, by the update that they tell of
	canMail  bool
}

// fewRecent is how many other tickets stand beside one.
const fewRecent = 5

// mostMerged is how many merged tickets a ticket names.
const mostMerged = 20

// loadModel reads a ticket and all that stands around it.
func loadModel(c *ui.Call, tx *store.Tx, id desk.TicketID) (*model, error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return nil, err
	}
	m := &model{Names: NewNames(cfg)}
	if m.Ticket, err = tx.Ticket(c.Ctx(), id); err != nil {
		return nil, err
	}
	m.Clocks, m.Waiting = ui.Clocks(&m.Ticket), ui.WaitingOf(cfg, &m.Ticket)
	m.Names.Users[c.User.ID] = c.User
	m.Thread.Events = c.Value("events") == "1"
	if err := m.readThread(c, tx, c.Value("before")); err != nil {
		return nil, err
	}
	if err := m.Names.learnAll(c.Ctx(), tx, &m.Ticket, m.authorIDs()...); err != nil {
		return nil, err
	}
	m.Form = NewForm(c.Ctx(), m.Names, &m.Ticket, c.User.ID)
	m.Writing = m.emptyWriting(c.User.ID)
	if err := m.readSources(c, tx); err != nil {
		return nil, err
	}
	m.fillItems(c.Ctx(), desk.CommentID(c.Number("images")))
	if err := m.readCorrespondences(c, tx); err != nil {
		return nil, err
	}
	return m, m.readLinked(c, tx)
}

// readLinked reads the tickets beside this one.
func (m *model) readLinked(c *ui.Call, tx *store.Tx) error {
	recent, err := tx.TicketList(c.Ctx(), store.TicketQuery{Page: store.Page{Limit: fewRecent + 1}, Requester: m.Ticket.Requester, Desc: true})
	if err != nil {
		return err
	}
	for _, t := range recent.Items {
		if t.ID != m.Ticket.ID && len(m.Recent) < fewRecent {
			m.Recent = append(m.Recent, t)
		}
	}
	if err := m.readMerged(c, tx); err != nil || m.Ticket.Type != desk.Problem {
		return err
	}
	incidents, err := tx.TicketList(c.Ctx(), store.TicketQuery{Page: store.Page{Limit: fewRecent}, Problem: m.Ticket.ID, Desc: true})
	m.Incidents = incidents.Items
	return err
}

// readMerged reads which tickets were merged into this one, and which this one was merged into.
func (m *model) readMerged(c *ui.Call, tx *store.Tx) error {
	merged, err := tx.MergedFrom(c.Ctx(), m.Ticket.ID, mostMerged)
	if err != nil {
		return err
	}
	if m.Merged, err = tx.Tickets(c.Ctx(), merged); err != nil || m.Ticket.Status != desk.Closed {
		return err
	}
	into, err := tx.MergedInto(c.Ctx(), m.Ticket.ID)
	if err != nil || into == m.Ticket.ID {
		return err
	}
	m.MergedInto = into
	return m.Names.learnTickets(c.Ctx(), tx, into)
}

// emptyWriting is an empty composer for the ticket.
func (m *model) emptyWriting(me desk.UserID) Writing {
	w := Writing{Form: FormID, Ticket: m.Ticket.ID, Private: !m.Ticket.Public && m.Ticket.CommentCount > 0, Now: m.Ticket.Status,
		Draft: "draft/" + number(me) + "/" + number(m.Ticket.ID)}
	w.Partners = map[desk.AgreementID]string{}
	for id, a := range m.Names.Config.Agreements {
		w.Partners[id] = a.Name
	}
	for _, s := range m.Ticket.Shares {
		a := m.Names.Config.Agreements[s.Agreement]
		if !s.Active() {
			continue
		}
		if s.Inbound && !a.Terms.PublicComments { // nhd §9
			w.AsNotes = append(w.AsNotes, a.Name)
		} else {
			w.Audience = append(w.Audience, a.Name)
		}
		if a.ShareNotes {
			w.Notes = append(w.Notes, a.Name)
		}
	}
	return w
}

// restoreWriting puts what was typed in the place of the empty composer.
func (m *model) restoreWriting(c *ui.Call, tx *store.Tx, typed Writing) error {
	fresh := m.Writing
	m.Writing = typed
	m.Writing.Ticket, m.Writing.Now, m.Writing.Draft = fresh.Ticket, fresh.Now, fresh.Draft
	m.Writing.To, m.Writing.CanMail = fresh.To, fresh.CanMail
	m.Writing.Audience, m.Writing.AsNotes, m.Writing.Notes, m.Writing.Partners = fresh.Audience, fresh.AsNotes, fresh.Notes, fresh.Partners
	if s := desk.Status(c.Value("status")); s.Rank() > 0 && s != fresh.Now {
		m.Writing.Status = s
	}
	if !c.HasValue("public") {
		m.Writing.Private = fresh.Private
	}
	return m.Writing.learnFiles(c, tx)
}

// showPage shows the page.
func (m *model) showPage(c *ui.Call, status int) error {
	var err error
	if m.Sharing, err = sharing.OnTicket(c, m.Names.Config, &m.Ticket); err != nil {
		return err
	}
	title := "#" + number(m.Ticket.ID)
	if m.Ticket.Subject != "" {
		title += " " + m.Ticket.Subject
	}
	return c.Show(ui.Page{Title: title, Shell: ui.Workspace, Current: "views", Status: status, Body: ticketPage(m)})
}
