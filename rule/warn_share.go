package rule

import (
	"slices"
	"strconv"

	"interdesk/condition"
	"interdesk/desk"
)

// shareWarnings finds triggers that let go of a ticket before the partner has it, and pairs that share and unshare in turn.
func shareWarnings(c *desk.Config, t desk.Trigger) []Warning {
	var out []Warning
	if partner, ok := endsEarly(c, t); ok {
		out = append(out, Warning{Kind: EndsEarly, Name: partner})
	} else if sharing, ok := lettingGoUnasked(c, t); ok {
		out = append(out, Warning{Kind: Unasked, Trigger: sharing.ID, Name: sharing.Title})
	}
	for i := range c.Triggers {
		other := &c.Triggers[i]
		if other.ID != t.ID && len(out) < maxMayTrigger && (sharesAgain(c, &t, other) || sharesAgain(c, other, &t)) {
			out = append(out, Warning{Kind: SharesAgain, Trigger: other.ID, Name: other.Title})
		}
	}
	return out
}

// sharedBy are the partners with whom actions share, by the agreements' ids as texts.
func sharedBy(actions []desk.Action) (out []string) {
	for _, a := range actions {
		if id := valueOf(a).Text(); a.Field == "share_ticket" && id != "" && id != nobody {
			out = append(out, id)
		}
	}
	return out
}

// unshares tells whether actions end the sharing with a partner; "" is any partner.
func unshares(actions []desk.Action, partner string) bool {
	return slices.ContainsFunc(actions, func(a desk.Action) bool {
		id := valueOf(a).Text()
		return a.Field == "share_ticket" && id == nobody || a.Field == "unshare_ticket" && (partner == "" || id == partner)
	})
}

func solves(actions []desk.Action) bool {
	return slices.ContainsFunc(actions, func(a desk.Action) bool {
		s := desk.Status(valueOf(a).Text())
		return a.Field == "status" && (s == desk.Solved || s == desk.Closed)
	})
}

// asksArrival tells whether conditions hold only when a partner has the ticket, or has said something of it.
func asksArrival(tree condition.Tree) bool {
	asks := func(one condition.Condition) bool {
		if one.Operator != condition.Is && one.Operator != condition.Includes && one.Operator != "" {
			return false
		}
		switch one.Field {
		case "delivered_to", "sharing_failed":
			return true
		case "current_via_id":
			return slices.ContainsFunc(one.Value.List(), func(v string) bool {
				return v == strconv.Itoa(int(desk.ChannelSharing)) || v == strconv.Itoa(int(desk.ChannelDelivery))
			})
		}
		return false
	}
	return slices.ContainsFunc(tree.All, asks) ||
		len(tree.Any) > 0 && !slices.ContainsFunc(tree.Any, func(one condition.Condition) bool { return !asks(one) })
}

// endsEarly: it unshares what is shared with a partner, without asking whether the partner has it.
func endsEarly(c *desk.Config, t desk.Trigger) (partner string, ok bool) {
	if asksArrival(t.Conditions) {
		return "", false
	}
	for _, one := range t.Conditions.All {
		id := one.Value.Text()
		if one.Field == "sent_to" && one.Operator == condition.Is && unshares(t.Actions, id) {
			n, _ := readID(id)
			return c.Agreements[desk.AgreementID(n)].Name, true
		}
	}
	return "", false
}

// lettingGoUnasked: it solves or unshares what itself or another trigger shares, on the same conditions or because of it.
func lettingGoUnasked(c *desk.Config, t desk.Trigger) (sharing desk.Trigger, ok bool) {
	if asksArrival(t.Conditions) || !solves(t.Actions) && !unshares(t.Actions, "") {
		return t, false
	}
	for _, other := range append([]desk.Trigger{t}, c.Triggers...) {
		if other.ID == t.ID && len(sharedBy(t.Actions)) == 0 || other.ID != t.ID && !follows(c, &other, &t) {
			continue
		}
		for _, partner := range sharedBy(other.Actions) {
			if solves(t.Actions) || unshares(t.Actions, partner) {
				return other, true
			}
		}
	}
	return t, false
}

