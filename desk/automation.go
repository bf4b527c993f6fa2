package desk

import (
	"slices"
	"time"

	"interdesk/condition"
)

// Limits of automations.
const (
	MaxAutomations      = 500  // active, per account
	MaxAutomationRounds = 100  // how often automations act on one ticket in all
	MaxAutomationRun    = 1000 // tickets that one automation acts on in one run
)

// AutomationRest is how soon an automation may act on a ticket again.
const AutomationRest = time.Hour

// SystemClose is how long a ticket stays solved before the desk itself closes it, whatever rules there are.
const SystemClose = 28 * 24 * time.Hour

// Automation is a rule that acts on tickets when time has passed.
type Automation struct {
	ID         AutomationID
	Title      string
	Position   int
	Active     bool
	Default    bool // an account began with it
	Conditions condition.Tree
	Actions    []Action
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Automated is what a ticket remembers of an automation: when it acted on it last, and how often.
type Automated struct {
	Automation AutomationID `json:"a"`
	At         int64        `json:"t"` // microseconds UTC
	Times      int          `json:"n"`
}

// AutomatedBy is what the ticket remembers of one automation; the zero Automated where that never acted.
func (t *Ticket) AutomatedBy(id AutomationID) Automated {
	for _, m := range t.Automated {
		if m.Automation == id {
			return m
		}
	}
	return Automated{Automation: id}
}

// AutomationRounds is how often automations acted on the ticket in all.
func (t *Ticket) AutomationRounds() (n int) {
	for _, m := range t.Automated {
		n += m.Times
	}
	return n
}

// Automate begins the part of an automation in the draft of its own update: the ticket remembers it.
func (d *Draft) Automate(id AutomationID) {
	d.Now.Remember(id, d.At)
	d.ByRules = true
}

// Remember notes that an automation acts on the ticket.
func (t *Ticket) Remember(id AutomationID, at time.Time) {
	m := t.AutomatedBy(id)
	m.At, m.Times = at.UnixMicro(), m.Times+1
	list := slices.DeleteFunc(slices.Clone(t.Automated), func(o Automated) bool { return o.Automation == id })
	t.Automated = append(list, m)
}
