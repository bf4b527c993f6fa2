package admin

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// Triggers lists all triggers in the order they run.
func (o *Office) Triggers(ctx context.Context) ([]desk.Trigger, error) {
	return seen(o.mustStaff(), func() ([]desk.Trigger, error) { return o.tx.Triggers(ctx) })
}

// Trigger reads one trigger.
func (o *Office) Trigger(ctx context.Context, id desk.TriggerID) (desk.Trigger, error) {
	return seen(o.mustStaff(), func() (desk.Trigger, error) { return o.tx.Trigger(ctx, id) })
}

// TriggerRevisions lists how a trigger stood after each edit. One that was never there is NotFound.
func (o *Office) TriggerRevisions(ctx context.Context, id desk.TriggerID) ([]store.TriggerRevision, error) {
	if err := o.mustAdmin(); err != nil {
		return nil, err
	}
	all, err := o.tx.TriggerRevisions(ctx, id)
	if err == nil && len(all) == 0 {
		err = desk.Missing()
	}
	return all, err
}

// TriggerRevision reads how a trigger stood after one edit.
func (o *Office) TriggerRevision(ctx context.Context, id desk.TriggerID, revision int) (store.TriggerRevision, error) {
	return seen(o.mustAdmin(), func() (store.TriggerRevision, error) { return o.tx.TriggerRevision(ctx, id, revision) })
}

// CreateTrigger checks and stores a new trigger; without a position it comes last.
func (o *Office) CreateTrigger(ctx context.Context, t *desk.Trigger) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	if err := rule.CheckTrigger(o.Config, *t); err != nil {
		return err
	}
	return o.tx.InsertTrigger(ctx, t, o.Me.ID)
}

// ChangeTrigger has change edit a trigger, and stores it as its next revision.
func (o *Office) ChangeTrigger(ctx context.Context, id desk.TriggerID, change func(*desk.Trigger) error) (desk.Trigger, error) {
	t, err := seen(o.mustAdmin(), func() (desk.Trigger, error) { return o.tx.Trigger(ctx, id) })
	if err != nil {
		return t, err
	}
	before, wasActive := meaning(t.Title, t.Conditions, t.Actions), t.Active
	if err := change(&t); err != nil {
		return t, err
	}
	if t.Active && !wasActive || before != meaning(t.Title, t.Conditions, t.Actions) {
		if err := rule.CheckTrigger(o.Config, t); err != nil {
			return t, err
		}
	}
	t.ID = id
	return t, o.tx.UpdateTrigger(ctx, &t, o.Me.ID)
}

// DeleteTrigger removes a trigger; its revisions stay, to explain old traces.
func (o *Office) DeleteTrigger(ctx context.Context, id desk.TriggerID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.DeleteTrigger(ctx, id)
}

// ReorderTriggers has the triggers of each category run in the order in which ids names them, those not named after them.
func (o *Office) ReorderTriggers(ctx context.Context, ids []desk.TriggerID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	for _, id := range ids {
		_, err := o.tx.Trigger(ctx, id)
		if err != nil && desk.KindOf(err) == desk.NotFound {
			err = desk.InvalidField("trigger_ids", "InvalidValue", fmt.Sprintf("Trigger ids: no trigger has the id %d", id))
		}
		if err != nil {
			return err
		}
	}
	return o.tx.ReorderTriggers(ctx, ids)
}
