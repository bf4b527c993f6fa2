package store

import (
	"context"

	"interdesk/desk"
)

// UsersByName lists users by their names.
func (tx *Tx) UsersByName(ctx context.Context, f UserFilter, p Page) (Listed[desk.User], error) {
	where, args, err := f.where(ctx, tx)
	if err != nil {
		return Listed[desk.User]{}, err
	}
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

// OrganizationsByName lists organizations by their names. match, unless "", is words of the name, the last of which may be a
// beginning.
func (tx *Tx) OrganizationsByName(ctx context.Context, match string, p Page) (Listed[desk.Organization], error) {
	where, args, err := tx.organizationsLike(ctx, match)
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	query := `select ` + organizationColumns + ` from organizations` + where
	query, args, err = p.keyset(query, args, []sortKey{{column: "name", text: true}, {column: "organization_id"}})
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	found, err := queryAll(ctx, tx, scanOrganization, query, args...)
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	return listed(p, found, func(o *desk.Organization) []any { return []any{o.Name, int64(o.ID)} }), nil
}
