package rule

import (
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

// preparedCondition is a condition made ready to be asked of field states.
type preparedCondition struct {
	plan    condition.Plan
	matcher *condition.Matcher
	free    bool // what it says depends on more than its field: nothing is concluded from it
}

func prepareConditions(c *desk.Config, list condition.Conditions, place condition.Place) []preparedCondition {
	var out []preparedCondition
	for _, one := range list {
		p, err := c.Catalog().Plan(one, place)
		m, err2 := condition.Compile(condition.Tree{All: condition.Conditions{one}}, c.Catalog(), place)
		if err != nil || err2 != nil {
			continue // CheckTrigger and CheckView say so
		}
		free := p.Probe == condition.ProbeUser || p.Probe == condition.ProbeGroups || p.Probe == condition.ProbePeer
		out = append(out, preparedCondition{p, m, free})
	}
	return out
}

// fieldState is one way a field can be: its value now and before the update.
type fieldState struct {
	now, before condition.Fact
	created     bool
}

func (a *preparedCondition) holds(w fieldState) bool {
	slot := int(a.plan.Field.Slot)
	f := condition.Facts{Now: make([]condition.Fact, slot+1), Before: make([]condition.Fact, slot+1), Created: w.created}
	f.Now[slot], f.Before[slot] = w.now, w.before
	ok, _ := a.matcher.Match(&f)
	return ok
}

// The most values of a field that are tried, and the most where each is also tried as the value before.
const (
	maxValues = 64
	maxPairs  = 16
)

// fieldStates are all ways a field can be, as far as some conditions on it can tell them apart; nil when there are too many to try.
func fieldStates(on []preparedCondition) []fieldState {
	if len(on) == 0 {
		return nil
	}
	values := valuesOf(on)
	compares := slices.ContainsFunc(on, func(a preparedCondition) bool { return a.plan.When != condition.Now })
	if len(values) > maxValues || compares && len(values) > maxPairs {
		return nil
	}
	var out []fieldState
	for _, now := range values {
		if !compares {
			out = append(out, fieldState{now: now})
			continue
		}
		out = append(out, fieldState{now: now, created: true})
		for _, before := range values {
			out = append(out, fieldState{now: now, before: before})
		}
	}
	return out
}

// valuesOf are the values of a field that the conditions name, its choices, none, and one that nobody names.
func valuesOf(on []preparedCondition) []condition.Fact {
	f := &on[0].plan.Field
	var named []string
	for _, a := range on {
		named = append(named, a.plan.Texts...)
	}
	switch f.Kind {
	case condition.Choice, condition.ID:
		return singleValues(f, named)
	case condition.Checkbox, condition.Flag:
		return []condition.Fact{condition.OfBool(true), condition.OfBool(false)}
	case condition.Member:
		if sets := memberSets(f, named); sets != nil {
			return sets
		}
		return subsets(named)
	case condition.Tags, condition.Multi:
		return subsets(named)
	case condition.Number:
		return numbersAround(on)
	}
	return nil
}

// otherValue stands for a value that no condition names; no id and no tag is written so.
const otherValue = "\x01"

func singleValues(f *condition.Field, named []string) []condition.Fact {
	for _, o := range f.Choices {
		named = append(named, o.Value)
	}
	if f.Nullable {
		named = append(named, "")
	}
	if f.Kind == condition.ID && f.Name != "brand_id" || f.Open {
		named = append(named, otherValue)
	}
	slices.Sort(named)
	var out []condition.Fact
	for _, v := range slices.Compact(named) {
		out = append(out, condition.OfText(v))
	}
	return out
}

// memberSets are the sets that come about by themselves: what a comment is, and who makes an update.
func memberSets(f *condition.Field, named []string) []condition.Fact {
	switch f.Name {
	case "comment_is_public":
		return []condition.Fact{{}, condition.OfSet([]string{"false", "not_relevant"}),
			condition.OfSet([]string{"not_relevant", "requester_can_see_comment", "true"})}
	case "role":
		out := []condition.Fact{{}}
		for _, role := range []string{"agent", "end_user"} {
			out = append(out, condition.OfSet([]string{role}))
			for _, who := range named {
				if who != "agent" && who != "end_user" {
					set := []string{role, who}
					slices.Sort(set)
					out = append(out, condition.OfSet(set))
				}
			}
		}
		return out
	}
	return nil
}

// subsets are all sets of the named elements and one more.
func subsets(named []string) []condition.Fact {
	all := append(slices.Clone(named), otherValue)
	slices.Sort(all)
	all = slices.Compact(all)
	if 1<<len(all) > maxValues {
		return nil
	}
	var out []condition.Fact
	for bits := range 1 << len(all) {
		var set []string
		for i, v := range all {
			if bits&(1<<i) != 0 {
				set = append(set, v)
			}
		}
		out = append(out, condition.OfSet(set))
	}
	return out
}

// numbersAround are those around the ends of what the conditions ask for.
func numbersAround(on []preparedCondition) []condition.Fact {
	const far = 1 << 40 // beyond what is counted, short of overflow
	out := []condition.Fact{{}}
	for _, a := range on {
		for _, n := range []int64{a.plan.Low, a.plan.High} {
			if n = min(max(n, -far), far); a.plan.Probe == condition.ProbeBetween {
				out = append(out, condition.OfNumber(n-1), condition.OfNumber(n), condition.OfNumber(n+1))
			}
		}
	}
	return out
}
