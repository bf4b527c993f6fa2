package ticket

import (
	"context"
	"strconv"
	"strings"
	"time"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/store"
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

// Undecided tells whether something is still to be chosen.
func (m *Merge) Undecided() bool {
	for _, c := range m.Conflicts {
		if c.Choice == "" {
			return true
		}
	}
	return false
}

// Read puts into a form of the ticket as it is now what a browser sent, and finds what others changed since the browser
// got its form. A property that was not sent, or not touched, keeps the ticket's value.
func (f *Form) Read(c *ui.Call) Merge {
	var m Merge
	for _, p := range f.All() {
		if !c.Sent(p.Name) && !c.Sent("base."+p.Name) {
			continue
		}
		mine := p.Kind.canonical(c.R.Form[p.Name])
		was := p.Base
		if c.Sent("base." + p.Name) {
			was = p.Kind.canonical(c.R.Form["base."+p.Name])
		}
		if p.Name == "status" && mine == "" && c.Sent("ask.status") {
			mine = Choice.canonical(c.R.Form["chosen.status"])
		}
		x := Conflict{Property: p, Was: was, Theirs: p.Base, Mine: mine, Choice: c.Value("choice." + p.Name)}
		explicit := p.Name == "status" && mine != ""
		switch {
		case mine == p.Base: // nothing to do
		case mine == was && !explicit, p.Name == "status" && mine == "": // only others touched it
			if was != p.Base {
				m.Theirs = append(m.Theirs, x)
			}
		case was == p.Base && !c.Sent("ask."+p.Name):
			p.Value = mine
		case p.Kind == Tags || p.Kind == Choices:
			p.Value = merged(was, p.Base, mine)
		default:
			if x.Choice != "theirs" {
				p.Value = mine
			}
			m.Conflicts = append(m.Conflicts, x)
		}
	}
	return m
}

// merged is a set that two sides changed: what either added is in, what either took out is not.
func merged(was, theirs, mine string) string {
	old, in, out := set(was), set(theirs), []string{}
	for v := range set(mine) {
		if !old[v] {
			in[v] = true
		}
	}
	for v := range old {
		if !set(mine)[v] {
			delete(in, v)
		}
	}
	for v := range in {
		out = append(out, v)
	}
	return Choices.canonical(out)
}

func set(joined string) map[string]bool {
	out := map[string]bool{}
	for _, v := range values(joined) {
		out[v] = true
	}
	return out
}

// resolve reads what people without script type where others search: an address, a name or a number.
func resolve(ctx context.Context, c *ui.Call, tx *store.Tx, f *Form) (ui.Faults, error) {
	faults := ui.Faults{}
	for _, p := range f.All() {
		typed := c.Value(p.Name + ".typed")
		if typed == "" {
			continue
		}
		id, err := find(ctx, tx, p.Load, typed)
		if desk.KindOf(err) == desk.NotFound {
			faults[p.Name] = append(faults[p.Name], c.T("ticket.typed.unknown", p.Label, typed))
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.Kind == Choices {
			p.Value = Choices.canonical(append(values(p.Value), id))
		} else {
			p.Value = id
		}
	}
	return faults, nil
}

func find(ctx context.Context, tx *store.Tx, load, typed string) (string, error) {
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
	u, err := tx.UserByEmail(ctx, typed)
	return number(u.ID), err
}

// Edits is what the form changes of its ticket.
func (f *Form) Edits(cfg *desk.Config) desk.Edits {
	var e desk.Edits
	for _, p := range f.All() {
		if p.Edited() {
			p.into(&e, cfg)
		}
	}
	return e
}

func (p *Property) into(e *desk.Edits, cfg *desk.Config) {
	if p.Field != nil {
		if e.Fields == nil {
			e.Fields = map[desk.FieldID][]string{}
		}
		e.Fields[p.Field.ID] = p.given()
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
		tags := values(p.Value)
		e.SetTags = &tags
	case "due":
		e.DueAt = noon(cfg, p.Value)
	default:
		p.linkInto(e)
	}
}

// linkInto sets what names another record.
func (p *Property) linkInto(e *desk.Edits) {
	switch p.Name {
	case "requester":
		e.Requester = one[desk.UserID](p.Value)
	case "assignee":
		group, user, _ := strings.Cut(p.Value, "/")
		e.Group, e.Assignee = one[desk.GroupID](group), one[desk.UserID](user)
	case "followers":
		e.Followers = many[desk.UserID](p.Value)
	case "ccs":
		e.EmailCCs = many[desk.UserID](p.Value)
	case "organization":
		e.Organization = one[desk.OrganizationID](p.Value)
	case "problem":
		e.Problem = one[desk.TicketID](p.Value)
	case "form":
		e.Form = one[desk.FormID](p.Value)
	}
}

// given is a custom field's value as desk.Edits wants it: nothing clears.
func (p *Property) given() []string {
	switch p.Kind {
	case Choices:
		return values(p.Value)
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

func one[T ~int64](text string) *T {
	n, _ := strconv.ParseInt(text, 10, 64)
	id := T(max(n, 0))
	return &id
}

func many[T ~int64](joined string) *[]T {
	out := []T{}
	for _, v := range values(joined) {
		out = append(out, *one[T](v))
	}
	return &out
}

// noon is the middle of a day where the account is: a day by itself falls due then.
func noon(cfg *desk.Config, day string) *time.Time {
	var at time.Time
	if d, ok := calendar.Parse(day); ok {
		at = d.At(12*time.Hour, location(cfg))
	}
	return &at
}
