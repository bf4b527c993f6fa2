package store

import (
	"context"
	"errors"

	"interdesk/condition"
	"interdesk/desk"
)

const triggerColumns = `
	trigger_id, title, description, category_id, position, active, conditions, actions, revision, created_at, updated_at`

func scanTrigger(row scanner) (t desk.Trigger, err error) {
	var conditions, actions string
	var created, updated int64
	err = row.Scan(&t.ID, &t.Title, &t.Description, &t.Category, &t.Position, &t.Active, &conditions, &actions, &t.Revision,
		&created, &updated)
	if err != nil {
		return t, err
	}
	t.CreatedAt, t.UpdatedAt = fromMicros(created), fromMicros(updated)
	if err := fromJSON(conditions, "conditions of a trigger", &t.Conditions); err != nil {
		return t, err
	}
	return t, fromJSON(actions, "actions of a trigger", &t.Actions)
}

// Triggers lists all triggers in the order they run.
func (tx *Tx) Triggers(ctx context.Context) ([]desk.Trigger, error) {
	return tx.triggersWhere(ctx, "")
}

// ActiveTriggers lists the triggers that look at updates, in the order they run.
func (tx *Tx) ActiveTriggers(ctx context.Context) ([]desk.Trigger, error) {
	return tx.triggersWhere(ctx, " and t.active")
}

// runningOrder is how triggers t of categories c run.
const runningOrder = `coalesce(c.position, 0), coalesce(c.category_id, 0), t.position, t.trigger_id`

// CountActiveTriggers counts the active triggers beside one.
func (tx *Tx) CountActiveTriggers(ctx context.Context, except desk.TriggerID) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from triggers where account_id = $1 and active and trigger_id <> $2`, tx.account, except).Scan(&n)
	return n, err
}

func (tx *Tx) triggersWhere(ctx context.Context, which string) ([]desk.Trigger, error) {
	return queryAll(ctx, tx, scanTrigger, `
		select t.trigger_id, t.title, t.description, t.category_id, t.position, t.active, t.conditions, t.actions, t.revision,
			t.created_at, t.updated_at
		from triggers t
		left join trigger_categories c on c.account_id = t.account_id and c.category_id = t.category_id
		where t.account_id = $1`+which+`
		order by `+runningOrder, tx.account)
}

// Trigger reads one trigger.
func (tx *Tx) Trigger(ctx context.Context, id desk.TriggerID) (desk.Trigger, error) {
	return queryOne(ctx, tx, scanTrigger, `
		select `+triggerColumns+` from triggers where account_id = $1 and trigger_id = $2`, tx.account, id)
}

// InsertTrigger stores a new trigger as its first revision; without a position it comes last in its category, without a
// category in the last one.
func (tx *Tx) InsertTrigger(ctx context.Context, t *desk.Trigger, author desk.UserID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	if err := tx.defaultCategory(ctx, t); err != nil {
		return err
	}
	conditions, actions, err := ruleText(t.Conditions, t.Actions)
	if err != nil {
		return err
	}
	t.Revision = 1
	stamp(tx, &t.ID, &t.CreatedAt, &t.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into triggers (account_id, `+triggerColumns+`) values ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10, $11)`,
		tx.account, t.ID, t.Title, t.Description, t.Category, t.Active, conditions, actions, t.Revision,
		micros(t.CreatedAt), micros(t.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.finishTrigger(ctx, t, author, true)
}

// UpdateTrigger stores a trigger as its next revision. Its position counts from 1 within its category; a trigger that
// changes category and says the old position comes last there.
func (tx *Tx) UpdateTrigger(ctx context.Context, t *desk.Trigger, author desk.UserID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	before, err := tx.Trigger(ctx, t.ID)
	if err != nil {
		return err
	}
	if err := tx.defaultCategory(ctx, t); err != nil {
		return err
	}
	conditions, actions, err := ruleText(t.Conditions, t.Actions)
	if err != nil {
		return err
	}
	t.Revision, t.UpdatedAt, t.CreatedAt = before.Revision+1, tx.now(), before.CreatedAt
	_, err = tx.Exec(ctx, `
		update triggers set title = $3, description = $4, category_id = $5, active = $6, conditions = $7, actions = $8,
			revision = $9, updated_at = $10
		where account_id = $1 and trigger_id = $2`,
		tx.account, t.ID, t.Title, t.Description, t.Category, t.Active, conditions, actions, t.Revision, micros(t.UpdatedAt))
	if err != nil {
		return err
	}
	if t.Category != before.Category && t.Position == before.Position {
		t.Position = 0
	}
	return tx.finishTrigger(ctx, t, author, t.Position != before.Position || t.Category != before.Category)
}

// finishTrigger finishes a write: place, kept revision, set of rules.
func (tx *Tx) finishTrigger(ctx context.Context, t *desk.Trigger, author desk.UserID, place bool) error {
	if place {
		if err := tx.positionTrigger(ctx, t); err != nil {
			return err
		}
	}
	if err := tx.insertRevision(ctx, t, author); err != nil {
		return err
	}
	return tx.refreshRuleSet(ctx)
}

func (tx *Tx) positionTrigger(ctx context.Context, t *desk.Trigger) error {
	ids, err := queryAll(ctx, tx, scanID, `
		select trigger_id from triggers where account_id = $1 and category_id = $2 order by position, trigger_id`,
		tx.account, t.Category)
	if err != nil {
		return err
	}
	if t.Position <= 0 {
		t.Position = len(ids)
	}
	ids, t.Position = moveTo(ids, int64(t.ID), t.Position)
	return tx.renumber(ctx, "triggers", "trigger_id", ids)
}

// DeleteTrigger removes a trigger; its revisions stay, to explain old traces.
func (tx *Tx) DeleteTrigger(ctx context.Context, id desk.TriggerID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	err := requireRow(tx.Exec(ctx, `delete from triggers where account_id = $1 and trigger_id = $2`, tx.account, id))
	if err != nil {
		return err
	}
	return tx.refreshRuleSet(ctx)
}

// ReorderTriggers has the triggers of each category run in the order in which ids names them; those not named come after
// them as they stood. Triggers do not change category.
func (tx *Tx) ReorderTriggers(ctx context.Context, ids []desk.TriggerID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	all, err := tx.Triggers(ctx)
	if err != nil {
		return err
	}
	byCategory := map[desk.CategoryID][]int64{}
	for _, t := range all {
		byCategory[t.Category] = append(byCategory[t.Category], int64(t.ID))
	}
	for _, members := range byCategory {
		if err := tx.renumber(ctx, "triggers", "trigger_id", namedFirst(members, int64s(ids))); err != nil {
			return err
		}
	}
	return tx.refreshRuleSet(ctx)
}

func (tx *Tx) defaultCategory(ctx context.Context, t *desk.Trigger) error {
	if t.Category != 0 {
		return nil
	}
	all, err := tx.Categories(ctx)
	if len(all) > 0 {
		t.Category = all[len(all)-1].ID
	}
	return err
}

// ruleText writes conditions and actions as they are stored.
func ruleText(conditions condition.Tree, actions []desk.Action) (string, string, error) {
	c, errC := toJSON(conditions)
	a, errA := actionsText(actions)
	return c, a, errors.Join(errC, errA)
}

func actionsText(actions []desk.Action) (string, error) {
	if actions == nil {
		actions = []desk.Action{}
	}
	return toJSON(actions)
}
