package ticketing_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sla"
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

// foreign has a partner say something under an agreement.
func (s *shop) foreign(t *testing.T, ticket desk.TicketID, a desk.AgreementID, body string, public bool) desk.Ticket {
	t.Helper()
	var who desk.User
	s.write(t, func(ctx context.Context, tx *store.Tx) error {
		who = desk.User{Name: "Leif", Role: desk.EndUser, Foreign: a, ForeignAgent: true, Active: true}
		return tx.InsertUser(ctx, &who)
	})
	applied, err := s.service.Apply(t.Context(), desk.Update{Account: s.account, Ticket: ticket, Actor: desk.Actor{ID: who.ID, Name: who.Name, Role: desk.EndUser, Foreign: a},
		Via: desk.Via{Channel: desk.ChannelSharing, Agreement: a, Partner: "Kongen"}, Comment: &desk.NewComment{Body: body, Public: &public}})
	if err != nil {
		t.Fatal(err)
	}
	return applied.Ticket
}

// TestPartnersAnswerAndWait: a partner's public word answers the customer where the policy says so, clocks rest while it has the
// ball, and the updates of a ticket tell the same life that it remembers.
func TestPartnersAnswerAndWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		tagged := func(tag string) condition.Tree {
			return condition.Tree{All: condition.Conditions{{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf(tag)}}}
		}
		targets := []desk.Target{{Priority: desk.High, Metric: desk.FirstReplyTime, Seconds: 600}, {Priority: desk.High, Metric: desk.TotalResolutionTime, Seconds: 6000}}
		s.policy(t, desk.Policy{Title: "Ours alone", Filter: tagged("alone"), Targets: targets})
		s.policy(t, desk.Policy{Title: "Together", Targets: targets, PartnerReplies: true, PartnerPauses: true})
		kongen := s.partner(t, desk.AgreementAccepted)
		id := s.apply(t, desk.Update{Actor: s.customer, Comment: say("Stripes"), Edits: desk.Edits{Subject: ptr("Stripes")}}).Ticket.ID
		s.apply(t, desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{Priority: ptr(desk.High), Share: []desk.AgreementID{kongen}}})
		s.shared(t, id, kongen, desk.ShareLive)
		stages := func(what string, want ...desk.Stage) {
			t.Helper()
			for i, p := range s.ticket(t, id).Level.Promises {
				if p.Stage != want[i] {
					t.Errorf("%s: %s is %s, want %s", what, p.Metric, p.Stage, want[i])
				}
			}
		}
		stages("Kongen has the ball", desk.StagePaused, desk.StagePaused)
		s.foreign(t, id, kongen, "Which firmware?", false)
		stages("Kongen asks us", desk.StageActive, desk.StageActive)
		s.apply(t, desk.Update{Ticket: id, Actor: s.admin, Comment: &desk.NewComment{Body: "2.1", Public: ptr(false)}})
		stages("we answer Kongen", desk.StagePaused, desk.StagePaused)
		s.foreign(t, id, kongen, "Please update it", true)
		stages("Kongen answers the customer", desk.StageAchieved, desk.StageActive)
		s.apply(t, desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{AddTags: []string{"alone"}}})
		stages("partners do not count", desk.StageActive, desk.StageActive)
		s.apply(t, desk.Update{Ticket: id, Actor: s.admin, Comment: say("Yes"), Edits: desk.Edits{Status: ptr(desk.Pending)}})
		s.apply(t, desk.Update{Ticket: id, Actor: s.customer, Comment: say("It works")})
		got := s.ticket(t, id)
		s.read(t, func(ctx context.Context, tx *store.Tx) error {
			moments, err := tx.Moments(ctx, []desk.TicketID{id})
			if diff := cmp.Diff(got.Level.Life, sla.Live(moments[id])); diff != "" {
				t.Errorf("remembered and told: %s", diff)
			}
			return err
		})
	})
}
