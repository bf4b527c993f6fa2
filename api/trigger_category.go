package api

import (
	"errors"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func triggerCategoryRoutes() []route {
	return []route{
		{"GET", "/trigger_categories", agents, (*call).listCategories},
		{"GET", "/trigger_categories/{id}", agents, (*call).showCategory},
		{"POST", "/trigger_categories", admins, (*call).createCategory},
		{"PATCH", "/trigger_categories/{id}", admins, (*call).updateCategory},
		{"PUT", "/trigger_categories/{id}", admins, (*call).updateCategory},
		{"DELETE", "/trigger_categories/{id}", admins, (*call).deleteCategory},
	}
}

// categoryJSON is a category of triggers. Its id is text, unlike all others.
type categoryJSON struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Position   int             `json:"position"`
	CreatedAt  string          `json:"created_at"`
	UpdatedAt  string          `json:"updated_at"`
	RuleCounts *ruleCountsJSON `json:"rule_counts,omitempty"`
}

type ruleCountsJSON struct {
	Active   int `json:"active_count"`
	Inactive int `json:"inactive_count"`
}

type categoryInput struct {
	Name     textInput   `json:"name"`
	Position numberInput `json:"position"`
}

func (in *categoryInput) applyTo(to *desk.TriggerCategory) {
	setText(&to.Name, in.Name)
	if in.Position.set {
		to.Position = in.Position.position()
	}
}

func categoryOf(g desk.TriggerCategory) categoryJSON {
	return categoryJSON{ID: idString(g.ID), Name: g.Name, Position: g.Position, CreatedAt: formatTime(g.CreatedAt), UpdatedAt: formatTime(g.UpdatedAt)}
}

func (c *call) listCategories() error {
	return answerWholeList(c, "trigger_categories", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.TriggerCategory, error) {
		return actor.Categories(c.ctx())
	}), func(g desk.TriggerCategory) int64 { return int64(g.ID) }, c.showCategories)
}

// showCategories has the sideload rule_counts.
func (c *call) showCategories(tx *store.Tx, all []desk.TriggerCategory) (any, object, error) {
	out := make([]categoryJSON, len(all))
	for i, g := range all {
		out[i] = categoryOf(g)
	}
	if !c.includes("rule_counts") {
		return out, nil, nil
	}
	triggers, err := tx.Triggers(c.ctx())
	for i := range out {
		n := &ruleCountsJSON{}
		for _, t := range triggers {
			if t.Category == all[i].ID && t.Active {
				n.Active++
			} else if t.Category == all[i].ID {
				n.Inactive++
			}
		}
		out[i].RuleCounts = n
	}
	return out, nil, err
}

func (c *call) showCategory() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		g, err := actor.Category(c.ctx(), desk.CategoryID(id))
		return objectOf("trigger_category", categoryOf(g)), err
	}))
}

func (c *call) createCategory() error {
	var in categoryInput
	if err := c.parseRecord("trigger_category", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		var g desk.TriggerCategory
		in.applyTo(&g)
		err := actor.CreateCategory(c.ctx(), &g)
		return c.url("trigger_categories", int64(g.ID)), objectOf("trigger_category", categoryOf(g)), err
	})
}

func (c *call) updateCategory() error {
	var in categoryInput
	if err := c.parseRecord("trigger_category", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		g, err := actor.ChangeCategory(c.ctx(), desk.CategoryID(id), func(g *desk.TriggerCategory) error {
			in.applyTo(g)
			return nil
		})
		return objectOf("trigger_category", categoryOf(g)), err
	})
}

// deleteCategory refuses a category that has triggers in the way of the newer endpoints: 400 and a list of errors.
func (c *call) deleteCategory() error {
	err := c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeleteCategory(c.ctx(), desk.CategoryID(id)) })
	var e *desk.Error
	if errors.As(err, &e) && e.Kind == desk.Invalid {
		for _, d := range e.Details["base"] {
			f := httpkit.BadRequest(d.Code, d.Message)
			f.Fields = map[string]any{"errors": []map[string]string{{"code": d.Code, "title": d.Message, "status": "400"}}}
			return f
		}
	}
	return err
}
