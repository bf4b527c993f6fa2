package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/rule"
)

// DefaultColumns are those of a view that names none.
func DefaultColumns() []string {
	return []string{"subject", "requester", "created", "updated", "group", "assignee"}
}

func (o *Office) views() keepsake[desk.View] {
	return keepsake[desk.View]{
		Office:      o,
		restriction: func(v *desk.View) *desk.Restriction { return &v.Restriction },
		active:      func(v *desk.View) bool { return v.Active },
		meaning:     func(v *desk.View) string { return meaning(v.Title, v.Conditions, v.Output, v.Restriction) },
		check:       rule.CheckView,
		insert:      o.tx.InsertView,
		update:      o.tx.UpdateView,
	}
}

// Views lists the views that I may open, in their order.
func (o *Office) Views(ctx context.Context, f Filter) ([]desk.View, error) {
	return o.views().list(f, func() ([]desk.View, error) { return o.tx.Views(ctx, f.RuleFilter) })
}

func (o *Office) readView(ctx context.Context, id desk.ViewID) func() (desk.View, error) {
	return func() (desk.View, error) { return o.tx.View(ctx, id) }
}

// View reads a view that I may open.
func (o *Office) View(ctx context.Context, id desk.ViewID) (desk.View, error) {
	return o.views().one(o.readView(ctx, id))
}

// CreateView checks and stores a new view, an agent's for the agent alone. Without columns it has the usual ones.
func (o *Office) CreateView(ctx context.Context, v *desk.View) error {
	if len(v.Output.Columns) == 0 {
		v.Output.Columns = DefaultColumns()
	}
	return o.views().create(ctx, v)
}

// ChangeView has change edit a view, and stores it.
func (o *Office) ChangeView(ctx context.Context, id desk.ViewID, change func(*desk.View) error) (desk.View, error) {
	return o.views().change(ctx, o.readView(ctx, id), func(v *desk.View) error {
		err := change(v)
		v.ID = id
		return err
	})
}

// DeleteView removes a view.
func (o *Office) DeleteView(ctx context.Context, id desk.ViewID) error {
	if _, err := o.views().mine(o.readView(ctx, id)); err != nil {
		return err
	}
	return o.tx.DeleteView(ctx, id)
}

// ReorderViews puts the named views first, in that order, for everybody.
func (o *Office) ReorderViews(ctx context.Context, ids []desk.ViewID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.ReorderViews(ctx, ids)
}
