package rules

import (
	"context"
	"net/http"
	"slices"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
)

// brokenOf says which triggers cannot run, on or off, and why.
func brokenOf(cfg *desk.Config, triggers ...desk.Trigger) map[desk.TriggerID]string {
	out := map[desk.TriggerID]string{}
	for _, p := range rule.TriggerProblems(cfg, triggers) {
		out[p.Trigger] = p.Message
	}
	return out
}

// overWith names the partners with whom actions share although the agreement is over.
func overWith(cfg *desk.Config, actions []desk.Action) (names []string) {
	for _, w := range rule.ActionWarnings(cfg, actions) {
		if w.Kind == rule.Over {
			names = append(names, w.Name)
		}
	}
	return names
}

func triggerID(c *ui.Call) (desk.TriggerID, error) {
	id, err := c.ID("id")
	return desk.TriggerID(id), err
}

// changeOneTrigger changes the trigger that the path names and leads back to the list.
func changeOneTrigger(c *ui.Call, said string, work func(actor *admin.Actor, id desk.TriggerID) error) error {
	id, err := triggerID(c)
	if err != nil {
		return err
	}
	if err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return work(actor, id) }); err != nil {
		return err
	}
	if said != "" {
		c.ToastSuccess(said)
	}
	return c.Redirect(triggersPath)
}

func turnOffTrigger(c *ui.Call) error { return setTriggerActive(c, false, c.T("rules.trigger.off")) }

func turnOnTrigger(c *ui.Call) error { return setTriggerActive(c, true, c.T("rules.trigger.on")) }

func setTriggerActive(c *ui.Call, on bool, said string) error {
	return changeOneTrigger(c, said, func(actor *admin.Actor, id desk.TriggerID) error {
		_, err := actor.ChangeTrigger(c.Ctx(), id, func(t *desk.Trigger) error {
			t.Active = on
			return nil
		})
		return err
	})
}

func deleteTrigger(c *ui.Call) error {
	return changeOneTrigger(c, c.T("rules.trigger.deleted"), func(actor *admin.Actor, id desk.TriggerID) error { return actor.DeleteTrigger(c.Ctx(), id) })
}

// moveTrigger moves a trigger one place up or down within its category.
func moveTrigger(c *ui.Call) error {
	return changeOneTrigger(c, "", func(actor *admin.Actor, id desk.TriggerID) error {
		t, err := actor.Trigger(c.Ctx(), id)
		if err != nil {
			return err
		}
		all, err := actor.Triggers(c.Ctx())
		if err != nil {
			return err
		}
		var ids []desk.TriggerID
		for _, one := range all {
			if one.Category == t.Category {
				ids = append(ids, one.ID)
			}
		}
		return move(c, ids, id, actor.ReorderTriggers)
	})
}

// movedTo swaps an id with the one above or below it.
func movedTo[I comparable](ids []I, id I, to string) []I {
	i := slices.Index(ids, id)
	switch {
	case i < 0:
	case to == "up" && i > 0:
		ids[i-1], ids[i] = ids[i], ids[i-1]
	case to == "down" && i+1 < len(ids):
		ids[i+1], ids[i] = ids[i], ids[i+1]
	}
	return ids
}

// move puts an order in which one of several has moved; none of them is desk.NotFound.
func move[I comparable](c *ui.Call, ids []I, id I, put func(context.Context, []I) error) error {
	if !slices.Contains(ids, id) {
		return desk.Missing()
	}
	return put(c.Ctx(), movedTo(ids, id, c.Value("to")))
}

// orderTriggers takes the order in which the triggers of a category were dragged.
func orderTriggers(c *ui.Call) error {
	return reorder(c, func(actor *admin.Actor, ids []desk.TriggerID) error { return actor.ReorderTriggers(c.Ctx(), ids) })
}

// reorder takes an order from script: the ids of all rows.
func reorder[I ~int64](c *ui.Call, put func(actor *admin.Actor, ids []I) error) error {
	ids := idsOf[I](valuesOf(c, "id"))
	if err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return put(actor, ids) }); err != nil {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}
