package ticket

import (
	"errors"
	"net/http"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// errAsk ends a transaction in which nothing was stored, because the page has to be shown again.
var errAsk = errors.New("the form is shown again")

// submission is a form of the ticket's page on its way.
type submission struct {
	*ui.Call
	id      desk.TicketID
	writing Writing
	faults  ui.Faults
	merge   Merge
	applied desk.Applied
}

// submitForm submits comment and properties together. What cannot be submitted comes back with all that was typed.
func submitForm(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	w, faults, err := ReadWriting(c)
	if err != nil {
		return err
	}
	s := &submission{Call: c, id: id, writing: w, faults: faults}
	if c.Value("step") != "" {
		return s.answerStep()
	}
	if len(faults) > 0 {
		return s.showAgain(http.StatusUnprocessableEntity)
	}
	_, again, err := w.Once(c, func(tx *store.Tx) (desk.TicketID, error) { return id, s.applyUpdate(tx) })
	switch {
	case errors.Is(err, errAsk) && s.merge.HasConflicts():
		return s.showAgain(http.StatusConflict)
	case errors.Is(err, errAsk):
		return s.showAgain(http.StatusUnprocessableEntity)
	}
	if f, ok := ui.FaultsOf(err); ok {
		s.faults = f
		return s.showAgain(http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if again {
		c.ToastSuccess(c.T("ticket.saved.already"))
	} else {
		c.ToastSuccess(s.successText())
	}
	return c.Redirect(s.nextPath())
}

// applyUpdate is the update, within its transaction. It may run again, so it keeps nothing of an earlier run.
func (s *submission) applyUpdate(tx *store.Tx) error {
	cfg, err := tx.Config(s.Ctx())
	if err != nil {
		return err
	}
	t, err := tx.LockTicket(s.Ctx(), s.id)
	if err != nil {
		return err
	}
	f := NewForm(s.Ctx(), NewNames(cfg), &t, s.User.ID)
	if s.faults, err = s.readForm(tx, cfg, &f); err != nil {
		return err
	}
	if s.merge.HasConflicts() || len(s.faults) > 0 {
		return errAsk
	}
	if err := f.AddPeople(s.Ctx(), tx); err != nil {
		return err
	}
	u := desk.Update{Account: s.Account.ID, Ticket: s.id, Actor: s.Actor(cfg), Via: s.Via(), Client: s.Client(), Base: t.Version,
		Edits: f.Edits(cfg), Comment: s.writing.Comment()}
	u.Edits.Macros, u.Edits.Share, u.Edits.Unshare = s.writing.Macros, s.writing.Share, s.writing.Unshare
	s.applied, err = s.Tickets.ApplyIn(s.Ctx(), tx, u)
	return err
}

// readForm puts what was sent into the form of the ticket as it is now.
func (s *submission) readForm(tx *store.Tx, cfg *desk.Config, f *Form) (ui.Faults, error) {
	s.merge = f.ReadSent(s.Call)
	if s.Checked("take") {
		p := f.Property("assignee")
		p.Value = takenAssignment(cfg, p.Base, s.User.ID)
	}
	return resolveTyped(s.Ctx(), s.Call, tx, f)
}

// takenAssignment is the assignment to somebody who takes a ticket: in its group where they are in it, else in their own.
func takenAssignment(cfg *desk.Config, now string, me desk.UserID) string {
	group, _, _ := strings.Cut(now, "/")
	g := *parseID[desk.GroupID](group)
	if g == 0 || !cfg.InGroup(me, g) {
		g = cfg.Staff[me].DefaultGroup
	}
	return assignmentValue(g, me)
}

// successText says what came of the update.
func (s *submission) successText() string {
	if s.applied.Audit.ID == 0 {
		return s.T("ticket.saved.nothing")
	}
	words := s.T("ticket.saved")
	if s.applied.Comment != nil {
		words = s.T("ticket.saved.note")
		if s.applied.Comment.Public {
			words = s.T("ticket.saved.reply")
		}
	}
	if n := s.applied.Incidents; n > 0 {
		words += " " + s.T("ticket.saved.incidents", n)
	}
	var kept []string
	for _, x := range s.merge.Theirs {
		kept = append(kept, x.Property.Label)
	}
	if len(kept) > 0 {
		words += " " + s.T("ticket.saved.merged", strings.Join(kept, ", "))
	}
	return words
}

// nextPath is where an update leads: back to the ticket. The browser forgets the draft whose name it finds there.
func (s *submission) nextPath() string {
	path := Path(s.id)
	if draft := s.Value("draft"); draft != "" && !strings.ContainsAny(draft, "&#%?/ ") {
		path += "?sent=" + draft
	}
	return path
}

// showAgain shows the page with all that was typed, and what is wrong with it or what is to be chosen.
func (s *submission) showAgain(status int) error {
	var m *model
	err := s.Read(func(tx *store.Tx) (err error) {
		m, err = s.typedModel(tx)
		return err
	})
	if err != nil {
		return err
	}
	m.Faults = placeFaults(s.faults, &m.Form)
	return m.showPage(s.Call, status)
}

// typedModel is the page's model with what was typed in it.
func (s *submission) typedModel(tx *store.Tx) (*model, error) {
	m, err := loadModel(s.Call, tx, s.id)
	if err != nil {
		return nil, err
	}
	if _, err := s.readForm(tx, m.Names.Config, &m.Form); err != nil {
		return nil, err
	}
	m.Merge = s.merge
	if err := m.nameTyped(s.Call, tx); err != nil {
		return nil, err
	}
	if len(m.Merge.Conflicts) > 0 {
		who, err := m.changedBy(s.Call, tx)
		if err != nil {
			return nil, err
		}
		for i := range m.Merge.Conflicts {
			m.Merge.Conflicts[i].Who = who[m.Merge.Conflicts[i].Property.Name]
		}
		for i := range m.Merge.Theirs {
			m.Merge.Theirs[i].Who = who[m.Merge.Theirs[i].Property.Name]
		}
	}
	return m, m.restoreWriting(s.Call, tx, s.writing)
}

// nameTyped gives the options that were chosen by searching their names again.
func (m *model) nameTyped(c *ui.Call, tx *store.Tx) error {
	for _, p := range m.Form.All() {
		sent := valuesOf(p.Value)
		for _, x := range m.Merge.Conflicts {
			if x.Property == p {
				sent = append(append(sent, valuesOf(x.Mine)...), valuesOf(x.Was)...)
			}
		}
		for _, v := range sent {
			if p.Load == "" || p.Kind == Tags || v == "" || p.optionLabel(v) != v {
				continue
			}
			label, err := m.Names.nameOf(c, tx, p, v)
			if err != nil {
				return err
			}
			p.Options = append(p.Options, ui.Option{Value: v, Label: label})
		}
	}
	return nil
}

func (n *Names) nameOf(c *ui.Call, tx *store.Tx, p *Property, value string) (string, error) {
	switch p.Load {
	case "/agent/suggest/organizations":
		id := *parseID[desk.OrganizationID](value)
		err := n.learnOrganizations(c.Ctx(), tx, id)
		return n.Organization(id), err
	case "/agent/suggest/problems", "/agent/suggest/tickets":
		id := *parseID[desk.TicketID](value)
		err := n.learnTickets(c.Ctx(), tx, id)
		return n.Ticket(id), err
	case "/agent/suggest/assignees":
		group, user, _ := strings.Cut(value, "/")
		return n.Assignment(c.Ctx(), *parseID[desk.GroupID](group), *parseID[desk.UserID](user)), nil
	}
	if email, ok := strings.CutPrefix(value, newPerson); ok {
		return c.T("ticket.person.add", email), nil
	}
	id := *parseID[desk.UserID](value)
	err := n.learnUsers(c.Ctx(), tx, id)
	return n.User(c.Ctx(), id), err
}

// placeFaults puts faults at the inputs they speak of. The write path names fields as the API does, and begins a sentence about
// a custom field with its title.
func placeFaults(in ui.Faults, f *Form) ui.Faults {
	out := ui.Faults{}
	names := map[string]string{"group": "assignee", "ticket_form": "form", "email_ccs": "ccs", "collaborators": "followers", "due_at": "due",
		"files": "files", "attachments": "files"}
	for field, list := range in {
		for _, words := range list {
			at := field
			if other, ok := names[field]; ok {
				at = other
			}
			if p := f.propertyNamedIn(words); p != nil && (field == "base" || field == "custom_fields") {
				at = p.Name
			}
			if p := f.Property(at); p != nil {
				p.Faults = append(p.Faults, words)
			} else if at != "comment" && at != "files" {
				at = "base"
			}
			out[at] = append(out[at], words)
		}
	}
	return out
}

// propertyNamedIn is the custom field whose title begins a sentence.
func (f *Form) propertyNamedIn(words string) *Property {
	for i := range f.Fields {
		if strings.HasPrefix(words, f.Fields[i].Label+": ") {
			return &f.Fields[i]
		}
	}
	if strings.HasPrefix(words, "Assignee: ") {
		return f.Property("assignee")
	}
	return nil
}
