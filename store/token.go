package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// Token lets programs act as a user. Only its hash is stored.
type Token struct {
	ID          desk.TokenID
	User        desk.UserID
	Description string
	CreatedAt   time.Time
	LastUsedAt  time.Time // to within TokenUseEvery
}

// TokenUseEvery is how often the use of a token is written down at most: reading a ticket should not cost a write.
const TokenUseEvery = time.Hour

const tokenColumns = `token_id, user_id, description, created_at, last_used_at`

func scanToken(row scanner) (t Token, err error) {
	var created, used int64
	err = row.Scan(&t.ID, &t.User, &t.Description, &created, &used)
	t.CreatedAt, t.LastUsedAt = fromMicros(created), fromMicros(used)
	return t, err
}

// Tokens lists the tokens of a user, of all users when it is 0.
func (tx *Tx) Tokens(ctx context.Context, user desk.UserID) ([]Token, error) {
	return queryAll(ctx, tx, scanToken, `
		select `+tokenColumns+` from tokens
		where account_id = $1 and (user_id = $2 or $2 = 0) order by token_id`, tx.account, user)
}

// InsertToken stores a token under its hash.
func (tx *Tx) InsertToken(ctx context.Context, t *Token, hash string) error {
	stamp(tx, &t.ID, &t.CreatedAt, new(time.Time))
	_, err := tx.Exec(ctx, `
		insert into tokens (account_id, `+tokenColumns+`, hash) values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.account, t.ID, t.User, t.Description, micros(t.CreatedAt), micros(t.LastUsedAt), hash)
	return err
}

// TokenByHash finds a token and whom it speaks for. A token of a deleted user is not found.
func (tx *Tx) TokenByHash(ctx context.Context, hash string) (t Token, u desk.User, err error) {
	t, err = queryOne(ctx, tx, scanToken, `
		select `+tokenColumns+` from tokens where account_id = $1 and hash = $2`, tx.account, hash)
	if err != nil {
		return Token{}, desk.User{}, err
	}
	if u, err = tx.User(ctx, t.User); err == nil && !u.Active {
		err = desk.Missing()
	}
	return t, u, err
}

// UseToken notes that a token was used. Call it when LastUsedAt is older than TokenUseEvery.
func (tx *Tx) UseToken(ctx context.Context, id desk.TokenID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		update tokens set last_used_at = $3 where account_id = $1 and token_id = $2 and last_used_at < $3`,
		tx.account, id, micros(at))
	return err
}

// DeleteToken revokes a token at once.
func (tx *Tx) DeleteToken(ctx context.Context, id desk.TokenID) error {
	return requireRow(tx.Exec(ctx, `delete from tokens where account_id = $1 and token_id = $2`, tx.account, id))
}
