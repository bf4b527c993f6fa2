package store

import (
	"context"

	"interdesk/desk"
)

// UnsolvedOf lists unsolved tickets of an assignee, of a group or, given both, of that assignee in that group, in the
// order of their ids, from the first one after.
func (tx *Tx) UnsolvedOf(ctx context.Context, assignee desk.UserID, group desk.GroupID, after desk.TicketID, limit int) ([]desk.TicketID, error) {
	whose, id := "assignee_id", int64(assignee)
	if assignee == 0 {
		whose, id = "group_id", int64(group)
	}
	ids, err := list(ctx, tx, scanID, `
		select ticket_id from tickets
		where account_id = $1 and `+whose+` = $2 and (group_id = $3 or $3 = 0) and status_rank < $4 and deleted_at = 0
			and ticket_id > $5
		order by ticket_id limit $6`, tx.account, id, group, desk.Solved.Rank(), after, limit)
	out := make([]desk.TicketID, len(ids))
	for i, id := range ids {
		out[i] = desk.TicketID(id)
	}
	return out, err
}
