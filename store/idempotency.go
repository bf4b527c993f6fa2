package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// IdempotencyPeriod is how long a caller may repeat a request with its key and get the first answer.
const IdempotencyPeriod = 2 * time.Hour

// Idempotent is what a key stands for.
type Idempotent struct {
	Request string // a fingerprint of the request: the same key for another request is a mistake
	Ticket  desk.TicketID
}

// IdempotentRequest finds what a caller's key stands for; NotFound when it is new or too old.
func (tx *Tx) IdempotentRequest(ctx context.Context, user desk.UserID, key string) (i Idempotent, err error) {
	err = tx.QueryRow(ctx, `
		select request, ticket_id from idempotency_keys
		where account_id = $1 and user_id = $2 and key = $3 and created_at > $4`,
		tx.account, user, key, tx.idempotentSince()).Scan(&i.Request, &i.Ticket)
	return i, notFound(err)
}

// InsertIdempotent stores what a key stands for, in the transaction that does what was asked. When another request took the
// key meanwhile, it is a Conflict, and the transaction must not go on.
func (tx *Tx) InsertIdempotent(ctx context.Context, user desk.UserID, key string, i Idempotent) error {
	kept, err := tx.Exec(ctx, `
		insert into idempotency_keys (account_id, user_id, key, request, ticket_id, created_at)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (account_id, user_id, key) do update
		set request = excluded.request, ticket_id = excluded.ticket_id, created_at = excluded.created_at
		where idempotency_keys.created_at <= $7`,
		tx.account, user, key, i.Request, i.Ticket, micros(tx.now()), tx.idempotentSince())
	if err == nil && kept == 0 {
		return desk.Errorf(desk.Conflict, "A request with this Idempotency-Key was made at the same moment")
	}
	return err
}

// PruneIdempotent forgets the keys that are too old to be repeated.
func (tx *Tx) PruneIdempotent(ctx context.Context) (int64, error) {
	return tx.Exec(ctx, `
		delete from idempotency_keys where account_id = $1 and created_at <= $2`, tx.account, tx.idempotentSince())
}

func (tx *Tx) idempotentSince() int64 { return micros(tx.now().Add(-IdempotencyPeriod)) }
