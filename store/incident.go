package store

import (
	"context"

	"interdesk/desk"
)

// ProblemsWithIncidents tells which of the tickets have incidents.
func (tx *Tx) ProblemsWithIncidents(ctx context.Context, ids []desk.TicketID) ([]desk.TicketID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args, places := tx.ticketPlaceholders(ids)
	return queryAll(ctx, tx, func(row scanner) (id desk.TicketID, err error) {
		err = row.Scan(&id)
		return id, err
	}, `
		select distinct problem_id from tickets
		where account_id = $1 and problem_id in (`+places+`) and problem_id <> 0 and deleted_at = 0
		order by problem_id`, args...)
}

// Incidents counts the incidents of a problem.
func (tx *Tx) Incidents(ctx context.Context, problem desk.TicketID) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from tickets
		where account_id = $1 and problem_id = $2 and problem_id <> 0 and deleted_at = 0`, tx.account, problem).Scan(&n)
	return n, err
}
