package views

import (
	"fmt"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/ui"
)

// applyMacro works out what a macro does to each of the tickets.
func applyMacro(c *ui.Call, tx *store.Tx, cfg *desk.Config, w bulkRequest, b *ticketing.Bulk) error {
	actor, err := c.Admin.As(c.Ctx(), tx, c.User)
	if err != nil {
		return err
	}
	m, err := actor.Macro(c.Ctx(), w.macro)
	if desk.KindOf(err) == desk.NotFound {
		return desk.InvalidField("macro", "InvalidValue", c.T("views.bulk.fault.macro"))
	}
	if err != nil {
		return err
	}
	tickets, err := tx.Tickets(c.Ctx(), w.tickets)
	if err != nil {
		return err
	}
	known := map[desk.TicketID]*desk.Ticket{}
	for i := range tickets {
		known[tickets[i].ID] = &tickets[i]
	}
	speak, err := placeholderReader(c, tx, cfg, tickets)
	if err != nil {
		return err
	}
	for i, id := range w.tickets {
		u := desk.Update{Ticket: id, Client: c.Client()}
		if t := known[id]; t != nil {
			result, err := rule.ApplyMacro(cfg, m, rule.MacroInput{Actor: access.ActorOf(cfg, c.User), Values: speak(t), At: c.Clock()})
			if faults, ok := ui.FaultsOf(err); ok {
				b.Refuse(i, faults.Sentence())
			} else if err != nil {
				return err
			}
			u.Edits, u.Comment = mergeEdits(result.Edits, w.edits), macroComment(result.Comment)
		}
		b.Updates = append(b.Updates, u)
	}
	return nil
}

// mergeEdits is a macro's edits and then those of the form.
func mergeEdits(e, form desk.Edits) desk.Edits {
	if form.Status != nil {
		e.Status = form.Status
	}
	if form.Assignee != nil {
		e.Assignee = form.Assignee
	}
	if form.Group != nil {
		e.Group = form.Group
	}
	e.AddTags, e.RemoveTags = append(e.AddTags, form.AddTags...), append(e.RemoveTags, form.RemoveTags...)
	return e
}

// macroComment is the comment that a macro writes; one without text only says how an agent's own would be shown.
func macroComment(n *desk.NewComment) *desk.NewComment {
	if n == nil || n.Body == "" && n.HTML == "" {
		return nil
	}
	return n
}

// placeholderReader reads what placeholders may say of tickets.
func placeholderReader(c *ui.Call, tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket) (func(*desk.Ticket) rule.PlaceholderValues, error) {
	var people []desk.UserID
	var organizations []desk.OrganizationID
	for i := range tickets {
		people = append(people, tickets[i].Requester, tickets[i].Assignee, tickets[i].Submitter)
		organizations = append(organizations, tickets[i].Organization)
	}
	users, err := tx.UsersByID(c.Ctx(), people)
	if err != nil {
		return nil, err
	}
	known := map[desk.UserID]desk.User{}
	for _, u := range users {
		known[u.ID] = u
	}
	found, err := tx.OrganizationsByID(c.Ctx(), organizations)
	if err != nil {
		return nil, err
	}
	houses := map[desk.OrganizationID]desk.Organization{}
	for _, o := range found {
		houses[o.ID] = o
	}
	scheme := "http"
	if c.Frame.Secure {
		scheme = "https"
	}
	return func(t *desk.Ticket) rule.PlaceholderValues {
		return rule.PlaceholderValues{Config: cfg, Ticket: t, CurrentUser: c.User, Requester: known[t.Requester], Assignee: known[t.Assignee],
			Submitter: known[t.Submitter], Organizations: houses,
			URL: fmt.Sprintf("%s://%s/agent/tickets/%d", scheme, c.R.Host, t.ID)}
	}, nil
}
