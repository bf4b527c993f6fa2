package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// IdempotencyKept is how long a caller may repeat a request with its key and get the first answer.
const IdempotencyKept = 2 * time.Hour

// Idempotent is what a key stands for.
type Idempotent struct {
	Request string // a fingerprint of the request: the same key for another request is a mistake
	Ticket  desk.TicketID
}

// RecallKey finds what a caller's key stands for; NotFound when it is new or too old.
func (tx *Tx) RecallKey(ctx context.Context, user desk.UserID, key string) (i Idempotent, err error) {
	err = tx.QueryRow(ctx, `
		select request, ticket_id from idempotency_keys
		where account_id = $1 and user_id = $2 and key = $3 and created_at > $4`,
		tx.account, user, key, tx.keysBegin()).Scan(&i.Request, &i.Ticket)
	return i, missing(err)
}

// RememberKey stores what a key stands for, in the transaction that does what was asked. When another request took the
// key meanwhile, it is a Conflict, and the transaction must not go on.
func (tx *Tx) RememberKey(ctx context.Context, user desk.UserID, key string, i Idempotent) error {
	kept, err := tx.Exec(ctx, `
		insert into idempotency_keys (account_id, user_id, key, request, ticket_id, created_at)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (account_id, user_id, key) do update
		set request = excluded.request, ticket_id = excluded.ticket_id, created_at = excluded.created_at
		where idempotency_keys.created_at <= $7`,
		tx.account, user, key, i.Request, i.Ticket, micros(tx.anew()), tx.keysBegin())
	if err == nil && kept == 0 {
		return desk.Errorf(desk.Conflict, "A request with this Idempotency-Key was made at the same moment")
	}
	return err
}

// PruneKeys forgets the keys that are too old to be repeated.
func (tx *Tx) PruneKeys(ctx context.Context) (int64, error) {
	return tx.Exec(ctx, `
		delete from idempotency_keys where account_id = $1 and created_at <= $2`, tx.account, tx.keysBegin())
}

func (tx *Tx) keysBegin() int64 { return micros(tx.anew().Add(-IdempotencyKept)) }
