package ticket

import (
	"context"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/ui"
)

// Conflict is a property that two people changed differently since one of them began.
type Conflict struct {
	Property *Property
	Was      string
	Theirs   string
	Mine     string
	Choice   string // "mine" or "theirs", once somebody chose
	Who      string // changed it
}

// Merge is what comes of a form that was sent: its properties hold what was typed, where that stands.
type Merge struct {
	Conflicts []Conflict
	Theirs    []Conflict // changed by others alone; these stand
}

// HasConflicts tells whether something is still to be chosen.
func (m *Merge) HasConflicts() bool {
	for _, c := range m.Conflicts {
		if c.Choice == "" {
			return true
		}
	}
	return false
}

// ReadSent puts into a form of the ticket as it is now what a browser sent, and finds what others changed since the browser
// got its form. A property that was not sent, or not touched, keeps the ticket's value.
func (f *Form) ReadSent(c *ui.Call) Merge {
	var m Merge
	for _, p := range f.All() {
		if !c.HasValue(p.Name) && !c.HasValue("base."+p.Name) {
			continue
		}
		mine := p.Kind.canonicalText(c.R.Form[p.Name])
		was := p.Base
		if c.HasValue("base." + p.Name) {
			was = p.Kind.canonicalText(c.R.Form["base."+p.Name])
		}
		if p.Name == "status" && mine == "" && c.HasValue("ask.status") {
			mine = Choice.canonicalText(c.R.Form["chosen.status"])
		}
		x := Conflict{Property: p, Was: was, Theirs: p.Base, Mine: mine, Choice: c.Value("choice." + p.Name)}
		explicit := p.Name == "status" && mine != ""
		switch {
		case mine == p.Base: // nothing to do
		case mine == was && !explicit, p.Name == "status" && mine == "": // only others touched it
			if was != p.Base {
				m.Theirs = append(m.Theirs, x)
			}
		case was == p.Base && !c.HasValue("ask."+p.Name):
			p.Value = mine
		case p.Kind == Tags || p.Kind == Choices:
			p.Value = mergeSets(was, p.Base, mine)
		default:
			if x.Choice != "theirs" {
				p.Value = mine
			}
			m.Conflicts = append(m.Conflicts, x)
		}
	}
	return m
}

// mergeSets is a set that two sides changed: what either added is in, what either took out is not.
func mergeSets(was, theirs, mine string) string {
	old, in, out := setOf(was), setOf(theirs), []string{}
	for v := range setOf(mine) {
		if !old[v] {
			in[v] = true
		}
	}
	for v := range old {
		if !setOf(mine)[v] {
			delete(in, v)
		}
	}
	for v := range in {
		out = append(out, v)
	}
	return Choices.canonicalText(out)
}

func setOf(joined string) map[string]bool {
	out := map[string]bool{}
	for _, v := range valuesOf(joined) {
		out[v] = true
	}
	return out
}

