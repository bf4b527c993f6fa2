package ticket

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Beginning is a ticket that is still to be made: what its form holds, for the page that makes tickets.
type Beginning struct {
	Form  Form
	Names *Names
}

// Begin is the form of a ticket that has no id yet. What t says already is proposed, not given: it is sent with the form.
func Begin(c *ui.Call, tx *store.Tx, cfg *desk.Config, t *desk.Ticket) (*Beginning, error) {
	n := NewNames(cfg)
	if err := n.meet(c.Ctx(), tx, t); err != nil {
		return nil, err
	}
	b := &Beginning{Names: n, Form: NewForm(c.Ctx(), n, t, c.User.ID)}
	for _, p := range b.Form.All() {
		if p.Field != nil && p.Base == "" {
			p.Value = p.Kind.canonical(ui.FieldDefault(p.Field))
		}
		if p.Name != "status" && p.Name != "form" {
			p.Base = ""
		}
	}
	return b, nil
}

// Sent puts into the form what a browser sent, with the names of what was chosen. Whom nobody knows is told in faults.
func (b *Beginning) Sent(c *ui.Call, tx *store.Tx) (ui.Faults, error) {
	b.Form.Read(c)
	faults, err := resolve(c.Ctx(), c, tx, &b.Form)
	if err != nil {
		return nil, err
	}
	m := &model{Names: b.Names, Form: b.Form}
	return faults, m.nameTyped(c, tx)
}

// Place puts faults at the inputs they speak of.
func (b *Beginning) Place(f ui.Faults) ui.Faults { return placed(f, &b.Form) }

// Again readies what was written for the form that comes back: its files are still there, and what was to be submitted as.
func (w *Writing) Again(c *ui.Call, tx *store.Tx) error {
	if s := desk.Status(c.Value("status")); s.Rank() > 0 && s != w.Now {
		w.Status = s
	}
	return w.learnFiles(c, tx)
}
