package notify_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

// askWhenSolved has one trigger alone ask whether the requester is satisfied, and do more.
func (o *office) askWhenSolved(on bool, more ...desk.Action) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.AccountRow(ctx)
		if err != nil {
			return err
		}
		a.Settings.Survey.On = on
		if err := tx.UpdateAccount(ctx, &a); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update triggers set active = $2 where account_id = $1`, tx.Account(), false); err != nil {
			return err
		}
		t := desk.Trigger{Title: "Ask", Active: true, Actions: append([]desk.Action{{Field: "satisfaction_score", Value: []byte(`"offered"`)}}, more...),
			Conditions: condition.Tree{All: condition.Conditions{{Field: "status", Operator: condition.ChangedTo, Value: condition.ValueOf("solved")}}}}
		return tx.InsertTrigger(ctx, &t, o.ada.ID)
	})
}

func (o *office) solve(id desk.TicketID) {
	o.t.Helper()
	ben := o.id("Ben")
	o.apply("Ben", desk.Update{Ticket: id, Edits: desk.Edits{Status: ptr(desk.Solved), Assignee: &ben}})
	o.settle(id)
}

// surveys are the letters to Carla with links to rate by.
func (o *office) surveys() (out []string) {
	for _, m := range o.taken("Carla") {
		if strings.Contains(m.Text, "/letters/rating") {
			out = append(out, m.Text)
		}
	}
	return out
}

func TestTheRequesterIsAskedOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.askWhenSolved(true)
		id := o.ask("Carla", "They are grey", desk.Edits{})
		o.solve(id)
		link := fmt.Sprintf("https://acme.test/letters/rating?link=%d-%d", id, o.id("Carla"))
		got := o.surveys()
		if len(got) != 1 || !strings.Contains(got[0], "Good, I'm satisfied: "+link+"&score=good") || !strings.Contains(got[0], "Hello Carla,") {
			t.Fatalf("letters: %q", got)
		}
		o.apply("Ben", desk.Update{Ticket: id, Edits: desk.Edits{Status: ptr(desk.Open)}})
		o.solve(id)
		if got := o.surveys(); len(got) != 1 {
			t.Errorf("asked again: %q", got)
		}
	})
}

func TestARulesOwnWordsAskInsteadOfTheLetter(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.askWhenSolved(true, desk.Action{Field: "notification_user", Value: []byte(`["requester_and_ccs", "Well?", "Rate us: {{satisfaction.rating_url}}|{{satisfaction.rating_section}}"]`)})
		dora := []desk.UserID{o.id("Dora")}
		id := o.ask("Carla", "They are grey", desk.Edits{EmailCCs: &dora})
		ben := o.id("Ben")
		o.apply("Ben", desk.Update{Ticket: id, Edits: desk.Edits{Status: ptr(desk.Solved), Assignee: &ben}, Comment: &desk.NewComment{Body: "Done"}})
		o.settle(id)
		if got := o.surveys(); len(got) != 1 || !strings.Contains(got[0], "Rate us: https://acme.test/letters/rating") {
			t.Errorf("letters: %q", got)
		}
		for _, m := range o.taken("Dora") {
			if strings.Contains(m.Text, "/letters/rating") {
				t.Errorf("who is copied could vote for the requester: %q", m.Text)
			}
		}
	})
}

func TestNobodyIsAskedWhereThatIsOff(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.askWhenSolved(false)
		id := o.ask("Carla", "They are grey", desk.Edits{})
		o.solve(id)
		if got := o.surveys(); len(got) != 0 {
			t.Errorf("letters: %q", got)
		}
	})
}
