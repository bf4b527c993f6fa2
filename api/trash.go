package api

import (
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/ticketing"
)

func trashRoutes() []route {
	return []route{
		{"GET", "/deleted_tickets", agents, (*call).listDeletedTickets},
		{"PUT", "/deleted_tickets/{id}/restore", agents, (*call).restoreTicket},
		{"PUT", "/deleted_tickets/restore_many", agents, (*call).restoreManyTickets},
		{"DELETE", "/deleted_tickets/{id}", admins, (*call).eraseTicket},
		{"DELETE", "/deleted_tickets/destroy_many", admins, (*call).eraseManyTickets},
		{"PUT", "/tickets/{id}/mark_as_spam", agents, (*call).markAsSpam},
		{"PUT", "/tickets/mark_many_as_spam", agents, (*call).markManyAsSpam},
	}
}

type deletedTicketJSON struct {
	ID            desk.TicketID `json:"id"`
	Subject       string        `json:"subject"`
	Actor         deleterJSON   `json:"actor"`
	DeletedAt     string        `json:"deleted_at"`
	PreviousState desk.Status   `json:"previous_state"`
}

type deleterJSON struct {
	ID   desk.UserID `json:"id"`
	Name string      `json:"name"`
}

// listDeletedTickets lists the trash, what was deleted last first.
func (c *call) listDeletedTickets() error {
	sort, down, err := c.trashSort()
	if err != nil {
		return err
	}
	return answerList(c, listSpec[store.DeletedTicket]{
		key: "deleted_tickets",
		page: func(tx *store.Tx, p store.Page) (store.Listed[store.DeletedTicket], error) {
			return tx.DeletedTickets(c.ctx(), sort, down, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountDeleted(c.ctx()) },
		show:  c.showDeleted,
	})
}

// trashSort reads sort=-deleted_at, or sort_by with sort_order.
func (c *call) trashSort() (sort store.TrashSort, down bool, err error) {
	name, down := c.query.Get("sort_by"), !strings.EqualFold(c.query.Get("sort_order"), "asc")
	if s := c.query.Get("sort"); s != "" {
		name, down = strings.CutPrefix(s, "-")
	}
	switch name {
	case "", "deleted_at":
		return store.TrashByTime, down, nil
	case "id":
		return store.TrashByID, down, nil
	case "subject":
		return store.TrashBySubject, down, nil
	}
	return "", false, httpkit.BadRequest("InvalidValue", "sort_by must be id, subject or deleted_at")
}

func (c *call) showDeleted(tx *store.Tx, rows []store.DeletedTicket) (any, object, error) {
	who, err := tx.UsersByID(c.ctx(), distinct(rows, func(d store.DeletedTicket) desk.UserID { return d.DeletedBy }))
	if err != nil {
		return nil, nil, err
	}
	names := map[desk.UserID]string{}
	for i := range who {
		names[who[i].ID] = who[i].Name
	}
	out := make([]deletedTicketJSON, len(rows))
	for i, d := range rows {
		out[i] = deletedTicketJSON{ID: d.ID, Subject: d.Subject, Actor: deleterJSON{signerID(d.DeletedBy), names[d.DeletedBy]},
			DeletedAt: formatTime(d.DeletedAt), PreviousState: d.Status}
	}
	return out, nil, nil
}

func (c *call) restoreTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.restore(id)
}

func (c *call) restoreManyTickets() error {
	ids, err := c.bulkIDs()
	if err != nil {
		return err
	}
	return c.restore(idsOf[desk.TicketID](ids)...)
}

// restore puts all of the tickets back, or none.
func (c *call) restore(ids ...desk.TicketID) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Tickets.Restore(c.ctx(), c.account, c.actor(cfg), c.via(), ids...); err != nil {
		return err
	}
	return c.ok(object{})
}

func (c *call) eraseTicket() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.enqueueBulk(func(tx *store.Tx, _ *desk.Config, b *ticketing.Bulk) error {
		b.Erase = []desk.TicketID{id}
		_, err := tx.LockDeleted(c.ctx(), id)
		return err
	})
}

func (c *call) eraseManyTickets() error {
	return c.bulkOn(func(b *ticketing.Bulk, ids []desk.TicketID) { b.Erase = ids })
}

func (c *call) markAsSpam() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Tickets.Spam(c.ctx(), c.account, c.actor(cfg), c.via(), id); err != nil {
		return err
	}
	return c.ok(object{})
}

func (c *call) markManyAsSpam() error {
	return c.bulkOn(func(b *ticketing.Bulk, ids []desk.TicketID) { b.Spam = ids })
}

// bulkIDs are the tickets that ids names, at least one.
func (c *call) bulkIDs() ([]int64, error) {
	ids, err := c.queryIDs("ids", desk.MaxBulk)
	if err == nil && len(ids) == 0 {
		err = httpkit.BadRequest("InvalidValue", "Parameter ids is required")
	}
	return ids, err
}

// bulkOn answers with the status of a job that does one thing to each ticket that ids names.
func (c *call) bulkOn(set func(b *ticketing.Bulk, ids []desk.TicketID)) error {
	ids, err := c.bulkIDs()
	if err != nil {
		return err
	}
	return c.enqueueBulk(func(_ *store.Tx, _ *desk.Config, b *ticketing.Bulk) error {
		set(b, idsOf[desk.TicketID](ids))
		return nil
	})
}
