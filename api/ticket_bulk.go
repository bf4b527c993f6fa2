package api

import (
	"fmt"
	"net/http"
	"slices"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/ticketing"
)

func ticketBulkRoutes() []route {
	return []route{
		{"POST", "/tickets/create_many", agents, (*call).createManyTickets},
		{"PUT", "/tickets/update_many", agents, (*call).updateManyTickets},
		{"DELETE", "/tickets/destroy_many", agents, (*call).destroyManyTickets},
		{"POST", "/tickets/{id}/merge", agents, (*call).mergeTickets},
	}
}

// enqueueBulk answers with the status of a job that carries out what build makes, in the transaction that stores it.
func (c *call) enqueueBulk(build func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error) error {
	var status store.BulkJob
	err := c.writeTx(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return err
		}
		b := ticketing.Bulk{ID: ticketing.NewBulkID(), Actor: c.actor(cfg), Via: c.via()}
		if err := build(tx, cfg, &b); err != nil {
			return err
		}
		status, err = c.Tickets.Enqueue(c.ctx(), tx, b)
		return err
	})
	if desk.KindOf(err) == desk.Unavailable {
		return &httpkit.Failure{Status: http.StatusTooManyRequests, Code: "TooManyJobs", RetryAfter: jobWait, Message: err.Error()}
	}
	if err != nil {
		return err
	}
	return c.ok(objectOf("job_status", c.jobOf(&status)))
}

func (c *call) createManyTickets() error {
	rows, err := rowsOf[ticketInput](c, "tickets")
	if err != nil {
		return err
	}
	return c.enqueueBulk(func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error {
		for i := range rows {
			if err := c.addToBulk(tx, cfg, b, &rows[i], 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// updateManyTickets says the same of the tickets that ids names, or of each ticket in the body its own.
func (c *call) updateManyTickets() error {
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err != nil {
		return err
	}
	var rows []row[ticketInput]
	if len(ids) > 0 {
		var same row[ticketInput]
		if err := c.parseRecord("ticket", &same.in); err != nil {
			return err
		}
		rows = slices.Repeat([]row[ticketInput]{same}, len(ids))
	} else if rows, err = rowsOf[ticketInput](c, "tickets"); err != nil {
		return err
	}
	for i := range rows {
		if len(ids) <= i {
			ids = append(ids, rows[i].in.ID.v)
		}
		if ids[i] <= 0 {
			return httpkit.BadRequest("InvalidValue", "Each of tickets needs an id")
		}
	}
	return c.enqueueBulk(func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error {
		for i := range rows {
			if err := c.addToBulk(tx, cfg, b, &rows[i], ids[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// addToBulk has a job make or update a ticket. What cannot be done with this one is for the job to tell; the others are done.
func (c *call) addToBulk(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk, r *row[ticketInput], id int64) error {
	u, err := desk.Update{Ticket: desk.TicketID(id)}, r.fault
	if err == nil {
		u, err = c.updateOf(tx, cfg, &r.in, desk.TicketID(id))
	}
	switch desk.KindOf(err) {
	case desk.NotFound:
		u, err = desk.Update{Ticket: desk.TicketID(id)}, nil
	case desk.Invalid:
		b.Refuse(len(b.Updates), faultsIn(err))
		u, err = desk.Update{Ticket: desk.TicketID(id)}, nil
	}
	b.Updates = append(b.Updates, u)
	return err
}

func (c *call) destroyManyTickets() error {
	return c.bulkOn(func(b *ticketing.Bulk, ids []desk.TicketID) { b.Delete = ids })
}

type mergeInput struct {
	IDs           []numberInput `json:"ids"`
	SourceComment string        `json:"source_comment"`
	SourcePublic  bool          `json:"source_comment_is_public"`
	TargetComment string        `json:"target_comment"`
	TargetPublic  bool          `json:"target_comment_is_public"`
	Shares        string        `json:"shares"`
}

// mergeTickets has a job close tickets whose conversation goes on with the one of the path.
func (c *call) mergeTickets() error {
	into, err := c.ticketID()
	if err != nil {
		return err
	}
	var in mergeInput
	if err := c.parseBody(&in); err != nil {
		return err
	}
	m := ticketing.Merge{Into: into, SourceComment: in.SourceComment, SourcePublic: in.SourcePublic, TargetComment: in.TargetComment,
		TargetPublic: in.TargetPublic, MoveShares: in.Shares == "move"}
	var sources []desk.TicketID
	for _, id := range in.IDs {
		if s := desk.TicketID(id.v); !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
	}
	switch {
	case in.Shares != "" && in.Shares != "end" && in.Shares != "move":
		return desk.InvalidField("shares", "InvalidValue", "Shares: is end or move")
	case len(sources) == 0 || len(sources) > desk.MaxBulk:
		return desk.InvalidField("ids", "InvalidValue", fmt.Sprintf("Ids: name from 1 to %d tickets", desk.MaxBulk))
	case slices.Contains(sources, into):
		return desk.InvalidField("ids", "InvalidValue", "Ids: a ticket cannot be merged into itself")
	}
	return c.enqueueBulk(func(tx *store.Tx, _ *desk.Config, b *ticketing.Bulk) error {
		b.Merge, b.Sources = &m, sources
		return tx.RequireTicket(c.ctx(), into)
	})
}
