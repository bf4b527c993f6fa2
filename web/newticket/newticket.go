package newticket

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/ticket"
	"interdesk/web/ui"
)

// formModel is the page that makes a ticket.
type formModel struct {
	*ticket.NewTicketForm
	writing     ticket.Writing
	personName  string // of a requester who is not known yet
	personEmail string
	followup    desk.TicketID // the closed ticket that this one goes on with
	faults      ui.Faults
}

// requester is the property that stands above the others.
func (m *formModel) requester() *ticket.Property { return m.Form.Property("requester") }

// otherProperties is the form without what stands elsewhere on the page.
func (m *formModel) otherProperties() ticket.Form {
	f := m.Form
	f.Standard = slices.DeleteFunc(slices.Clone(f.Standard), func(p ticket.Property) bool { return p.Name == "requester" })
	return f
}

// errAgain ends a transaction in which nothing was stored, because the form has to be shown again.
var errAgain = errors.New("the form is shown again")

// showForm is an empty form. Who asks (requester) and what it goes on with (followup) can be told in its address.
func showForm(c *ui.Call) error {
	m := &formModel{writing: newWriting(c)}
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		t, err := m.proposedTicket(c, tx, cfg)
		if err != nil {
			return err
		}
		m.NewTicketForm, err = ticket.ReadNewTicketForm(c, tx, cfg, t)
		return err
	})
	if err != nil {
		return err
	}
	return m.showPage(c, http.StatusOK)
}

func newWriting(c *ui.Call) ticket.Writing {
	draft, from := newDraft(c, desk.TicketID(c.Number("followup")))
	return ticket.Writing{Form: ticket.FormID, Now: desk.New, Draft: draft, DraftFrom: from}
}

// newDraft names the draft of a new ticket. A follow-up begins with what was written to the closed one.
func newDraft(c *ui.Call, followup desk.TicketID) (name, from string) {
	name = "draft/" + strconv.FormatInt(int64(c.User.ID), 10) + "/"
	if followup == 0 {
		return name + "new", ""
	}
	from = name + strconv.FormatInt(int64(followup), 10)
	return from + "-followup", from
}

// proposedTicket is what the form begins with.
func (m *formModel) proposedTicket(c *ui.Call, tx *store.Tx, cfg *desk.Config) (*desk.Ticket, error) {
	t := &desk.Ticket{Status: desk.New, Form: cfg.DefaultForm()}
	if id := desk.FormID(c.Number("form")); slices.ContainsFunc(cfg.Forms, func(f desk.TicketForm) bool { return f.ID == id && f.Active }) {
		t.Form = id
	}
	if id := desk.UserID(c.Number("requester")); id != 0 {
		u, err := tx.User(c.Ctx(), id)
		if err != nil {
			return nil, err
		}
		if u.Active && u.Foreign == 0 {
			t.Requester = u.ID
		}
	}
	id := desk.TicketID(c.Number("followup"))
	if id == 0 {
		return t, nil
	}
	source, err := tx.Ticket(c.Ctx(), id)
	if err != nil {
		return nil, err
	}
	m.followup = id
	t.Subject, t.Requester, t.Group, t.Assignee = source.Subject, source.Requester, source.Group, source.Assignee
	t.EmailCCs, t.Followers = source.EmailCCs, source.Followers
	return t, nil
}

func (m *formModel) showPage(c *ui.Call, status int) error {
	return c.Show(ui.Page{Title: c.T("nav.new"), Current: "new", Status: status, Body: formPage(m)})
}

// showFields is the custom fields of another form.
func showFields(c *ui.Call) error {
	m := &formModel{}
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		t, err := m.proposedTicket(c, tx, cfg)
		if err != nil {
			return err
		}
		m.NewTicketForm, err = ticket.ReadNewTicketForm(c, tx, cfg, t)
		return err
	})
	if err != nil {
		return err
	}
	return c.Fragment(0, ticket.Fields(m.Form))
}

// createTicket makes the ticket. What cannot be made comes back with all that was typed.
func createTicket(c *ui.Call) error {
	w, faults, err := ticket.ReadWriting(c)
	if err != nil {
		return err
	}
	fresh := newWriting(c)
	w.Now, w.Draft, w.DraftFrom = fresh.Now, fresh.Draft, fresh.DraftFrom
	m := &formModel{writing: w, faults: faults, personName: c.Value("person.name"), personEmail: c.Value("person.email"),
		followup: desk.TicketID(c.Number("followup"))}
	if len(faults) > 0 || c.Value("step") == "fields" {
		return m.showAgain(c)
	}
	made, _, err := m.writing.Once(c, func(tx *store.Tx) (desk.TicketID, error) { return m.createIn(c, tx) })
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = f
		return m.showAgain(c)
	}
	if errors.Is(err, errAgain) {
		return m.showAgain(c)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("newticket.made", made))
	return c.Redirect(m.nextPath(c, made))
}

