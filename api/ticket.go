package api

import (
	"crypto/sha256"
	"encoding/hex"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func ticketRoutes() []route {
	return []route{
		{"POST", "/tickets", agents, (*call).createTicket},
		{"GET", "/tickets/show_many", agents, (*call).showManyTickets},
		{"GET", "/tickets/{id}", agents, (*call).showTicket},
		{"PUT", "/tickets/{id}", agents, (*call).updateTicket},
		{"DELETE", "/tickets/{id}", agents, (*call).deleteTicket},
		{"GET", "/tickets/{id}/collaborators", agents, (*call).ticketCollaborators},
		{"GET", "/tickets/{id}/followers", agents, (*call).ticketFollowers},
		{"GET", "/tickets/{id}/email_ccs", agents, (*call).ticketCCs},
		{"GET", "/tickets/{id}/related", agents, (*call).relatedToTicket},
	}
}

// ticketID reads the ticket of the path.
func (c *call) ticketID() (desk.TicketID, error) {
	id, err := c.pathID("id")
	return desk.TicketID(id), err
}

func (c *call) showTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.lookOK(func(tx *store.Tx) (object, error) {
		t, err := tx.Ticket(c.ctx(), id)
		if err != nil {
			return nil, err
		}
		shown, sideloads, err := c.showTickets(tx, []desk.Ticket{t})
		if err != nil {
			return nil, err
		}
		return append(objectOf("ticket", shown.([]ticketJSON)[0]), sideloads...), nil
	})
}

// createTicket makes a ticket, once for each Idempotency-Key.
func (c *call) createTicket() error {
	raw, err := c.body()
	if err != nil {
		return err
	}
	var in ticketInput
	if err := c.parseRecordIn(raw, "ticket", &in); err != nil {
		return err
	}
	key := c.r.Header.Get("Idempotency-Key")
	if len(key) > maxIdempotencyKey {
		return httpkit.BadRequest("IdempotentRequestError", "Idempotency-Key is longer than 255 bytes")
	}
	if key != "" {
		return c.createOnce(raw, key, &in)
	}
	return c.writeCreated(func(tx *store.Tx) (string, object, error) {
		applied, err := c.makeTicket(tx, &in)
		return c.url("tickets", int64(applied.Ticket.ID)), c.appliedObject(applied), err
	})
}

func (c *call) makeTicket(tx *store.Tx, in *ticketInput) (desk.Applied, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return desk.Applied{}, err
	}
	u, err := c.updateOf(tx, cfg, in, 0)
	if err != nil {
		return desk.Applied{}, err
	}
	return c.Tickets.ApplyIn(c.ctx(), tx, u)
}

// createOnce makes the ticket and remembers its key in one transaction, or answers with the one that was made before.
func (c *call) createOnce(body []byte, key string, in *ticketInput) error {
	sum := sha256.Sum256(body)
	this := store.Idempotent{Request: hex.EncodeToString(sum[:])}
	var answer object
	var made desk.TicketID
	lookup := ""
	err := c.writeTx(func(tx *store.Tx) (err error) {
		lookup = "hit"
		if made, err = c.ticketOfKey(tx, key, this); err != nil || made != 0 {
			return err
		}
		lookup = "miss"
		applied, err := c.makeTicket(tx, in)
		if err != nil {
			return err
		}
		made, answer = applied.Ticket.ID, c.appliedObject(applied)
		return tx.InsertIdempotent(c.ctx(), c.user.ID, key, store.Idempotent{Request: this.Request, Ticket: made})
	})
	if err != nil {
		return err
	}
	if lookup == "hit" {
		if answer, err = c.asCreated(made); err != nil {
			return err
		}
	}
	c.w.Header().Set("X-Idempotency-Lookup", lookup)
	return c.created(c.url("tickets", int64(made)), answer)
}

const maxIdempotencyKey = 255

// ticketOfKey finds the ticket that was made under the same key; 0 when the key is new.
func (c *call) ticketOfKey(tx *store.Tx, key string, once store.Idempotent) (desk.TicketID, error) {
	had, err := tx.IdempotentRequest(c.ctx(), c.user.ID, key)
	if desk.KindOf(err) == desk.NotFound {
		return 0, nil
	}
	if err == nil && had.Request != once.Request {
		err = httpkit.BadRequest("IdempotentRequestError", "Request parameters are different from those that were sent with this Idempotency-Key before")
	}
	return had.Ticket, err
}

