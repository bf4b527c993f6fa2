package api

import (
	"slices"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/ratelimit"
	"interdesk/store"
	"interdesk/ticketing"
)

func requestRoutes() []route {
	return []route{
		{"GET", "/requests", endUsers, (*call).listRequests},
		{"GET", "/requests/open", endUsers, (*call).openRequests},
		{"GET", "/requests/solved", endUsers, (*call).solvedRequests},
		{"GET", "/requests/ccd", endUsers, (*call).ccdRequests},
		{"GET", "/requests/search", endUsers, (*call).searchRequests},
		{"GET", "/requests/{id}", endUsers, (*call).showRequest},
		{"POST", "/requests", anyone, (*call).createRequest},
		{"PUT", "/requests/{id}", endUsers, (*call).updateRequest},
		{"GET", "/requests/{id}/comments", endUsers, (*call).requestComments},
		{"GET", "/requests/{id}/comments/{comment_id}", endUsers, (*call).requestComment},
		{"GET", "/users/{id}/requests", agents, (*call).requestsOfUser},
		{"GET", "/organizations/{id}/requests", agents, (*call).requestsOfOrganization},
	}
}

// The statuses of requests that wait for somebody, and of those that are done with.
var (
	openStatuses   = []desk.Status{desk.New, desk.Open, desk.Pending, desk.Hold}
	solvedStatuses = []desk.Status{desk.Solved, desk.Closed}
)

func (c *call) listRequests() error {
	return c.requestsWhere(store.TicketQuery{Requester: c.user.ID})
}

func (c *call) openRequests() error {
	return c.requestsWhere(store.TicketQuery{Requester: c.user.ID, Statuses: openStatuses})
}

func (c *call) solvedRequests() error {
	return c.requestsWhere(store.TicketQuery{Requester: c.user.ID, Statuses: solvedStatuses})
}

func (c *call) ccdRequests() error {
	return c.requestsWhere(store.TicketQuery{CC: c.user.ID})
}

func (c *call) requestsOfUser() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.requestsOf(store.TicketQuery{Requester: desk.UserID(id)}, func(tx *store.Tx) error {
		_, err := tx.User(c.ctx(), desk.UserID(id))
		return err
	})
}

func (c *call) requestsOfOrganization() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.requestsOf(store.TicketQuery{Organization: desk.OrganizationID(id)}, func(tx *store.Tx) error {
		_, err := tx.Organization(c.ctx(), desk.OrganizationID(id))
		return err
	})
}

func (c *call) requestsWhere(q store.TicketQuery) error { return c.requestsOf(q, nil) }

// requestsOf lists requests that end users may know of: those with a public comment. known is as in ticketsWhere.
func (c *call) requestsOf(q store.TicketQuery, known func(tx *store.Tx) error) error {
	q.Public = true
	if err := c.parseSort(&q); err != nil {
		return err
	}
	return listTickets(c, "requests", q, known, c.showRequests)
}

func (c *call) showRequests(tx *store.Tx, tickets []desk.Ticket) (any, object, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, nil, err
	}
	if err := c.hidePrivateDescriptions(tx, tickets); err != nil {
		return nil, nil, err
	}
	out := make([]requestJSON, len(tickets))
	for i := range tickets {
		out[i] = c.requestOf(cfg, &tickets[i])
	}
	if !c.includes("users") {
		return out, nil, nil
	}
	users, err := tx.UsersByID(c.ctx(), usersIn(tickets))
	return out, objectOf("users", c.usersShown(users)), err
}

// hidePrivateDescriptions takes descriptions that are private notes out of what end users see.
func (c *call) hidePrivateDescriptions(tx *store.Tx, tickets []desk.Ticket) error {
	private, err := tx.PrivateDescriptions(c.ctx(), distinct(tickets, func(t desk.Ticket) desk.TicketID { return t.ID }))
	if err != nil {
		return err
	}
	for i := range tickets {
		if slices.Contains(private, tickets[i].ID) {
			tickets[i].Description = ""
		}
	}
	return nil
}

// reachRequest reads a request that the caller may see.
func (c *call) reachRequest(tx *store.Tx, id desk.TicketID) (desk.Ticket, error) {
	t, err := tx.Ticket(c.ctx(), id)
	if err != nil {
		return t, err
	}
	viewer, err := access.ViewerIn(c.ctx(), tx, c.user)
	if err != nil {
		return t, err
	}
	if !access.CanSeeTicket(viewer, &t) || !t.Public {
		return t, desk.Missing()
	}
	return t, nil
}

func (c *call) showRequest() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		t, err := c.reachRequest(tx, id)
		if err != nil {
			return nil, err
		}
		return c.oneRequest(tx, t)
	})
}

func (c *call) oneRequest(tx *store.Tx, t desk.Ticket) (object, error) {
	shown, sideloads, err := c.showRequests(tx, []desk.Ticket{t})
	if err != nil {
		return nil, err
	}
	return append(objectOf("request", shown.([]requestJSON)[0]), sideloads...), nil
}