// nextPath is where a new ticket leads. The browser forgets the draft whose name it finds there.
func (m *formModel) nextPath(c *ui.Call, made desk.TicketID) string {
	path := ticket.Path(made)
	if draft := c.Value("draft"); draft != "" && !strings.ContainsAny(draft, "&#%?/ ") {
		path += "?sent=" + draft
	}
	return path
}

// createIn makes the ticket, within a transaction. It may run again, so it keeps nothing of an earlier run.
func (m *formModel) createIn(c *ui.Call, tx *store.Tx) (desk.TicketID, error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return 0, err
	}
	if m.faults, err = m.readForm(c, tx, cfg); err != nil {
		return 0, err
	}
	var person *desk.UserID
	if person, err = m.findRequester(c, tx); err != nil {
		return 0, err
	}
	if len(m.faults) > 0 {
		return 0, errAgain
	}
	if err := m.Form.AddPeople(c.Ctx(), tx); err != nil {
		return 0, err
	}
	edits := m.Form.Edits(cfg)
	if person != nil {
		edits.Requester = person
	}
	edits.Macros, edits.Share, edits.FollowupOf = m.writing.Macros, m.writing.Share, m.followup
	applied, err := c.Tickets.ApplyIn(c.Ctx(), tx, desk.Update{Account: c.Account.ID, Actor: c.Actor(cfg), Via: c.Via(), Client: c.Client(),
		Edits: edits, Comment: m.writing.Comment()})
	return applied.Ticket.ID, err
}

// readForm puts what was sent into the form, and tells what is missing.
func (m *formModel) readForm(c *ui.Call, tx *store.Tx, cfg *desk.Config) (ui.Faults, error) {
	t := &desk.Ticket{Status: desk.New, Form: cfg.DefaultForm()}
	if id := desk.FormID(c.Number("form")); id != 0 {
		t.Form = id
	}
	var err error
	if m.NewTicketForm, err = ticket.ReadNewTicketForm(c, tx, cfg, t); err != nil {
		return nil, err
	}
	// Where the form was chosen anew, the inputs were those of another one.
	if p := m.Form.Property("form"); p != nil && t.Form != cfg.DefaultForm() {
		p.Base = strconv.FormatInt(int64(cfg.DefaultForm()), 10)
	}
	faults, err := m.ReadSent(c, tx)
	if err != nil {
		return nil, err
	}
	if m.writing.IsEmpty() {
		faults["comment"] = append(faults["comment"], c.T("newticket.missing.comment"))
	}
	if m.Form.Property("subject").Value == "" {
		faults["subject"] = append(faults["subject"], c.T("newticket.missing.subject"))
	}
	return faults, nil
}

// findRequester takes whose address was typed: somebody known, or somebody new. nil: who was chosen.
func (m *formModel) findRequester(c *ui.Call, tx *store.Tx) (*desk.UserID, error) {
	switch {
	case m.personEmail != "":
		email, ok := desk.NormalizeEmail(m.personEmail)
		if !ok {
			m.faults["person.email"] = append(m.faults["person.email"], c.T("newticket.email.bad"))
			return nil, nil
		}
		if len(m.faults) > 0 {
			return nil, nil // nobody is made for a form that comes back
		}
		u, err := ticketing.PersonAt(c.Ctx(), tx, email, m.personName)
		return &u.ID, err
	case m.personName != "":
		m.faults["person.email"] = append(m.faults["person.email"], c.T("newticket.missing.email"))
	case m.requester().Value == "" && len(m.faults["requester"]) == 0:
		m.faults["requester"] = append(m.faults["requester"], c.T("newticket.missing.requester"))
	}
	return nil, nil
}

// showAgain shows the form with all that was typed, and what is wrong with it.
func (m *formModel) showAgain(c *ui.Call) error {
	err := c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		if _, err := m.readForm(c, tx, cfg); err != nil {
			return err
		}
		return m.writing.RestoreTyped(c, tx)
	})
	if err != nil {
		return err
	}
	persons := ui.Faults{}
	if list := m.faults["person.email"]; len(list) > 0 {
		persons["person.email"] = list
		delete(m.faults, "person.email")
	}
	m.faults = m.PlaceFaults(m.faults)
	for name, list := range persons {
		m.faults[name] = list
	}
	if c.Value("step") == "fields" {
		return m.showPage(c, http.StatusOK)
	}
	return m.showPage(c, http.StatusUnprocessableEntity)
}
