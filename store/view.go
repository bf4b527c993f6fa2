package store

import (
	"context"
	"errors"

	"interdesk/condition"
	"interdesk/desk"
)

const viewColumns = `view_id, position, title, description, active, conditions, output, restriction, created_at, updated_at`

func scanView(row scanner) (v desk.View, err error) {
	var conditions, output, restriction string
	var created, updated int64
	err = row.Scan(&v.ID, &v.Position, &v.Title, &v.Description, &v.Active, &conditions, &output, &restriction, &created, &updated)
	if err != nil {
		return v, err
	}
	v.CreatedAt, v.UpdatedAt = fromMicros(created), fromMicros(updated)
	if fromJSON(conditions, "conditions of a view", &v.Conditions) != nil {
		v.Conditions = condition.Tree{All: condition.Conditions{{Field: unreadable}}}
	}
	if fromJSON(output, "output of a view", &v.Output) != nil {
		v.Output = desk.Output{}
	}
	return v, fromJSON(restriction, "restriction of a view", &v.Restriction)
}

// unreadable stands for conditions that cannot be read: such a view finds nothing and says so, and the others go on.
const unreadable = "unreadable"

// Views lists views by position. Who may see each of them, its Restriction says.
func (tx *Tx) Views(ctx context.Context, f RuleFilter) ([]desk.View, error) {
	where, args := f.where(tx)
	return queryAll(ctx, tx, scanView, `select `+viewColumns+` from views`+where+` order by position, view_id`, args...)
}

// View reads one view.
func (tx *Tx) View(ctx context.Context, id desk.ViewID) (desk.View, error) {
	return queryOne(ctx, tx, scanView, `
		select `+viewColumns+` from views where account_id = $1 and view_id = $2`, tx.account, id)
}

// InsertView stores a new view; without a position it comes last. What its conditions may be is the caller's to check.
func (tx *Tx) InsertView(ctx context.Context, v *desk.View) error {
	conditions, output, restriction, err := viewText(v)
	if err != nil {
		return err
	}
	if v.Position <= 0 {
		if v.Position, err = tx.lastPosition(ctx, "views"); err != nil {
			return err
		}
	}
	stamp(tx, &v.ID, &v.CreatedAt, &v.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into views (account_id, `+viewColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.account, v.ID, v.Position, v.Title, v.Description, v.Active, conditions, output, restriction,
		micros(v.CreatedAt), micros(v.UpdatedAt))
	return err
}

// UpdateView stores a view anew.
func (tx *Tx) UpdateView(ctx context.Context, v *desk.View) error {
	conditions, output, restriction, err := viewText(v)
	if err != nil {
		return err
	}
	v.UpdatedAt = tx.now()
	return requireRow(tx.Exec(ctx, `
		update views set position = $3, title = $4, description = $5, active = $6, conditions = $7, output = $8,
			restriction = $9, updated_at = $10
		where account_id = $1 and view_id = $2`,
		tx.account, v.ID, v.Position, v.Title, v.Description, v.Active, conditions, output, restriction, micros(v.UpdatedAt)))
}

// DeleteView removes a view.
func (tx *Tx) DeleteView(ctx context.Context, id desk.ViewID) error {
	return requireRow(tx.Exec(ctx, `delete from views where account_id = $1 and view_id = $2`, tx.account, id))
}

// ReorderViews puts the named views first, in that order.
func (tx *Tx) ReorderViews(ctx context.Context, ids []desk.ViewID) error {
	return tx.reorder(ctx, "views", "view_id", int64s(ids))
}

func viewText(v *desk.View) (conditions, output, restriction string, err error) {
	conditions, errC := toJSON(v.Conditions)
	output, errO := toJSON(v.Output)
	restriction, errR := toJSON(v.Restriction)
	return conditions, output, restriction, errors.Join(errC, errO, errR)
}
