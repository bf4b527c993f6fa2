package api

import (
	"net/http"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func ticketTagRoutes() []route {
	return []route{
		{"GET", "/tickets/{id}/tags", agents, (*call).ticketTags},
		{"POST", "/tickets/{id}/tags", agents, (*call).setTicketTags},
		{"PUT", "/tickets/{id}/tags", agents, (*call).addTicketTags},
		{"DELETE", "/tickets/{id}/tags", agents, (*call).removeTicketTags},
	}
}

func (c *call) ticketTags() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		t, err := tx.Ticket(c.ctx(), id)
		return objectOf("tags", nonNil(t.Tags)), err
	})
}

func (c *call) setTicketTags() error {
	return c.changeTags(http.StatusCreated, func(tags []string) desk.Edits { return desk.Edits{SetTags: &tags} })
}

func (c *call) addTicketTags() error {
	return c.changeTags(http.StatusOK, func(tags []string) desk.Edits { return desk.Edits{AddTags: tags} })
}

func (c *call) removeTicketTags() error {
	return c.changeTags(http.StatusNoContent, func(tags []string) desk.Edits { return desk.Edits{RemoveTags: tags} })
}

// changeTags edits the tags alone; safe_update and updated_stamp stand beside them.
func (c *call) changeTags(status int, edits func(tags []string) desk.Edits) error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	var in struct {
		Tags         textsInput `json:"tags"`
		SafeUpdate   flagInput  `json:"safe_update"`
		UpdatedStamp timeInput  `json:"updated_stamp"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	if !in.Tags.set { // else a misspelt member would take all tags away
		return httpkit.BadRequest("InvalidValue", "Parameter tags is required")
	}
	var now []string
	err = c.writeTx(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return err
		}
		u := desk.Update{Account: c.account, Ticket: id, Actor: c.actor(cfg), Via: c.via(), Client: c.client(), Edits: edits(nonNil(splitTags(in.Tags.v)))}
		if in.SafeUpdate.v {
			u.SeenAt = in.UpdatedStamp.v
		}
		applied, err := c.Tickets.ApplyIn(c.ctx(), tx, u)
		now = applied.Ticket.Tags
		return err
	})
	if err != nil {
		return err
	}
	if status == http.StatusNoContent {
		return c.noContent()
	}
	return c.answer(status, objectOf("tags", nonNil(now)))
}
