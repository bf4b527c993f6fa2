package rule

import (
	"fmt"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
)

// A thousand triggers of four conditions look at one ticket, and none of them holds.

const many = 1000

// usual: what most triggers of a large desk ask for, each with one demand that few tickets meet.
func usual(i int) condition.Conditions {
	return condition.Conditions{
		when("status", condition.LessThan, "solved"),
		when("update_type", condition.Is, "Change"),
		when("current_tags", condition.Includes, fmt.Sprint("product_", i%300)),
		when("group_id", condition.IsNot, "12"),
	}
}

// worst: nothing to file a trigger under, and only its last condition says no.
func worst(int) condition.Conditions {
	return condition.Conditions{
		when("status", condition.IsNot, "closed"),
		when("group_id", condition.IsNot, "12"),
		when("current_tags", condition.NotIncludes, "spam"),
		when("priority", condition.Changed, nil),
	}
}

// woken: all are filed under what the ticket has, so that all are asked.
func woken(int) condition.Conditions {
	return condition.Conditions{
		when("status", condition.Is, "open"),
		when("update_type", condition.Is, "Change"),
		when("current_tags", condition.Includes, "camera"),
		when("assignee_id", condition.Changed, nil),
	}
}

// unlike: as worst, but no two triggers have a condition in common.
func unlike(i int) condition.Conditions {
	return condition.Conditions{
		when("group_id", condition.IsNot, 1000+i),
		when("organization_id", condition.NotChangedFrom, 1000+i),
		when("current_tags", condition.NotIncludes, fmt.Sprint("spam_", i)),
		when("assignee_id", condition.ChangedTo, 1000+i),
	}
}

func crowd(all func(int) condition.Conditions) (*Set, func() *desk.Draft) {
	var list []desk.Trigger
	for i := range many {
		list = append(list, trigger(desk.TriggerID(i+1), "", all(i), act("current_tags", "x")))
	}
	c := acme(list...)
	before := opened()
	before.Tags = []string{"camera", "eu", "firmware_3", "image_sensor", "vip"}
	return Compile(c), func() *desk.Draft { return desk.NewDraft(c, desk.Update{Actor: agent()}, &before, noon(), counter()) }
}

func BenchmarkThousandTriggers(b *testing.B) {
	for _, bench := range []struct {
		name string
		all  func(int) condition.Conditions
	}{{"usual", usual}, {"worst", worst}, {"woken", woken}, {"unlike", unlike}} {
		s, draft := crowd(bench.all)
		d := draft()
		b.Run(bench.name+"/look", func(b *testing.B) {
			w := s.newScratch()
			d.Facts(&w.facts)
			verdicts := make([]Verdict, many)
			b.ReportAllocs()
			for b.Loop() {
				s.beginPass(w, verdicts)
				if s.nextToFire(w, verdicts, 0) >= 0 {
					b.Fatal("one fired")
				}
			}
		})
		b.Run(bench.name+"/run", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Run(d)
			}
		})
		b.Run(bench.name+"/run and pack", func(b *testing.B) {
			size := 0
			b.ReportAllocs()
			for b.Loop() {
				size = len(s.Run(d).Pack())
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// Fifty triggers, one of which fires and changes the ticket: an ordinary update.
func BenchmarkFiftyTriggersOneFires(b *testing.B) {
	var list []desk.Trigger
	for i := range 50 {
		list = append(list, trigger(desk.TriggerID(i+1), "", usual(i), act("priority", "high")))
	}
	c := acme(list...)
	s := Compile(c)
	before := opened()
	before.Tags = []string{"camera", "product_7"}
	b.ReportAllocs()
	for b.Loop() {
		d := desk.NewDraft(c, desk.Update{Actor: agent()}, &before, noon(), counter())
		if tr := s.Run(d); len(tr.Firings) != 1 {
			b.Fatal("not one fired")
		}
	}
}

func BenchmarkCompileThousandTriggers(b *testing.B) {
	var list []desk.Trigger
	for i := range many {
		list = append(list, trigger(desk.TriggerID(i+1), "", usual(i), act("current_tags", "x")))
	}
	c := acme(list...)
	b.ReportAllocs()
	for b.Loop() {
		Compile(c)
	}
}
