package store

import (
	"context"

	"interdesk/desk"
)

const policyColumns = `
	policy_id, position, title, description, filter, targets, partner_replies, partner_pauses, created_at, updated_at`

func scanPolicy(row scanner) (p desk.Policy, err error) {
	var filter, targets string
	var created, updated int64
	err = row.Scan(&p.ID, &p.Position, &p.Title, &p.Description, &filter, &targets, &p.PartnerReplies, &p.PartnerPauses, &created, &updated)
	if err != nil {
		return p, err
	}
	p.CreatedAt, p.UpdatedAt = fromMicros(created), fromMicros(updated)
	if err := fromJSON(filter, "filter of a policy", &p.Filter); err != nil {
		return p, err
	}
	return p, fromJSON(targets, "targets of a policy", &p.Targets)
}

// Policies lists the policies of service levels in the order in which they are tried.
func (tx *Tx) Policies(ctx context.Context) ([]desk.Policy, error) {
	return queryAll(ctx, tx, scanPolicy, `
		select `+policyColumns+` from sla_policies where account_id = $1 order by position, policy_id`, tx.account)
}

// Policy reads one policy.
func (tx *Tx) Policy(ctx context.Context, id desk.PolicyID) (desk.Policy, error) {
	return queryOne(ctx, tx, scanPolicy, `
		select `+policyColumns+` from sla_policies where account_id = $1 and policy_id = $2`, tx.account, id)
}

func policyText(p *desk.Policy) (filter, targets string, err error) {
	if filter, err = toJSON(p.Filter); err != nil {
		return "", "", err
	}
	targets, err = toJSON(p.Targets)
	return filter, targets, err
}

// InsertPolicy stores a new policy; without a position it comes last.
func (tx *Tx) InsertPolicy(ctx context.Context, p *desk.Policy) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	filter, targets, err := policyText(p)
	if err != nil {
		return err
	}
	stamp(tx, &p.ID, &p.CreatedAt, &p.UpdatedAt)
	_, err = tx.Exec(ctx, `
		insert into sla_policies (account_id, `+policyColumns+`) values ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.account, p.ID, p.Title, p.Description, filter, targets, p.PartnerReplies, p.PartnerPauses, micros(p.CreatedAt), micros(p.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.placePolicy(ctx, p)
}

// UpdatePolicy stores a policy anew.
func (tx *Tx) UpdatePolicy(ctx context.Context, p *desk.Policy) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	filter, targets, err := policyText(p)
	if err != nil {
		return err
	}
	p.UpdatedAt = tx.now()
	err = requireRow(tx.Exec(ctx, `
		update sla_policies
		set title = $3, description = $4, filter = $5, targets = $6, partner_replies = $7, partner_pauses = $8, updated_at = $9
		where account_id = $1 and policy_id = $2`,
		tx.account, p.ID, p.Title, p.Description, filter, targets, p.PartnerReplies, p.PartnerPauses, micros(p.UpdatedAt)))
	if err != nil {
		return err
	}
	return tx.placePolicy(ctx, p)
}

// placePolicy puts a policy at its position, counted from 1, and closes ranks.
func (tx *Tx) placePolicy(ctx context.Context, p *desk.Policy) error {
	ids, err := queryAll(ctx, tx, scanID, `
		select policy_id from sla_policies where account_id = $1 order by position, policy_id`, tx.account)
	if err != nil {
		return err
	}
	if p.Position <= 0 {
		p.Position = len(ids)
	}
	ids, p.Position = moveTo(ids, int64(p.ID), p.Position)
	return tx.renumber(ctx, "sla_policies", "policy_id", ids)
}

// DeletePolicy removes a policy. Tickets are under it until their next update.
func (tx *Tx) DeletePolicy(ctx context.Context, id desk.PolicyID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `delete from sla_policies where account_id = $1 and policy_id = $2`, tx.account, id))
}

// ReorderPolicies has policies tried in the order of ids; those not named come after them as they stood.
func (tx *Tx) ReorderPolicies(ctx context.Context, ids []desk.PolicyID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	return tx.reorder(ctx, "sla_policies", "policy_id", int64s(ids))
}
