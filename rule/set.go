package rule

import (
	"fmt"
	"sync"

	"interdesk/condition"
	"interdesk/desk"
)

// MaxFirings is how many triggers may fire in one update. It only ends what an account with thousands of triggers that
// wake each other would do; ordinary sets end by themselves.
const MaxFirings = 1000

// Set is the active triggers of an account at one version, made ready. It never changes.
type Set struct {
	rules   []compiled // in the order they run, as in Config.Triggers
	index   index
	limit   int
	scratch sync.Pool
}

type compiled struct {
	via     desk.Via
	matcher *condition.Matcher // nil when broken
	all     int                // how many conditions must all hold
	deeds   []deed
	broken  string
}

// Problem is a trigger that can no longer run, and why.
type Problem struct {
	Trigger desk.TriggerID
	Message string
}

// Compile makes the triggers of an account ready.
func Compile(c *desk.Config) *Set {
	s := &Set{rules: make([]compiled, len(c.Triggers)), limit: MaxFirings}
	t := newTable(c, Trigger)
	for i := range c.Triggers {
		s.rules[i] = t.compile(&c.Triggers[i])
	}
	s.index = newIndex(s.rules)
	s.scratch.New = func() any { return s.newScratch() }
	return s
}

func (t *table) compile(from *desk.Trigger) compiled {
	r := compiled{all: len(from.Conditions.All),
		via: desk.Via{Channel: desk.ChannelRule, Trigger: from.ID, Revision: from.Revision, Title: from.Title}}
	if from.Conditions.Len() == 0 {
		r.broken = "it has no conditions"
		return r
	}
	m, err := condition.Compile(from.Conditions, t.config.Catalog(), condition.Trigger)
	if err != nil {
		r.broken = err.Error()
		return r
	}
	for i, a := range from.Actions {
		d, message := t.ready(a)
		if message != "" {
			r.broken = fmt.Sprintf("actions[%d]: %s", i, message)
			return r
		}
		r.deeds = append(r.deeds, d)
	}
	r.matcher = m
	return r
}

// Len is the number of triggers.
func (s *Set) Len() int { return len(s.rules) }

// Problems lists the triggers that cannot run.
func (s *Set) Problems() []Problem {
	var out []Problem
	for i := range s.rules {
		if r := &s.rules[i]; r.broken != "" {
			out = append(out, Problem{r.via.Trigger, r.broken})
		}
	}
	return out
}