// resolveTyped reads what people without script type where others search: an address, a name or a number.
func resolveTyped(ctx context.Context, c *ui.Call, tx *store.Tx, f *Form) (ui.Faults, error) {
	faults := ui.Faults{}
	for _, p := range f.All() {
		typed := c.Value(p.Name + ".typed")
		if typed == "" {
			continue
		}
		id, err := findTyped(ctx, tx, p.Load, typed)
		if desk.KindOf(err) == desk.NotFound {
			faults[p.Name] = append(faults[p.Name], c.T("ticket.typed.unknown", p.Label, typed))
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.Kind == Choices {
			p.Value = Choices.canonicalText(append(valuesOf(p.Value), id))
		} else {
			p.Value = id
		}
	}
	return faults, nil
}

func findTyped(ctx context.Context, tx *store.Tx, load, typed string) (string, error) {
	switch load {
	case "/agent/suggest/organizations":
		o, err := tx.OrganizationByName(ctx, typed)
		return number(o.ID), err
	case "/agent/suggest/problems", "/agent/suggest/tickets":
		id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
		if err != nil {
			return "", desk.Missing()
		}
		t, err := tx.Ticket(ctx, desk.TicketID(id))
		return number(t.ID), err
	}
	u, err := tx.UserByAddress(ctx, typed)
	if email, ok := desk.NormalizeEmail(typed); ok && load == peopleLoad && desk.KindOf(err) == desk.NotFound {
		return newPerson + email, nil
	}
	return number(u.ID), err
}

// newPerson begins the value that stands for somebody who is still to be made; the address follows.
const newPerson = "new:"

// AddPeople makes those whom the form names by an address that nobody had, in the transaction of the update.
func (f *Form) AddPeople(ctx context.Context, tx *store.Tx) error {
	for _, p := range f.All() {
		if p.Load != peopleLoad {
			continue
		}
		values := valuesOf(p.Value)
		for i, v := range values {
			email, ok := strings.CutPrefix(v, newPerson)
			if email, valid := desk.NormalizeEmail(email); ok && valid {
				u, err := ticketing.PersonAt(ctx, tx, email, "")
				if err != nil {
					return err
				}
				values[i] = number(u.ID)
			}
		}
		p.Value = p.Kind.canonicalText(values)
	}
	return nil
}

// Edits is what the form changes of its ticket.
func (f *Form) Edits(cfg *desk.Config) desk.Edits {
	var e desk.Edits
	for _, p := range f.All() {
		if p.Edited() {
			p.applyTo(&e, cfg)
		}
	}
	return e
}

func (p *Property) applyTo(e *desk.Edits, cfg *desk.Config) {
	if p.Field != nil {
		if e.Fields == nil {
			e.Fields = map[desk.FieldID][]string{}
		}
		e.Fields[p.Field.ID] = p.fieldTexts()
		return
	}
	switch p.Name {
	case "subject":
		e.Subject = &p.Value
	case "status":
		s := desk.Status(p.Value)
		e.Status = &s
	case "type":
		t := desk.TicketType(p.Value)
		e.Type = &t
	case "priority":
		v := desk.Priority(p.Value)
		e.Priority = &v
	case "tags":
		tags := valuesOf(p.Value)
		e.SetTags = &tags
	case "due":
		due := cfg.Midday(p.Value)
		e.DueAt = &due
	default:
		p.applyLinkTo(e)
	}
}

// applyLinkTo sets what names another record.
func (p *Property) applyLinkTo(e *desk.Edits) {
	switch p.Name {
	case "requester":
		e.Requester = parseID[desk.UserID](p.Value)
	case "assignee":
		group, user, _ := strings.Cut(p.Value, "/")
		e.Group, e.Assignee = parseID[desk.GroupID](group), parseID[desk.UserID](user)
	case "followers":
		e.Followers = parseIDs[desk.UserID](p.Value)
	case "ccs":
		e.EmailCCs = parseIDs[desk.UserID](p.Value)
	case "organization":
		e.Organization = parseID[desk.OrganizationID](p.Value)
	case "problem":
		e.Problem = parseID[desk.TicketID](p.Value)
	case "form":
		e.Form = parseID[desk.FormID](p.Value)
	}
}

// fieldTexts is a custom field's value as desk.Edits wants it: nothing clears.
func (p *Property) fieldTexts() []string {
	switch p.Kind {
	case Choices:
		return valuesOf(p.Value)
	case Tick:
		if p.Value == "" {
			return []string{"false"}
		}
	}
	if p.Value == "" {
		return nil
	}
	return []string{p.Value}
}

func parseID[T ~int64](text string) *T {
	n, _ := strconv.ParseInt(text, 10, 64)
	id := T(max(n, 0))
	return &id
}

func parseIDs[T ~int64](joined string) *[]T {
	out := []T{}
	for _, v := range valuesOf(joined) {
		out = append(out, *parseID[T](v))
	}
	return &out
}
