package store

import (
	"context"

	"interdesk/desk"
)

const automationColumns = `automation_id, position, title, active, is_default, conditions, actions, created_at, updated_at`

func scanAutomation(row scanner) (a desk.Automation, err error) {
	var conditions, actions string
	var created, updated int64
	err = row.Scan(&a.ID, &a.Position, &a.Title, &a.Active, &a.Default, &conditions, &actions, &created, &updated)
	if err != nil {
		return a, err
	}
	a.CreatedAt, a.UpdatedAt = fromMicros(created), fromMicros(updated)
	if err := fromJSON(conditions, "conditions of an automation", &a.Conditions); err != nil {
		return a, err
	}
	return a, fromJSON(actions, "actions of an automation", &a.Actions)
}

// Automations lists all automations in the order they run.
func (tx *Tx) Automations(ctx context.Context) ([]desk.Automation, error) {
	return queryAll(ctx, tx, scanAutomation, `
		select `+automationColumns+` from automations where account_id = $1 order by position, automation_id`, tx.account)
}

// ActiveAutomations lists the automations that are on, in the order they run.
func (tx *Tx) ActiveAutomations(ctx context.Context) ([]desk.Automation, error) {
	return queryAll(ctx, tx, scanAutomation, `
		select `+automationColumns+` from automations where account_id = $1 and active order by position, automation_id`, tx.account)
}

// Automation reads one automation.
func (tx *Tx) Automation(ctx context.Context, id desk.AutomationID) (desk.Automation, error) {
	return queryOne(ctx, tx, scanAutomation, `
		select `+automationColumns+` from automations where account_id = $1 and automation_id = $2`, tx.account, id)
}

// InsertAutomation stores a new automation; without a position it comes last.
func (tx *Tx) InsertAutomation(ctx context.Context, a *desk.Automation) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	conditions, actions, err := ruleText(a.Conditions, a.Actions)
	if err != nil {
		return err
	}
	stamp(tx, &a.ID, &a.CreatedAt, &a.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into automations (account_id, `+automationColumns+`) values ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9)`,
		tx.account, a.ID, a.Title, a.Active, a.Default, conditions, actions, micros(a.CreatedAt), micros(a.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.placeAutomation(ctx, a)
}

// UpdateAutomation stores an automation anew.
func (tx *Tx) UpdateAutomation(ctx context.Context, a *desk.Automation) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	conditions, actions, err := ruleText(a.Conditions, a.Actions)
	if err != nil {
		return err
	}
	a.UpdatedAt = tx.now()
	err = requireRow(tx.Exec(ctx, `
		update automations set title = $3, active = $4, conditions = $5, actions = $6, updated_at = $7
		where account_id = $1 and automation_id = $2`,
		tx.account, a.ID, a.Title, a.Active, conditions, actions, micros(a.UpdatedAt)))
	if err != nil {
		return err
	}
	return tx.placeAutomation(ctx, a)
}

// placeAutomation puts an automation at its position, counted from 1, and closes ranks.
func (tx *Tx) placeAutomation(ctx context.Context, a *desk.Automation) error {
	ids, err := queryAll(ctx, tx, scanID, `
		select automation_id from automations where account_id = $1 order by position, automation_id`, tx.account)
	if err != nil {
		return err
	}
	if a.Position <= 0 {
		a.Position = len(ids)
	}
	ids, a.Position = moveTo(ids, int64(a.ID), a.Position)
	return tx.renumber(ctx, "automations", "automation_id", ids)
}

// DeleteAutomation removes an automation. What it did stays among the runs.
func (tx *Tx) DeleteAutomation(ctx context.Context, id desk.AutomationID) error {
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `delete from automations where account_id = $1 and automation_id = $2`, tx.account, id))
}

// ReorderAutomations has automations run in the order of ids; those not named come after them as they stood.
func (tx *Tx) ReorderAutomations(ctx context.Context, ids []desk.AutomationID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return tx.reorder(ctx, "automations", "automation_id", int64s(ids))
}
