package ticket

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
)

// MacroList is the macros that somebody may apply to a ticket.
type MacroList struct {
	Ticket desk.TicketID
	Macros []desk.Macro
}

// macrosFor are the active macros that the caller may see, by title.
func macrosFor(c *ui.Call, tx *store.Tx, cfg *desk.Config) ([]desk.Macro, error) {
	active := true
	all, err := tx.Macros(c.Ctx(), store.RuleFilter{Active: &active})
	if err != nil {
		return nil, err
	}
	groups := cfg.Staff[c.User.ID].Groups
	all = slices.DeleteFunc(all, func(m desk.Macro) bool { return !m.Restriction.Allows(c.User.ID, groups) })
	return all, nil
}

// showMacros lists the macros: as a page, or for the menu of the composer.
func showMacros(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	list := MacroList{Ticket: id}
	var t desk.Ticket
	err = c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		if t, err = tx.Ticket(c.Ctx(), id); err != nil {
			return err
		}
		list.Macros, err = macrosFor(c, tx, cfg)
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() {
		return c.Fragment(0, macroMenu(list))
	}
	return c.Show(ui.Page{Title: c.T("ticket.macros"), Shell: ui.Workspace, Current: "views", Body: macroPage(list, &t)})
}

// answerStep answers the steps that change what is typed without storing anything: the list of macros, or one applied.
func (s *submission) answerStep() error {
	var m *model
	err := s.Read(func(tx *store.Tx) (err error) {
		if m, err = s.typedModel(tx); err != nil {
			return err
		}
		if id := s.Number("step"); id != 0 {
			return m.applyMacro(s.Call, tx, desk.MacroID(id))
		}
		m.Choice = &MacroList{Ticket: s.id}
		m.Choice.Macros, err = macrosFor(s.Call, tx, m.Names.Config)
		return err
	})
	if err != nil {
		return err
	}
	m.Faults = s.faults
	return m.showPage(s.Call, http.StatusOK)
}

// Preview is what a macro would change of a ticket.
type Preview struct {
	Macro   desk.Macro
	Changed []Property // Base: as it is; Value: as the macro leaves it
	Private bool
	Said    bool // the macro says how the comment is shown
	Body    string
	HTML    string
	Share   []desk.Agreement
	Unshare []desk.Agreement
	Form    string
}

// previewMacro works out what a macro does to a ticket as it is.
func (m *model) previewMacro(c *ui.Call, tx *store.Tx, id desk.MacroID) (Preview, error) {
	var p Preview
	macro, err := tx.Macro(c.Ctx(), id)
	if err != nil {
		return p, err
	}
	cfg := m.Names.Config
	if !macro.Active || !macro.Restriction.Allows(c.User.ID, cfg.Staff[c.User.ID].Groups) {
		return p, desk.Missing()
	}
	in := rule.MacroInput{Actor: c.Actor(cfg), Values: m.placeholderValues(c), At: c.Clock()}
	if err := m.Names.learnOrganizations(c.Ctx(), tx, m.Ticket.Organization); err != nil {
		return p, err
	}
	result, err := rule.ApplyMacro(cfg, macro, in)
	if err != nil {
		return p, err
	}
	p.Macro, p.Form = macro, FormID
	if err := m.Names.learnAll(c.Ctx(), tx, &result.Ticket); err != nil {
		return p, err
	}
	p.Changed = changedProperties(NewForm(c.Ctx(), m.Names, &m.Ticket, c.User.ID), NewForm(c.Ctx(), m.Names, &result.Ticket, c.User.ID))
	if said := result.Comment; said != nil {
		p.Said = said.Public != nil
		p.Private = said.Public != nil && !*said.Public
		p.Body, p.HTML = said.Body, said.HTML
	}
	p.Share, p.Unshare = shareChanges(cfg, &m.Ticket, &result.Edits)
	return p, nil
}

// changedProperties are the properties in which one form differs from an earlier one, with the earlier value as Base.
func changedProperties(was, now Form) []Property {
	var out []Property
	for _, p := range now.All() {
		base := ""
		if old := was.Property(p.Name); old != nil {
			base = old.Base
			for _, o := range old.Options {
				if !slices.ContainsFunc(p.Options, func(k ui.Option) bool { return k.Value == o.Value }) {
					p.Options = append(p.Options, o)
				}
			}
		}
		if p.Value != base {
			p.Base = base
			out = append(out, *p)
		}
	}
	return out
}

func shareChanges(cfg *desk.Config, t *desk.Ticket, e *desk.Edits) (share, unshare []desk.Agreement) {
	for _, id := range e.Share {
		if _, live := t.ActiveShare(id); !live {
			share = append(share, cfg.Agreements[id])
		}
	}
	for _, s := range t.Shares {
		if s.Active() && (slices.Contains(e.Unshare, s.Agreement) || e.UnshareAll && !s.Inbound) {
			unshare = append(unshare, cfg.Agreements[s.Agreement])
		}
	}
	return share, unshare
}

