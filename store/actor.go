package store

import (
	"context"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// An actor is a person's name on the wire (nhd §5.5). A partner's people are kept apart by agreement, so that no partner
// can speak for another's (nhd §16 row 6); our own people stand under agreement 0.

// Actor finds the person that a partner means by a uuid. Agreement 0 asks for our own people.
func (tx *Tx) Actor(ctx context.Context, a desk.AgreementID, uuid string) (desk.UserID, error) {
	var id desk.UserID
	err := tx.QueryRow(ctx, `
		select user_id from actors where account_id = $1 and agreement_id = $2 and uuid = $3`,
		tx.account, a, uuid).Scan(&id)
	return id, notFound(err)
}

// InsertActor gives a person a uuid for ever. It does nothing when the uuid is taken already.
func (tx *Tx) InsertActor(ctx context.Context, a desk.AgreementID, uuid string, user desk.UserID) error {
	_, err := tx.Exec(ctx, `
		insert into actors (account_id, agreement_id, uuid, user_id) values ($1, $2, $3, $4)
		on conflict (account_id, agreement_id, uuid) do nothing`, tx.account, a, uuid, user)
	return err
}

// ActorUUIDs finds the uuids that people have on the wire, whoever gave them. People without one are left out.
func (tx *Tx) ActorUUIDs(ctx context.Context, users []desk.UserID) (map[desk.UserID]string, error) {
	out := make(map[desk.UserID]string, len(users))
	if len(users) == 0 {
		return out, nil
	}
	args := []any{tx.account}
	for _, u := range users {
		args = append(args, u)
	}
	rows, err := tx.Query(ctx, `
		select user_id, min(uuid) from actors
		where account_id = $1 and user_id in (`+sqldb.Placeholders(2, len(users))+`)
		group by user_id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id desk.UserID
		var uuid string
		if err := rows.Scan(&id, &uuid); err != nil {
			return nil, err
		}
		out[id] = uuid
	}
	return out, rows.Err()
}
