package rule

import (
	"encoding/json"
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

func valueOf(a desk.Action) condition.Value {
	var v condition.Value
	if json.Unmarshal(a.Value, &v) != nil {
		return condition.Value{}
	}
	return v
}

// effect is what an action leaves in a field that conditions ask about. Gone are elements taken out of a set.
type effect struct {
	field string
	texts []string
	gone  bool
}

// effectOf is what an action leaves behind; ok is false for one that changes no field.
func effectOf(a desk.Action) (o effect, ok bool) {
	v := valueOf(a)
	switch a.Field {
	case "current_tags", "set_tags":
		return effect{"current_tags", desk.NormalizeTags(v.List()), false}, true
	case "remove_tags":
		return effect{"current_tags", desk.NormalizeTags(v.List()), true}, true
	case "share_ticket":
		return effect{"sent_to", []string{v.Text()}, false}, true
	case "unshare_ticket":
		return effect{"sent_to", []string{v.Text()}, true}, true
	case "cc", "follower", "subject":
		return o, false
	}
	if isNotice(a.Field) {
		return o, false
	}
	return effect{a.Field, []string{v.Text()}, false}, true
}

func isNotice(name string) bool {
	return slices.ContainsFunc(noticeActions(), func(a action) bool { return a.name == name })
}

// nothingNew: every action leaves what a condition that must hold asks for already.
func nothingNew(c *desk.Config, t desk.Trigger) bool {
	if len(t.Actions) == 0 {
		return false
	}
	all := prepareConditions(c, t.Conditions.All, condition.Trigger)
	for _, a := range t.Actions {
		o, ok := effectOf(a)
		if !ok || a.Field == "set_tags" || !o.isImplied(all) {
			return false
		}
	}
	return true
}

// isImplied tells whether the conditions that hold demand each element of the outcome.
func (o effect) isImplied(all []preparedCondition) bool {
	for _, text := range o.texts {
		if !slices.ContainsFunc(all, func(a preparedCondition) bool { return a.requires(o, text) }) {
			return false
		}
	}
	return len(o.texts) > 0
}

// requires: the condition holds only where the field has the text, or for what is gone, has it not.
func (a *preparedCondition) requires(o effect, text string) bool {
	p := a.plan
	if p.Field.Name != o.field || a.free {
		return false
	}
	switch {
	case o.gone:
		return p.Not && p.When == condition.Now && p.Probe == condition.ProbeHas && slices.Contains(p.Texts, text)
	case p.Not || p.When != condition.Now && p.When != condition.BecameSo:
		return false
	case p.Probe == condition.ProbeNone:
		return text == ""
	}
	return (p.Probe == condition.ProbeSame || p.Probe == condition.ProbeHas) && len(p.Texts) == 1 && p.Texts[0] == text
}

// triggeredBy finds the triggers that may fire because of what t does.
func triggeredBy(c *desk.Config, t desk.Trigger) []Warning {
	var out []Warning
	for i := range c.Triggers {
		other := &c.Triggers[i]
		if other.ID == t.ID || len(out) == maxMayTrigger || !mayTrigger(c, t.Actions, other.Conditions) {
			continue
		}
		w := Warning{Kind: MayTrigger, Trigger: other.ID, Name: other.Title}
		if mayTrigger(c, other.Actions, t.Conditions) {
			w.Kind = MayLoop
		}
		out = append(out, w)
	}
	return out
}

// mayTrigger: an action leaves exactly what a condition asks for.
func mayTrigger(c *desk.Config, actions []desk.Action, tree condition.Tree) bool {
	all := append(prepareConditions(c, tree.All, condition.Trigger), prepareConditions(c, tree.Any, condition.Trigger)...)
	for _, act := range actions {
		o, ok := effectOf(act)
		if ok && slices.ContainsFunc(all, func(a preparedCondition) bool { return a.matchesEffect(o) }) {
			return true
		}
	}
	return false
}

// matchesEffect: the condition names what the action leaves, or asks for any change of the field.
func (a *preparedCondition) matchesEffect(o effect) bool {
	p := a.plan
	if p.Field.Name != o.field || a.free {
		return false
	}
	switch {
	case p.When == condition.IsDifferent:
		return !p.Not
	case p.When == condition.CeasedToBe:
		return !p.Not && (o.gone || !slices.Contains(p.Texts, o.texts[0]))
	case o.gone:
		return p.Not && p.Probe == condition.ProbeHas && overlaps(p.Texts, o.texts)
	case p.Probe == condition.ProbeNone:
		return !p.Not && len(o.texts) == 1 && o.texts[0] == ""
	}
	exact := p.Probe == condition.ProbeHas || p.Probe == condition.ProbeSame && len(p.Texts) == 1
	return !p.Not && exact && overlaps(p.Texts, o.texts)
}

func overlaps(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
