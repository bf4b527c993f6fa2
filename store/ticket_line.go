package store

import (
	"context"
	"database/sql"
	"slices"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// SeenVersions tells which version of each of some tickets somebody of the staff saw last. Tickets they never saw are left out.
func (tx *Tx) SeenVersions(ctx context.Context, user desk.UserID, tickets []desk.TicketID) (map[desk.TicketID]int64, error) {
	out := make(map[desk.TicketID]int64, len(tickets))
	for part := range slices.Chunk(tickets, idsAtOnce) {
		args, places := tx.ticketPlaceholders(part)
		args = append(args, user)
		rows, err := tx.Query(ctx, `
			select ticket_id, version from attendances
			where account_id = $1 and ticket_id in (`+places+`) and user_id = `+sqldb.Placeholders(len(args), 1), args...)
		if err != nil {
			return nil, err
		}
		if err := readPairs(rows, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// KeepSeen has who saw a ticket as it was have seen the version that they made of it themselves.
func (tx *Tx) KeepSeen(ctx context.Context, user desk.UserID, was *desk.Ticket, version int64) error {
	_, err := tx.Exec(ctx, `
		update attendances set version = $5
		where account_id = $1 and user_id = $2 and ticket_id = $3 and version = $4`,
		tx.account, user, was.ID, was.Version, version)
	return err
}

// LatestExcerpts gives the beginning of the newest public comment of each of some tickets, up to a number of characters.
// Tickets without one are left out.
func (tx *Tx) LatestExcerpts(ctx context.Context, tickets []desk.TicketID, characters int) (map[desk.TicketID]string, error) {
	out := make(map[desk.TicketID]string, len(tickets))
	for part := range slices.Chunk(tickets, idsAtOnce) {
		args, places := tx.ticketPlaceholders(part)
		args = append(args, characters)
		rows, err := tx.Query(ctx, `
			select t.ticket_id, (
				select substr(c.body, 1, `+sqldb.Placeholders(len(args), 1)+`) from comments c
				where c.account_id = $1 and c.ticket_id = t.ticket_id and c.is_public
				order by c.comment_id desc limit 1)
			from tickets t
			where t.account_id = $1 and t.ticket_id in (`+places+`) and t.is_public`, args...)
		if err != nil {
			return nil, err
		}
		if err := readPairs(rows, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// UserNames gives the names of users, also of deleted ones. Unknown ids are left out.
func (tx *Tx) UserNames(ctx context.Context, users []desk.UserID) (map[desk.UserID]string, error) {
	out := make(map[desk.UserID]string, len(users))
	for part := range slices.Chunk(users, idsAtOnce) {
		args, places := idPlaceholders(tx.account, part)
		rows, err := tx.Query(ctx, `
			select user_id, name from users`+tx.IndexedBy("sqlite_autoindex_users_1")+` where account_id = $1 and user_id in (`+places+`)`, args...)
		if err != nil {
			return nil, err
		}
		if err := readPairs(rows, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readPairs reads rows of a key and what belongs to it; null is left out.
func readPairs[K comparable, V any](rows *sql.Rows, into map[K]V) error {
	defer rows.Close()
	for rows.Next() {
		var key K
		var value *V
		if err := rows.Scan(&key, &value); err != nil {
			return err
		}
		if value != nil {
			into[key] = *value
		}
	}
	return rows.Err()
}
