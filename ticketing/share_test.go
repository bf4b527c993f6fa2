package ticketing_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// partner is an outbound agreement in some state.
func (s *shop) partner(t *testing.T, status desk.AgreementStatus) (id desk.AgreementID) {
	t.Helper()
	s.write(t, func(ctx context.Context, tx *store.Tx) error {
		a := desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: "of-" + string(status), Name: "Kongen", Status: status, RemoteURL: "https://kongen.example/sharing"}
		err := tx.InsertAgreement(ctx, &a, "sealed")
		id = a.ID
		return err
	})
	return id
}

// shared gives a ticket a share in some state.
func (s *shop) shared(t *testing.T, ticket desk.TicketID, a desk.AgreementID, state desk.ShareState, barred ...desk.TriggerID) {
	t.Helper()
	s.write(t, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertShare(ctx, &desk.Share{ID: desk.ShareID(tx.NewID()), Agreement: a, Ticket: ticket, UUID: "of-the-ticket", State: state,
			StateBy: desk.BySystem, Episode: 1, BarredRules: barred})
	})
}

func is(field string, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: condition.Is, Value: condition.ValueOf(value)}
}

func set(t *testing.T, field string, value any) desk.Action {
	t.Helper()
	raw, err := condition.ValueOf(value).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return desk.Action{Field: field, Value: raw}
}

func (s *shop) read(t *testing.T, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.store.Account(s.account).Read(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) asksDelivery(t *testing.T) (asks bool) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Config(ctx)
		asks = err == nil && s.service.AsksDelivery(c)
		return err
	})
	return asks
}

// itself is the desk telling what became of a share.
func (s *shop) itself(ticket desk.TicketID, a desk.AgreementID, action string) desk.Update {
	return desk.Update{Account: s.account, Ticket: ticket, Actor: desk.Actor{System: true},
		Via:   desk.Via{Channel: desk.ChannelDelivery, Agreement: a, Partner: "Kongen"},
		Edits: desk.Edits{ShareResults: []desk.ShareResult{{Agreement: a, Action: action}}}}
}

func TestHandOverOnceThePartnerHasIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		kongen := s.partner(t, desk.AgreementAccepted)
		id := s.apply(t, desk.Update{Actor: s.admin, Comment: say("Stripes"), Edits: desk.Edits{Subject: ptr("Stripes")}}).Ticket.ID
		s.shared(t, id, kongen, desk.ShareSending)
		if s.asksDelivery(t) {
			t.Error("no rule asks, and yet one does")
		}
		s.trigger(t, "Handed over", []condition.Condition{is("delivered_to", kongen)}, set(t, "unshare_ticket", kongen), set(t, "status", "solved"))
		s.trigger(t, "Answered", []condition.Condition{is("current_via_id", desk.ChannelSharing)}, set(t, "priority", "urgent"))
		if !s.asksDelivery(t) {
			t.Error("a rule asks")
		}
		applied, err := s.service.Apply(t.Context(), s.itself(id, kongen, desk.ActionDelivered))
		if err != nil {
			t.Fatal(err)
		}
		got := s.ticket(t, id)
		if got.Status != desk.Solved || got.Priority != "" || !slices.Equal(desk.Ended(applied.Sharing), []desk.AgreementID{kongen}) {
			t.Errorf("status %s, priority %s, sharing %+v", got.Status, got.Priority, applied.Sharing)
		}
		if applied.Human || applied.Audit.Author != 0 || applied.Audit.Via.Channel != desk.ChannelDelivery || applied.Audit.Events[0].Action != desk.ActionDelivered {
			t.Errorf("human %v, audit %+v", applied.Human, applied.Audit)
		}
		if _, err := s.try(t, desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{ShareResults: []desk.ShareResult{{Agreement: kongen, Action: desk.ActionDelivered}}}}); desk.KindOf(err) != desk.Invalid {
			t.Errorf("a person tells what became of a share: %v", err)
		}
	})
}

func TestRuleThatCannotShareIsCountedAsFailed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		pending := s.partner(t, desk.AgreementPending)
		s.trigger(t, "Share", []condition.Condition{is("update_type", "Create")}, set(t, "current_tags", "shared_kongen"), set(t, "share_ticket", pending))
		applied := s.apply(t, desk.Update{Actor: s.admin, Comment: say("Stripes"), Edits: desk.Edits{Subject: ptr("Stripes")}})
		if got := s.ticket(t, applied.Ticket.ID); len(got.Tags) != 0 || len(got.Shares) != 0 {
			t.Errorf("tags %v, shares %v", got.Tags, got.Shares)
		}
		s.read(t, func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.Triggers(ctx)
			if err != nil {
				return err
			}
			firings, err := tx.Firings(ctx, applied.Audit.CreatedAt)
			i := slices.IndexFunc(all, func(t desk.Trigger) bool { return t.Title == "Share" })
			if f := firings[all[i].ID]; f.Month != 0 || !strings.Contains(f.Error, "is pending") || f.ErrorTicket != applied.Ticket.ID {
				t.Errorf("%+v", f)
			}
			return err
		})
	})
}

func TestBarredTriggersOfAShare(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		kongen := s.partner(t, desk.AgreementAccepted)
		id := s.apply(t, desk.Update{Actor: s.admin, Comment: say("Stripes"), Edits: desk.Edits{Subject: ptr("Stripes")}}).Ticket.ID
		s.trigger(t, "Solve", []condition.Condition{is("update_type", "Change")}, set(t, "status", "solved"))
		var solve desk.TriggerID
		s.read(t, func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.Triggers(ctx)
			solve = all[len(all)-1].ID
			return err
		})
		s.shared(t, id, kongen, desk.ShareRefused, solve)
		applied := s.apply(t, desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{Priority: ptr(desk.High)}})
		trace, err := rule.Unpack(applied.Audit.Trace)
		if err != nil || applied.Ticket.Status == desk.Solved || len(trace.Obstacles) != 1 || !strings.Contains(trace.Obstacles[0].Reason, "to Kongen for nothing") {
			t.Errorf("error %v, status %s, obstacles %+v", err, applied.Ticket.Status, trace.Obstacles)
		}
		s.apply(t, desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{Share: []desk.AgreementID{kongen}}})
		if got := s.ticket(t, id); got.Status != desk.Solved {
			t.Errorf("it waits although the ticket was shared again: %s", got.Status)
		}
	})
}
