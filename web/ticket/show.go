package ticket

import (
	"net/http"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/sharing"
	"interdesk/web/ui"
)

// showTicket is the page; htmx asks by before for an earlier part of the conversation alone.
func showTicket(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	var m *model
	err = c.Read(func(tx *store.Tx) (err error) {
		if m, err = loadModel(c, tx, id); err != nil {
			return err
		}
		if share := c.Number("ask"); share != 0 {
			return m.askPartner(c, tx, desk.ShareID(share))
		}
		if macro := c.Number("macro"); macro != 0 {
			return m.applyMacro(c, tx, desk.MacroID(macro))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.Partial() && c.Value("before") != "" {
		return c.Fragment(0, earlierItems(m.Thread))
	}
	return m.showPage(c, 0)
}

// askPartner prepares a note to a partner about something of the ticket that it cannot hold.
func (m *model) askPartner(c *ui.Call, tx *store.Tx, share desk.ShareID) error {
	words, err := sharing.AskWords(c, tx, m.Ticket.ID, share, c.Value("item"))
	if err == nil && words != "" {
		m.Writing.Private, m.Writing.Body, m.Writing.Kept = true, words, true
	}
	return err
}

// showFields are the custom fields of another form, for when the form is changed.
func showFields(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	var f Form
	err = c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		t, err := tx.Ticket(c.Ctx(), id)
		if err != nil {
			return err
		}
		if form := desk.FormID(c.Number("form")); slices.ContainsFunc(cfg.Forms, func(f desk.TicketForm) bool { return f.ID == form }) {
			t.Form = form
		}
		n := NewNames(cfg)
		if err := n.learnAll(c.Ctx(), tx, &t); err != nil {
			return err
		}
		f = NewForm(c.Ctx(), n, &t, c.User.ID)
		f.ReadSent(c)
		return nil
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, Fields(f))
}

// showNews is what happened to the ticket since a version that a page has: its properties as they are now, who changed
// them, and the comments behind the last one that the page shows.
func showNews(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	var m *model
	var flags map[string]string
	err = c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		m = &model{Names: NewNames(cfg)}
		if m.Ticket, err = tx.Ticket(c.Ctx(), id); err != nil {
			return err
		}
		found, err := tx.Comments(c.Ctx(), id, store.CommentFilter{}, store.Page{Limit: mostNews, After: store.CursorAt(desk.CommentID(c.Number("after")))})
		if err != nil {
			return err
		}
		m.comments, m.Thread.Ticket = found.Items, id
		if err := m.Names.learnAll(c.Ctx(), tx, &m.Ticket, m.authorIDs()...); err != nil {
			return err
		}
		if err := m.readSources(c, tx); err != nil {
			return err
		}
		flags, err = m.changedBy(c, tx)
		return err
	})
	if err != nil {
		return err
	}
	m.fillItems(c.Ctx(), 0)
	m.Form = NewForm(c.Ctx(), m.Names, &m.Ticket, c.User.ID)
	m.Writing = m.emptyWriting(c.User.ID)
	for _, p := range m.Form.All() {
		p.Flag = flags[p.Name]
	}
	return c.Fragment(http.StatusOK, ticketNews(m))
}

// mostNews is how many comments a page can have missed; whoever missed more finds them by loading it anew.
const mostNews = 500

// fewAudits is how far back the page looks for who changed a property.
const fewAudits = 25

// changedBy tells of each property who changed it last, in words.
func (m *model) changedBy(c *ui.Call, tx *store.Tx) (map[string]string, error) {
	who, err := latestAudits(c, tx, m.Ticket.ID)
	if err != nil {
		return nil, err
	}
	var ids []desk.UserID
	for _, a := range who {
		ids = append(ids, a.Author)
	}
	if err := m.Names.learnUsers(c.Ctx(), tx, ids...); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for name, a := range who {
		out[name] = c.T("ticket.changed.by", m.Names.User(c.Ctx(), a.Author))
	}
	return out, nil
}

func latestAudits(c *ui.Call, tx *store.Tx, id desk.TicketID) (map[string]desk.Audit, error) {
	found, err := tx.Audits(c.Ctx(), id, store.Page{Limit: fewAudits, Before: fromNewest()})
	out := map[string]desk.Audit{}
	for _, a := range found.Items { // oldest first: the newest stays
		for _, e := range a.Events {
			if name := propertyOf(&e); name != "" {
				out[name] = a
			}
		}
	}
	return out, err
}

// propertyOf is which property an event changed; "" for none.
func propertyOf(e *desk.Event) string {
	switch e.Type {
	case desk.EventFollowers:
		return "followers"
	case desk.EventEmailCCs:
		return "ccs"
	case desk.EventChange:
	default:
		return ""
	}
	switch e.Field {
	case "requester_id", "organization_id", "assignee_id", "problem_id":
		return e.Field[:len(e.Field)-len("_id")]
	case "group_id":
		return "assignee"
	case "ticket_form_id":
		return "form"
	case "due_at":
		return "due"
	}
	if id, err := strconv.ParseInt(e.Field, 10, 64); err == nil {
		return ui.FieldName(desk.FieldID(id))
	}
	return e.Field
}
