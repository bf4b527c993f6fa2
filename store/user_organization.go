package store

import (
	"context"
	"errors"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// assignOrganization gives a new end user the organization whose domain names have the domain of the address, or the address
// itself; the oldest of several. Nobody at a partner's desk is ever placed.
func (tx *Tx) assignOrganization(ctx context.Context, u *desk.User) error {
	_, domain, ok := strings.Cut(u.Email, "@")
	if !ok || u.Role != desk.EndUser || u.Organization != 0 || u.Foreign != 0 {
		return nil
	}
	err := tx.QueryRow(ctx, `
		select organization_id from organizations
		where account_id = $1 and domain_names <> ''
			and (' ' || domain_names || ' ' like $2 escape '\' or ' ' || domain_names || ' ' like $3 escape '\')
		order by organization_id limit 1`,
		tx.account, "% "+escapeLike(domain)+" %", "% "+escapeLike(u.Email)+" %").Scan(&u.Organization)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	return err
}
