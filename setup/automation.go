package setup

import (
	"interdesk/condition"
	"interdesk/desk"
)

// automations are those with which every account begins (rules.md §5).
func automations() []desk.Automation {
	return []desk.Automation{
		{Title: "Close ticket 4 days after status is set to solved", Active: true, Default: true,
			Conditions: all(when("status", condition.Is, "solved"), when("SOLVED", condition.GreaterThan, "96")),
			Actions:    []desk.Action{act("status", "closed")}},
	}
}
