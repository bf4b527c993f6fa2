package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// Session is one browser in which somebody is signed in. Only the hash of its secret is stored.
type Session struct {
	ID        int64
	User      desk.UserID
	Agent     string // what the browser says it is
	Address   string // where it signed in from
	CreatedAt time.Time
	SeenAt    time.Time // to within SessionSeenEvery
}

// SessionSeenEvery is how often it is written down, at most, that a session is in use.
const SessionSeenEvery = 10 * time.Minute

const sessionColumns = `session_id, user_id, agent, address, created_at, seen_at`

func scanSession(row scanner) (s Session, err error) {
	var created, seen int64
	err = row.Scan(&s.ID, &s.User, &s.Agent, &s.Address, &created, &seen)
	s.CreatedAt, s.SeenAt = fromMicros(created), fromMicros(seen)
	return s, err
}

// Sessions lists where a user is signed in, the newest first.
func (tx *Tx) Sessions(ctx context.Context, user desk.UserID) ([]Session, error) {
	return queryAll(ctx, tx, scanSession, `
		select `+sessionColumns+` from sessions
		where account_id = $1 and user_id = $2 order by session_id desc`, tx.account, user)
}

// InsertSession stores a session under the hash of its secret.
func (tx *Tx) InsertSession(ctx context.Context, s *Session, hash string) error {
	s.ID = tx.NewID()
	_, err := tx.Exec(ctx, `
		insert into sessions (account_id, `+sessionColumns+`, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.account, s.ID, s.User, s.Agent, s.Address, micros(s.CreatedAt), micros(s.SeenAt), hash)
	return err
}

// SessionByHash finds a session and whose it is.
func (tx *Tx) SessionByHash(ctx context.Context, hash string) (s Session, u desk.User, err error) {
	s, err = queryOne(ctx, tx, scanSession, `
		select `+sessionColumns+` from sessions where account_id = $1 and hash = $2`, tx.account, hash)
	if err != nil {
		return Session{}, desk.User{}, err
	}
	u, err = tx.User(ctx, s.User)
	return s, u, err
}

// MarkSessionSeen notes that a session is in use. Call it when SeenAt is older than SessionSeenEvery.
func (tx *Tx) MarkSessionSeen(ctx context.Context, id int64, at time.Time) error {
	_, err := tx.Exec(ctx, `
		update sessions set seen_at = $3 where account_id = $1 and session_id = $2 and seen_at < $3`,
		tx.account, id, micros(at))
	return err
}

// DeleteSession ends a session of a user.
func (tx *Tx) DeleteSession(ctx context.Context, user desk.UserID, id int64) error {
	return requireRow(tx.Exec(ctx, `
		delete from sessions where account_id = $1 and user_id = $2 and session_id = $3`, tx.account, user, id))
}

// DeleteSessions ends all sessions of a user but one; 0 spares none.
func (tx *Tx) DeleteSessions(ctx context.Context, user desk.UserID, but int64) error {
	_, err := tx.Exec(ctx, `
		delete from sessions where account_id = $1 and user_id = $2 and session_id <> $3`, tx.account, user, but)
	return err
}

// PruneSessions ends the sessions that were not in use since an instant.
func (tx *Tx) PruneSessions(ctx context.Context, unseen time.Time) error {
	_, err := tx.Exec(ctx, `delete from sessions where account_id = $1 and seen_at < $2`, tx.account, micros(unseen))
	return err
}
