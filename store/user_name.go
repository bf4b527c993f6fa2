package store

import (
	"context"

	"interdesk/desk"
)

// UsersByName lists users by their names.
func (tx *Tx) UsersByName(ctx context.Context, f UserFilter, p Page) (Listed[desk.User], error) {
	where, args := f.where(tx)
	query, args, err := p.keyset(`select `+userColumns+` from users`+where, args, []sortKey{{column: "name", text: true}, {column: "user_id"}})
	if err != nil {
		return Listed[desk.User]{}, err
	}
	found, err := queryAll(ctx, tx, scanUser, query, args...)
	if err != nil {
		return Listed[desk.User]{}, err
	}
	return listed(p, found, func(u *desk.User) []any { return []any{u.Name, int64(u.ID)} }), nil
}

// OrganizationsByName lists organizations by their names. match, unless "", is how a word of the name begins.
func (tx *Tx) OrganizationsByName(ctx context.Context, match string, p Page) (Listed[desk.Organization], error) {
	query, args := `select `+organizationColumns+` from organizations where account_id = $1`, []any{tx.account}
	if match != "" {
		begins := escapeLike(match) + "%"
		query += ` and (name ` + tx.ILike() + ` $2 escape '\' or name ` + tx.ILike() + ` $3 escape '\')`
		args = append(args, begins, "% "+begins)
	}
	query, args, err := p.keyset(query, args, []sortKey{{column: "name", text: true}, {column: "organization_id"}})
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	found, err := queryAll(ctx, tx, scanOrganization, query, args...)
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	return listed(p, found, func(o *desk.Organization) []any { return []any{o.Name, int64(o.ID)} }), nil
}
