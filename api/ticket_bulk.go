package api

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"

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
	}
}

// tooManyTickets has the words of the real answer, double space included.
func tooManyTickets() error {
	return httpkit.TooMany("Parameter  cannot specify more than "+strconv.Itoa(desk.MaxBulk)+" values", desk.MaxBulk)
}

// enqueueBulk answers with the status of a job that carries out what build makes, in the transaction that stores it.
func (c *call) enqueueBulk(build func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error) error {
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails
	var status store.BulkJob
	err := c.writeTx(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return err
		}
		b := ticketing.Bulk{ID: "V3-" + hex.EncodeToString(name), Actor: c.actor(cfg), Via: c.via()}
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
	var in []ticketInput
	if err := c.ticketInputs("tickets", &in); err != nil {
		return err
	}
	return c.enqueueBulk(func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error {
		for i := range in {
			u, err := c.updateOf(tx, cfg, &in[i], 0)
			if err != nil {
				return err
			}
			b.Updates = append(b.Updates, u)
		}
		return nil
	})
}

// batchInput is one ticket of a batch: what is said of it, and which one it is.
type batchInput struct {
	ID numberInput `json:"id"`
}

// updateManyTickets says the same of the tickets that ids names, or of each ticket in the body its own.
func (c *call) updateManyTickets() error {
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		var in ticketInput
		if err := c.parseRecord("ticket", &in); err != nil {
			return err
		}
		return c.enqueueBulk(func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error {
			for _, id := range ids {
				if err := c.addToBulk(tx, cfg, b, &in, id); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return c.updateBatch()
}

func (c *call) updateBatch() error {
	m, err := c.bodyMembers()
	if err != nil {
		return err
	}
	var in []ticketInput
	if err := c.eachRecord(m["tickets"], "tickets", &in); err != nil {
		return err
	}
	var which []batchInput
	if err := json.Unmarshal(m["tickets"], &which); err != nil {
		return httpkit.BadRequest("InvalidValue", "Each of tickets needs an id")
	}
	return c.enqueueBulk(func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error {
		for i := range in {
			if which[i].ID.v <= 0 {
				return httpkit.BadRequest("InvalidValue", "Each of tickets needs an id")
			}
			if err := c.addToBulk(tx, cfg, b, &in[i], which[i].ID.v); err != nil {
				return err
			}
		}
		return nil
	})
}

// addToBulk: a ticket that is not there is for the job to tell; the others are still updated.
func (c *call) addToBulk(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk, in *ticketInput, id int64) error {
	u, err := c.updateOf(tx, cfg, in, desk.TicketID(id))
	if desk.KindOf(err) == desk.NotFound {
		u, err = desk.Update{Ticket: desk.TicketID(id)}, nil
	}
	b.Updates = append(b.Updates, u)
	return err
}

func (c *call) destroyManyTickets() error {
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return httpkit.BadRequest("InvalidValue", "Parameter ids is required")
	}
	return c.enqueueBulk(func(_ *store.Tx, _ *desk.Config, b *ticketing.Bulk) error {
		b.Delete = idsOf[desk.TicketID](ids)
		return nil
	})
}

// ticketInputs reads the list key of the body, such as "tickets".
func (c *call) ticketInputs(key string, into *[]ticketInput) error {
	m, err := c.bodyMembers()
	if err != nil {
		return err
	}
	return c.eachRecord(m[key], key, into)
}

func (c *call) eachRecord(raw json.RawMessage, key string, into *[]ticketInput) error {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		return httpkit.BadRequest("InvalidValue", "Parameter "+key+" must be a list of records")
	}
	if len(list) > desk.MaxBulk {
		return tooManyTickets()
	}
	*into = make([]ticketInput, len(list))
	for i, one := range list {
		if err := c.parseInto(one, &(*into)[i]); err != nil {
			return err
		}
	}
	return nil
}
