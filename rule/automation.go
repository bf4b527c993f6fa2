package rule

import (
	"slices"
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// Automations is the active automations of an account at one version, made ready. It never changes.
//
// Each has a window: the span of instants at which the hours that it asks for have passed, as long as the ticket stays as it
// is. So it is known beforehand when a ticket has to be looked at next (Next), and whether it was to be looked at some time
// ago and was not (IsDue): a window that has closed meanwhile still counts then.
type Automations struct {
	config *desk.Config
	list   []automation
}

type automation struct {
	desk.Automation
	via     desk.Via
	matcher *condition.Matcher
	actions []preparedAction
	once    bool   // a condition holds for one hour only
	broken  string // why it cannot run; "" when it can
}

// CompileAutomations makes the automations of an account ready.
func CompileAutomations(c *desk.Config) *Automations {
	a := &Automations{config: c, list: make([]automation, len(c.Automations))}
	t := newTable(c, condition.Automation)
	for i := range c.Automations {
		a.list[i] = t.automation(c.Automations[i])
	}
	return a
}

func (t *table) automation(from desk.Automation) automation {
	a := automation{Automation: from, via: desk.Via{Channel: desk.ChannelRule, Automation: from.ID, Title: from.Title}, once: holdsOnce(from.Conditions)}
	var err error
	if a.matcher, err = condition.Compile(from.Conditions, t.config.Catalog(), condition.Automation); err != nil {
		a.broken = err.Error()
		return a
	}
	for _, one := range from.Actions {
		d, message := t.prepare(one)
		if message != "" {
			a.broken = message
			return a
		}
		a.actions = append(a.actions, d)
	}
	return a
}

// holdsOnce tells whether a condition asks for one hour: "hours since pending is 24".
func holdsOnce(t condition.Tree) bool {
	return slices.ContainsFunc(t.All, func(c condition.Condition) bool {
		return isHours(c.Field) && (c.Operator.Canonical() == condition.Is || c.Operator == condition.IsBusinessHours)
	})
}

// AutomationProblems says which of some automations cannot run, were they on, and why.
func AutomationProblems(c *desk.Config, list []desk.Automation) map[desk.AutomationID]string {
	t, out := newTable(c, condition.Automation), map[desk.AutomationID]string{}
	for _, one := range list {
		if a := t.automation(one); a.broken != "" {
			out[one.ID] = a.broken
		}
	}
	return out
}

// System stands for the desk itself among automations: it closes what has been solved for desk.SystemClose.
const System desk.AutomationID = -1

// Next is when the automations must look at a ticket that stays as it is, or a promise is broken that they ask for; zero for
// never. An instant that is past is one at which they should have looked and have not.
func (a *Automations) Next(t *desk.Ticket, now time.Time) time.Time {
	if t.Status == desk.Closed {
		return time.Time{}
	}
	from := since(t, now)
	next := int64(condition.Latest)
	if t.Status == desk.Solved {
		next = min(next, max(from, t.StatusAt.Add(desk.SystemClose).UnixMicro()))
	}
	if len(a.list) > 0 && t.AutomationRounds() < desk.MaxAutomationRounds {
		f := a.facts(t, now)
		for i := range a.list {
			next = min(next, a.next(&a.list[i], t, f, from))
		}
	}
	if breach := t.Level.NextBreachAt(); !breach.IsZero() {
		next = min(next, breach.UnixMicro())
	}
	if next == condition.Latest {
		return time.Time{}
	}
	return time.UnixMicro(next).UTC()
}

// since is from when on a ticket was to be looked at: now, or when it should have been.
func since(t *desk.Ticket, now time.Time) int64 {
	if !t.AutomationAt.IsZero() && t.AutomationAt.Before(now) {
		return t.AutomationAt.UnixMicro()
	}
	return now.UnixMicro()
}

// from is since for one automation: it has missed nothing from before it was changed last.
func (r *automation) from(since, now int64) int64 {
	return max(since, min(r.UpdatedAt.UnixMicro(), now))
}

// systemActor is the desk itself.
func systemActor() desk.Actor { return desk.Actor{System: true} }

func (a *Automations) facts(t *desk.Ticket, now time.Time) *condition.Facts {
	f := &condition.Facts{}
	a.config.TicketFacts(f, t, systemActor(), now)
	return f
}

// next is when one automation could act on a ticket, not before from; condition.Latest for never.
func (a *Automations) next(r *automation, t *desk.Ticket, f *condition.Facts, from int64) int64 {
	low, high := r.window(t, f)
	if low = max(low, r.from(from, f.At)); low > high {
		return condition.Latest
	}
	if low <= f.At && r.matcher.Passes() {
		if ok, _ := r.matcher.MatchBut(f, true); !ok {
			if low = a.passing(f.At); low > high {
				return condition.Latest
			}
		}
	}
	return low
}

// passing is when something that comes and goes with time alone does so next.
func (a *Automations) passing(at int64) int64 {
	now := time.UnixMicro(at)
	next := a.config.Tomorrow(now)
	for i := range a.config.Schedules {
		if change := a.config.HoursOfSchedule(a.config.Schedules[i].ID).Next(now); !change.IsZero() && change.Before(next) {
			next = change
		}
	}
	return next.UnixMicro()
}

// window is when an automation may act on a ticket that stays as it is: once in an hour that comes once, else again only
// after desk.AutomationRest. There is none where something says no that time alone does not change.
func (r *automation) window(t *desk.Ticket, f *condition.Facts) (low, high int64) {
	if r.broken != "" {
		return condition.Latest, condition.Earliest
	}
	if ok, _ := r.matcher.MatchBut(f, false); !ok {
		return condition.Latest, condition.Earliest
	}
	low, high = r.matcher.Window(f)
	m := t.AutomatedBy(r.ID)
	switch {
	case m.Times == 0 || m.At < low:
	case r.once && m.At <= high:
		return condition.Latest, condition.Earliest
	default:
		low = max(low, m.At+desk.AutomationRest.Microseconds())
	}
	return low, high
}

// Order are the automations in the order they run, System last.
func (a *Automations) Order() []desk.AutomationID {
	ids := make([]desk.AutomationID, 0, len(a.list)+1)
	for i := range a.list {
		ids = append(ids, a.list[i].ID)
	}
	return append(ids, System)
}

// IsDue tells whether an automation, or System, has to act on a ticket now.
func (a *Automations) IsDue(id desk.AutomationID, t *desk.Ticket, now time.Time) bool {
	if t.Status == desk.Closed {
		return false
	}
	if id == System {
		return t.Status == desk.Solved && !t.StatusAt.Add(desk.SystemClose).After(now)
	}
	r := a.find(id)
	return r != nil && a.due(r, t, now)
}

func (a *Automations) find(id desk.AutomationID) *automation {
	i := slices.IndexFunc(a.list, func(r automation) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &a.list[i]
}

// due tells whether an automation has to act on a ticket: its window is open now, or has been since the ticket should have
// been looked at.
func (a *Automations) due(r *automation, t *desk.Ticket, now time.Time) bool {
	if t.AutomationRounds() >= desk.MaxAutomationRounds {
		return false
	}
	f := a.facts(t, now)
	low, high := r.window(t, f)
	if low > f.At || high < r.from(since(t, now), f.At) {
		return false
	}
	ok, _ := r.matcher.MatchBut(f, true)
	return ok
}

// Fire has an automation act on the draft of its own update, if it is due. Actions that cannot be carried out leave an Error
// event; one that shares does all or nothing.
func (a *Automations) Fire(d *desk.Draft, id desk.AutomationID) bool {
	r := a.find(id)
	if r == nil || d.Created || d.Before.Status == desk.Closed || !a.due(r, &d.Before, d.At) {
		return false
	}
	r.act(d)
	return true
}

func (r *automation) act(d *desk.Draft) {
	d.Automate(r.ID)
	before := *d
	for i := range r.actions {
		one := &r.actions[i]
		message := one.do(d, nil)
		if message != "" && one.partner != 0 {
			giveUp(d, before, one, message, nil)
			return
		}
		if message != "" {
			d.Fail(message, nil)
		}
	}
}

// Via says that an automation made an update.
func (a *Automations) Via(id desk.AutomationID) desk.Via {
	if id == System {
		return desk.Via{Channel: desk.ChannelRule, Title: "Close tickets that have been solved for 28 days"}
	}
	if r := a.find(id); r != nil {
		return r.via
	}
	return desk.Via{Channel: desk.ChannelRule}
}

func isHours(field string) bool {
	switch field {
	case "NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "assigned_at", "updated_at", "requester_updated_at", "assignee_updated_at", "due_at", "due_date", "until_due_date",
		"sla_next_breach_at", "until_sla_next_breach_at":
		return true
	}
	return false
}
