// Package rules is where admins say how their desk thinks: triggers, automations, macros and views, each built as a sentence, and the policies of service levels. Agents
// keep macros of their own by the same pages.
//
// One builder serves them all (builder, line). A rule is a few lists of lines: conditions that must all hold, conditions of
// which one must, and actions. What a line offers comes from rule.Definitions for the rule's Place: the field first, then
// the operators of that field, then the values. A form carries its lines as inputs of numbered names; lines become
// conditions and actions (parse), and those become lines again (edit). Without script each step is a round to the server
// by a submit button of its own; with script htmx swaps a line when its field changes.
//
// Recipes make a few triggers at one stroke that are wanted together when tickets are shared (rule.Recipe): the page asks
// for the partner and a tag, and shows the triggers in words before they are made.
//
// Nothing here decides what a rule may be: package rule checks and warns, admin.Actor admits and stores. A trial judges
// past tickets by a trigger that need not be stored (rule.Try).
package rules

import (
	"slices"
	"strconv"

	"interdesk/web/ui"
)

// Routes are the pages of this package.
func Routes() []ui.Route {
	return slices.Concat(builderRoutes(), triggerRoutes(), automationRoutes(), policyRoutes(), recipeRoutes(), categoryRoutes(), macroRoutes(), viewRoutes())
}

// valuesOf are all values of an input's name.
func valuesOf(c *ui.Call, name string) []string {
	_ = c.R.FormValue(name) // reads the form
	return c.R.Form[name]
}

// idsOf reads the ids among texts.
func idsOf[I ~int64](texts []string) (ids []I) {
	for _, s := range texts {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			ids = append(ids, I(n))
		}
	}
	return ids
}