// requestInput is what an end user may say of a request.
type requestInput struct {
	Subject          textInput    `json:"subject"`
	Description      textInput    `json:"description"`
	Comment          commentInput `json:"comment"`
	Requester        personInput  `json:"requester"`
	Priority         textInput    `json:"priority"`
	Type             textInput    `json:"type"`
	DueAt            timeInput    `json:"due_at"`
	TicketFormID     numberInput  `json:"ticket_form_id"`
	Recipient        textInput    `json:"recipient"`
	CustomFields     fieldsInput  `json:"custom_fields"`
	Fields           fieldsInput  `json:"fields"`
	EmailCCs         peopleInput  `json:"email_ccs"`
	Collaborators    peopleInput  `json:"collaborators"`
	Additional       peopleInput  `json:"additional_collaborators"`
	FollowupSourceID numberInput  `json:"via_followup_source_id"`
	Solved           flagInput    `json:"solved"`
}

// toTicketInput is the request as an input of a ticket, whose translation it shares.
func (in *requestInput) toTicketInput() ticketInput {
	return ticketInput{Subject: in.Subject, Description: in.Description, Comment: in.comment(), Priority: in.Priority, Type: in.Type,
		DueAt: in.DueAt, TicketFormID: in.TicketFormID, Recipient: in.Recipient, CustomFields: in.CustomFields, Fields: in.Fields,
		EmailCCs: in.EmailCCs, Collaborators: in.Collaborators, AdditionalCollaborators: in.Additional,
		FollowupSourceID: in.FollowupSourceID}
}

// comment is what is said, by whoever speaks.
func (in *requestInput) comment() commentInput {
	said := in.Comment
	said.AuthorID = 0
	return said
}

// createRequest makes a request in the caller's name. Nobody in particular must say who they are.
func (c *call) createRequest() error {
	if c.user.ID == 0 {
		if err := httpkit.CheckStranger(c.Strangers, ratelimit.Request, c.r, c.Clock()); err != nil {
			return err
		}
	}
	var in requestInput
	if err := c.parseRecord("request", &in); err != nil {
		return err
	}
	if c.user.ID == 0 && (in.Requester.Email == "" || in.Requester.ID != 0) {
		return desk.InvalidField("requester", "BlankValue", "Requester: give a name and an email address, or sign in")
	}
	return c.writeCreated(func(tx *store.Tx) (string, object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return "", nil, err
		}
		asking, err := c.requesterOf(tx, &in)
		if err != nil {
			return "", nil, err
		}
		t := in.toTicketInput()
		if c.user.ID == 0 { // nobody in particular makes no accounts for others
			t.EmailCCs, t.Collaborators, t.AdditionalCollaborators = peopleInput{}, peopleInput{}, peopleInput{}
			t.FollowupSourceID = numberInput{} // what it would inherit is for whoever owns the address
		}
		u, err := c.updateOf(tx, cfg, &t, 0)
		if err != nil {
			return "", nil, err
		}
		if asking.ID == c.user.ID || !c.isStaff() {
			ticketing.SpeakFor(&u, asking)
		} else {
			u.Edits.Requester, u.Edits.Submitter = &asking.ID, &asking.ID
		}
		applied, err := c.Tickets.ApplyIn(c.ctx(), tx, u)
		if err != nil {
			return "", nil, err
		}
		made := applied.Ticket
		return c.url("requests", int64(made.ID)), objectOf("request", c.requestOf(cfg, &made)), nil
	})
}

// requesterOf is whose request it is. Agents may make one for somebody else.
func (c *call) requesterOf(tx *store.Tx, in *requestInput) (desk.User, error) {
	if c.user.ID != 0 && (!c.isStaff() || !in.Requester.set) {
		return c.user, nil
	}
	if c.user.ID == 0 {
		email, err := addressOf(in.Requester, "requester")
		if err != nil {
			return desk.User{}, err
		}
		return ticketing.StrangerAt(c.ctx(), tx, email, in.Requester.Name)
	}
	u, err := c.findOrCreatePerson(tx, in.Requester, "requester")
	if err == nil {
		err = ticketing.MayRequest(u)
	}
	return u, err
}

// updateRequest adds a comment and people, and says that the request is solved.
func (c *call) updateRequest() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	var in requestInput
	if err := c.parseRecord("request", &in); err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		before, err := c.reachRequest(tx, id)
		if err != nil {
			return nil, err
		}
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		said := ticketInput{Comment: in.comment(), EmailCCs: in.EmailCCs, AdditionalCollaborators: in.Additional}
		if in.Solved.v && before.SolvableBy(c.user.ID) {
			said.Status = textInput{set: true, v: string(desk.Solved)}
		}
		u, err := c.updateOf(tx, cfg, &said, id)
		if err != nil {
			return nil, err
		}
		ticketing.SpeakFor(&u, c.user)
		applied, err := c.Tickets.ApplyIn(c.ctx(), tx, u)
		if err != nil {
			return nil, err
		}
		return c.oneRequest(tx, applied.Ticket)
	})
}

func (c *call) requestComments() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.commentsOf(id, c.visibleComments(), func(c *call, tx *store.Tx, id desk.TicketID) error {
		_, err := c.reachRequest(tx, id)
		return err
	})
}

// visibleComments: private notes are no part of a request.
func (c *call) visibleComments() store.CommentFilter {
	return store.CommentFilter{PublicOnly: true, Newest: c.newestFirst()}
}

func (c *call) requestComment() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	comment, err := c.pathID("comment_id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		if _, err := c.reachRequest(tx, id); err != nil {
			return nil, err
		}
		m, err := tx.Comment(c.ctx(), id, desk.CommentID(comment))
		if err == nil && !m.Public {
			err = desk.Missing()
		}
		return objectOf("comment", c.commentOf(&m)), err
	})
}
