package condition

import (
	"fmt"
	"strings"
)

// Problem is something wrong with a tree, in words for its author. Path leads to it: "all[0].operator", "any[2].field",
// "all".
type Problem struct {
	Path    string
	Message string
}

// Invalid is the error of a condition that cannot be evaluated.
type Invalid struct{ Problems []Problem }

// Error lists the problems.
func (e *Invalid) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.Path+": "+p.Message)
	}
	return strings.Join(lines, "; ")
}

// Limits of what one ticket is held against: conditions of a tree, and words or values of one condition.
const (
	MaxConditions = 500
	MaxTexts      = 1_000
)

// Check finds every problem of a tree that is to stand at a place; none means it may be saved.
func (c *Catalog) Check(t Tree, place Place) []Problem {
	if t.Len() == 0 {
		return []Problem{{"all", "At least one condition is needed"}}
	}
	if t.Len() > MaxConditions {
		return []Problem{{"all", fmt.Sprintf("There are %d conditions; %d may stand together", t.Len(), MaxConditions)}}
	}
	var problems []Problem
	for i, cond := range t.All {
		problems = append(problems, c.checkOne(cond, place, fmt.Sprintf("all[%d]", i))...)
	}
	for i, cond := range t.Any {
		path := fmt.Sprintf("any[%d]", i)
		problems = append(problems, c.checkOne(cond, place, path)...)
		if f, ok := c.Field(cond.Field); ok && f.OnlyAll {
			problems = append(problems, Problem{path + ".field",
				fmt.Sprintf("%s can only stand among the conditions that must all be met", f.label())})
		}
	}
	return append(problems, c.checkReach(t, place)...)
}

func (c *Catalog) checkOne(cond Condition, place Place, path string) []Problem {
	p, problem := c.plan(cond, place)
	if problem != nil {
		return []Problem{{path + "." + problem.Path, problem.Message}}
	}
	if len(p.Texts) > MaxTexts {
		return []Problem{{path + ".value", fmt.Sprintf("names %d words or values; %d may stand in one condition", len(p.Texts), MaxTexts)}}
	}
	if bad, ok := p.unlisted(); ok && !cond.Operator.Terminal() {
		if bad == "" {
			return []Problem{{path + ".value", "Choose a value for " + p.Field.label()}}
		}
		return []Problem{{path + ".value", fmt.Sprintf("%q is not a value of %s", bad, p.Field.label())}}
	}
	return nil
}

// checkReach asks a view or automation for conditions that narrow it, lest it run over every ticket there is.
func (c *Catalog) checkReach(t Tree, place Place) []Problem {
	if place == Trigger || place == Policy {
		return nil
	}
	if len(t.All) == 0 {
		return []Problem{{"all", "At least one condition that must always be met is needed"}}
	}
	var problems []Problem
	if !c.demands(t.All, func(f Field) bool { return f.Selective }, place) {
		problems = append(problems, Problem{"all", "At least one condition on " + c.selective(place) + " is needed"})
	}
	if place == Automation && !c.demands(t.All, func(f Field) bool { return f.Kind.isHours() }, place) {
		problems = append(problems, Problem{"all", "At least one condition on a time is needed"})
	}
	return problems
}

// demands tells whether a condition's field is of the sort; it is content where no field of the place is.
func (c *Catalog) demands(all []Condition, sort func(Field) bool, place Place) bool {
	for _, cond := range all {
		if f, ok := c.Field(cond.Field); ok && sort(f) {
			return true
		}
	}
	for _, f := range c.fields {
		if f.In.Has(place) && sort(f) {
			return false
		}
	}
	return true
}

func (c *Catalog) selective(place Place) string {
	var names []string
	for _, f := range c.fields {
		if f.In.Has(place) && f.Selective {
			names = append(names, f.label())
		}
	}
	return strings.Join(names, ", ")
}
