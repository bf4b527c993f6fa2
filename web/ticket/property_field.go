package ticket

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// fieldsOf are the custom fields that the ticket's form shows, in its order.
func fieldsOf(ctx context.Context, n *Names, t *desk.Ticket) []Property {
	var out []Property
	id := formOf(n.Config, t)
	for i := range n.Config.Forms {
		if n.Config.Forms[i].ID != id {
			continue
		}
		for _, field := range n.Config.Forms[i].Fields {
			if f := n.Config.Field(field); f != nil && f.Active && f.Type.Custom() {
				out = append(out, fieldProperty(ctx, n, f, t.Fields[field]))
			}
		}
	}
	return out
}

func fieldProperty(ctx context.Context, n *Names, f *desk.TicketField, v desk.FieldValue) Property {
	p := Property{Name: ui.FieldName(f.ID), Label: f.Title, Base: v.Text(), Hint: f.AgentDescription, Required: f.Required, Field: f}
	switch f.Type {
	case desk.FieldTextarea:
		p.Kind = Lines
		p.Base = Lines.canonicalText(v)
	case desk.FieldCheckbox:
		p.Kind, p.Base = Tick, Tick.canonicalText(v)
	case desk.FieldDate:
		p.Kind = Day
	case desk.FieldInteger, desk.FieldDecimal:
		p.Kind = Number
	case desk.FieldRegexp:
		p.Pattern = strings.TrimSuffix(strings.TrimPrefix(f.Regexp, "^"), "$")
	case desk.FieldTagger:
		p.Kind, p.Options = Choice, append(fieldOptions(ctx, f, true), goneOptions(ctx, f, v)...)
	case desk.FieldMultiselect:
		p.Kind, p.Options, p.Base = Choices, append(fieldOptions(ctx, f, false), goneOptions(ctx, f, v)...), Choices.canonicalText(v)
	case desk.FieldLookup:
		p.Kind, p.Load = Choice, "/agent/suggest/"+lookups[f.Target]
		p.Options = []ui.Option{{Label: text.T(ctx, "ticket.empty")}}
		if p.Base != "" {
			p.Options = append(p.Options, ui.Option{Value: p.Base, Label: n.lookupName(ctx, f.Target, p.Base)})
		}
	}
	return p
}

// lookups is who answers what is typed into a lookup field.
var lookups = map[string]string{"zen:user": "people", "zen:organization": "organizations", "zen:ticket": "tickets"}

// fieldOptions are a field's choices; a name "A::B" stands under the heading A.
func fieldOptions(ctx context.Context, f *desk.TicketField, none bool) []ui.Option {
	out := make([]ui.Option, 0, len(f.Options)+1)
	if none {
		out = append(out, ui.Option{Label: text.T(ctx, "ticket.empty")})
	}
	for _, o := range f.Options {
		choice := ui.Option{Value: o.Value, Label: o.Name}
		if i := strings.LastIndex(o.Name, "::"); i > 0 {
			choice.Group, choice.Label = strings.ReplaceAll(o.Name[:i], "::", " / "), o.Name[i+2:]
		}
		out = append(out, choice)
	}
	return out
}

// goneOptions stand for what a ticket says though the field has no such option any more: it stays until somebody chooses another.
func goneOptions(ctx context.Context, f *desk.TicketField, v desk.FieldValue) (out []ui.Option) {
	for _, value := range v {
		if _, ok := f.Option(value); !ok {
			out = append(out, ui.Option{Value: value, Label: text.T(ctx, "ticket.option.gone", value)})
		}
	}
	return out
}

func (n *Names) lookupName(ctx context.Context, target, value string) string {
	id, _ := strconv.ParseInt(value, 10, 64)
	switch target {
	case "zen:user":
		return n.User(ctx, desk.UserID(id))
	case "zen:organization":
		return n.Organization(desk.OrganizationID(id))
	}
	return n.Ticket(desk.TicketID(id))
}

// learnAll learns the names of all that some values speak of, which are those of a ticket or those that somebody sent.
func (n *Names) learnAll(ctx context.Context, tx *store.Tx, t *desk.Ticket, more ...desk.UserID) error {
	users := append([]desk.UserID{t.Requester, t.Assignee, t.Submitter}, more...)
	users = slices.Concat(users, t.Followers, t.EmailCCs)
	organizations, tickets := []desk.OrganizationID{t.Organization}, append([]desk.TicketID{t.Problem, t.FollowupOf}, t.Followups...)
	for field, v := range t.Fields {
		f := n.Config.Field(field)
		if f == nil || f.Type != desk.FieldLookup {
			continue
		}
		id, _ := strconv.ParseInt(v.Text(), 10, 64)
		switch f.Target {
		case "zen:user":
			users = append(users, desk.UserID(id))
		case "zen:organization":
			organizations = append(organizations, desk.OrganizationID(id))
		default:
			tickets = append(tickets, desk.TicketID(id))
		}
	}
	if err := n.learnUsers(ctx, tx, users...); err != nil {
		return err
	}
	if err := n.learnOrganizations(ctx, tx, organizations...); err != nil {
		return err
	}
	return n.learnTickets(ctx, tx, tickets...)
}
