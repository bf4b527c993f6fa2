package ticket

import (
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
)

// Names knows what the ids on a page are called.
type Names struct {
	Config        *desk.Config
	Users         map[desk.UserID]desk.User
	Organizations map[desk.OrganizationID]desk.Organization
	Tickets       map[desk.TicketID]string // subjects
	Macros        map[desk.MacroID]string
}

// NewNames knows nobody yet but the staff.
func NewNames(cfg *desk.Config) *Names {
	return &Names{Config: cfg, Users: map[desk.UserID]desk.User{}, Organizations: map[desk.OrganizationID]desk.Organization{}, Tickets: map[desk.TicketID]string{},
		Macros: map[desk.MacroID]string{}}
}

// learnUsers reads the people of some ids that are not known yet.
func (n *Names) learnUsers(ctx context.Context, tx *store.Tx, ids ...desk.UserID) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id desk.UserID) bool { _, known := n.Users[id]; return known || id == 0 })
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return nil
	}
	users, err := tx.UsersByID(ctx, ids)
	for _, u := range users {
		n.Users[u.ID] = u
	}
	return err
}

func (n *Names) learnOrganizations(ctx context.Context, tx *store.Tx, ids ...desk.OrganizationID) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id desk.OrganizationID) bool { _, known := n.Organizations[id]; return known || id == 0 })
	if len(ids) == 0 {
		return nil
	}
	found, err := tx.OrganizationsByID(ctx, ids)
	for _, o := range found {
		n.Organizations[o.ID] = o
	}
	return err
}

func (n *Names) learnTickets(ctx context.Context, tx *store.Tx, ids ...desk.TicketID) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id desk.TicketID) bool { _, known := n.Tickets[id]; return known || id == 0 })
	if len(ids) == 0 {
		return nil
	}
	found, err := tx.Tickets(ctx, ids)
	for _, t := range found {
		n.Tickets[t.ID] = t.Subject
	}
	return err
}

// learnMacro reads what a macro is called, unless it is gone.
func (n *Names) learnMacro(ctx context.Context, tx *store.Tx, id desk.MacroID) error {
	if _, known := n.Macros[id]; known {
		return nil
	}
	m, err := tx.Macro(ctx, id)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	n.Macros[id] = m.Title
	return nil
}

// User is what a person is called; the desk itself has the id 0.
func (n *Names) User(ctx context.Context, id desk.UserID) string {
	if id == 0 {
		return text.T(ctx, "word.system")
	}
	if u, ok := n.Users[id]; ok && strings.TrimSpace(u.Name) != "" {
		return u.Name
	}
	if s, ok := n.Config.Staff[id]; ok {
		return s.Name
	}
	return text.T(ctx, "ticket.somebody")
}

// Partner is whose desk a person belongs to; "" for our own people.
func (n *Names) Partner(id desk.UserID) string {
	u := n.Users[id]
	if u.Foreign == 0 {
		return ""
	}
	return n.Config.Agreements[u.Foreign].Name
}

// Organization is what an organization is called.
func (n *Names) Organization(id desk.OrganizationID) string {
	if o, ok := n.Organizations[id]; ok {
		return o.Name
	}
	return "#" + number(id)
}

// Ticket is a ticket's number and subject.
func (n *Names) Ticket(id desk.TicketID) string {
	return strings.TrimSpace("#" + number(id) + " " + n.Tickets[id])
}

// Assignment is a group and somebody in it, in words.
func (n *Names) Assignment(ctx context.Context, g desk.GroupID, u desk.UserID) string {
	group, _ := n.Config.Group(g)
	switch {
	case u == 0 && g == 0:
		return text.T(ctx, "ticket.nobody")
	case u == 0:
		return group.Name
	case g == 0:
		return n.User(ctx, u)
	}
	return group.Name + " / " + n.User(ctx, u)
}