// follows: what the first does is what the second asks for, or both ask for one tag.
func follows(c *desk.Config, first, second *desk.Trigger) bool {
	if mayTrigger(c, first.Actions, second.Conditions) {
		return true
	}
	return slices.ContainsFunc(tagsAsked(first.Conditions), func(tag string) bool {
		return slices.Contains(tagsAsked(second.Conditions), tag)
	})
}

func tagsAsked(tree condition.Tree) (out []string) {
	for _, one := range tree.All {
		if one.Field == "current_tags" && (one.Operator == condition.Includes || one.Operator == condition.Is) {
			out = append(out, desk.NormalizeTags(one.Value.List())...)
		}
	}
	return out
}

// sharesAgain: once the one has shared and the other unshared, all holds for the one to share again. It is sure of it, or
// says no.
func sharesAgain(c *desk.Config, share, unshare *desk.Trigger) bool {
	for _, partner := range sharedBy(share.Actions) {
		if unshares(unshare.Actions, partner) && (asksFor(unshare.Conditions, partner) || follows(c, share, unshare)) &&
			holdsAfter(c, share, unshare, partner) {
			return true
		}
	}
	return false
}

// asksFor: it acts on what was shared with the partner.
func asksFor(tree condition.Tree, partner string) bool {
	return slices.ContainsFunc(tree.All, func(one condition.Condition) bool {
		return (one.Field == "sent_to" || one.Field == "delivered_to") && one.Operator == condition.Is && one.Value.Text() == partner
	})
}

func holdsAfter(c *desk.Config, share, unshare *desk.Trigger, partner string) bool {
	all := prepareConditions(c, share.Conditions.All, condition.Trigger)
	anyOf := prepareConditions(c, share.Conditions.Any, condition.Trigger)
	if len(all)+len(anyOf) != share.Conditions.Len() {
		return false
	}
	before := prepareConditions(c, unshare.Conditions.All, condition.Trigger)
	left := effectsOf(share.Actions, unshare.Actions)
	holds := func(a preparedCondition) bool { return a.holdsAgain(left, before, partner) }
	return !slices.ContainsFunc(all, func(a preparedCondition) bool { return !holds(a) }) &&
		(len(anyOf) == 0 || slices.ContainsFunc(anyOf, holds))
}

// effectsOf is what actions leave, in their order.
func effectsOf(lists ...[]desk.Action) (out []effect) {
	for _, a := range slices.Concat(lists...) {
		if o, ok := effectOf(a); ok {
			out = append(out, o)
		}
	}
	return out
}

// holdsAgain tells whether a condition of the trigger that shares holds with what both triggers left, where the conditions
// before held for the one that unshares. What was said in an update, and by whom, is not known.
func (a *preparedCondition) holdsAgain(left []effect, before []preparedCondition, partner string) bool {
	p := a.plan
	switch name := p.Field.Name; {
	case a.free || p.When != condition.Now:
		return false
	case name == "update_type":
		return slices.Contains(p.Texts, "Change") != p.Not
	case name == "sent_to" || name == "delivered_to" || name == "sharing_failed":
		return p.Not || !slices.Contains(p.Texts, partner)
	case name == "current_tags":
		return a.tagsHold(left)
	case !p.Field.In.Has(condition.View):
		return false // it asks about one update
	}
	for _, o := range slices.Backward(left) {
		if o.field == p.Field.Name {
			return (p.Field.Kind == condition.Choice || p.Field.Kind == condition.ID) && a.holds(fieldState{now: condition.OfText(o.texts[0])})
		}
	}
	return isPossible(append(conditionsOn(before, p.Field.Slot), *a))
}

// tagsHold: of the tags it asks for, one may still be there; of those it does not want, none was left.
func (a *preparedCondition) tagsHold(left []effect) bool {
	if a.plan.Probe != condition.ProbeHas {
		return false
	}
	state := map[string]bool{} // tags that were surely left or taken
	for _, o := range left {
		for _, tag := range o.texts {
			if o.field == "current_tags" {
				state[tag] = !o.gone
			}
		}
	}
	return slices.ContainsFunc(a.plan.Texts, func(tag string) bool {
		there, known := state[tag]
		return there || !known && !a.plan.Not
	}) != a.plan.Not
}
