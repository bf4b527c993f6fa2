package ticketing_test

import (
	"context"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

func (s *shop) policy(t *testing.T, p desk.Policy) {
	t.Helper()
	s.write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertPolicy(ctx, &p) })
}

// TestATicketComesUnderAPolicyLate: what its updates tell counts from the beginning; without a policy nothing is remembered.
func TestATicketComesUnderAPolicyLate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		asked := s.apply(t, desk.Update{Actor: s.customer, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}}).Ticket
		s.apply(t, desk.Update{Ticket: asked.ID, Actor: s.admin, Comment: say("y"), Edits: desk.Edits{Priority: ptr(desk.High), Status: ptr(desk.Pending)}})
		again := s.apply(t, desk.Update{Ticket: asked.ID, Actor: s.customer, Comment: say("z")}).Ticket
		if again.Level != nil {
			t.Errorf("without a policy: %+v", again.Level)
		}
		s.policy(t, desk.Policy{Title: "Tagged", Filter: condition.Tree{All: condition.Conditions{{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf("gold")}}},
			Targets: []desk.Target{{Priority: desk.High, Metric: desk.FirstReplyTime, Seconds: 60}, {Priority: desk.High, Metric: desk.NextReplyTime, Seconds: 600},
				{Priority: desk.High, Metric: desk.TotalResolutionTime, Seconds: 6000}}})
		if got := s.apply(t, desk.Update{Ticket: asked.ID, Actor: s.admin, Edits: desk.Edits{AddTags: []string{"silver"}}}).Ticket; got.Level != nil {
			t.Errorf("no policy matches: %+v", got.Level)
		}
		s.apply(t, desk.Update{Ticket: asked.ID, Actor: s.admin, Edits: desk.Edits{AddTags: []string{"gold"}}})
		got := s.ticket(t, asked.ID)
		if got.Level == nil || len(got.Level.Promises) != 3 {
			t.Fatalf("promised: %+v", got.Level)
		}
		first, next, total := got.Level.Promises[0], got.Level.Promises[1], got.Level.Promises[2]
		if first.Stage != desk.StageAchieved || !next.At().Equal(again.UpdatedAt.Add(600*time.Second)) || !total.At().Equal(asked.CreatedAt.Add(6000*time.Second)) {
			t.Errorf("from %s and %s: %+v", asked.CreatedAt, again.UpdatedAt, got.Level.Promises)
		}
		if !got.AutomationAt.Equal(next.At()) {
			t.Errorf("looked at next at %s", got.AutomationAt)
		}
	})
}

// TestTriggersComeFirst: the policy is chosen for the ticket as triggers leave it.
func TestTriggersComeFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.trigger(t, "Presses", []condition.Condition{{Field: "update_type", Operator: condition.Is, Value: condition.ValueOf("Create")}},
			desk.Action{Field: "priority", Value: []byte(`"urgent"`)})
		s.policy(t, desk.Policy{Title: "All", Targets: []desk.Target{{Priority: desk.Urgent, Metric: desk.FirstReplyTime, Seconds: 60}}})
		made := s.apply(t, desk.Update{Actor: s.customer, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}}).Ticket
		if got := s.ticket(t, made.ID).Level; got == nil || len(got.Promises) != 1 || got.Promises[0].Stage != desk.StageActive {
			t.Errorf("promised: %+v", got)
		}
		s.write(t, func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.Policies(ctx)
			if err != nil {
				return err
			}
			return tx.DeletePolicy(ctx, all[0].ID)
		})
		s.apply(t, desk.Update{Ticket: made.ID, Actor: s.admin, Edits: desk.Edits{AddTags: []string{"gone"}}})
		if got := s.ticket(t, made.ID).Level; got != nil {
			t.Errorf("promised by nobody: %+v", got)
		}
	})
}
