package api

import (
	"encoding/json"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
)

func importRoutes() []route {
	return []route{
		{"POST", "/imports/tickets", admins, (*call).importTicket},
		{"POST", "/imports/tickets/create_many", admins, (*call).importManyTickets},
	}
}

// importInput is a ticket that lived elsewhere before, with its conversation and times.
type importInput struct {
	ticketInput
	CreatedAt timeInput            `json:"created_at"`
	UpdatedAt timeInput            `json:"updated_at"`
	SolvedAt  timeInput            `json:"solved_at"`
	Comments  []importCommentInput `json:"comments"`
}

// importCommentInput is a comment with the time when it was written.
type importCommentInput struct {
	commentInput
	CreatedAt time.Time
}

func (in *importCommentInput) UnmarshalJSON(raw []byte) error {
	var at struct {
		CreatedAt timeInput `json:"created_at"`
	}
	if len(raw) > 0 && raw[0] == '{' {
		if err := json.Unmarshal(raw, &at); err != nil {
			return err
		}
	}
	in.CreatedAt = at.CreatedAt.v
	return in.commentInput.UnmarshalJSON(raw)
}

// pastOf makes of what was said the update that was meant. The conversation begins with comment or description, where there is one.
func (c *call) pastOf(tx *store.Tx, cfg *desk.Config, in *importInput) (desk.Update, error) {
	u, err := c.updateOf(tx, cfg, &in.ticketInput, 0)
	if err != nil {
		return u, err
	}
	u.Via, u.Quiet, u.CreatedAt = desk.Via{Channel: desk.ChannelImport}, true, in.CreatedAt.v
	u.Edits.Sharing, u.Edits.Macros, u.Edits.FollowupOf = nil, nil, 0 // nobody hears of it, and nothing is done with it
	u.Past = &desk.Past{UpdatedAt: in.UpdatedAt.v, SolvedAt: in.SolvedAt.v}
	for i := range in.Comments {
		said := in.Comments[i].newComment()
		if said == nil {
			return u, desk.InvalidField("comments", "BlankValue", "Comments: each needs a body")
		}
		said.AuthoredAt = in.Comments[i].CreatedAt
		if u.Comment == nil {
			u.Comment = said
			continue
		}
		u.Past.Comments = append(u.Past.Comments, *said)
	}
	if u.CreatedAt.IsZero() && u.Comment != nil {
		u.CreatedAt = u.Comment.AuthoredAt
	}
	return u, nil
}

// importTicket stores a ticket as it was elsewhere.
func (c *call) importTicket() error {
	var in importInput
	if err := c.parseRecord("ticket", &in); err != nil {
		return err
	}
	return c.writeCreated(func(tx *store.Tx) (string, object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return "", nil, err
		}
		u, err := c.pastOf(tx, cfg, &in)
		if err != nil {
			return "", nil, err
		}
		applied, err := c.Tickets.ApplyIn(c.ctx(), tx, u)
		return c.url("tickets", int64(applied.Ticket.ID)), objectOf("ticket", c.ticketOf(cfg, &applied.Ticket)), err
	})
}

// importManyTickets has a job store up to a hundred of them.
func (c *call) importManyTickets() error {
	rows, err := rowsOf[importInput](c, "tickets")
	if err != nil {
		return err
	}
	return c.enqueueBulk(func(tx *store.Tx, cfg *desk.Config, b *ticketing.Bulk) error {
		b.Via = desk.Via{Channel: desk.ChannelImport}
		for i := range rows {
			u, err := desk.Update{}, rows[i].fault
			if err == nil {
				u, err = c.pastOf(tx, cfg, &rows[i].in)
			}
			if desk.KindOf(err) == desk.Invalid && err != nil {
				b.Refuse(i, faultsIn(err))
				u, err = desk.Update{}, nil
			}
			if err != nil {
				return err
			}
			b.Updates = append(b.Updates, u)
		}
		return nil
	})
}
