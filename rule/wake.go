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

// outcome is what an action leaves in a field that conditions ask about. Gone are elements taken out of a set.
type outcome struct {
	field string
	texts []string
	gone  bool
}

// outcomeOf is what an action leaves behind; ok is false for one that changes no field.
func outcomeOf(a desk.Action) (o outcome, ok bool) {
	v := valueOf(a)
	switch a.Field {
	case "current_tags", "set_tags":
		return outcome{"current_tags", desk.NormalizeTags(v.List()), false}, true
	case "remove_tags":
		return outcome{"current_tags", desk.NormalizeTags(v.List()), true}, true
	case "share_ticket":
		return outcome{"sent_to", []string{v.Text()}, false}, true
	case "unshare_ticket":
		return outcome{"sent_to", []string{v.Text()}, true}, true
	case "cc", "follower", "subject":
		return o, false
	}
	if notified(a.Field) {
		return o, false
	}
	return outcome{a.Field, []string{v.Text()}, false}, true
}

func notified(name string) bool {
	return slices.ContainsFunc(noticeActions(), func(a action) bool { return a.name == name })
}

// nothingNew: every action leaves what a condition that must hold asks for already.
func nothingNew(c *desk.Config, t desk.Trigger) bool {
	if len(t.Actions) == 0 {
		return false
	}
	all := prepare(c, t.Conditions.All, condition.Trigger)
	for _, a := range t.Actions {
		o, ok := outcomeOf(a)
		if !ok || a.Field == "set_tags" || !o.implied(all) {
			return false
		}
	}
	return true
}

// implied tells whether the conditions that hold demand each element of the outcome.
func (o outcome) implied(all []asked) bool {
	for _, text := range o.texts {
		if !slices.ContainsFunc(all, func(a asked) bool { return a.demands(o, text) }) {
			return false
		}
	}
	return len(o.texts) > 0
}

// demands: the condition holds only where the field has the text, or for what is gone, has it not.
func (a *asked) demands(o outcome, text string) bool {
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

// wakes finds the triggers that may fire because of what t does.
func wakes(c *desk.Config, t desk.Trigger) []Warning {
	var out []Warning
	for i := range c.Triggers {
		other := &c.Triggers[i]
		if other.ID == t.ID || len(out) == maxWakes || !mayWake(c, t.Actions, other.Conditions) {
			continue
		}
		w := Warning{Kind: Wakes, Trigger: other.ID, Name: other.Title}
		if mayWake(c, other.Actions, t.Conditions) {
			w.Kind = WakeEach
		}
		out = append(out, w)
	}
	return out
}

// mayWake: an action leaves exactly what a condition asks for.
func mayWake(c *desk.Config, actions []desk.Action, tree condition.Tree) bool {
	all := append(prepare(c, tree.All, condition.Trigger), prepare(c, tree.Any, condition.Trigger)...)
	for _, act := range actions {
		o, ok := outcomeOf(act)
		if ok && slices.ContainsFunc(all, func(a asked) bool { return a.answers(o) }) {
			return true
		}
	}
	return false
}

// answers: the condition names what the action leaves, or asks for any change of the field.
func (a *asked) answers(o outcome) bool {
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
		return p.Not && p.Probe == condition.ProbeHas && overlap(p.Texts, o.texts)
	case p.Probe == condition.ProbeNone:
		return !p.Not && len(o.texts) == 1 && o.texts[0] == ""
	}
	exact := p.Probe == condition.ProbeHas || p.Probe == condition.ProbeSame && len(p.Texts) == 1
	return !p.Not && exact && overlap(p.Texts, o.texts)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
