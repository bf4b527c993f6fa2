package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// TriggerRevision is a trigger as it stood after one edit.
type TriggerRevision struct {
	Trigger desk.Trigger
	Author  desk.UserID
	At      time.Time
}

// snapshot is the stored form of a revision.
type snapshot struct {
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Category    desk.CategoryID `json:"category_id"`
	Active      bool            `json:"active"`
	Conditions  condition.Tree  `json:"conditions"`
	Actions     []desk.Action   `json:"actions"`
}

const revisionColumns = `trigger_id, revision, author_id, snapshot, created_at`

func scanRevision(row scanner) (r TriggerRevision, err error) {
	var raw string
	var at int64
	if err := row.Scan(&r.Trigger.ID, &r.Trigger.Revision, &r.Author, &raw, &at); err != nil {
		return r, err
	}
	var s snapshot
	err = fromJSON(raw, "revision of a trigger", &s)
	r.At = fromMicros(at)
	t := &r.Trigger
	t.Title, t.Description, t.Category, t.Active = s.Title, s.Description, s.Category, s.Active
	t.Conditions, t.Actions, t.UpdatedAt = s.Conditions, s.Actions, r.At
	return r, err
}

// insertRevision stores what the trigger is now, for good.
func (tx *Tx) insertRevision(ctx context.Context, t *desk.Trigger, author desk.UserID) error {
	raw, err := toJSON(snapshot{t.Title, t.Description, t.Category, t.Active, t.Conditions, t.Actions})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into trigger_revisions (account_id, `+revisionColumns+`) values ($1, $2, $3, $4, $5, $6)`,
		tx.account, t.ID, t.Revision, author, raw, micros(t.UpdatedAt))
	return err
}

// TriggerRevisions lists the revisions of a trigger, newest first, also of a deleted one.
func (tx *Tx) TriggerRevisions(ctx context.Context, id desk.TriggerID) ([]TriggerRevision, error) {
	return queryAll(ctx, tx, scanRevision, `
		select `+revisionColumns+` from trigger_revisions
		where account_id = $1 and trigger_id = $2 order by revision desc`, tx.account, id)
}

// TriggerRevision reads one revision, also of a deleted trigger.
func (tx *Tx) TriggerRevision(ctx context.Context, id desk.TriggerID, revision int) (TriggerRevision, error) {
	return queryOne(ctx, tx, scanRevision, `
		select `+revisionColumns+` from trigger_revisions
		where account_id = $1 and trigger_id = $2 and revision = $3`, tx.account, id, revision)
}

// RuleRef names one revision of a trigger.
type RuleRef struct {
	Trigger  desk.TriggerID
	Revision int
}

// RuleSet reads which revisions of which triggers looked at an update, in the order they ran.
func (tx *Tx) RuleSet(ctx context.Context, id desk.RuleSetID) ([]RuleRef, error) {
	members, err := tx.ruleSetText(ctx, id)
	if err != nil {
		return nil, err
	}
	var refs []RuleRef
	return refs, fromJSON(members, "set of rules", &refs)
}

// RuleSetTriggers reads the triggers of a set as they were, in the order they ran.
func (tx *Tx) RuleSetTriggers(ctx context.Context, id desk.RuleSetID) ([]desk.Trigger, error) {
	refs, err := tx.RuleSet(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]desk.Trigger, 0, len(refs))
	for _, ref := range refs {
		r, err := tx.TriggerRevision(ctx, ref.Trigger, ref.Revision)
		if err != nil {
			return nil, fmt.Errorf("revision %d of trigger %d: %w", ref.Revision, ref.Trigger, err)
		}
		out = append(out, r.Trigger)
	}
	return out, nil
}

func (tx *Tx) ruleSetText(ctx context.Context, id desk.RuleSetID) (members string, err error) {
	err = tx.QueryRow(ctx, `
		select members from rule_sets where account_id = $1 and rule_set_id = $2`, tx.account, id).Scan(&members)
	return members, notFound(err)
}

// refreshRuleSet makes the account's set of rules what is active now. A new set is written only when it differs. The caller
// has touched the account, so that no other change of the rules comes between.
func (tx *Tx) refreshRuleSet(ctx context.Context) error {
	members, err := tx.activeRules(ctx)
	if err != nil {
		return err
	}
	_, current, err := tx.configVersion(ctx)
	if err != nil {
		return err
	}
	if current != 0 {
		stands, err := tx.ruleSetText(ctx, current)
		if err != nil || stands == members {
			return err
		}
	}
	id := tx.NewID()
	_, err = tx.Exec(ctx, `
		insert into rule_sets (account_id, rule_set_id, members, created_at) values ($1, $2, $3, $4)`,
		tx.account, id, members, micros(tx.now()))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update accounts set rule_set_id = $2 where account_id = $1`, tx.account, id)
	return err
}

func (tx *Tx) activeRules(ctx context.Context) (string, error) {
	refs, err := queryAll(ctx, tx, func(row scanner) (r RuleRef, err error) {
		err = row.Scan(&r.Trigger, &r.Revision)
		return r, err
	}, `
		select t.trigger_id, t.revision
		from triggers t
		left join trigger_categories c on c.account_id = t.account_id and c.category_id = t.category_id
		where t.account_id = $1 and t.active
		order by `+runningOrder, tx.account)
	if err != nil {
		return "", err
	}
	if refs == nil {
		refs = []RuleRef{}
	}
	return toJSON(refs)
}

// MarshalJSON writes a pair, [trigger, revision]: a set of a thousand rules is kept with every change of one.
func (r RuleRef) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]int64{int64(r.Trigger), int64(r.Revision)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *RuleRef) UnmarshalJSON(raw []byte) error {
	var pair [2]int64
	err := json.Unmarshal(raw, &pair)
	r.Trigger, r.Revision = desk.TriggerID(pair[0]), int(pair[1])
	return err
}

// TriggerAuthors tells who made the last change of each trigger there is.
func (tx *Tx) TriggerAuthors(ctx context.Context) (map[desk.TriggerID]desk.UserID, error) {
	out := map[desk.TriggerID]desk.UserID{}
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.TriggerID, err error) {
		var author desk.UserID
		err = row.Scan(&id, &author)
		out[id] = author
		return id, err
	}, `
		select t.trigger_id, r.author_id
		from triggers t
		join trigger_revisions r on r.account_id = t.account_id and r.trigger_id = t.trigger_id and r.revision = t.revision
		where t.account_id = $1`, tx.account)
	return out, err
}
