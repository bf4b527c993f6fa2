package rule

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"interdesk/condition"
	"interdesk/desk"
)

// MaxFirings is how many triggers may fire in one update. It only ends what an account with thousands of triggers that
// set each other off would do; ordinary sets end by themselves.
const MaxFirings = 1000

// Set is the active triggers of an account at one version, made ready. It never changes.
type Set struct {
	rules      []compiled // in the order they run, as in Config.Triggers
	conditions []sharedCondition
	index      index
	limit      int
	delivery   bool // see AsksDelivery
	scratch    sync.Pool
}

type compiled struct {
	via     desk.Via
	all     []int32 // by position in Set.conditions
	any     []int32
	actions []preparedAction
	broken  string // why it cannot run; "" when it can
}

// sharedCondition is a condition that one or more triggers have; it is asked once in a walk, whoever asks first.
type sharedCondition struct {
	matcher *condition.Matcher
	demands []condition.Requirement // at most one
}

// Problem is a trigger that can no longer run, and why.
type Problem struct {
	Trigger desk.TriggerID
	Message string
}

// Compile makes the triggers of an account ready.
func Compile(c *desk.Config) *Set {
	s := &Set{rules: make([]compiled, len(c.Triggers)), limit: MaxFirings}
	b := builder{set: s, table: newTable(c, condition.Trigger), known: map[condition.Condition]int32{}}
	for i := range c.Triggers {
		s.rules[i] = b.compile(&c.Triggers[i])
		s.delivery = s.delivery || s.rules[i].broken == "" && asksDelivery(&c.Triggers[i])
	}
	s.index = newIndex(s)
	s.scratch.New = func() any { return s.newScratch() }
	return s
}

// builder makes triggers ready, one after another.
type builder struct {
	set   *Set
	table *table
	known map[condition.Condition]int32
}

func (b *builder) compile(from *desk.Trigger) compiled {
	r := compiled{via: desk.Via{Channel: desk.ChannelRule, Trigger: from.ID, Revision: from.Revision, Title: from.Title}}
	r.broken = b.prepareRule(from, &r)
	return r
}

// prepareRule fills in what a trigger asks and does, and says why it cannot.
func (b *builder) prepareRule(from *desk.Trigger, r *compiled) string {
	if from.Conditions.Len() == 0 {
		return "it has no conditions"
	}
	all, okAll := b.compileConditions(from.Conditions.All)
	anyOf, okAny := b.compileConditions(from.Conditions.Any)
	if !okAll || !okAny {
		_, err := condition.Compile(from.Conditions, b.table.config.Catalog(), condition.Trigger)
		return fmt.Sprint(err)
	}
	for i, a := range from.Actions {
		d, message := b.table.prepare(a)
		if message != "" {
			return fmt.Sprintf("actions[%d]: %s", i, message)
		}
		r.actions = append(r.actions, d)
	}
	r.all, r.any = all, anyOf
	return ""
}

// compileConditions gives conditions their questions; ok is false when one cannot be compiled.
func (b *builder) compileConditions(list condition.Conditions) (ids []int32, ok bool) {
	for _, c := range list {
		id, known := b.known[c]
		if !known {
			m, err := condition.Compile(condition.Tree{All: condition.Conditions{c}}, b.table.config.Catalog(), condition.Trigger)
			if err != nil {
				return nil, false
			}
			id = int32(len(b.set.conditions))
			b.known[c] = id
			b.set.conditions = append(b.set.conditions, sharedCondition{m, m.Required()})
		}
		ids = append(ids, id)
	}
	return ids, true
}

// whyBroken says why a trigger cannot run, "" when it can.
func whyBroken(c *desk.Config, t *desk.Trigger) string {
	b := builder{set: &Set{}, table: newTable(c, condition.Trigger), known: map[condition.Condition]int32{}}
	return b.compile(t).broken
}

// Len is the number of triggers.
func (s *Set) Len() int { return len(s.rules) }

// AsksDelivery tells whether a trigger wants to know what became of handing a ticket over: only then need the desk make an
// update of it (share-life §4).
func (s *Set) AsksDelivery() bool { return s.delivery }

func asksDelivery(t *desk.Trigger) bool {
	return slices.ContainsFunc(slices.Concat(t.Conditions.All, t.Conditions.Any), func(c condition.Condition) bool {
		switch c.Field {
		case "delivered_to", "sharing_failed":
			return true
		case "current_via_id":
			return slices.Contains(c.Value.List(), strconv.Itoa(int(desk.ChannelDelivery)))
		}
		return false
	})
}

// TriggerProblems lists which of some triggers cannot run, were they on.
func TriggerProblems(c *desk.Config, list []desk.Trigger) []Problem {
	with := *c
	with.Triggers = list
	return Compile(&with).Problems()
}

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
