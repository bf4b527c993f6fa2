package admin

import (
	"context"
	"slices"

	"interdesk/desk"
	"interdesk/rule"
)

// Macros lists the macros that I may apply, in their order.
func (a *Actor) Macros(ctx context.Context, f Filter) ([]desk.Macro, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	all, err := a.tx.Macros(ctx, f.RuleFilter)
	return slices.DeleteFunc(all, func(m desk.Macro) bool { return !a.lists(f, m.Restriction) }), err
}

// Macro reads a macro that I may apply.
func (a *Actor) Macro(ctx context.Context, id desk.MacroID) (desk.Macro, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Macro{}, err
	}
	m, err := a.tx.Macro(ctx, id)
	if err == nil && !a.MayUse(m.Restriction) {
		err = desk.Missing()
	}
	return m, err
}

// ownMacro reads a macro that I may write.
func (a *Actor) ownMacro(ctx context.Context, id desk.MacroID) (desk.Macro, error) {
	m, err := a.Macro(ctx, id)
	if err == nil {
		err = a.mustKeep(m.Restriction)
	}
	return m, err
}

// CreateMacro checks and stores a new macro, an agent's for the agent alone.
func (a *Actor) CreateMacro(ctx context.Context, m *desk.Macro) error {
	m.Restriction = a.ownByDefault(m.Restriction)
	if err := a.mustKeep(m.Restriction); err != nil {
		return err
	}
	if err := rule.CheckMacro(a.Config, *m); err != nil {
		return err
	}
	return a.tx.InsertMacro(ctx, m)
}

// ChangeMacro has change edit a macro, and stores it.
func (a *Actor) ChangeMacro(ctx context.Context, id desk.MacroID, change func(*desk.Macro) error) (desk.Macro, error) {
	m, err := a.ownMacro(ctx, id)
	if err != nil {
		return m, err
	}
	before, wasActive := macroMeaning(m), m.Active
	if err := change(&m); err != nil {
		return m, err
	}
	m.ID = id
	if err := a.mustKeep(m.Restriction); err != nil {
		return m, err
	}
	if m.Active && !wasActive || before != macroMeaning(m) {
		if err := rule.CheckMacro(a.Config, m); err != nil {
			return m, err
		}
	} else if err := rule.CheckTitle(m.Title); err != nil {
		return m, err
	}
	return m, a.tx.UpdateMacro(ctx, &m)
}

func macroMeaning(m desk.Macro) string { return meaning(m.Actions, m.Restriction) }

// DeleteMacro removes a macro.
func (a *Actor) DeleteMacro(ctx context.Context, id desk.MacroID) error {
	if _, err := a.ownMacro(ctx, id); err != nil {
		return err
	}
	return a.tx.DeleteMacro(ctx, id)
}

// ReorderMacros puts the named macros first, in that order, for everybody.
func (a *Actor) ReorderMacros(ctx context.Context, ids []desk.MacroID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderMacros(ctx, ids)
}
