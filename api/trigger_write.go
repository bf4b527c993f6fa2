package api

import (
	"fmt"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// triggerInput is what clients may say of a trigger. Conditions stand directly in it, or below "conditions".
type triggerInput struct {
	ID          number          `json:"id"` // of update_many
	Title       text            `json:"title"`
	RawTitle    text            `json:"raw_title"`
	Description text            `json:"description"`
	Active      flag            `json:"active"`
	Position    number          `json:"position"`
	CategoryID  number          `json:"category_id"`
	Conditions  treeInput       `json:"conditions"`
	All         conditionsInput `json:"all"`
	Any         conditionsInput `json:"any"`
	Actions     actionsInput    `json:"actions"`
}

// into puts what was said into t. Whoever names one branch of the conditions names both (rules.md §1.1).
func (in *triggerInput) into(t *desk.Trigger) {
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
	if tree := in.Conditions.join(in.All, in.Any); tree.set() {
		t.Conditions = condition.Tree{All: tree.All.v, Any: tree.Any.v}
	}
	if in.Actions.set {
		t.Actions = in.Actions.v
	}
}

func (c *call) createTrigger() error {
	var in triggerInput
	if err := c.record("trigger", &in); err != nil {
		return err
	}
	return c.writeNew(func(tx *store.Tx) (string, object, error) {
		t := desk.Trigger{Active: true}
		in.into(&t)
		if err := c.checkTrigger(tx, &t); err != nil {
			return "", nil, err
		}
		err := tx.InsertTrigger(c.ctx(), &t, c.user.ID)
		return c.url("triggers", int64(t.ID)), one("trigger", c.triggerOf(t)), err
	})
}

func (c *call) checkTrigger(tx *store.Tx, t *desk.Trigger) error {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return err
	}
	return rule.CheckTrigger(cfg, *t)
}

func (c *call) updateTrigger() error {
	var in triggerInput
	if err := c.record("trigger", &in); err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		t, err := c.reachTrigger(tx)
		if err != nil {
			return nil, err
		}
		err = c.storeTrigger(tx, &in, &t)
		return one("trigger", c.triggerOf(t)), err
	})
}

// storeTrigger checks a trigger only where its meaning changes: one that names what is gone can still be switched off
// and moved.
func (c *call) storeTrigger(tx *store.Tx, in *triggerInput, t *desk.Trigger) error {
	wasActive := t.Active
	in.into(t)
	means := in.Actions.set || in.Conditions.join(in.All, in.Any).set() || in.Title.set || t.Active && !wasActive
	if means {
		if err := c.checkTrigger(tx, t); err != nil {
			return err
		}
	}
	return tx.UpdateTrigger(c.ctx(), t, c.user.ID)
}

func (c *call) deleteTrigger() error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return c.writeGone(func(tx *store.Tx) error { return tx.DeleteTrigger(c.ctx(), desk.TriggerID(id)) })
}

// updateManyTriggers changes all or none.
func (c *call) updateManyTriggers() error {
	in, err := recordsOf[triggerInput](c, "triggers")
	if err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		out := make([]desk.Trigger, 0, len(in))
		for i := range in {
			t, err := tx.Trigger(c.ctx(), desk.TriggerID(in[i].ID.v))
			if err != nil {
				return nil, err
			}
			if err := c.storeTrigger(tx, &in[i], &t); err != nil {
				return nil, err
			}
			out = append(out, t)
		}
		return wholeList(c, tx, "triggers", out, each(c.triggerOf))
	})
}

// destroyMany removes all that ids names, or none.
func (c *call) destroyMany(remove func(tx *store.Tx, id int64) error) error {
	ids, err := c.namedIDs()
	if err != nil {
		return err
	}
	return c.writeGone(func(tx *store.Tx) error {
		for _, id := range ids {
			if err := remove(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *call) destroyManyTriggers() error {
	return c.destroyMany(func(tx *store.Tx, id int64) error { return tx.DeleteTrigger(c.ctx(), desk.TriggerID(id)) })
}

// reorderTriggers answers with all triggers in their new order.
func (c *call) reorderTriggers() error {
	var in struct {
		IDs numbers `json:"trigger_ids"`
	}
	if err := c.whole(&in); err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		for _, id := range in.IDs.v {
			_, err := tx.Trigger(c.ctx(), desk.TriggerID(id))
			if desk.KindOf(err) == desk.NotFound && err != nil {
				err = desk.InvalidField("trigger_ids", "InvalidValue", fmt.Sprintf("Trigger ids: no trigger has the id %d", id))
			}
			if err != nil {
				return nil, err
			}
		}
		if err := tx.ReorderTriggers(c.ctx(), typed[desk.TriggerID](in.IDs.v)); err != nil {
			return nil, err
		}
		all, err := tx.Triggers(c.ctx())
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "triggers", all, each(c.triggerOf))
	})
}
