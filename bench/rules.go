package main

import (
	"fmt"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
)

// crowd is how many triggers look at one ticket.
const crowd = 1000

// measureRules has a thousand triggers of four conditions look at one update; none of them holds, so nothing is done but
// looking. In the usual set each asks for a tag that few tickets have; in the worst nothing tells them apart before
// their last condition.
func (b *bench) measureRules() {
	is := func(field string, o condition.Operator, v any) condition.Condition {
		return condition.Condition{Field: field, Operator: o, Value: condition.ValueOf(v)}
	}
	usual := func(i int) condition.Conditions {
		return condition.Conditions{is("status", condition.LessThan, "solved"), is("update_type", condition.Is, "Change"),
			is("current_tags", condition.Includes, fmt.Sprintf("product_%d", i%300)), is("group_id", condition.IsNot, "12")}
	}
	worst := func(i int) condition.Conditions {
		return condition.Conditions{is("group_id", condition.IsNot, 1000+i), is("organization_id", condition.NotChangedFrom, 1000+i),
			is("current_tags", condition.NotIncludes, fmt.Sprintf("spam_%d", i)), is("assignee_id", condition.ChangedTo, 1000+i)}
	}
	for _, kind := range []struct {
		name string
		all  func(int) condition.Conditions
	}{{"usual", usual}, {"worst", worst}} {
		ran := testing.Benchmark(func(t *testing.B) { runCrowd(t, kind.all) })
		note := fmt.Sprintf("%d allocations of %d bytes in all, for the trace that is kept and the facts of the update", ran.AllocsPerOp(), ran.AllocedBytesPerOp())
		one := result{Measure: fmt.Sprintf("%d triggers, %s", crowd, kind.name), Engine: "-", Unit: "µs", Note: note,
			Value: float64(ran.T.Nanoseconds()) / float64(ran.N) / 1000}
		if kind.name == "usual" {
			one = one.atMost(20)
		}
		b.report.add(one)
	}
}

func runCrowd(t *testing.B, all func(int) condition.Conditions) {
	c := &desk.Config{Account: desk.Account{ID: 1, Name: "Acme"}, Version: 1, RuleSet: 1, Groups: []desk.Group{{ID: 11, Name: "Support"}},
		Staff: map[desk.UserID]desk.StaffMember{2: {ID: 2, Name: "Ann", Role: desk.Agent, Groups: []desk.GroupID{11}}}}
	for i := range crowd {
		c.Triggers = append(c.Triggers, desk.Trigger{ID: desk.TriggerID(i + 1), Title: "Trigger", Active: true, Revision: 1,
			Conditions: condition.Tree{All: all(i)}, Actions: []desk.Action{{Field: "current_tags", Value: []byte(`"x"`)}}})
	}
	set := rule.Compile(c.BuildIndexes())
	if broken := set.Problems(); len(broken) > 0 {
		t.Fatal(broken[0])
	}
	before := desk.Ticket{ID: 7, Status: desk.Open, Group: 11, Requester: 3, Submitter: 3, Tags: []string{"camera", "eu", "firmware_3", "image_sensor", "vip"}}
	id := int64(0)
	d := desk.NewDraft(c, desk.Update{Actor: desk.Actor{ID: 2, Name: "Ann", Role: desk.Agent}}, &before, time.Now(), func() int64 { id++; return id })
	t.ReportAllocs()
	for t.Loop() {
		if len(set.Run(d).Firings) > 0 {
			t.Fatal("one fired")
		}
	}
}
