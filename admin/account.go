package admin

import (
	"context"

	"interdesk/desk"
)

// ChangeAccount has change edit name, time zone and settings of the account, and stores them. The subdomain stays.
func (o *Office) ChangeAccount(ctx context.Context, change func(*desk.Account) error) (desk.Account, error) {
	a, err := seen(o.mustAdmin(), func() (desk.Account, error) { return o.tx.AccountRow(ctx) })
	if err != nil {
		return a, err
	}
	before := a
	if err := change(&a); err != nil {
		return a, err
	}
	a.ID, a.Subdomain, a.CreatedAt = before.ID, before.Subdomain, before.CreatedAt
	return a, o.tx.UpdateAccount(ctx, &a)
}

// Hosts lists the host names at which the account answers.
func (o *Office) Hosts(ctx context.Context) ([]string, error) {
	return seen(o.mustAdmin(), func() ([]string, error) { return o.tx.Hosts(ctx) })
}
