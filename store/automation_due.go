package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// changeDue says that the account's configuration changes, and in a way that may change when tickets are due: all of them that
// are not closed are gone over again.
func (tx *Tx) changeDue(ctx context.Context) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into automation_walks (account_id, status_rank, ticket_id) values ($1, 0, 0)
		on conflict (account_id) do update set status_rank = 0, ticket_id = 0`, tx.account)
	return err
}

// AccountsDue lists the accounts for whose automations there is something to do.
func (s *Store) AccountsDue(ctx context.Context, q *sqldb.Tx, now time.Time) ([]desk.AccountID, error) {
	rows, err := q.Query(ctx, `
		select a.account_id from accounts a
		where exists (select 1 from tickets t
				where t.account_id = a.account_id and t.automation_at <> 0 and t.automation_at <= $1 and t.deleted_at = 0)
			or exists (select 1 from automation_wakes w where w.account_id = a.account_id)
			or exists (select 1 from automation_walks w where w.account_id = a.account_id)
		order by a.account_id`, micros(now))
	if err != nil {
		return nil, err
	}
	return scanAll(rows, func(row scanner) (id desk.AccountID, err error) {
		err = row.Scan(&id)
		return id, err
	})
}

// DueTickets lists the tickets that automations must look at, those that have been due longest first.
func (tx *Tx) DueTickets(ctx context.Context, now time.Time, skip map[desk.TicketID]bool, limit int) ([]desk.TicketID, error) {
	ids, err := queryAll(ctx, tx, scanID, `
		select ticket_id from tickets
		where account_id = $1 and automation_at <> 0 and automation_at <= $2 and deleted_at = 0
		order by automation_at, ticket_id limit $3`, tx.account, micros(now), limit+len(skip))
	if err != nil {
		return nil, err
	}
	woken, err := queryAll(ctx, tx, scanID, `
		select ticket_id from automation_wakes where account_id = $1 order by ticket_id limit $2`, tx.account, limit)
	var out []desk.TicketID
	for _, id := range append(ids, woken...) {
		if id := desk.TicketID(id); !skip[id] && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

// NextDue is when the next ticket is due; zero when none is.
func (tx *Tx) NextDue(ctx context.Context) (time.Time, error) {
	var at int64
	err := tx.QueryRow(ctx, `
		select automation_at from tickets where account_id = $1 and automation_at <> 0 and deleted_at = 0
		order by automation_at limit 1`, tx.account).Scan(&at)
	if errors.Is(err, sqldb.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMicros(at), err
}

// SetDue notes when automations must look at a ticket next. It is no update of the ticket.
func (tx *Tx) SetDue(ctx context.Context, id desk.TicketID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		update tickets set automation_at = $3 where account_id = $1 and ticket_id = $2 and automation_at <> $3`, tx.account, id, micros(at))
	return err
}

// Wake has automations look at a ticket soon.
func (tx *Tx) Wake(ctx context.Context, id desk.TicketID) error {
	_, err := tx.Exec(ctx, `
		insert into automation_wakes (account_id, ticket_id) values ($1, $2)
		on conflict (account_id, ticket_id) do nothing`, tx.account, id)
	return err
}

// Woken takes back that automations have to look at a ticket.
func (tx *Tx) Woken(ctx context.Context, id desk.TicketID) error {
	_, err := tx.Exec(ctx, `delete from automation_wakes where account_id = $1 and ticket_id = $2`, tx.account, id)
	return err
}

// WalkTickets goes on over the tickets that are not closed: it locks and reads the next ones, and remembers how far it came.
// Without any, all were gone over since the last change, and that is remembered.
func (tx *Tx) WalkTickets(ctx context.Context, limit int) ([]desk.Ticket, error) {
	var rank, after int64
	err := tx.QueryRow(ctx, `
		select status_rank, ticket_id from automation_walks where account_id = $1`+tx.ForUpdate(), tx.account).Scan(&rank, &after)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil, nil
	}
	for ; err == nil && rank < int64(desk.Closed.Rank()); rank, after = rank+1, 0 {
		var ids []int64
		ids, err = queryAll(ctx, tx, scanID, `
			select ticket_id from tickets where account_id = $1 and status_rank = $2 and ticket_id > $3 and deleted_at = 0
			order by ticket_id limit $4`+tx.ForUpdate(), tx.account, rank, after, limit)
		if err != nil || len(ids) == 0 {
			continue
		}
		_, err = tx.Exec(ctx, `
			update automation_walks set status_rank = $2, ticket_id = $3 where account_id = $1`, tx.account, rank, ids[len(ids)-1])
		if err != nil {
			return nil, err
		}
		tickets := make([]desk.TicketID, len(ids))
		for i, id := range ids {
			tickets[i] = desk.TicketID(id)
		}
		return tx.Tickets(ctx, tickets)
	}
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `delete from automation_walks where account_id = $1`, tx.account)
	return nil, err
}
