package automation_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

// promise makes a policy for every ticket.
func (s *shop) promise(targets ...desk.Target) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertPolicy(ctx, &desk.Policy{Title: "All", Targets: targets})
	})
}

func (s *shop) metricEvents(id desk.TicketID) (kinds []string) {
	s.t.Helper()
	check(s.t, s.account.Read(s.t.Context(), func(tx *store.Tx) error {
		all, err := tx.MetricEventsOf(s.t.Context(), []desk.TicketID{id})
		for _, e := range all[id] {
			kinds = append(kinds, e.Type)
		}
		return err
	}))
	return kinds
}

// urgent makes an urgent ticket that somebody works on.
func (s *shop) urgent() desk.TicketID {
	s.t.Helper()
	subject, urgent, open := "x", desk.Urgent, desk.Open
	return s.apply(desk.Update{Actor: s.admin, Comment: &desk.NewComment{Body: "y"},
		Edits: desk.Edits{Subject: &subject, Priority: &urgent, Status: &open, Assignee: &s.admin.ID}}).Ticket.ID
}

// TestBreachesWakeAutomations: hours until a breach and since one drive rules to the minute, without any update of the ticket.
func TestBreachesWakeAutomations(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.promise(desk.Target{Priority: desk.Urgent, Metric: desk.AgentWorkTime, Seconds: 4 * 3600})
		s.automation("Soon", condition.Conditions{when("until_sla_next_breach_at", condition.LessThan, 1), when("status", condition.LessThan, "solved"),
			when("current_tags", condition.NotIncludes, "soon")}, act("current_tags", "soon"))
		s.automation("Late", condition.Conditions{when("sla_next_breach_at", condition.GreaterThan, 0), when("status", condition.LessThan, "solved"),
			when("current_tags", condition.NotIncludes, "late")}, act("current_tags", "late"))
		id := s.urgent()
		begun := s.read(id).CreatedAt
		s.run()
		s.has(id, "soon", false)
		s.pass(1*time.Hour + 59*time.Minute - s.now().Sub(begun)) // floored, two hours are left from here on
		s.run()
		s.has(id, "soon", false)
		s.pass(2 * time.Minute)
		s.run()
		s.has(id, "soon", true)
		s.pass(time.Hour + 57*time.Minute)
		s.run()
		if slices.Contains(s.metricEvents(id), desk.MetricBreach) {
			t.Error("broken two minutes early")
		}
		s.pass(3 * time.Minute)
		s.run()
		if got := s.read(id).Level; !slices.Contains(s.metricEvents(id), desk.MetricBreach) || !got.BreachedAt().Equal(begun.Add(4*time.Hour)) {
			t.Errorf("noticed %v, %+v", s.metricEvents(id), got)
		}
		s.has(id, "late", false)
		s.pass(time.Hour)
		s.run()
		s.has(id, "late", true)
		if got := s.metricEvents(id); len(got) != 3 {
			t.Errorf("told %q", got)
		}
	})
}

// TestBreachesAreNoticedLate: what was broken while nothing ran is noticed once, with its own time.
func TestBreachesAreNoticedLate(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.promise(desk.Target{Priority: desk.Urgent, Metric: desk.TotalResolutionTime, Seconds: 3600})
		id := s.urgent()
		created := s.read(id).CreatedAt
		s.pass(30 * time.Hour)
		solved := desk.Solved
		s.apply(desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{Status: &solved}})
		s.run()
		var noted []desk.MetricEvent
		check(t, s.account.Read(t.Context(), func(tx *store.Tx) error {
			all, err := tx.MetricEventsOf(t.Context(), []desk.TicketID{id})
			noted = all[id]
			return err
		}))
		breaches := slices.DeleteFunc(noted, func(e desk.MetricEvent) bool { return e.Type != desk.MetricBreach })
		if len(breaches) != 1 || !breaches[0].At.Equal(created.Add(time.Hour)) {
			t.Errorf("breaches %+v", breaches)
		}
		if due := s.read(id); due.AutomationAt.Before(s.now()) || due.Level.BreachAt() != (time.Time{}) {
			t.Errorf("a solved ticket is due at %s, broken at %s", due.AutomationAt, due.Level.BreachAt())
		}
	})
}

// TestChangedHoursCountAtOnce: tickets are gone over when business hours change.
func TestChangedHoursCountAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.promise(desk.Target{Priority: desk.Urgent, Metric: desk.AgentWorkTime, Seconds: 3600, Business: true})
		id := s.urgent()
		if got := s.read(id); got.Level.BreachAt().Sub(got.CreatedAt) != time.Hour {
			t.Errorf("around the clock, broken at %s", got.Level.BreachAt())
		}
		s.pass(2 * time.Hour)
		s.run()
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertSchedule(ctx, &desk.Schedule{Name: "Never", TimeZone: "UTC"})
		})
		s.run()
		if got := s.read(id).Level; !got.BreachAt().IsZero() {
			t.Errorf("never open, broken at %s", got.BreachAt())
		}
		check(t, s.account.Read(t.Context(), func(tx *store.Tx) error {
			all, err := tx.MetricEventsOf(t.Context(), []desk.TicketID{id})
			if last := all[id][len(all[id])-1]; last.Type != desk.MetricBreach || !last.Deleted {
				t.Errorf("the breach is told as %+v", last)
			}
			return err
		}))
	})
}
