package store

import (
	"context"

	"interdesk/desk"
)

// MergeUser gives what one user has to another: their names, the tickets that they asked for, and their place among those who are
// copied on tickets or follow them. What they wrote stays theirs. The caller deletes the user, who has no name left.
func (tx *Tx) MergeUser(ctx context.Context, from, into desk.UserID) error {
	err := tx.changeIdentities(ctx, into, func(u *desk.User) error {
		if err := tx.giveIdentities(ctx, from, into); err != nil || u.Email != "" {
			return err
		}
		return tx.choosePrimary(ctx, u)
	})
	if err != nil {
		return err
	}
	for _, which := range []struct{ index, where string }{
		{"tickets_requester", "deleted_at = 0"}, {"tickets_deleted", "deleted_at <> 0 and erased_at = 0"},
	} {
		_, err := tx.Exec(ctx, `
			update tickets`+tx.IndexedBy(which.index)+` set requester_id = $3, version = version + 1
			where account_id = $1 and requester_id = $2 and `+which.where, tx.account, from, into)
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		insert into ticket_people (account_id, ticket_id, kind, user_id)
		select account_id, ticket_id, kind, cast($3 as bigint) from ticket_people`+tx.IndexedBy("ticket_people_user")+`
		where account_id = $1 and user_id = $2
		on conflict (account_id, ticket_id, kind, user_id) do nothing`, tx.account, from, into)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from ticket_people`+tx.IndexedBy("ticket_people_user")+` where account_id = $1 and user_id = $2`, tx.account, from)
	return err
}

// giveIdentities takes all names from a user, who is found by none of them any more, and gives them to another.
func (tx *Tx) giveIdentities(ctx context.Context, from, into desk.UserID) error {
	return tx.changeIdentities(ctx, from, func(u *desk.User) error {
		if err := tx.copyPrimary(ctx, u, ""); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			update identities set user_id = $3, is_primary = $4, updated_at = $5 where account_id = $1 and user_id = $2`,
			tx.account, from, into, false, micros(tx.now()))
		return err
	})
}
