package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// Triggers lists all triggers in the order they run.
func (a *Actor) Triggers(ctx context.Context) ([]desk.Trigger, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.Triggers(ctx)
}

// Trigger reads one trigger.
func (a *Actor) Trigger(ctx context.Context, id desk.TriggerID) (desk.Trigger, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Trigger{}, err
	}
	return a.tx.Trigger(ctx, id)
}

// TriggerRevisions lists how a trigger stood after each edit. One that was never there is NotFound.
func (a *Actor) TriggerRevisions(ctx context.Context, id desk.TriggerID) ([]store.TriggerRevision, error) {
	if err := a.mustAdmin(); err != nil {
		return nil, err
	}
	all, err := a.tx.TriggerRevisions(ctx, id)
	if err == nil && len(all) == 0 {
		err = desk.Missing()
	}
	return all, err
}

// TriggerRevision reads how a trigger stood after one edit.
func (a *Actor) TriggerRevision(ctx context.Context, id desk.TriggerID, revision int) (store.TriggerRevision, error) {
	if err := a.mustAdmin(); err != nil {
		return store.TriggerRevision{}, err
	}
	return a.tx.TriggerRevision(ctx, id, revision)
}

// CreateTrigger checks and stores a new trigger; without a position it comes last.
func (a *Actor) CreateTrigger(ctx context.Context, t *desk.Trigger) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := rule.CheckTrigger(a.Config, *t); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	if err := a.checkTriggerAmongOthers(ctx, t); err != nil {
		return err
	}
	return a.tx.InsertTrigger(ctx, t, a.Me.ID)
}

// checkTriggerAmongOthers refuses a category that is not there and more active triggers than there may be.
func (a *Actor) checkTriggerAmongOthers(ctx context.Context, t *desk.Trigger) error {
	categories, errC := a.tx.Categories(ctx)
	others, errT := a.tx.CountActiveTriggers(ctx, t.ID)
	if err := errors.Join(errC, errT); err != nil {
		return err
	}
	faults := desk.Faults{}
	if !slices.ContainsFunc(categories, func(c desk.TriggerCategory) bool { return t.Category == 0 || c.ID == t.Category }) {
		faults.Add("category_id", "InvalidValue", "Category: does not exist")
	}
	if t.Active && others >= desk.MaxTriggers {
		faults.Add("base", "TooManyRecords", fmt.Sprintf("No more than %d triggers can be active", desk.MaxTriggers))
	}
	return faults.Err()
}

// ChangeTrigger has change edit a trigger, and stores it as its next revision.
func (a *Actor) ChangeTrigger(ctx context.Context, id desk.TriggerID, change func(*desk.Trigger) error) (desk.Trigger, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Trigger{}, err
	}
	t, err := a.tx.Trigger(ctx, id)
	if err != nil {
		return t, err
	}
	before, wasActive := meaning(t.Conditions, t.Actions), t.Active
	if err := change(&t); err != nil {
		return t, err
	}
	if t.Active && !wasActive || before != meaning(t.Conditions, t.Actions) {
		if err := rule.CheckTrigger(a.Config, t); err != nil {
			return t, err
		}
	} else if err := rule.CheckTitle(t.Title); err != nil {
		return t, err
	}
	t.ID = id
	if err := a.lock(ctx); err != nil {
		return t, err
	}
	if err := a.checkTriggerAmongOthers(ctx, &t); err != nil {
		return t, err
	}
	return t, a.tx.UpdateTrigger(ctx, &t, a.Me.ID)
}

// DeleteTrigger removes a trigger; its revisions stay, to explain old traces.
func (a *Actor) DeleteTrigger(ctx context.Context, id desk.TriggerID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.DeleteTrigger(ctx, id)
}

// ReorderTriggers has the triggers of each category run in the order in which ids names them, those not named after them.
func (a *Actor) ReorderTriggers(ctx context.Context, ids []desk.TriggerID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	for _, id := range ids {
		_, err := a.tx.Trigger(ctx, id)
		if err != nil && desk.KindOf(err) == desk.NotFound {
			err = desk.InvalidField("trigger_ids", "InvalidValue", fmt.Sprintf("Trigger ids: no trigger has the id %d", id))
		}
		if err != nil {
			return err
		}
	}
	return a.tx.ReorderTriggers(ctx, ids)
}
