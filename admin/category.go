package admin

import (
	"context"

	"interdesk/desk"
)

// Categories lists the trigger categories in the order they run.
func (o *Office) Categories(ctx context.Context) ([]desk.TriggerCategory, error) {
	return seen(o.mustStaff(), func() ([]desk.TriggerCategory, error) { return o.tx.Categories(ctx) })
}

// Category reads one trigger category.
func (o *Office) Category(ctx context.Context, id desk.CategoryID) (desk.TriggerCategory, error) {
	return seen(o.mustStaff(), func() (desk.TriggerCategory, error) { return o.tx.Category(ctx, id) })
}

// CreateCategory stores a new trigger category; without a position it comes last.
func (o *Office) CreateCategory(ctx context.Context, c *desk.TriggerCategory) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.InsertCategory(ctx, c)
}

// ChangeCategory has change edit a trigger category, and stores it.
func (o *Office) ChangeCategory(ctx context.Context, id desk.CategoryID, change func(*desk.TriggerCategory) error) (desk.TriggerCategory, error) {
	c, err := seen(o.mustAdmin(), func() (desk.TriggerCategory, error) { return o.tx.Category(ctx, id) })
	if err != nil {
		return c, err
	}
	if err := change(&c); err != nil {
		return c, err
	}
	c.ID = id
	return c, o.tx.UpdateCategory(ctx, &c)
}

// DeleteCategory removes a category that has no triggers.
func (o *Office) DeleteCategory(ctx context.Context, id desk.CategoryID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.DeleteCategory(ctx, id)
}

// ReorderCategories has categories run in the order of ids, those not named after them.
func (o *Office) ReorderCategories(ctx context.Context, ids []desk.CategoryID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.ReorderCategories(ctx, ids)
}
