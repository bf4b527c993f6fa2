package sla

import (
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// Policies is the policies of an account at one version, made ready. It never changes.
type Policies struct {
	config *desk.Config
	list   []prepared
}

type prepared struct {
	policy  *desk.Policy
	matcher *condition.Matcher // nil: it matches every ticket
}

// Compile makes the policies of an account ready. One whose filter cannot be evaluated any longer matches nothing.
func Compile(c *desk.Config) *Policies {
	p := &Policies{config: c}
	for i := range c.Policies {
		one := prepared{policy: &c.Policies[i]}
		if one.policy.Filter.Len() > 0 {
			var err error
			if one.matcher, err = condition.Compile(one.policy.Filter, c.Catalog(), condition.Policy); err != nil {
				continue
			}
		}
		p.list = append(p.list, one)
	}
	return p
}

// None tells that there is no policy, so that nothing need be chosen.
func (p *Policies) None() bool { return len(p.list) == 0 }

// Choose is the first policy that matches a ticket; nil where none does.
func (p *Policies) Choose(t *desk.Ticket, at time.Time) *desk.Policy {
	if p.None() {
		return nil
	}
	var f condition.Facts
	p.config.TicketFacts(&f, t, desk.Actor{System: true}, at)
	for i := range p.list {
		one := &p.list[i]
		if one.matcher == nil {
			return one.policy
		}
		if ok, _ := one.matcher.Match(&f); ok {
			return one.policy
		}
	}
	return nil
}
