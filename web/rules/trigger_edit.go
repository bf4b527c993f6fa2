package rules

import (
	"context"
	"net/http"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// triggerModel is the page of one trigger.
type triggerModel struct {
	id          desk.TriggerID // 0: a new one
	title       string
	description string
	category    string
	active      bool
	categories  []ui.Option
	b           *builder
	broken      string
	trial       *trial
	faults      ui.Faults
}

func (m *triggerModel) path() string {
	if m.id == 0 {
		return triggersPath + "/new"
	}
	return triggerPath(m.id)
}

// readFrom takes a stored trigger into the form.
func (m *triggerModel) readFrom(t *desk.Trigger) {
	m.title, m.description, m.category = t.Title, t.Description, ui.IDText(t.Category)
	m.b.fillFrom(t.Conditions, t.Actions)
}

// parse takes the form as it was sent.
func (m *triggerModel) parse(c *ui.Call) {
	m.title, m.description, m.category = c.Value("title"), c.Value("description"), c.Value("category")
	m.b.parse(c)
}

// trigger is what the form says.
func (m *triggerModel) trigger() desk.Trigger {
	tree, _ := m.b.tree()
	actions, _ := m.b.actions()
	t := triggerOf(m.id, tree, actions)
	m.writeTo(&t)
	return t
}

func (m *triggerModel) writeTo(t *desk.Trigger) {
	t.Title, t.Description = m.title, m.description
	t.Conditions, _ = m.b.tree()
	t.Actions, _ = m.b.actions()
	if id := idsOf[desk.CategoryID]([]string{m.category}); len(id) == 1 {
		t.Category = id[0]
	}
}

// finish reads what the page shows around the form.
func (m *triggerModel) finish(ctx context.Context, tx *store.Tx, actor *admin.Actor) error {
	categories, err := actor.Categories(ctx)
	for _, cat := range categories {
		m.categories = append(m.categories, ui.Option{Value: ui.IDText(cat.ID), Label: cat.Name})
	}
	if err != nil {
		return err
	}
	return m.b.fillLines(ctx, tx)
}

func (m *triggerModel) show(c *ui.Call, status int) error {
	title := c.T("rules.trigger.new")
	if m.id != 0 {
		title = m.title
	}
	return c.ShowAdmin("triggers", title, status, triggerPage(m))
}

// newTrigger opens an empty form, or one filled with another trigger (from).
func newTrigger(c *ui.Call) error {
	m := &triggerModel{category: c.Value("category")}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.b = newBuilder(c, actor.Config, condition.Trigger)
		if from := c.Number("from"); from != 0 {
			t, err := actor.Trigger(c.Ctx(), desk.TriggerID(from))
			if err != nil {
				return err
			}
			m.readFrom(&t)
			m.title = c.T("rules.copy", t.Title)
		}
		m.b.addEmptyLines()
		return m.finish(c.Ctx(), tx, actor)
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

// showTrigger opens a trigger, or how it stood at a revision.
func showTrigger(c *ui.Call) error {
	id, err := triggerID(c)
	if err != nil {
		return err
	}
	m := &triggerModel{id: id}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.b = newBuilder(c, actor.Config, condition.Trigger)
		t, err := actor.Trigger(c.Ctx(), id)
		if err != nil {
			return err
		}
		m.active, m.broken = t.Active, brokenOf(actor.Config, t)[id]
		if n := c.Number("revision"); n != 0 {
			r, err := actor.TriggerRevision(c.Ctx(), id, int(n))
			if err != nil {
				return err
			}
			t = r.Trigger
		}
		m.readFrom(&t)
		m.b.addEmptyLines()
		return m.finish(c.Ctx(), tx, actor)
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

func createTrigger(c *ui.Call) error { return saveTrigger(c, 0) }

func changeTrigger(c *ui.Call) error {
	id, err := triggerID(c)
	if err != nil {
		return err
	}
	return saveTrigger(c, id)
}

// saveTrigger carries out what the pressed button asks: a step of building, a trial, or storing.
func saveTrigger(c *ui.Call, id desk.TriggerID) error {
	m := &triggerModel{id: id}
	stay := false
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.b = newBuilder(c, actor.Config, condition.Trigger)
		m.parse(c)
		if id != 0 {
			t, err := actor.Trigger(c.Ctx(), id)
			if err != nil {
				return err
			}
			m.active = t.Active
		}
		if stay = m.b.step(c); c.Value("step") == "try" {
			stay, m.trial = true, tryOn(c, tx, actor, m.trigger())
			m.faults = m.trial.faults
		}
		return m.finish(c.Ctx(), tx, actor)
	})
	if err != nil {
		return err
	}
	if stay {
		m.faults = m.b.assignFaults(m.faults)
		return m.show(c, 0)
	}
	return m.storeTrigger(c)
}

// storeTrigger writes the trigger, and leads on.
func (m *triggerModel) storeTrigger(c *ui.Call) error {
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if m.id != 0 {
			_, err = actor.ChangeTrigger(c.Ctx(), m.id, func(t *desk.Trigger) error {
				m.writeTo(t)
				return nil
			})
			return err
		}
		t := m.trigger() // off: turning it on shows first what it would do
		err = actor.CreateTrigger(c.Ctx(), &t)
		if err == nil {
			m.id = t.ID
		}
		return err
	})
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = m.b.assignFaults(f)
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("rules.trigger.saved"))
	if c.Value("step") == "on" {
		return c.Redirect(triggerPath(m.id) + "/on")
	}
	return c.Redirect(triggersPath)
}
