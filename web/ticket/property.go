package ticket

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// Kind is how a property is edited.
type Kind uint8

// The kinds. Choices are picked from Options; Line to Day are typed.
const (
	Line Kind = iota
	Lines
	Choice
	Choices
	Tags
	Tick
	Day
	Number
)

// Property is one thing that a ticket says of itself and that can be edited. Value and Base are texts; several values
// stand in order, with commas between.
type Property struct {
	Name     string // of its input
	Label    string
	Kind     Kind
	Value    string // what the form shows
	Base     string // what the ticket has
	Options  []ui.Option
	Load     string // address that answers what is typed with options
	Note     string // placeholder
	Hint     string
	Pattern  string
	Required bool   // to solve the ticket
	Flag     string // who or what changed it, in words
	Faults   []string
	Field    *desk.TicketField // of a custom field
	When     templ.Attributes  // of a field that the form shows depending on others
}

// Edited tells whether the form says something else than the ticket.
func (p *Property) Edited() bool { return p.Value != p.Base }

// valuesOf are the single values of a text.
func valuesOf(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

// canonicalText is what somebody sent, in the form that Value has.
func (k Kind) canonicalText(sent []string) string {
	switch k {
	case Choices:
		sent = slices.DeleteFunc(slices.Clone(sent), func(s string) bool { return strings.TrimSpace(s) == "" })
		slices.Sort(sent)
		return strings.Join(slices.Compact(sent), ",")
	case Tags:
		return strings.Join(desk.NormalizeTags(desk.ParseTags(strings.Join(sent, ","))), ",")
	case Tick:
		if slices.Contains(sent, "true") {
			return "true"
		}
		return ""
	}
	if len(sent) == 0 {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(sent[len(sent)-1], "\r\n", "\n"))
}

// TextOf is a value of the property as people read it.
func (p *Property) TextOf(ctx context.Context, value string) string {
	if value == "" {
		if p.Kind == Tick {
			return text.T(ctx, "word.no")
		}
		return text.T(ctx, "ticket.empty")
	}
	switch p.Kind {
	case Tick:
		return text.T(ctx, "word.yes")
	case Tags:
		return strings.Join(valuesOf(value), ", ")
	case Choice, Choices:
		var said []string
		for _, v := range valuesOf(value) {
			said = append(said, p.optionLabel(v))
		}
		return strings.Join(said, ", ")
	}
	return value
}

func (p *Property) optionLabel(value string) string {
	for _, o := range p.Options {
		if o.Value == value {
			if o.Group != "" {
				return o.Group + " / " + o.Label
			}
			return o.Label
		}
	}
	return value
}

// Form is the properties of a ticket as they can be edited.
type Form struct {
	ID       string // of the form element that the inputs belong to
	Ticket   desk.TicketID
	Standard []Property
	Fields   []Property // custom ones, those of the ticket's form
	Closed   bool       // nothing can be edited
	Mine     string     // what the assignee would be if the reader took the ticket
}

// All are all properties.
func (f *Form) All() []*Property {
	out := make([]*Property, 0, len(f.Standard)+len(f.Fields))
	for i := range f.Standard {
		out = append(out, &f.Standard[i])
	}
	for i := range f.Fields {
		out = append(out, &f.Fields[i])
	}
	return out
}

// Property finds a property by its name; nil when the form has none of that name.
func (f *Form) Property(name string) *Property {
	for _, p := range f.All() {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// FormID is the form element that all inputs of the page belong to.
const FormID = "ticket-form"

// NewForm is the form of a ticket as it is. A ticket without id is one that is still to be made.
func NewForm(ctx context.Context, n *Names, t *desk.Ticket, me desk.UserID) Form {
	f := Form{ID: FormID, Ticket: t.ID, Closed: t.Status == desk.Closed}
	subject := Property{Name: "subject", Kind: Line, Label: text.T(ctx, "ticket.subject"), Base: t.Subject}
	status := Property{Name: "status", Kind: Choice, Label: text.T(ctx, "ticket.status"), Base: string(t.Status), Options: statusOptions(ctx)}
	f.Standard = append(f.Standard, subject, status, requesterProperty(ctx, n, t), assignmentProperty(ctx, n, t, me))
	f.Standard = append(f.Standard, peopleProperties(ctx, n, t)...)
	f.Standard = append(f.Standard, detailProperties(ctx, n, t)...)
	if form, ok := formProperty(ctx, n.Config, t); ok {
		f.Standard = append(f.Standard, form)
	}
	f.Fields = fieldsOf(ctx, n, t)
	if _, staff := n.Config.Staff[me]; staff {
		f.Mine = takenAssignment(n.Config, assignmentValue(t.Group, 0), me)
	}
	applyConditions(n.Config, t, &f)
	for _, p := range f.All() {
		p.Value = p.Base
	}
	return f
}

// applyConditions marks what the ticket's form shows depending on what the ticket says.
func applyConditions(cfg *desk.Config, t *desk.Ticket, f *Form) {
	at := slices.IndexFunc(cfg.Forms, func(form desk.TicketForm) bool { return form.ID == formOf(cfg, t) })
	if at < 0 || len(cfg.Forms[at].AgentConditions) == 0 {
		return
	}
	when := ui.Conditions{Config: cfg, All: cfg.ActiveConditions(cfg.Forms[at].AgentConditions), Asked: cfg.AskedOfAgents(t), Required: func(c *desk.ConditionalField) bool {
		return c.RequiredFor(desk.Solved) || len(c.RequiredOn) > 0
	}}
	for i := range cfg.Fields {
		if p := f.Property(ui.InputName(&cfg.Fields[i])); p != nil {
			p.When = when.Attributes(&cfg.Fields[i])
		}
	}
}

func statusOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, s := range []desk.Status{desk.New, desk.Open, desk.Pending, desk.Hold, desk.Solved, desk.Closed} {
		out = append(out, ui.Option{Value: string(s), Label: text.T(ctx, "status."+string(s))})
	}
	return out
}

// peopleLoad answers what is typed with people, and with who may be added.
const peopleLoad = "/agent/suggest/people"

func requesterProperty(ctx context.Context, n *Names, t *desk.Ticket) Property {
	p := Property{Name: "requester", Kind: Choice, Label: text.T(ctx, "ticket.requester"), Load: peopleLoad, Note: text.T(ctx, "ticket.requester.note")}
	if t.Requester != 0 {
		p.Base = number(t.Requester)
		p.Options = []ui.Option{{Value: p.Base, Label: n.User(ctx, t.Requester)}}
	}
	return p
}

// maxMembers is how many people of groups a page lists; of larger desks it lists the ticket's group, and the rest is
// found by typing.
const maxMembers = 80

// assignmentProperty is a group and perhaps somebody in it: GROUP/USER.
func assignmentProperty(ctx context.Context, n *Names, t *desk.Ticket, me desk.UserID) Property {
	p := Property{Name: "assignee", Kind: Choice, Label: text.T(ctx, "ticket.assignee"), Load: "/agent/suggest/assignees",
		Base: assignmentValue(t.Group, t.Assignee), Note: text.T(ctx, "ticket.assignee.note")}
	p.Options = append(p.Options, ui.Option{Value: "", Label: text.T(ctx, "ticket.nobody")})
	members := membersByGroup(n.Config)
	total := 0
	for _, m := range members {
		total += len(m)
	}
	for _, g := range n.Config.Groups {
		p.Options = append(p.Options, ui.Option{Value: assignmentValue(g.ID, 0), Label: g.Name})
	}
	for _, g := range n.Config.Groups {
		for i, m := range members[g.ID] {
			if total <= maxMembers || g.ID == t.Group && i < maxMembers || m.ID == me {
				p.Options = append(p.Options, ui.Option{Value: assignmentValue(g.ID, m.ID), Label: m.Name, Group: g.Name})
			}
		}
	}
	if p.Base != "" && !slices.ContainsFunc(p.Options, func(o ui.Option) bool { return o.Value == p.Base }) {
		p.Options = append(p.Options, ui.Option{Value: p.Base, Label: n.Assignment(ctx, t.Group, t.Assignee)})
	}
	return p
}

func membersByGroup(cfg *desk.Config) map[desk.GroupID][]desk.StaffMember {
	out := map[desk.GroupID][]desk.StaffMember{}
	for _, m := range cfg.Staff {
		for _, g := range m.Groups {
			out[g] = append(out[g], m)
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b desk.StaffMember) int {
			if d := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); d != 0 {
				return d
			}
			return int(a.ID - b.ID)
		})
	}
	return out
}

