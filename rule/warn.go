package rule

import (
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

// WarningKind is what is odd about a rule.
type WarningKind string

// The kinds of warnings.
const (
	NeverTrue   WarningKind = "never"    // its conditions contradict each other
	AlwaysTrue  WarningKind = "always"   // its conditions hold for every ticket
	NothingNew  WarningKind = "nothing"  // its actions set what its conditions ask for
	NotAccepted WarningKind = "pending"  // it shares under an agreement that is not accepted
	Over        WarningKind = "over"     // it shares under an agreement that has ended, or is none
	Paused      WarningKind = "paused"   // it shares with a partner that is paused
	NoPartner   WarningKind = "unchosen" // it shares with a partner that was not chosen: it cannot run
	Unasked     WarningKind = "unasked"  // it solves or unshares what is shared, without asking whether the partner has it
	EndsEarly   WarningKind = "early"    // it unshares what is shared with a partner, whether or not the partner has it
	SharesAgain WarningKind = "again"    // it and another trigger share and unshare in turn
	MayTrigger  WarningKind = "wakes"    // what it does may set off another trigger
	MayLoop     WarningKind = "circular" // it and another trigger may set off each other
	// UnknownPlaceholder: a text of it has a placeholder or a tag that means nothing.
	UnknownPlaceholder WarningKind = "placeholder"
)

// Warning is something about a rule that is allowed and most likely not meant.
type Warning struct {
	Kind    WarningKind
	Trigger desk.TriggerID // MayTrigger, MayLoop, SharesAgain: the other one; Unasked: the one that shares
	Name    string         // its title; the partner's name; the placeholder
}

// maxMayTrigger is how many other triggers are named.
const maxMayTrigger = 5

// TriggerWarnings looks a trigger over by itself and beside the account's active ones. It finds what is plain to see and
// concludes nothing where it cannot be sure; only "may set off" is a guess.
func TriggerWarnings(c *desk.Config, t desk.Trigger) []Warning {
	out := ConditionWarnings(c, t.Conditions, condition.Trigger)
	if nothingNew(c, t) {
		out = append(out, Warning{Kind: NothingNew})
	}
	out = append(out, ActionWarnings(c, t.Actions)...)
	out = append(out, shareWarnings(c, t)...)
	return append(out, triggeredBy(c, t)...)
}

// ConditionWarnings tells whether conditions at a place can never hold, or always do.
func ConditionWarnings(c *desk.Config, tree condition.Tree, place condition.Place) []Warning {
	all, anyOf := prepareConditions(c, tree.All, place), prepareConditions(c, tree.Any, place)
	if len(all) != len(tree.All) || len(anyOf) != len(tree.Any) || tree.Len() == 0 {
		return nil
	}
	switch {
	case isNever(all, anyOf):
		return []Warning{{Kind: NeverTrue}}
	case isAlways(all, anyOf):
		return []Warning{{Kind: AlwaysTrue}}
	}
	return nil
}

// conditionsOn are the conditions on one field.
func conditionsOn(list []preparedCondition, slot condition.Slot) []preparedCondition {
	return slices.DeleteFunc(slices.Clone(list), func(a preparedCondition) bool { return a.free || a.plan.Field.Slot != slot })
}

// isNever: some field can be in no way that all conditions on it ask for, or each of any contradicts those of all.
func isNever(all, anyOf []preparedCondition) bool {
	for _, a := range all {
		if !a.free && !isPossible(conditionsOn(all, a.plan.Field.Slot)) {
			return true
		}
	}
	for _, a := range anyOf {
		if a.free || isPossible(append(conditionsOn(all, a.plan.Field.Slot), a)) {
			return false
		}
	}
	return len(anyOf) > 0
}

// isPossible tells whether conditions on one field can hold together.
func isPossible(together []preparedCondition) bool {
	tried := fieldStates(together)
	if tried == nil {
		return !hasContraries(together)
	}
	return slices.ContainsFunc(tried, func(w fieldState) bool {
		return !slices.ContainsFunc(together, func(a preparedCondition) bool { return !a.holds(w) })
	})
}

// hasContraries: two conditions that are each other's contrary, for fields whose values cannot be tried one by one.
func hasContraries(together []preparedCondition) bool {
	for i, a := range together {
		for _, b := range together[i+1:] {
			p, q := a.plan, b.plan
			if p.Not != q.Not && !p.NeedsValue && !q.NeedsValue && p.Probe == q.Probe && p.When == q.When && p.Low == q.Low &&
				p.High == q.High && p.Business == q.Business && slices.Equal(p.Texts, q.Texts) {
				return true
			}
		}
	}
	return false
}

// isAlways: each of all holds however its field is, and so does any, by the conditions on one field.
func isAlways(all, anyOf []preparedCondition) bool {
	for _, a := range all {
		if !isCertain([]preparedCondition{a}) {
			return false
		}
	}
	return len(anyOf) == 0 || slices.ContainsFunc(anyOf, func(a preparedCondition) bool { return isCertain(conditionsOn(anyOf, a.plan.Field.Slot)) })
}

// isCertain tells whether, however the field is, one of the conditions on it holds.
func isCertain(either []preparedCondition) bool {
	if len(either) == 0 || either[0].free {
		return false
	}
	tried := fieldStates(either)
	return len(tried) > 0 && !slices.ContainsFunc(tried, func(w fieldState) bool {
		return !slices.ContainsFunc(either, func(a preparedCondition) bool { return a.holds(w) })
	})
}

// ActionWarnings tells which actions share with somebody to whom nothing goes, at present or any more, and which speak of
// what nobody knows.
func ActionWarnings(c *desk.Config, actions []desk.Action) []Warning {
	var out []Warning
	for _, a := range actions {
		if a.Field != "share_ticket" {
			continue
		}
		n, message := readID(valueOf(a).Text())
		partner, ok := c.Agreements[desk.AgreementID(n)]
		switch {
		case valueOf(a).Text() == "":
			out = append(out, Warning{Kind: NoPartner})
		case message != "" || partner.Inbound:
		case !ok:
			out = append(out, Warning{Kind: Over, Name: "#" + idText(n)})
		case isOver(partner):
			out = append(out, Warning{Kind: Over, Name: partner.Name})
		case !partner.Usable():
			out = append(out, Warning{Kind: NotAccepted, Name: partner.Name})
		case partner.Paused():
			out = append(out, Warning{Kind: Paused, Name: partner.Name})
		}
	}
	return append(out, templateWarnings(c, actions)...)
}
