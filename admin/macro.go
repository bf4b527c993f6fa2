package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/rule"
)

func (o *Office) macros() keepsake[desk.Macro] {
	return keepsake[desk.Macro]{
		Office:      o,
		restriction: func(m *desk.Macro) *desk.Restriction { return &m.Restriction },
		active:      func(m *desk.Macro) bool { return m.Active },
		meaning:     func(m *desk.Macro) string { return meaning(m.Title, m.Actions, m.Restriction) },
		check:       rule.CheckMacro,
		insert:      o.tx.InsertMacro,
		update:      o.tx.UpdateMacro,
	}
}

// Macros lists the macros that I may apply, in their order.
func (o *Office) Macros(ctx context.Context, f Filter) ([]desk.Macro, error) {
	return o.macros().list(f, func() ([]desk.Macro, error) { return o.tx.Macros(ctx, f.RuleFilter) })
}

func (o *Office) readMacro(ctx context.Context, id desk.MacroID) func() (desk.Macro, error) {
	return func() (desk.Macro, error) { return o.tx.Macro(ctx, id) }
}

// Macro reads a macro that I may apply.
func (o *Office) Macro(ctx context.Context, id desk.MacroID) (desk.Macro, error) {
	return o.macros().one(o.readMacro(ctx, id))
}

// CreateMacro checks and stores a new macro, an agent's for the agent alone.
func (o *Office) CreateMacro(ctx context.Context, m *desk.Macro) error {
	return o.macros().create(ctx, m)
}

// ChangeMacro has change edit a macro, and stores it.
func (o *Office) ChangeMacro(ctx context.Context, id desk.MacroID, change func(*desk.Macro) error) (desk.Macro, error) {
	return o.macros().change(ctx, o.readMacro(ctx, id), func(m *desk.Macro) error {
		err := change(m)
		m.ID = id
		return err
	})
}

// DeleteMacro removes a macro.
func (o *Office) DeleteMacro(ctx context.Context, id desk.MacroID) error {
	if _, err := o.macros().mine(o.readMacro(ctx, id)); err != nil {
		return err
	}
	return o.tx.DeleteMacro(ctx, id)
}

// ReorderMacros puts the named macros first, in that order, for everybody.
func (o *Office) ReorderMacros(ctx context.Context, ids []desk.MacroID) error {
	if err := o.mustAdmin(); err != nil {
		return err
	}
	return o.tx.ReorderMacros(ctx, ids)
}
