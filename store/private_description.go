package store

import (
	"context"

	"interdesk/desk"
)

// PrivateDescriptions tells which of the tickets begin with a private note: their description is not for end users.
func (tx *Tx) PrivateDescriptions(ctx context.Context, ids []desk.TicketID) ([]desk.TicketID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args, places := tx.ticketPlaceholders(ids)
	return queryAll(ctx, tx, func(row scanner) (id desk.TicketID, err error) {
		err = row.Scan(&id)
		return id, err
	}, `
		select c.ticket_id from comments c
		where c.account_id = $1 and c.ticket_id in (`+places+`) and not c.is_public
			and c.comment_id = (select min(f.comment_id) from comments f where f.account_id = c.account_id and f.ticket_id = c.ticket_id)
		order by c.ticket_id`, args...)
}
