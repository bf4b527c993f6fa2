package ticket

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// NewTicketForm is a ticket that is still to be made: what its form holds, for the page that makes tickets.
type NewTicketForm struct {
	Form  Form
	Names *Names
}

// ReadNewTicketForm is the form of a ticket that has no id yet. What t says already is proposed, not given: it is sent with the form.
func ReadNewTicketForm(c *ui.Call, tx *store.Tx, cfg *desk.Config, t *desk.Ticket) (*NewTicketForm, error) {
	n := NewNames(cfg)
	if err := n.learnAll(c.Ctx(), tx, t); err != nil {
		return nil, err
	}
	b := &NewTicketForm{Names: n, Form: NewForm(c.Ctx(), n, t, c.User.ID)}
	for _, p := range b.Form.All() {
		if p.Field != nil && p.Base == "" {
			p.Value = p.Kind.canonicalText(ui.FieldDefault(p.Field))
		}
		if p.Name != "status" && p.Name != "form" {
			p.Base = ""
		}
	}
	return b, nil
}

// ReadSent puts into the form what a browser sent, with the names of what was chosen. Whom nobody knows is told in faults.
func (b *NewTicketForm) ReadSent(c *ui.Call, tx *store.Tx) (ui.Faults, error) {
	b.Form.ReadSent(c)
	faults, err := resolveTyped(c.Ctx(), c, tx, &b.Form)
	if err != nil {
		return nil, err
	}
	m := &model{Names: b.Names, Form: b.Form}
	return faults, m.nameTyped(c, tx)
}

// PlaceFaults puts faults at the inputs they speak of.
func (b *NewTicketForm) PlaceFaults(f ui.Faults) ui.Faults { return placeFaults(f, &b.Form) }

// RestoreTyped readies what was written for the form that comes back: its files are still there, and what was to be submitted as.
func (w *Writing) RestoreTyped(c *ui.Call, tx *store.Tx) error {
	if s := desk.Status(c.Value("status")); s.Rank() > 0 && s != w.Now {
		w.Status = s
	}
	return w.learnFiles(c, tx)
}
