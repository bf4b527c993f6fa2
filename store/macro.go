package store

import (
	"context"
	"errors"
	"strconv"

	"interdesk/desk"
)

// RuleFilter narrows a list of macros or views; zero parts do not.
type RuleFilter struct {
	Active *bool
	Title  string // what the title contains, in any case of ASCII letters
}

func (f RuleFilter) where(tx *Tx) (string, []any) {
	where, args := " where account_id = $1", []any{tx.account}
	if f.Active != nil {
		args = append(args, *f.Active)
		where += " and active = $" + strconv.Itoa(len(args))
	}
	if f.Title != "" {
		args = append(args, "%"+escapeLike(f.Title)+"%")
		where += " and title " + tx.ILike() + " $" + strconv.Itoa(len(args)) + ` escape '\'`
	}
	return where, args
}

const macroColumns = `macro_id, position, title, description, active, actions, restriction, created_at, updated_at`

func scanMacro(row scanner) (m desk.Macro, err error) {
	var actions, restriction string
	var created, updated int64
	err = row.Scan(&m.ID, &m.Position, &m.Title, &m.Description, &m.Active, &actions, &restriction, &created, &updated)
	if err != nil {
		return m, err
	}
	m.CreatedAt, m.UpdatedAt = fromMicros(created), fromMicros(updated)
	if err := fromJSON(actions, "actions of a macro", &m.Actions); err != nil {
		return m, err
	}
	return m, fromJSON(restriction, "restriction of a macro", &m.Restriction)
}

// Macros lists macros by position. Who may see each of them, its Restriction says.
func (tx *Tx) Macros(ctx context.Context, f RuleFilter) ([]desk.Macro, error) {
	where, args := f.where(tx)
	return queryAll(ctx, tx, scanMacro, `select `+macroColumns+` from macros`+where+` order by position, macro_id`, args...)
}

// Macro reads one macro.
func (tx *Tx) Macro(ctx context.Context, id desk.MacroID) (desk.Macro, error) {
	return queryOne(ctx, tx, scanMacro, `
		select `+macroColumns+` from macros where account_id = $1 and macro_id = $2`, tx.account, id)
}

// InsertMacro stores a new macro; without a position it comes last. What its actions may be is the caller's to check.
func (tx *Tx) InsertMacro(ctx context.Context, m *desk.Macro) error {
	actions, restriction, err := macroText(m)
	if err != nil {
		return err
	}
	if m.Position <= 0 {
		if m.Position, err = tx.lastPosition(ctx, "macros"); err != nil {
			return err
		}
	}
	stamp(tx, &m.ID, &m.CreatedAt, &m.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into macros (account_id, `+macroColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.account, m.ID, m.Position, m.Title, m.Description, m.Active, actions, restriction,
		micros(m.CreatedAt), micros(m.UpdatedAt))
	return err
}

// UpdateMacro stores a macro anew.
func (tx *Tx) UpdateMacro(ctx context.Context, m *desk.Macro) error {
	actions, restriction, err := macroText(m)
	if err != nil {
		return err
	}
	m.UpdatedAt = tx.now()
	return requireRow(tx.Exec(ctx, `
		update macros set position = $3, title = $4, description = $5, active = $6, actions = $7, restriction = $8, updated_at = $9
		where account_id = $1 and macro_id = $2`,
		tx.account, m.ID, m.Position, m.Title, m.Description, m.Active, actions, restriction, micros(m.UpdatedAt)))
}

// DeleteMacro removes a macro.
func (tx *Tx) DeleteMacro(ctx context.Context, id desk.MacroID) error {
	return requireRow(tx.Exec(ctx, `delete from macros where account_id = $1 and macro_id = $2`, tx.account, id))
}

// ReorderMacros puts the named macros first, in that order.
func (tx *Tx) ReorderMacros(ctx context.Context, ids []desk.MacroID) error {
	return tx.reorder(ctx, "macros", "macro_id", int64s(ids))
}

func macroText(m *desk.Macro) (actions, restriction string, err error) {
	actions, errA := actionsText(m.Actions)
	restriction, errR := toJSON(m.Restriction)
	return actions, restriction, errors.Join(errA, errR)
}
