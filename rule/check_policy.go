package rule

import (
	"interdesk/condition"
	"interdesk/desk"
)

// CheckPolicy says everything that is wrong with a policy of service levels before it is stored. One without conditions is
// for every ticket. The faults of its filter stand under "filter".
func CheckPolicy(c *desk.Config, p desk.Policy) error {
	f, filter := p.Check(), desk.Faults{}
	if p.Filter.Len() > 0 {
		checkConditions(filter, c, p.Filter, condition.Policy)
	}
	if list := filter["conditions"]; len(list) > 0 {
		f["filter"] = list
	}
	checkSize(f, "policy", p.Title, p.Description, p.Filter, p.Targets)
	return f.Err()
}