// placeholderValues are what the macro's placeholders may speak of.
func (m *model) placeholderValues(c *ui.Call) rule.PlaceholderValues {
	return rule.PlaceholderValues{Config: m.Names.Config, Ticket: &m.Ticket, Requester: m.Names.Users[m.Ticket.Requester], Assignee: m.Names.Users[m.Ticket.Assignee],
		Submitter: m.Names.Users[m.Ticket.Submitter], CurrentUser: c.User, Organizations: m.Names.Organizations,
		URL: httpkit.BaseURL(c.R) + Path(m.Ticket.ID)}
}

// showMacro is what one macro would change: for script, which joins it with what is typed.
func showMacro(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	macro, err := c.ID("macro")
	if err != nil {
		return err
	}
	if !c.Partial() {
		return c.Redirect(Path(id) + "?macro=" + number(desk.MacroID(macro)))
	}
	var p Preview
	err = c.Read(func(tx *store.Tx) error {
		m, err := loadModel(c, tx, id)
		if err != nil {
			return err
		}
		p, err = m.previewMacro(c, tx, desk.MacroID(macro))
		return err
	})
	if f, ok := ui.FaultsOf(err); ok {
		return c.Fragment(http.StatusOK, macroFaults(f))
	}
	if err != nil {
		return err
	}
	return c.Fragment(0, macroPreview(p))
}

// applyMacro puts what a macro does into the form and the composer, on top of what is typed. Nothing is stored.
func (m *model) applyMacro(c *ui.Call, tx *store.Tx, id desk.MacroID) error {
	p, err := m.previewMacro(c, tx, id)
	if f, ok := ui.FaultsOf(err); ok {
		m.Faults = f
		return nil
	}
	if err != nil {
		return err
	}
	m.Applied = macroTitle(p.Macro)
	for i := range p.Changed {
		if target := m.Form.Property(p.Changed[i].Name); target != nil {
			target.takeFromMacro(&p.Changed[i])
			target.Flag = c.T("ticket.macro.flag", macroTitle(p.Macro))
		}
		if p.Changed[i].Name == "status" {
			m.Writing.Status = desk.Status(p.Changed[i].Value)
		}
	}
	w := &m.Writing
	if !slices.Contains(w.Macros, id) {
		w.Macros = append(w.Macros, id)
	}
	if p.Said {
		w.Private = p.Private
	}
	if p.Body != "" || p.HTML != "" {
		w.appendMacroComment(p)
	}
	w.shareByMacro(p)
	return nil
}

// shareByMacro takes over with whom a macro shares and stops sharing; a later macro has the last word.
func (w *Writing) shareByMacro(p Preview) {
	move := func(id desk.AgreementID, to, from *[]desk.AgreementID) {
		*from = slices.DeleteFunc(*from, func(other desk.AgreementID) bool { return other == id })
		if !slices.Contains(*to, id) {
			*to = append(*to, id)
		}
	}
	for _, a := range p.Share {
		move(a.ID, &w.Share, &w.Unshare)
	}
	for _, a := range p.Unshare {
		move(a.ID, &w.Unshare, &w.Share)
	}
}

// takeFromMacro puts a macro's value into a property that may have been edited since.
func (p *Property) takeFromMacro(by *Property) {
	for _, o := range by.Options {
		if !slices.ContainsFunc(p.Options, func(k ui.Option) bool { return k.Value == o.Value }) {
			p.Options = append(p.Options, o)
		}
	}
	if p.Kind == Tags || p.Kind == Choices {
		p.Value = mergeSets(by.Base, p.Value, by.Value)
		return
	}
	p.Value = by.Value
}

// appendMacroComment puts a macro's comment behind what is written.
func (w *Writing) appendMacroComment(p Preview) {
	if p.HTML == "" && isBlankMarkup(w.HTML) {
		w.Body = strings.TrimSpace(w.Body + "\n\n" + p.Body)
		return
	}
	w.HTML = cmp.Or(w.HTML, asHTML(w.Body)) + cmp.Or(p.HTML, asHTML(p.Body))
	w.Body = strings.TrimSpace(w.Body + "\n\n" + p.Body)
}

// asHTML is plain text as the editor knows it.
func asHTML(plain string) string {
	if strings.TrimSpace(plain) == "" {
		return ""
	}
	var b strings.Builder
	for paragraph := range strings.SplitSeq(plain, "\n\n") {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(strings.Trim(paragraph, "\n")), "\n", "<br>") + "</p>")
	}
	return b.String()
}
