package admin

import (
	"context"
	"fmt"
	"slices"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// Automations lists all automations in the order they run.
func (a *Actor) Automations(ctx context.Context) ([]desk.Automation, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.Automations(ctx)
}

// Automation reads one automation.
func (a *Actor) Automation(ctx context.Context, id desk.AutomationID) (desk.Automation, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Automation{}, err
	}
	return a.tx.Automation(ctx, id)
}

// AutomationRuns lists the last runs that looked at tickets, newest first: all, or those in which one automation acted,
// which may be missing.
func (a *Actor) AutomationRuns(ctx context.Context, id desk.AutomationID, limit int) ([]store.AutomationRun, error) {
	if err := a.mustAdmin(); err != nil {
		return nil, err
	}
	if id == 0 {
		return a.tx.AutomationRuns(ctx, limit)
	}
	if _, err := a.tx.Automation(ctx, id); err != nil {
		return nil, err
	}
	return a.tx.RunsOfAutomation(ctx, id, limit)
}

// CreateAutomation checks and stores a new automation; without a position it comes last.
func (a *Actor) CreateAutomation(ctx context.Context, m *desk.Automation) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := rule.CheckAutomation(a.Config, *m); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	if err := a.checkAutomationAmongOthers(ctx, m); err != nil {
		return err
	}
	return a.tx.InsertAutomation(ctx, m)
}

// checkAutomationAmongOthers refuses more active automations than there may be, and one that does what another does (rules.md §5).
func (a *Actor) checkAutomationAmongOthers(ctx context.Context, m *desk.Automation) error {
	if !m.Active {
		return nil
	}
	active, err := a.tx.ActiveAutomations(ctx)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(active, func(o desk.Automation) bool { return o.ID == m.ID })
	faults := desk.Faults{}
	if len(others) >= desk.MaxAutomations {
		faults.Add("base", "TooManyRecords", fmt.Sprintf("No more than %d automations can be active", desk.MaxAutomations))
	}
	own := meaning(m.Conditions, m.Actions)
	if i := slices.IndexFunc(others, func(o desk.Automation) bool { return meaning(o.Conditions, o.Actions) == own }); i >= 0 {
		faults.Add("base", "DuplicateValue", "The automation “"+others[i].Title+"” has the same conditions and actions")
	}
	return faults.Err()
}

// ChangeAutomation has change edit an automation, and stores it.
func (a *Actor) ChangeAutomation(ctx context.Context, id desk.AutomationID, change func(*desk.Automation) error) (desk.Automation, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Automation{}, err
	}
	m, err := a.tx.Automation(ctx, id)
	if err != nil {
		return m, err
	}
	before, wasActive := meaning(m.Conditions, m.Actions), m.Active
	if err := change(&m); err != nil {
		return m, err
	}
	if m.Active && !wasActive || before != meaning(m.Conditions, m.Actions) {
		if err := rule.CheckAutomation(a.Config, m); err != nil {
			return m, err
		}
	} else if err := rule.CheckTitle(m.Title); err != nil {
		return m, err
	}
	m.ID = id
	if err := a.lock(ctx); err != nil {
		return m, err
	}
	if err := a.checkAutomationAmongOthers(ctx, &m); err != nil {
		return m, err
	}
	return m, a.tx.UpdateAutomation(ctx, &m)
}

// DeleteAutomation removes an automation. What it did stays told.
func (a *Actor) DeleteAutomation(ctx context.Context, id desk.AutomationID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.DeleteAutomation(ctx, id)
}

// ReorderAutomations has automations run in the order in which ids names them, those not named after them.
func (a *Actor) ReorderAutomations(ctx context.Context, ids []desk.AutomationID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderAutomations(ctx, ids)
}
