package api

import (
	"encoding/json"
	"errors"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

// viewInput is what clients may say of a view. Conditions stand directly in it, or below "conditions".
type viewInput struct {
	ID          numberInput      `json:"id"` // of update_many
	Title       textInput        `json:"title"`
	RawTitle    textInput        `json:"raw_title"`
	Description textInput        `json:"description"`
	Active      flagInput        `json:"active"`
	Position    numberInput      `json:"position"`
	Conditions  treeInput        `json:"conditions"`
	All         conditionsInput  `json:"all"`
	Any         conditionsInput  `json:"any"`
	Output      outputInput      `json:"output"`
	Restriction restrictionInput `json:"restriction"`
}

// outputInput is how a view shows its tickets. Members that are not there stay as they were.
type outputInput struct {
	Columns    textsInput
	GroupBy    textInput
	GroupOrder textInput
	SortBy     textInput
	SortOrder  textInput
}

func (in *outputInput) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	var o struct {
		Columns    textsInput `json:"columns"`
		GroupBy    textInput  `json:"group_by"`
		GroupOrder textInput  `json:"group_order"`
		SortBy     textInput  `json:"sort_by"`
		SortOrder  textInput  `json:"sort_order"`
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return errors.New(`must be an object such as {"columns":["status","subject"],"sort_by":"created","sort_order":"asc"}`)
	}
	*in = outputInput(o)
	return nil
}

func (in *outputInput) applyTo(o *desk.Output) {
	if in.Columns.set {
		o.Columns = in.Columns.v
	}
	setText(&o.GroupBy, in.GroupBy)
	setText(&o.GroupOrder, in.GroupOrder)
	setText(&o.SortBy, in.SortBy)
	setText(&o.SortOrder, in.SortOrder)
}

// applyTo puts what was said into v. Each branch of the conditions is replaced by itself (rules.md §1.1).
func (in *viewInput) applyTo(v *desk.View) {
	if in.RawTitle.set && !in.Title.set {
		in.Title = in.RawTitle
	}
	setText(&v.Title, in.Title)
	setText(&v.Description, in.Description)
	v.Active = in.Active.or(v.Active)
	if in.Position.set {
		v.Position = in.Position.position()
	}
	in.applyConditions(&v.Conditions)
	in.Output.applyTo(&v.Output)
	if in.Restriction.set {
		v.Restriction = in.Restriction.v
	}
}

func (in *viewInput) applyConditions(t *condition.Tree) {
	tree := in.Conditions.orElse(in.All, in.Any)
	if tree.All.set {
		t.All = tree.All.v
	}
	if tree.Any.set {
		t.Any = tree.Any.v
	}
}

// change is what ChangeView is to do.
func (in *viewInput) change(v *desk.View) error {
	in.applyTo(v)
	return nil
}

func (c *call) createView() error {
	var in viewInput
	if err := c.parseRecord("view", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		v := desk.View{Active: true}
		in.applyTo(&v)
		err := actor.CreateView(c.ctx(), &v)
		return c.url("views", int64(v.ID)), objectOf("view", c.viewOf(actor.Config, &v)), err
	})
}

func (c *call) updateView() error {
	var in viewInput
	if err := c.parseRecord("view", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		v, err := actor.ChangeView(c.ctx(), desk.ViewID(id), in.change)
		return objectOf("view", c.viewOf(actor.Config, &v)), err
	})
}

// updateManyViews changes all or none.
func (c *call) updateManyViews() error {
	in, err := recordsOf[viewInput](c, "views")
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		out := make([]desk.View, len(in))
		for i := range in {
			if out[i], err = actor.ChangeView(c.ctx(), desk.ViewID(in[i].ID.v), in[i].change); err != nil {
				return nil, err
			}
		}
		return wholeList(c, tx, "views", out, c.showViews)
	})
}

func (c *call) removeView(actor *admin.Actor, id int64) error {
	return actor.DeleteView(c.ctx(), desk.ViewID(id))
}

func (c *call) deleteView() error { return c.deleteOne(c.removeView) }

func (c *call) destroyManyViews() error { return c.deleteMany(c.removeView) }
