package rule

import (
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// AutomationTrial tells what an automation would do now, without doing it.
type AutomationTrial struct {
	set *Automations
	id  desk.AutomationID
}

// TryAutomation makes an automation ready for a trial, alone and as if it were on. One that is not right is an Invalid error,
// as of CheckAutomation.
func TryAutomation(c *desk.Config, a desk.Automation) (*AutomationTrial, error) {
	if err := CheckAutomation(c, a); err != nil {
		return nil, err
	}
	return &AutomationTrial{set: alone(c, a), id: a.ID}, nil
}

// alone makes one automation ready as if it were the only one.
func alone(c *desk.Config, a desk.Automation) *Automations {
	with := *c
	with.Automations = []desk.Automation{a}
	return CompileAutomations(&with)
}

// Judge tells whether the automation would act on a ticket now, and by which events; empty where nothing would change.
func (t *AutomationTrial) Judge(ticket desk.Ticket, now time.Time) (acts bool, events []desk.Event) {
	var ids int64
	u := desk.Update{Ticket: ticket.ID, Actor: systemActor(), Via: t.set.Via(t.id)}
	d := desk.NewDraft(t.set.config, u, &ticket, now, func() int64 { ids++; return ids })
	if !t.set.Fire(d, t.id) {
		return false, nil
	}
	if err := d.ApplyLifecycle(false); err != nil {
		return true, []desk.Event{{Type: desk.EventError, Message: faultSentences(err)}}
	}
	return true, d.Events
}

// AutomationLook is what one condition says of a ticket at a moment.
type AutomationLook struct {
	Condition condition.Condition
	Holds     bool
	Hours     *float64 // that have passed or are left, of a condition on a time; nil where there is no such time
	AnyOf     bool     // it is one of those of which one is needed
}

// AutomationView is why an automation acts on a ticket, or does not.
type AutomationView struct {
	Looks  []AutomationLook
	Broken string        // why it cannot run; "" when it can
	Last   time.Time     // when it acted on the ticket last; zero for never
	Times  int           // how often it did
	Rounds int           // how often all automations did
	Rests  time.Duration // how long it waits because it acted lately
	Acts   bool          // it is due
	Next   time.Time     // when it is due, if the ticket stays as it is; zero for never
}

// ExplainAutomation tells why an automation acts on a ticket now or does not, as if it were on.
func ExplainAutomation(c *desk.Config, a desk.Automation, t *desk.Ticket, now time.Time) AutomationView {
	set := alone(c, a)
	r, f := &set.list[0], set.facts(t, now)
	m := t.AutomatedBy(a.ID)
	v := AutomationView{Broken: r.broken, Times: m.Times, Rounds: t.AutomationRounds(), Acts: set.IsDue(a.ID, t, now)}
	if m.Times > 0 {
		v.Last = time.UnixMicro(m.At)
		v.Rests = max(0, v.Last.Add(desk.AutomationRest).Sub(now))
	}
	for _, cond := range a.Conditions.All {
		v.Looks = append(v.Looks, lookAt(c, cond, f, false))
	}
	for _, cond := range a.Conditions.Any {
		v.Looks = append(v.Looks, lookAt(c, cond, f, true))
	}
	if at := set.next(r, t, f, since(t, now)); at != condition.Latest && t.Status != desk.Closed && v.Rounds < desk.MaxAutomationRounds {
		v.Next = time.UnixMicro(at)
	}
	return v
}

func lookAt(c *desk.Config, cond condition.Condition, f *condition.Facts, anyOf bool) AutomationLook {
	look := AutomationLook{Condition: cond, AnyOf: anyOf}
	m, err := condition.Compile(condition.Tree{All: condition.Conditions{cond}}, c.Catalog(), condition.Automation)
	if err != nil {
		return look
	}
	look.Holds, _ = m.Match(f)
	if passed, ok := m.Passed(f); ok {
		hours := time.Duration(passed * 1000).Hours()
		look.Hours = &hours
	}
	return look
}
