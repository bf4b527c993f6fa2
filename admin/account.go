package admin

import (
	"context"

	"interdesk/desk"
)

// ChangeAccount has change edit name, time zone and settings of the account, and stores them. The subdomain stays.
func (a *Actor) ChangeAccount(ctx context.Context, change func(*desk.Account) error) (desk.Account, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Account{}, err
	}
	account, err := a.tx.AccountRow(ctx)
	if err != nil {
		return account, err
	}
	before := account
	if err := change(&account); err != nil {
		return account, err
	}
	account.ID, account.Subdomain, account.CreatedAt = before.ID, before.Subdomain, before.CreatedAt
	if err := account.Check().Err(); err != nil {
		return account, err
	}
	return account, a.tx.UpdateAccount(ctx, &account)
}

// Hosts lists the host names at which the account answers.
func (a *Actor) Hosts(ctx context.Context) ([]string, error) {
	if err := a.mustAdmin(); err != nil {
		return nil, err
	}
	return a.tx.Hosts(ctx)
}
