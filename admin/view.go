package admin

import (
	"context"
	"slices"

	"interdesk/desk"
	"interdesk/rule"
)

// Views lists the views that I may open, in their order.
func (a *Actor) Views(ctx context.Context, f Filter) ([]desk.View, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	all, err := a.tx.Views(ctx, f.RuleFilter)
	return slices.DeleteFunc(all, func(v desk.View) bool { return !a.lists(f, v.Restriction) }), err
}

// View reads a view that I may open.
func (a *Actor) View(ctx context.Context, id desk.ViewID) (desk.View, error) {
	if err := a.mustStaff(); err != nil {
		return desk.View{}, err
	}
	v, err := a.tx.View(ctx, id)
	if err == nil && !a.MayUse(v.Restriction) {
		err = desk.Missing()
	}
	return v, err
}

// ownView reads a view that I may write.
func (a *Actor) ownView(ctx context.Context, id desk.ViewID) (desk.View, error) {
	v, err := a.View(ctx, id)
	if err == nil {
		err = a.mustKeep(v.Restriction)
	}
	return v, err
}

// CreateView checks and stores a new view, an agent's for the agent alone. Without columns it has the usual ones.
func (a *Actor) CreateView(ctx context.Context, v *desk.View) error {
	if len(v.Output.Columns) == 0 {
		v.Output.Columns = desk.DefaultColumns()
	}
	v.Output = a.Config.CanonicalOutput(v.Output)
	v.Restriction = a.ownByDefault(v.Restriction)
	if err := a.mustKeep(v.Restriction); err != nil {
		return err
	}
	if err := rule.CheckView(a.Config, *v); err != nil {
		return err
	}
	return a.tx.InsertView(ctx, v)
}

// ChangeView has change edit a view, and stores it.
func (a *Actor) ChangeView(ctx context.Context, id desk.ViewID, change func(*desk.View) error) (desk.View, error) {
	v, err := a.ownView(ctx, id)
	if err != nil {
		return v, err
	}
	before, wasActive := viewMeaning(v), v.Active
	if err := change(&v); err != nil {
		return v, err
	}
	v.ID, v.Output = id, a.Config.CanonicalOutput(v.Output)
	if err := a.mustKeep(v.Restriction); err != nil {
		return v, err
	}
	if v.Active && !wasActive || before != viewMeaning(v) {
		if err := rule.CheckView(a.Config, v); err != nil {
			return v, err
		}
	} else if err := rule.CheckTitle(v.Title); err != nil {
		return v, err
	}
	return v, a.tx.UpdateView(ctx, &v)
}

func viewMeaning(v desk.View) string { return meaning(v.Conditions, v.Output, v.Restriction) }

// DeleteView removes a view.
func (a *Actor) DeleteView(ctx context.Context, id desk.ViewID) error {
	if _, err := a.ownView(ctx, id); err != nil {
		return err
	}
	return a.tx.DeleteView(ctx, id)
}

// ReorderViews puts the named views first, in that order, for everybody.
func (a *Actor) ReorderViews(ctx context.Context, ids []desk.ViewID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderViews(ctx, ids)
}
