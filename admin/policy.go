package admin

import (
	"context"
	"fmt"

	"interdesk/desk"
	"interdesk/rule"
)

// Policies lists the policies of service levels in the order in which they are tried.
func (a *Actor) Policies(ctx context.Context) ([]desk.Policy, error) {
	if err := a.mustStaff(); err != nil {
		return nil, err
	}
	return a.tx.Policies(ctx)
}

// Policy reads one policy.
func (a *Actor) Policy(ctx context.Context, id desk.PolicyID) (desk.Policy, error) {
	if err := a.mustStaff(); err != nil {
		return desk.Policy{}, err
	}
	return a.tx.Policy(ctx, id)
}

// CreatePolicy checks and stores a new policy; without a position it comes last. Tickets come under it with their next update.
func (a *Actor) CreatePolicy(ctx context.Context, p *desk.Policy) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	if err := rule.CheckPolicy(a.Config, *p); err != nil {
		return err
	}
	if err := a.lock(ctx); err != nil {
		return err
	}
	all, err := a.tx.Policies(ctx)
	if err != nil {
		return err
	}
	if len(all) >= desk.MaxPolicies {
		return desk.InvalidField("base", "TooManyRecords", fmt.Sprintf("No more than %d policies can exist", desk.MaxPolicies))
	}
	return a.tx.InsertPolicy(ctx, p)
}

// ChangePolicy has change edit a policy, and stores it.
func (a *Actor) ChangePolicy(ctx context.Context, id desk.PolicyID, change func(*desk.Policy) error) (desk.Policy, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.Policy{}, err
	}
	p, err := a.tx.Policy(ctx, id)
	if err != nil {
		return p, err
	}
	if err := change(&p); err != nil {
		return p, err
	}
	p.ID = id
	if err := rule.CheckPolicy(a.Config, p); err != nil {
		return p, err
	}
	return p, a.tx.UpdatePolicy(ctx, &p)
}

// DeletePolicy removes a policy.
func (a *Actor) DeletePolicy(ctx context.Context, id desk.PolicyID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.DeletePolicy(ctx, id)
}

// ReorderPolicies has policies tried in the order in which ids names them, those not named after them.
func (a *Actor) ReorderPolicies(ctx context.Context, ids []desk.PolicyID) error {
	if err := a.mustAdmin(); err != nil {
		return err
	}
	return a.tx.ReorderPolicies(ctx, ids)
}
