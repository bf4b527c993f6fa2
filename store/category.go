package store

import (
	"context"

	"interdesk/desk"
)

const categoryColumns = `category_id, name, position, created_at, updated_at`

func scanCategory(row scanner) (c desk.TriggerCategory, err error) {
	var created, updated int64
	err = row.Scan(&c.ID, &c.Name, &c.Position, &created, &updated)
	c.CreatedAt, c.UpdatedAt = fromMicros(created), fromMicros(updated)
	return c, err
}

// Categories lists the trigger categories in the order they run.
func (tx *Tx) Categories(ctx context.Context) ([]desk.TriggerCategory, error) {
	return queryAll(ctx, tx, scanCategory, `
		select `+categoryColumns+` from trigger_categories where account_id = $1 order by position, category_id`, tx.account)
}

// Category reads one trigger category.
func (tx *Tx) Category(ctx context.Context, id desk.CategoryID) (desk.TriggerCategory, error) {
	return queryOne(ctx, tx, scanCategory, `
		select `+categoryColumns+` from trigger_categories where account_id = $1 and category_id = $2`, tx.account, id)
}

// InsertCategory stores a new category; without a position it comes last.
func (tx *Tx) InsertCategory(ctx context.Context, c *desk.TriggerCategory) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	last, err := tx.lastPosition(ctx, "trigger_categories")
	if err != nil {
		return err
	}
	wanted := c.Position
	c.Position = last
	stamp(tx, &c.ID, &c.CreatedAt, &c.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into trigger_categories (account_id, `+categoryColumns+`) values ($1, $2, $3, $4, $5, $6)`,
		tx.account, c.ID, c.Name, c.Position, micros(c.CreatedAt), micros(c.UpdatedAt))
	if err != nil || wanted <= 0 || wanted >= last {
		return err
	}
	return tx.moveCategory(ctx, c, wanted)
}

// UpdateCategory stores name and position.
func (tx *Tx) UpdateCategory(ctx context.Context, c *desk.TriggerCategory) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	before, err := tx.Category(ctx, c.ID)
	if err != nil {
		return err
	}
	c.UpdatedAt = tx.now()
	_, err = tx.Exec(ctx, `
		update trigger_categories set name = $3, updated_at = $4 where account_id = $1 and category_id = $2`,
		tx.account, c.ID, c.Name, micros(c.UpdatedAt))
	if err != nil || c.Position == before.Position {
		return err
	}
	return tx.moveCategory(ctx, c, c.Position)
}

// moveCategory puts a category at a position, counted from 1, and closes ranks.
func (tx *Tx) moveCategory(ctx context.Context, c *desk.TriggerCategory, position int) error {
	all, err := tx.Categories(ctx)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(all))
	for _, o := range all {
		ids = append(ids, int64(o.ID))
	}
	ids, c.Position = moveTo(ids, int64(c.ID), position)
	if err := tx.renumber(ctx, "trigger_categories", "category_id", ids); err != nil {
		return err
	}
	return tx.refreshRuleSet(ctx)
}

// DeleteCategory removes a trigger category.
func (tx *Tx) DeleteCategory(ctx context.Context, id desk.CategoryID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		delete from trigger_categories where account_id = $1 and category_id = $2`, tx.account, id))
}

// ReorderCategories has categories run in the order of ids; those not named come after them as they stood.
func (tx *Tx) ReorderCategories(ctx context.Context, ids []desk.CategoryID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	if err := tx.reorder(ctx, "trigger_categories", "category_id", int64s(ids)); err != nil {
		return err
	}
	return tx.refreshRuleSet(ctx)
}
