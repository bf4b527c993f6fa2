package rule

import (
	"encoding/json"
	"slices"

	"interdesk/condition"
	"interdesk/desk"
)

// CheckAutomation says everything that is wrong with an automation before it is stored; nil when nothing is. The error is
// Invalid; its faults stand under "title", "conditions", "actions" and "base".
func CheckAutomation(c *desk.Config, a desk.Automation) error {
	f := desk.Faults{}
	checkTitle(f, a.Title)
	checkConditions(f, c, a.Conditions, condition.Automation)
	checkActions(f, newTable(c, condition.Automation), a.Actions)
	if len(f) == 0 && !holdsOnce(a.Conditions) && !EndsItself(c, a) {
		f.Add("base", "InvalidValue", "The automation would act on the same tickets for ever: have an action change what a condition asks for "+
			"(such as a tag that tickets must not have), or use a condition that is met for one hour (hours since … is …)")
	}
	checkSize(f, "automation", a.Title, a.Conditions, a.Actions)
	return f.Err()
}

// EndsItself tells whether an action of an automation makes one of its conditions false (rules.md §5).
func EndsItself(c *desk.Config, a desk.Automation) bool {
	return slices.ContainsFunc(a.Conditions.All, func(cond condition.Condition) bool {
		return slices.ContainsFunc(a.Actions, func(act desk.Action) bool { return ends(c, cond, act) })
	})
}

// ends tells whether a condition cannot hold once an action is done. All that an automation does is an update of the ticket.
func ends(c *desk.Config, cond condition.Condition, act desk.Action) bool {
	f, _ := c.Catalog().Field(cond.Field)
	var value condition.Value
	if json.Unmarshal(act.Value, &value) != nil {
		return false
	}
	status := map[string]string{"OPEN": "open", "PENDING": "pending", "HOLD": "hold", "SOLVED": "solved"}
	switch {
	case f.Name == "updated_at":
		return cond.Operator == condition.GreaterThan || cond.Operator == condition.GreaterThanBusinessHours
	case status[f.Name] != "":
		return act.Field == "status" && value.Text() != status[f.Name]
	case f.Name == "current_tags":
		return endsTags(cond, act.Field, value)
	case f.Name == "sent_to":
		return act.Field == "share_ticket" && cond.Operator == condition.IsNot && value.Text() == cond.Value.Text() ||
			act.Field == "unshare_ticket" && cond.Operator.Canonical() == condition.Is && value.Text() == cond.Value.Text()
	}
	return act.Field == f.Name && saysNo(c, f, cond, value)
}

func endsTags(cond condition.Condition, action string, value condition.Value) bool {
	asked, done := desk.NormalizeTags(cond.Value.List()), desk.NormalizeTags(value.List())
	has := func(tag string) bool { return slices.Contains(done, tag) }
	switch wanted := cond.Operator.Canonical() == condition.Includes || cond.Operator.Canonical() == condition.Is; action {
	case "current_tags":
		return !wanted && slices.ContainsFunc(asked, has)
	case "remove_tags":
		return wanted && !slices.ContainsFunc(asked, func(tag string) bool { return !has(tag) })
	case "set_tags":
		return wanted != slices.ContainsFunc(asked, has)
	}
	return false
}

// saysNo asks a condition of a ticket that has only the value of an action.
func saysNo(c *desk.Config, f condition.Field, cond condition.Condition, value condition.Value) bool {
	m, err := condition.Compile(condition.Tree{All: condition.Conditions{cond}}, c.Catalog(), condition.Automation)
	if err != nil || value.Text() == "requester_id" {
		return false
	}
	facts := condition.Facts{Now: make([]condition.Fact, int(f.Slot)+1)}
	facts.Now[f.Slot] = condition.OfText(value.Text())
	ok, _ := m.Match(&facts)
	return !ok
}