func assignmentValue(g desk.GroupID, u desk.UserID) string {
	if g == 0 && u == 0 {
		return ""
	}
	return number(g) + "/" + number(u)
}

func peopleProperties(ctx context.Context, n *Names, t *desk.Ticket) []Property {
	several := func(name, label, load string, ids []desk.UserID) Property {
		p := Property{Name: name, Kind: Choices, Label: label, Load: load}
		var chosen []string
		for _, id := range ids {
			chosen = append(chosen, number(id))
			p.Options = append(p.Options, ui.Option{Value: number(id), Label: n.User(ctx, id)})
		}
		p.Base = Choices.canonicalText(chosen)
		return p
	}
	organization := Property{Name: "organization", Kind: Choice, Label: text.T(ctx, "ticket.organization"), Load: "/agent/suggest/organizations",
		Options: []ui.Option{{Label: text.T(ctx, "ticket.empty")}}}
	if t.Organization != 0 {
		organization.Base = number(t.Organization)
		organization.Options = append(organization.Options, ui.Option{Value: organization.Base, Label: n.Organization(t.Organization)})
	}
	return []Property{
		several("followers", text.T(ctx, "ticket.followers"), "/agent/suggest/staff", t.Followers),
		several("ccs", text.T(ctx, "ticket.ccs"), peopleLoad, t.EmailCCs),
		organization,
	}
}

