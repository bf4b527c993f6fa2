package automation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// The recipe asks once, a day after a ticket was solved, and says on a ticket that a partner shared why nobody is asked.
func TestAskADayAfterSolved(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.write(func(ctx context.Context, tx *store.Tx) error {
			a, err := tx.AccountRow(ctx)
			a.Settings.Survey.On = true
			return errors.Join(err, tx.UpdateAccount(ctx, &a))
		})
		s.write(func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.Config(ctx)
			if err != nil {
				return err
			}
			made, err := rule.Recipe{Name: rule.AskSatisfied, Active: true}.Rules(c)
			if err != nil {
				return err
			}
			return errors.Join(rule.CheckAutomation(c, made.Automations[0]), tx.InsertAutomation(ctx, &made.Automations[0]))
		})
		ours, theirs := s.ticket(desk.Solved), s.ticket(desk.Solved)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			a := desk.Agreement{Name: "Kongen", UUID: "u", Inbound: true, Status: desk.AgreementAccepted}
			if err := tx.InsertAgreement(ctx, &a, "key"); err != nil {
				return err
			}
			return tx.InsertShare(ctx, &desk.Share{Agreement: a.ID, Ticket: theirs, UUID: "s", Inbound: true, State: desk.ShareLive})
		})
		s.pass(23 * time.Hour)
		s.run()
		if got := s.read(ours).Rating.Score; got != "" {
			t.Errorf("asked too soon: %s", got)
		}
		s.pass(time.Hour + time.Minute)
		s.run()
		asked := s.read(ours).Rating
		if asked.Score != desk.Offered || s.read(theirs).Rating.Score != "" {
			t.Errorf("ours %+v, theirs %+v", asked, s.read(theirs).Rating)
		}
		s.pass(26 * time.Hour)
		s.run()
		if again := s.read(ours); again.Rating != asked {
			t.Errorf("asked again: %+v", again.Rating)
		}
		said := slices.ContainsFunc(s.audits(theirs), func(a desk.Audit) bool {
			return slices.ContainsFunc(a.Events, func(e desk.Event) bool { return e.Type == desk.EventError })
		})
		if !said {
			t.Error("nobody says why the partner's customer is not asked")
		}
	})
}
