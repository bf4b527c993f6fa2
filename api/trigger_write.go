package api

import (
	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

// triggerInput is what clients may say of a trigger. Conditions stand directly in it, or below "conditions".
type triggerInput struct {
	ID          numberInput     `json:"id"` // of update_many
	Title       textInput       `json:"title"`
	RawTitle    textInput       `json:"raw_title"`
	Description textInput       `json:"description"`
	Active      flagInput       `json:"active"`
	Position    numberInput     `json:"position"`
	CategoryID  numberInput     `json:"category_id"`
	Conditions  treeInput       `json:"conditions"`
	All         conditionsInput `json:"all"`
	Any         conditionsInput `json:"any"`
	Actions     actionsInput    `json:"actions"`
}

// applyTo puts what was said into t. Whoever names one branch of the conditions names both (rules.md §1.1).
func (in *triggerInput) applyTo(t *desk.Trigger) {
	if in.RawTitle.set && !in.Title.set {
		in.Title = in.RawTitle
	}
	setText(&t.Title, in.Title)
	setText(&t.Description, in.Description)
	t.Active = in.Active.or(t.Active)
	if in.Position.set {
		t.Position = in.Position.position()
	}
	if in.CategoryID.v != 0 {
		t.Category = desk.CategoryID(in.CategoryID.v)
	}
	if tree := in.Conditions.orElse(in.All, in.Any); tree.isSet() {
		t.Conditions = condition.Tree{All: tree.All.v, Any: tree.Any.v}
	}
	if in.Actions.set {
		t.Actions = in.Actions.v
	}
}

// change is what ChangeTrigger is to do.
func (in *triggerInput) change(t *desk.Trigger) error {
	in.applyTo(t)
	return nil
}

func (c *call) createTrigger() error {
	var in triggerInput
	if err := c.parseRecord("trigger", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		t := desk.Trigger{Active: true}
		in.applyTo(&t)
		err := actor.CreateTrigger(c.ctx(), &t)
		return c.url("triggers", int64(t.ID)), objectOf("trigger", c.triggerOf(t)), err
	})
}

func (c *call) updateTrigger() error {
	var in triggerInput
	if err := c.parseRecord("trigger", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		t, err := actor.ChangeTrigger(c.ctx(), desk.TriggerID(id), in.change)
		return objectOf("trigger", c.triggerOf(t)), err
	})
}

func (c *call) removeTrigger(actor *admin.Actor, id int64) error {
	return actor.DeleteTrigger(c.ctx(), desk.TriggerID(id))
}

func (c *call) deleteTrigger() error { return c.deleteOne(c.removeTrigger) }

func (c *call) destroyManyTriggers() error { return c.deleteMany(c.removeTrigger) }

// updateManyTriggers changes all or none.
func (c *call) updateManyTriggers() error {
	in, err := recordsOf[triggerInput](c, "triggers")
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		out := make([]desk.Trigger, len(in))
		for i := range in {
			if out[i], err = actor.ChangeTrigger(c.ctx(), desk.TriggerID(in[i].ID.v), in[i].change); err != nil {
				return nil, err
			}
		}
		return wholeList(c, tx, "triggers", out, showEach(c.triggerOf))
	})
}

// reorderTriggers answers with all triggers in their new order.
func (c *call) reorderTriggers() error {
	var in struct {
		IDs numbersInput `json:"trigger_ids"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		if err := actor.ReorderTriggers(c.ctx(), idsOf[desk.TriggerID](in.IDs.v)); err != nil {
			return nil, err
		}
		all, err := actor.Triggers(c.ctx())
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "triggers", all, showEach(c.triggerOf))
	})
}