func detailProperties(ctx context.Context, n *Names, t *desk.Ticket) []Property {
	tags := Property{Name: "tags", Kind: Tags, Label: text.T(ctx, "ticket.tags"), Load: "/agent/suggest/tags", Base: strings.Join(t.Tags, ",")}
	kind := Property{Name: "type", Kind: Choice, Label: text.T(ctx, "ticket.type"), Base: string(t.Type)}
	for _, k := range []desk.TicketType{"", desk.Question, desk.Incident, desk.Problem, desk.Task} {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Label: text.T(ctx, "type."+string(k))})
	}
	priority := Property{Name: "priority", Kind: Choice, Label: text.T(ctx, "ticket.priority"), Base: string(t.Priority)}
	for _, k := range []desk.Priority{"", desk.Low, desk.Normal, desk.High, desk.Urgent} {
		if k != "" || t.Priority == "" { // it cannot be cleared
			priority.Options = append(priority.Options, ui.Option{Value: string(k), Label: text.T(ctx, "priority."+string(k))})
		}
	}
	problem := Property{Name: "problem", Kind: Choice, Label: text.T(ctx, "ticket.problem"), Load: "/agent/suggest/problems",
		Options: []ui.Option{{Label: text.T(ctx, "ticket.empty")}}}
	if t.Problem != 0 {
		problem.Base = number(t.Problem)
		problem.Options = append(problem.Options, ui.Option{Value: problem.Base, Label: n.Ticket(t.Problem)})
	}
	due := Property{Name: "due", Kind: Day, Label: text.T(ctx, "ticket.due"), Base: dayText(n.Config, t.DueAt)}
	return []Property{tags, kind, problem, due, priority}
}

const dayFormat = "2006-01-02"

func dayText(cfg *desk.Config, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(locationOf(cfg)).Format(dayFormat)
}

func locationOf(cfg *desk.Config) *time.Location {
	if cfg.Location == nil {
		return time.UTC
	}
	return cfg.Location
}

// formProperty is the choice of the ticket's form, where there is one to make.
func formProperty(ctx context.Context, cfg *desk.Config, t *desk.Ticket) (Property, bool) {
	p := Property{Name: "form", Kind: Choice, Label: text.T(ctx, "ticket.form"), Base: strconv.FormatInt(int64(formOf(cfg, t)), 10)}
	for _, f := range cfg.Forms {
		if f.Active || number(f.ID) == p.Base {
			p.Options = append(p.Options, ui.Option{Value: number(f.ID), Label: f.Name})
		}
	}
	return p, len(p.Options) > 1
}

func formOf(cfg *desk.Config, t *desk.Ticket) desk.FormID {
	if t.Form != 0 {
		return t.Form
	}
	return cfg.DefaultForm()
}
