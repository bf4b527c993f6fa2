package api

import (
	"slices"

	"interdesk/desk"
	"interdesk/store"
)

// showTickets shows tickets with what include asks for.
func (c *call) showTickets(tx *store.Tx, tickets []desk.Ticket) (any, object, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, nil, err
	}
	sideloads, err := c.ticketSideloads(tx, cfg, tickets)
	if err != nil {
		return nil, nil, err
	}
	shown := c.ticketsOf(cfg, tickets)
	if err := c.sideloadMetrics(tx, cfg, tickets, shown); err != nil {
		return nil, nil, err
	}
	return shown, sideloads, c.markProblems(tx, shown)
}

// markProblems says of problems whether they have incidents.
func (c *call) markProblems(tx *store.Tx, shown []ticketJSON) error {
	var problems []desk.TicketID
	for i := range shown {
		if t := shown[i].Type; t != nil && *t == desk.Problem {
			problems = append(problems, shown[i].ID)
		}
	}
	with, err := tx.ProblemsWithIncidents(c.ctx(), problems)
	for i := range shown {
		shown[i].HasIncidents = slices.Contains(with, shown[i].ID)
	}
	return err
}

func (c *call) ticketsOf(cfg *desk.Config, tickets []desk.Ticket) []ticketJSON {
	counts := c.includes("comment_count")
	out := make([]ticketJSON, len(tickets))
	for i := range tickets {
		out[i] = c.ticketOf(cfg, &tickets[i])
		if counts {
			out[i].CommentCount = &tickets[i].CommentCount
		}
	}
	return out
}

// ticketSideloads reads whom and what tickets name, each kind at one stroke.
func (c *call) ticketSideloads(tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket) (o object, err error) {
	if c.includes("users") {
		users, err := tx.UsersByID(c.ctx(), usersIn(tickets))
		if err != nil {
			return nil, err
		}
		o = append(o, member{"users", c.usersShown(users)})
	}
	if c.includes("groups") {
		groups := []desk.Group{}
		for _, id := range distinct(tickets, func(t desk.Ticket) desk.GroupID { return t.Group }) {
			if g, ok := cfg.Group(id); ok {
				groups = append(groups, g)
			}
		}
		o = append(o, member{"groups", c.groupsOf(groups)})
	}
	if c.includes("organizations") {
		all, err := tx.OrganizationsByID(c.ctx(), distinct(tickets, func(t desk.Ticket) desk.OrganizationID { return t.Organization }))
		if err != nil {
			return nil, err
		}
		o = append(o, member{"organizations", c.organizationsOf(all)})
	}
	if c.includes("last_audits") {
		audits, err := c.lastAudits(tx, tickets)
		if err != nil {
			return nil, err
		}
		o = append(o, member{"last_audits", audits})
	}
	if c.includes("sharing_agreements") {
		o = append(o, member{"sharing_agreements", c.agreementsIn(cfg, tickets)})
	}
	if c.includes("ticket_forms") {
		o = append(o, member{"ticket_forms", c.formsIn(cfg, tickets)})
	}
	return o, nil
}

// lastAudits are the last update of each ticket, in the order of the tickets.
func (c *call) lastAudits(tx *store.Tx, tickets []desk.Ticket) ([]object, error) {
	latest, err := tx.LatestUpdates(c.ctx(), distinct(tickets, func(t desk.Ticket) desk.TicketID { return t.ID }))
	if err != nil {
		return nil, err
	}
	var audits []desk.Audit
	for i := range tickets {
		if l, ok := latest[tickets[i].ID]; ok {
			audits = append(audits, l.Audit)
		}
	}
	return c.auditsOf(tx, audits)
}

func usersIn(tickets []desk.Ticket) []desk.UserID {
	var ids []desk.UserID
	for i := range tickets {
		t := &tickets[i]
		ids = append(append(ids, t.Requester, t.Submitter, t.Assignee), t.Collaborators()...)
	}
	return distinct(ids, func(id desk.UserID) desk.UserID { return id })
}

// usersShown are people whom records name: staff see them whole, others what the people of a request know of each other.
func (c *call) usersShown(users []desk.User) []any {
	out := make([]any, len(users))
	for i := range users {
		u := &users[i]
		if c.isStaff() {
			out[i] = c.userOf(u)
		} else {
			out[i] = participantJSON{ID: u.ID, Name: u.PublicName(), Agent: u.Role.Staff(), OrganizationID: nullID(u.Organization)}
		}
	}
	return out
}

func (c *call) agreementsIn(cfg *desk.Config, tickets []desk.Ticket) []agreementJSON {
	var ids []desk.AgreementID
	for i := range tickets {
		for _, s := range tickets[i].Shares {
			ids = append(ids, s.Agreement)
		}
	}
	slices.Sort(ids)
	out := []agreementJSON{}
	for _, id := range slices.Compact(ids) {
		if a, ok := cfg.Agreements[id]; ok {
			out = append(out, c.agreementOf(&a))
		}
	}
	return out
}

func (c *call) formsIn(cfg *desk.Config, tickets []desk.Ticket) []formJSON {
	named := distinct(tickets, func(t desk.Ticket) desk.FormID { return t.Form })
	out := []formJSON{}
	for i := range cfg.Forms {
		if slices.Contains(named, cfg.Forms[i].ID) {
			out = append(out, c.formOf(cfg, &cfg.Forms[i]))
		}
	}
	return out
}
