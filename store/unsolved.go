package store

import (
	"context"
	"strconv"

	"interdesk/desk"
)

// TicketsOf says whose tickets are meant; zero parts do not narrow.
type TicketsOf struct {
	Assignee     desk.UserID         `json:",omitempty"`
	Group        desk.GroupID        `json:",omitempty"`
	Requester    desk.UserID         `json:",omitempty"`
	Organization desk.OrganizationID `json:",omitempty"`
}

// Unsolved lists unsolved tickets in the order of their ids, from the first one after.
func (tx *Tx) Unsolved(ctx context.Context, of TicketsOf, after desk.TicketID, limit int) ([]desk.TicketID, error) {
	where, args := "", []any{tx.account, desk.Solved.Rank(), after, limit}
	for _, part := range []struct {
		column string
		id     int64
	}{{"assignee_id", int64(of.Assignee)}, {"group_id", int64(of.Group)}, {"requester_id", int64(of.Requester)}, {"organization_id", int64(of.Organization)}} {
		if part.id != 0 {
			args = append(args, part.id)
			where += " and " + part.column + " = $" + strconv.Itoa(len(args))
		}
	}
	ids, err := queryAll(ctx, tx, scanID, `
		select ticket_id from tickets
		where account_id = $1 and status_rank < $2 and deleted_at = 0 and ticket_id > $3`+where+`
		order by ticket_id limit $4`, args...)
	out := make([]desk.TicketID, len(ids))
	for i, id := range ids {
		out[i] = desk.TicketID(id)
	}
	return out, err
}
