package store

import (
	"context"
	"errors"
	"strconv"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const membershipColumns = `membership_id, user_id, group_id, is_default, created_at, updated_at`

func scanMembership(row scanner) (m desk.Membership, err error) {
	var created, updated int64
	err = row.Scan(&m.ID, &m.User, &m.Group, &m.Default, &created, &updated)
	m.CreatedAt, m.UpdatedAt = fromMicros(created), fromMicros(updated)
	return m, err
}

// MembershipFilter narrows a list of memberships; zero parts do not.
type MembershipFilter struct {
	User  desk.UserID
	Group desk.GroupID
}

func (f MembershipFilter) where(tx *Tx) (string, []any) {
	where, args := " where account_id = $1", []any{tx.account}
	if f.User != 0 {
		args = append(args, f.User)
		where += " and user_id = $" + strconv.Itoa(len(args))
	}
	if f.Group != 0 {
		args = append(args, f.Group)
		where += " and group_id = $" + strconv.Itoa(len(args))
	}
	return where, args
}

// Memberships lists who is in which group, oldest first.
func (tx *Tx) Memberships(ctx context.Context, f MembershipFilter, p Page) (Listed[desk.Membership], error) {
	where, args := f.where(tx)
	return queryByID(ctx, tx, p, "membership_id", scanMembership, func(m *desk.Membership) int64 { return int64(m.ID) },
		`select `+membershipColumns+` from memberships`+where, args)
}

// CountMemberships counts what Memberships lists.
func (tx *Tx) CountMemberships(ctx context.Context, f MembershipFilter) (n int, err error) {
	where, args := f.where(tx)
	err = tx.QueryRow(ctx, `select count(*) from memberships`+where, args...).Scan(&n)
	return n, err
}

// Membership reads one membership.
func (tx *Tx) Membership(ctx context.Context, id desk.MembershipID) (desk.Membership, error) {
	return queryOne(ctx, tx, scanMembership, `
		select `+membershipColumns+` from memberships where account_id = $1 and membership_id = $2`, tx.account, id)
}

// InsertMembership puts a member of staff into a group. A user's first group is the default one.
func (tx *Tx) InsertMembership(ctx context.Context, m *desk.Membership) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	count, err := tx.CountMemberships(ctx, MembershipFilter{User: m.User})
	if err != nil {
		return err
	}
	m.Default = m.Default || count == 0
	stamp(tx, &m.ID, &m.CreatedAt, &m.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into memberships (account_id, `+membershipColumns+`) values ($1, $2, $3, $4, false, $5, $6)`,
		tx.account, m.ID, m.User, m.Group, micros(m.CreatedAt), micros(m.UpdatedAt))
	if errors.Is(err, sqldb.ErrUnique) {
		return desk.InvalidField("user_id", "DuplicateValue", "User: is already a member of this group")
	}
	if err == nil && m.Default {
		err = tx.setDefaultGroup(ctx, m.User, m.Group)
	}
	return err
}

// MakeDefaultMembership makes a user's membership the default one.
func (tx *Tx) MakeDefaultMembership(ctx context.Context, id desk.MembershipID) error {
	m, err := tx.Membership(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return tx.setDefaultGroup(ctx, m.User, m.Group)
}

// DeleteMembership takes a user out of a group. Another group becomes the default one when this was it.
func (tx *Tx) DeleteMembership(ctx context.Context, id desk.MembershipID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	m, err := tx.Membership(ctx, id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from memberships where account_id = $1 and membership_id = $2`, tx.account, id)
	if err != nil || !m.Default {
		return err
	}
	rest, err := tx.Memberships(ctx, MembershipFilter{User: m.User}, Page{Limit: 1})
	if err != nil {
		return err
	}
	var next desk.GroupID
	if len(rest.Items) > 0 {
		next = rest.Items[0].Group
	}
	return tx.setDefaultGroup(ctx, m.User, next)
}

// setDefaultGroup keeps the two places that name a user's default group in step; 0 is none.
func (tx *Tx) setDefaultGroup(ctx context.Context, user desk.UserID, group desk.GroupID) error {
	_, err := tx.Exec(ctx, `
		update memberships set is_default = (group_id = $3), updated_at = $4
		where account_id = $1 and user_id = $2 and is_default <> (group_id = $3)`,
		tx.account, user, group, micros(tx.now()))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update users set default_group_id = $3 where account_id = $1 and user_id = $2`, tx.account, user, group)
	if err != nil {
		return err
	}
	return tx.noteWritten(ctx, "users", "user_id", int64(user))
}
