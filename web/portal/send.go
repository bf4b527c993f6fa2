package portal

import (
	"net/http"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/ratelimit"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/ui"
)

// sendRequest makes a request of the form.
func (p *portal) sendRequest(c *ui.Call) error {
	if c.User.ID == 0 {
		if err := httpkit.CheckStranger(c.Strangers, ratelimit.Request, c.R, c.Clock()); err != nil {
			return err
		}
	}
	var m formModel
	var err error
	if m.upload, m.faults, err = c.ReadForm(limitsOf(c.User)); err != nil {
		return err
	}
	if err := m.prepareForm(c); err != nil {
		return err
	}
	m.readForm(c)
	m.checkForm(c)
	var made desk.TicketID
	if len(m.faults) == 0 {
		if made, err = m.createRequest(c); err != nil {
			if m.faults, err = portalFaults(err); err != nil {
				return err
			}
		}
	}
	if len(m.faults) > 0 {
		return c.Show(ui.Page{Title: c.T("nav.submit"), Shell: ui.Portal, Current: "new", Status: http.StatusUnprocessableEntity, Body: formPage(m)})
	}
	to := "/requests/sent" + sentQuery(c)
	sign := "?"
	if strings.Contains(to, "?") {
		sign = "&"
	}
	return c.Redirect(to + sign + "number=" + strconv.FormatInt(int64(made), 10))
}

// readForm takes what was typed.
func (m *formModel) readForm(c *ui.Call) {
	m.name, m.email, m.subject, m.said = c.Value("name"), c.Value("email"), c.Value("subject"), c.Value("description")
	m.priority, m.kind, m.suspected = c.Value("priority"), c.Value("type"), c.Value(trap) != ""
	m.values = c.FieldsTyped(m.fields)
	m.applyConditions()
}

// checkForm notes what is missing.
func (m *formModel) checkForm(c *ui.Call) {
	for name, words := range c.FieldFaults(m.fields, m.values, true) {
		m.faults[name] = words
	}
	need := func(name, value, label string) {
		if value == "" {
			m.faults[name] = []string{c.T("field.required", label)}
		}
	}
	for _, f := range m.fields {
		title := ui.FieldTitle(&f)
		switch {
		case f.Type == desk.FieldSubject:
			need("subject", m.subject, title)
		case f.Type == desk.FieldDescription && m.upload.Token == "":
			need("description", m.said, title)
		case f.Type == desk.FieldPriority && f.RequiredInPortal:
			need("priority", m.priority, title)
		case f.Type == desk.FieldTicketType && f.RequiredInPortal:
			need("type", m.kind, title)
		}
	}
	if m.stranger {
		need("name", m.name, c.T("portal.name"))
		if _, ok := desk.NormalizeEmail(m.email); !ok {
			m.faults["email"] = []string{c.T("portal.email.wrong")}
		}
		if m.suspected {
			m.faults["base"] = []string{c.T("portal.suspected")}
		}
	}
}

// createRequest stores the request. Whoever has only named an address makes it in that name; their files are theirs from then on.
func (m *formModel) createRequest(c *ui.Call) (desk.TicketID, error) {
	return c.WriteOnce(m.upload, func(tx *store.Tx) (desk.TicketID, error) {
		u := desk.Update{Account: c.Account.ID, Via: c.Via(), Client: c.Client(), Edits: m.ticketEdits(), Comment: newComment(c, m.upload)}
		if m.stranger {
			if err := m.setRequester(c, tx, &u); err != nil {
				return 0, err
			}
		} else {
			ticketing.SpeakFor(&u, c.User)
		}
		made, err := c.Tickets.ApplyIn(c.Ctx(), tx, u)
		return made.Ticket.ID, err
	})
}

// setRequester finds, or makes, whose address it is, and has them speak.
func (m *formModel) setRequester(c *ui.Call, tx *store.Tx, u *desk.Update) error {
	address, _ := desk.NormalizeEmail(m.email) // check made sure
	who, err := ticketing.StrangerAt(c.Ctx(), tx, address, m.name)
	if err != nil {
		return err
	}
	ticketing.SpeakFor(u, who)
	u.Via.Flags = []desk.CommentFlag{desk.FlagNotSignedIn}
	if m.upload.Token == "" {
		return nil
	}
	return tx.TransferUpload(c.Ctx(), m.upload.Token, 0, who.ID)
}

// ticketEdits are what the form sets; only what it shows.
func (m *formModel) ticketEdits() desk.Edits {
	e := desk.Edits{Subject: &m.subject, Fields: m.values, FollowupOf: m.followup.ID}
	if m.form.ID != 0 {
		e.Form = &m.form.ID
	}
	if m.shows(desk.FieldPriority) && m.priority != "" {
		priority := desk.Priority(m.priority)
		e.Priority = &priority
	}
	if m.shows(desk.FieldTicketType) && m.kind != "" {
		kind := desk.TicketType(m.kind)
		e.Type = &kind
	}
	return e
}

// sentModel confirms a request.
type sentModel struct {
	number   int64
	stranger bool
}

func (p *portal) showSent(c *ui.Call) error {
	m := sentModel{number: c.Number("number"), stranger: c.User.ID == 0}
	if m.number == 0 {
		return desk.Missing()
	}
	return c.Show(ui.Page{Title: c.T("portal.sent", "#"+strings.TrimLeft(strconv.FormatInt(m.number, 10), "0")), Shell: ui.Portal, Body: sentPage(m)})
}
