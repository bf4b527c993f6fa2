package store

import (
	"context"

	"interdesk/desk"
)

const groupColumns = `group_id, name, description, is_default, is_public, deleted, created_at, updated_at`

func scanGroup(row scanner) (g desk.Group, err error) {
	var created, updated int64
	err = row.Scan(&g.ID, &g.Name, &g.Description, &g.Default, &g.Public, &g.Deleted, &created, &updated)
	g.CreatedAt, g.UpdatedAt = fromMicros(created), fromMicros(updated)
	return g, err
}

// Groups lists the groups that are not deleted.
func (tx *Tx) Groups(ctx context.Context) ([]desk.Group, error) {
	return queryAll(ctx, tx, scanGroup, `
		select `+groupColumns+` from groups where account_id = $1 and not deleted order by group_id`, tx.account)
}

// Group reads a group, also a deleted one: old audits speak of it.
func (tx *Tx) Group(ctx context.Context, id desk.GroupID) (desk.Group, error) {
	return queryOne(ctx, tx, scanGroup, `
		select `+groupColumns+` from groups where account_id = $1 and group_id = $2`, tx.account, id)
}

// InsertGroup stores a new group. It gets an id and times where it has none.
func (tx *Tx) InsertGroup(ctx context.Context, g *desk.Group) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	if err := tx.checkGroupName(ctx, g); err != nil {
		return err
	}
	stamp(tx, &g.ID, &g.CreatedAt, &g.UpdatedAt)
	_, err := tx.Exec(ctx, `
		insert into groups (account_id, `+groupColumns+`, sort_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.account, g.ID, g.Name, g.Description, g.Default, g.Public, g.Deleted, micros(g.CreatedAt), micros(g.UpdatedAt),
		desk.SortName(g.Name))
	if err == nil && g.Default {
		err = tx.soleDefaultGroup(ctx, g.ID)
	}
	return err
}

// UpdateGroup stores name, description and whether the group is public or the default. The default group stays it until
// another takes its place.
func (tx *Tx) UpdateGroup(ctx context.Context, g *desk.Group) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	before, err := tx.Group(ctx, g.ID)
	if err != nil {
		return err
	}
	if err := tx.checkGroupName(ctx, g); err != nil {
		return err
	}
	g.Default = g.Default || before.Default
	g.UpdatedAt = tx.now()
	err = requireRow(tx.Exec(ctx, `
		update groups set name = $3, description = $4, is_default = $5, is_public = $6, updated_at = $7, sort_name = $8
		where account_id = $1 and group_id = $2 and not deleted`,
		tx.account, g.ID, g.Name, g.Description, g.Default, g.Public, micros(g.UpdatedAt), desk.SortName(g.Name)))
	if err == nil && g.Default {
		err = tx.soleDefaultGroup(ctx, g.ID)
	}
	return err
}

func (tx *Tx) soleDefaultGroup(ctx context.Context, id desk.GroupID) error {
	_, err := tx.Exec(ctx, `
		update groups set is_default = false where account_id = $1 and group_id <> $2 and is_default`, tx.account, id)
	return err
}

// DeleteGroup marks a group as deleted and takes its members out.
func (tx *Tx) DeleteGroup(ctx context.Context, id desk.GroupID) error {
	g, err := tx.Group(ctx, id)
	if err != nil {
		return err
	}
	if g.Deleted {
		return desk.Missing()
	}
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	members, err := tx.Memberships(ctx, MembershipFilter{Group: id}, Page{})
	if err != nil {
		return err
	}
	for _, m := range members.Items {
		if err := tx.DeleteMembership(ctx, m.ID); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		update groups set deleted = true, updated_at = $3 where account_id = $1 and group_id = $2`,
		tx.account, id, micros(tx.now()))
	return err
}

// checkGroupName keeps names apart: two groups of one name would be one to whoever chooses between them.
func (tx *Tx) checkGroupName(ctx context.Context, g *desk.Group) error {
	var others int
	err := tx.QueryRow(ctx, `
		select count(*) from groups
		where account_id = $1 and not deleted and group_id <> $2 and lower(name) = lower($3)`,
		tx.account, g.ID, g.Name).Scan(&others)
	if err == nil && others > 0 {
		err = desk.InvalidField("name", "DuplicateValue", "Name: has already been taken")
	}
	return err
}