// asCreated answers a repeated request with the ticket as it is now and its first audit.
func (c *call) asCreated(id desk.TicketID) (answer object, err error) {
	err = c.readTx(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return err
		}
		t, err := tx.Ticket(c.ctx(), id)
		if err != nil {
			return err
		}
		audits, err := tx.Audits(c.ctx(), id, store.Page{Limit: 1})
		if err != nil {
			return err
		}
		shown, err := c.auditsOf(tx, audits.Items)
		if err == nil && len(shown) > 0 {
			answer = object{{"ticket", c.ticketOf(cfg, &t)}, {"audit", shown[0]}}
		}
		return err
	})
	return answer, err
}

func (c *call) updateTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	var in ticketInput
	if err := c.parseRecord("ticket", &in); err != nil {
		return err
	}
	var answer object
	err = c.writeTx(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return err
		}
		u, err := c.updateOf(tx, cfg, &in, id)
		if err != nil {
			return err
		}
		applied, err := c.Tickets.ApplyIn(c.ctx(), tx, u)
		answer = c.appliedObject(applied)
		return err
	})
	if err != nil {
		return err
	}
	return c.ok(answer)
}

// appliedObject shows a ticket after an update, and the update's audit. Where nothing changed, that has neither an id nor
// events: nothing was recorded, yet clients look through the events.
func (c *call) appliedObject(a desk.Applied) object {
	if a.Config == nil {
		return nil
	}
	audit, comments := a.Audit, map[desk.CommentID]*desk.Comment{}
	if audit.ID == 0 {
		audit = desk.Audit{Ticket: a.Ticket.ID, Author: c.user.ID, CreatedAt: c.Clock(), Via: c.via(), Client: c.client()}
	}
	if a.Comment != nil {
		comments[a.Comment.ID] = a.Comment
	}
	return object{{"ticket", c.ticketOf(a.Config, &a.Ticket)}, {"audit", c.auditOf(&audit, comments)}}
}

func (c *call) deleteTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Tickets.Delete(c.ctx(), c.account, c.actor(cfg), c.via(), id); err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) showManyTickets() error {
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		tickets, err := tx.Tickets(c.ctx(), idsOf[desk.TicketID](ids))
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "tickets", tickets, c.showTickets)
	})
}

// config is the account's configuration as it is now.
func (c *call) config() (cfg *desk.Config, err error) {
	err = c.readTx(func(tx *store.Tx) error {
		cfg, err = tx.Config(c.ctx())
		return err
	})
	return cfg, err
}

func (c *call) ticketCollaborators() error {
	return c.peopleOf(func(t *desk.Ticket) []desk.UserID { return t.Collaborators() })
}

func (c *call) ticketFollowers() error {
	return c.peopleOf(func(t *desk.Ticket) []desk.UserID { return t.Followers })
}

func (c *call) ticketCCs() error {
	return c.peopleOf(func(t *desk.Ticket) []desk.UserID { return t.EmailCCs })
}

// peopleOf lists users who have a part in the ticket.
func (c *call) peopleOf(part func(*desk.Ticket) []desk.UserID) error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		t, err := tx.Ticket(c.ctx(), id)
		if err != nil {
			return nil, err
		}
		users, err := tx.UsersByID(c.ctx(), part(&t))
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "users", users, c.showUsers)
	})
}

// relatedToTicket tells what hangs together with a ticket.
func (c *call) relatedToTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		t, err := tx.Ticket(c.ctx(), id)
		if err != nil {
			return nil, err
		}
		incidents, err := tx.TicketCount(c.ctx(), store.TicketQuery{Problem: id})
		sources := []string{}
		if t.FollowupOf != 0 {
			sources = append(sources, idString(t.FollowupOf))
		}
		return object{{"url", c.url("tickets", int64(id), "related")}, {"topic_id", nil}, {"jira_issue_ids", []string{}}, {"followup_source_ids", sources},
			{"from_archive", false}, {"twitter", object{}}, {"incidents", incidents.N}}, err
	})
}
