package admin

import (
	"context"
	"slices"

	"interdesk/desk"
)

// Categories lists the trigger categories in the order they run.
func (a *Actor) Categories(ctx context.Context) ([]desk.TriggerCategory, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.Categories(ctx)
}

// Category reads one trigger category.
func (a *Actor) Category(ctx context.Context, id desk.CategoryID) (desk.TriggerCategory, error) {
	if err := a.mustStaff(); err != nil {
		return desk.TriggerCategory{}, err
	}
	return a.tx.Category(ctx, id)
}

// CreateCategory stores a new trigger category; without a position it comes last.
func (a *Actor) CreateCategory(ctx context.Context, c *desk.TriggerCategory) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := checkCategory(c); err != nil {
		return err
	}
	return a.tx.InsertCategory(ctx, c)
}

// ChangeCategory has change edit a trigger category, and stores it.
func (a *Actor) ChangeCategory(ctx context.Context, id desk.CategoryID, change func(*desk.TriggerCategory) error) (desk.TriggerCategory, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.TriggerCategory{}, err
	}
	c, err := a.tx.Category(ctx, id)
	if err != nil {
		return c, err
	}
	if err := change(&c); err != nil {
		return c, err
	}
	c.ID = id
	if err := checkCategory(&c); err != nil {
		return c, err
	}
	return c, a.tx.UpdateCategory(ctx, &c)
}

func checkCategory(c *desk.TriggerCategory) error {
	faults := desk.Faults{}
	faults.CheckName("name", c.Name)
	return faults.Err()
}

// DeleteCategory removes a category that has no triggers.
func (a *Actor) DeleteCategory(ctx context.Context, id desk.CategoryID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	all, err := a.tx.Triggers(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(t desk.Trigger) bool { return t.Category == id }) {
		return desk.InvalidField("base", "TriggerCategoryNotEmpty", "The category still has triggers: move or delete them first")
	}
	return a.tx.DeleteCategory(ctx, id)
}

// ReorderCategories has categories run in the order of ids, those not named after them.
func (a *Actor) ReorderCategories(ctx context.Context, ids []desk.CategoryID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderCategories(ctx, ids)
}
