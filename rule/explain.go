package rule

import (
	"interdesk/condition"
	"interdesk/desk"
)

// Explanation is what one trigger made of an update, for people and the API.
type Explanation struct {
	Trigger  desk.TriggerID `json:"trigger_id"`
	Revision int            `json:"revision_id"`
	Title    string         `json:"title,omitempty"`
	// Verdict is "fired", "condition_said_no", "none_of_any", "broken", "not_looked", "cannot_share" or "barred".
	Verdict string `json:"verdict"`
	// Condition is the one that said no, as it was written; Index its place among those that must all hold, from 0.
	Condition *condition.Condition `json:"condition,omitempty"`
	Index     *int                 `json:"index,omitempty"`
	// Pass and Order tell when it fired, both from 1; Changed whether that changed the ticket.
	Pass    int    `json:"pass,omitempty"`
	Order   int    `json:"order,omitempty"`
	Changed bool   `json:"changed,omitempty"`
	Reason  string `json:"reason,omitempty"` // in words, where the verdict alone does not say
}

// Explain opens up a trace with the members of the set that looked, in its order. Why a trigger is broken is found out
// against the configuration at hand.
func Explain(c *desk.Config, tr Trace, members []Member) []Explanation {
	n := min(len(tr.Verdicts), len(members))
	looks := make([]Explanation, n)
	for i := range n {
		looks[i] = members[i].explain(c, tr.Verdicts[i])
	}
	for i, f := range tr.Firings {
		if f.Rule < n {
			looks[f.Rule].Order, looks[f.Rule].Pass, looks[f.Rule].Changed = i+1, f.Pass, f.Changed
		}
	}
	for _, o := range tr.Obstacles {
		if o.Rule < n {
			looks[o.Rule].Verdict, looks[o.Rule].Reason = o.Kind.word(), o.Reason
		}
	}
	return looks
}

// word is the verdict of a trigger that an obstacle kept from acting.
func (k ObstacleKind) word() string {
	if k == IsBarred {
		return "barred"
	}
	return "cannot_share"
}

func (m Member) explain(c *desk.Config, v Verdict) Explanation {
	l := Explanation{Trigger: m.ID, Revision: m.Revision}
	if m.Snapshot != nil {
		l.Title = m.Snapshot.Title
	}
	switch v {
	case Fired:
		l.Verdict = "fired"
	case NoneOfAny:
		l.Verdict, l.Reason = "none_of_any", "none of the conditions of which one is needed was met"
	case Broken:
		l.Verdict, l.Reason = "broken", m.whyBroken(c)
	case NotDone:
		l.Verdict = CannotShare.word()
	case NotLooked:
		l.Verdict, l.Reason = "not_looked", "too many triggers had fired before it"
	case Later:
		l.Verdict, l.Reason = "condition_said_no", "one of the conditions after the 250th was not met"
	default:
		l.sayNo(m, int(v))
	}
	return l
}

func (l *Explanation) sayNo(m Member, index int) {
	l.Verdict, l.Index = "condition_said_no", &index
	if m.Snapshot != nil && index < len(m.Snapshot.Conditions.All) {
		l.Condition = &m.Snapshot.Conditions.All[index]
	}
}

func (m Member) whyBroken(c *desk.Config) string {
	if m.Snapshot == nil {
		return "it could not be compiled, and that revision was not kept"
	}
	if why := whyBroken(c, m.Snapshot); why != "" {
		return why
	}
	return "something it named was missing then and is there now"
}
