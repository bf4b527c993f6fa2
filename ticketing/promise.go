package ticketing

import (
	"context"

	"interdesk/desk"
	"interdesk/sla"
)

// promise chooses the policy that the ticket is under now, and reckons what it promises. An account without policies has no
// work with it.
func (c *change) promise(ctx context.Context) error {
	d, policies := c.draft, c.rules.policies(c.config)
	if policies.None() && d.Now.Level == nil {
		return nil
	}
	policy := policies.Choose(&d.Now, d.At)
	life, err := c.lifeFor(ctx, policy)
	if err != nil {
		return err
	}
	d.Now.Level, c.metrics = sla.Advance(c.config, policy, &d.Now, d.Now.Level, life, d.At)
	return nil
}

// lifeFor is the ticket's life with this update. A ticket that comes under its first policy remembers none: its updates tell it.
func (c *change) lifeFor(ctx context.Context, policy *desk.Policy) (life desk.Life, err error) {
	switch d := c.draft; {
	case policy == nil:
		return life, nil
	case d.Now.Level != nil:
		life = d.Now.Level.Life
	case !d.Created:
		moments, err := c.tx.Moments(ctx, []desk.TicketID{d.Now.ID})
		if err != nil {
			return life, err
		}
		life = sla.Live(moments[d.Now.ID])
	}
	return sla.Step(life, c.draft.Moment()), nil
}
