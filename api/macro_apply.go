package api

import (
	"slices"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// macroCommentJSON is the comment that a macro proposes.
type macroCommentJSON struct {
	Body       string      `json:"body"`
	HTMLBody   string      `json:"html_body"`
	Public     bool        `json:"public"`
	ScopedBody [][2]string `json:"scoped_body"`
}

func macroComment(n *desk.NewComment) *macroCommentJSON {
	if n == nil {
		return nil
	}
	out := &macroCommentJSON{Body: n.Body, HTMLBody: n.HTML, Public: n.Public == nil || *n.Public,
		ScopedBody: [][2]string{{"channel:all", n.Body}}}
	if n.HTML == "" {
		out.HTMLBody = htmlOf(&desk.Comment{Body: n.Body})
	}
	return out
}

// applyMacro tells what a macro would change on a ticket that is not yet made. Nothing is stored.
func (c *call) applyMacro() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		m, cfg, err := c.reachMacro(tx)
		if err != nil {
			return nil, err
		}
		result, err := rule.ApplyMacro(cfg, m, rule.MacroInput{Actor: c.actor(cfg), Values: rule.PlaceholderValues{Config: cfg, CurrentUser: c.user}, At: c.Clock()})
		if err != nil {
			return nil, err
		}
		ticket := macroChanges(&result)
		if said := macroComment(result.Comment); said != nil {
			ticket = append(ticket, member{"comment", said})
		}
		ticket = append(ticket, member{"fields", macroFields(cfg, &result)})
		return objectOf("result", objectOf("ticket", ticket)), nil
	})
}

// macroChanges lists what the macro sets, under the names by which a client then stores it.
func macroChanges(r *rule.MacroResult) (o object) {
	e, t := &r.Edits, &r.Ticket
	add := func(set bool, key string, value any) {
		if set {
			o = append(o, member{key, value})
		}
	}
	add(e.Subject != nil, "subject", t.Subject)
	add(e.Status != nil, "status", t.Status)
	add(e.Type != nil, "type", nullString(t.Type))
	add(e.Priority != nil, "priority", nullString(t.Priority))
	add(e.Group != nil || e.Assignee != nil, "group_id", nullID(t.Group))
	add(e.Assignee != nil, "assignee_id", nullID(t.Assignee))
	add(e.Form != nil, "ticket_form_id", nullID(t.Form))
	add(e.SetTags != nil || len(e.AddTags)+len(e.RemoveTags) > 0, "tags", nonNil(t.Tags))
	add(len(e.AddFollowers) > 0, "follower_ids", nonNil(t.Followers))
	add(len(e.AddCCs) > 0, "email_cc_ids", nonNil(t.EmailCCs))
	add(len(e.Share)+len(e.Unshare) > 0 || e.UnshareAll, "sharing_agreement_ids", sharedAfter(r))
	return o
}

// sharedAfter is under which agreements the ticket is shared once the macro is submitted.
func sharedAfter(r *rule.MacroResult) []desk.AgreementID {
	out := []desk.AgreementID{}
	for _, s := range r.Ticket.Shares {
		if s.Active() && !r.Edits.UnshareAll && !slices.Contains(r.Edits.Unshare, s.Agreement) {
			out = append(out, s.Agreement)
		}
	}
	for _, id := range r.Edits.Share {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// macroFields are the custom fields that the macro sets, by id.
func macroFields(cfg *desk.Config, r *rule.MacroResult) map[string]any {
	out := map[string]any{}
	for id := range r.Edits.Fields {
		if f := cfg.Field(id); f != nil {
			out[idString(id)] = fieldValue(f, r.Ticket.Fields[id])
		}
	}
	return out
}

// appliedJSON is a ticket as a macro would leave it, with the comment it proposes. fields are those that the macro sets.
type appliedJSON struct {
	ticketJSON
	Fields  map[string]any    `json:"fields"`
	Comment *macroCommentJSON `json:"comment,omitempty"`
}

// applyMacroToTicket shows the whole ticket as the macro would leave it. Nothing is stored.
func (c *call) applyMacroToTicket() error {
	id, err := c.pathID("ticket")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		m, cfg, err := c.reachMacro(tx)
		if err != nil {
			return nil, err
		}
		t, err := tx.Ticket(c.ctx(), desk.TicketID(id))
		if err != nil {
			return nil, err
		}
		words, err := c.wordsOf(tx, cfg, &t)
		if err != nil {
			return nil, err
		}
		result, err := rule.ApplyMacro(cfg, m, rule.MacroInput{Actor: c.actor(cfg), Values: words, At: c.Clock()})
		if err != nil {
			return nil, err
		}
		shown := appliedJSON{ticketJSON: c.ticketOf(cfg, &result.Ticket), Fields: macroFields(cfg, &result), Comment: macroComment(result.Comment)}
		shown.SharingAgreementIDs = sharedAfter(&result)
		return objectOf("result", objectOf("ticket", shown)), nil
	})
}

// wordsOf gathers what placeholders may speak of.
func (c *call) wordsOf(tx *store.Tx, cfg *desk.Config, t *desk.Ticket) (rule.PlaceholderValues, error) {
	w := rule.PlaceholderValues{Config: cfg, Ticket: t, CurrentUser: c.user, URL: c.base + "/agent/tickets/" + idString(t.ID)}
	users, err := tx.UsersByID(c.ctx(), distinct([]desk.UserID{t.Requester, t.Assignee, t.Submitter}, func(u desk.UserID) desk.UserID { return u }))
	if err != nil {
		return w, err
	}
	known := map[desk.UserID]desk.User{}
	for _, u := range users {
		known[u.ID] = u
	}
	w.Requester, w.Assignee, w.Submitter = known[t.Requester], known[t.Assignee], known[t.Submitter]
	if t.Organization != 0 {
		o, err := tx.Organization(c.ctx(), t.Organization)
		w.Organizations = map[desk.OrganizationID]desk.Organization{o.ID: o}
		return w, unlessMissing(err)
	}
	return w, nil
}

func unlessMissing(err error) error {
	if desk.KindOf(err) == desk.NotFound {
		return nil
	}
	return err
}
