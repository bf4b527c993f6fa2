package ticketing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
)

// shop is an account with an admin, a customer and the camera company's dropdown.
type shop struct {
	store    *store.Store
	service  *ticketing.Service
	account  desk.AccountID
	admin    desk.Actor
	customer desk.Actor
	problem  desk.FieldID
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, openShop(t, db)) })
}

func openShop(t *testing.T, db *sqldb.DB) *shop {
	t.Helper()
	ctx := t.Context()
	st, err := store.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close(context.Background()) })
	account, admin, err := setup.CreateAccount(ctx, st, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
		desk.User{Name: "Ana", Email: "ana@acme.example"}, "")
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{store: st, service: ticketing.New(st, ticketing.Options{Logger: slog.New(slog.DiscardHandler)}), account: account.ID,
		admin: desk.Actor{ID: admin.ID, Name: admin.Name, Role: desk.Admin}}
	s.write(t, func(ctx context.Context, tx *store.Tx) error {
		mia := desk.User{Name: "Mia", Email: "mia@example.com", Role: desk.EndUser, Active: true, Tags: []string{"vip"}}
		field := desk.TicketField{Type: desk.FieldTagger, Title: "Problem type", Active: true, EditableInPortal: true, VisibleInPortal: true,
			Options: []desk.FieldOption{{Name: "Image sensor", Value: "image_sensor"}, {Name: "Lens", Value: "lens"}}}
		err := errors.Join(tx.InsertUser(ctx, &mia), tx.InsertField(ctx, &field))
		s.customer, s.problem = desk.Actor{ID: mia.ID, Name: mia.Name, Role: desk.EndUser}, field.ID
		return err
	})
	return s
}

func (s *shop) write(t *testing.T, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.store.Account(s.account).Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) trigger(t *testing.T, title string, when []condition.Condition, do ...desk.Action) {
	t.Helper()
	s.write(t, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertTrigger(ctx, &desk.Trigger{Title: title, Active: true, Conditions: condition.Tree{All: when}, Actions: do}, s.admin.ID)
	})
}

func (s *shop) apply(t *testing.T, u desk.Update) desk.Applied {
	t.Helper()
	applied, err := s.try(t, u)
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func (s *shop) try(t *testing.T, u desk.Update) (desk.Applied, error) {
	t.Helper()
	u.Account = s.account
	u.Via.Channel = desk.ChannelAPI
	return s.service.Apply(t.Context(), u)
}

func (s *shop) ticket(t *testing.T, id desk.TicketID) (ticket desk.Ticket) {
	t.Helper()
	ctx := t.Context()
	err := s.store.Account(s.account).Read(ctx, func(tx *store.Tx) (err error) {
		ticket, err = tx.Ticket(ctx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func say(body string) *desk.NewComment { return &desk.NewComment{Body: body} }

func ptr[T any](v T) *T { return &v }

func TestCustomerPicksImageSensor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.trigger(t, "Mark for Kongen", []condition.Condition{{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf("image_sensor")}},
			desk.Action{Field: "current_tags", Value: []byte(`"shared_kongen"`)}, desk.Action{Field: "priority", Value: []byte(`"high"`)})
		applied := s.apply(t, desk.Update{Actor: s.customer, Comment: say("Stripes on all three cameras"),
			Edits: desk.Edits{Subject: ptr("Stripes"), Fields: map[desk.FieldID][]string{s.problem: {"image_sensor"}}}})
		got := s.ticket(t, applied.Ticket.ID)
		if diff := cmp.Diff([]string{"image_sensor", "shared_kongen", "vip"}, got.Tags); diff != "" {
			t.Error(diff)
		}
		if got.Priority != desk.High || got.Requester != s.customer.ID || got.Status != desk.New || !got.Public {
			t.Errorf("got %+v", got)
		}
		if got.ID != 1 || applied.Audit.RuleSet == 0 || len(applied.Audit.Trace) == 0 {
			t.Errorf("ticket %d, rule set %d, trace %v", got.ID, applied.Audit.RuleSet, applied.Audit.Trace)
		}
	})
}

func TestEndUsersTouchOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		theirs := s.apply(t, desk.Update{Actor: s.customer, Comment: say("hello"), Edits: desk.Edits{Subject: ptr("mine")}}).Ticket.ID
		other := s.apply(t, desk.Update{Actor: s.admin, Comment: say("hello"), Edits: desk.Edits{Subject: ptr("not theirs")}}).Ticket.ID
		cases := map[string]struct {
			update desk.Update
			kind   desk.Kind
		}{
			"another's ticket":     {desk.Update{Ticket: other, Comment: say("let me in")}, desk.NotFound},
			"no such ticket":       {desk.Update{Ticket: 999, Comment: say("?")}, desk.NotFound},
			"a private note":       {desk.Update{Ticket: theirs, Comment: &desk.NewComment{Body: "psst", Public: ptr(false)}}, desk.Invalid},
			"in another's name":    {desk.Update{Ticket: theirs, Comment: &desk.NewComment{Body: "I am Ana", Author: s.admin.ID}}, desk.Invalid},
			"the tags":             {desk.Update{Ticket: theirs, Edits: desk.Edits{AddTags: []string{"vip"}}}, desk.Invalid},
			"the status":           {desk.Update{Ticket: theirs, Edits: desk.Edits{Status: ptr(desk.Pending)}}, desk.Invalid},
			"sharing":              {desk.Update{Ticket: theirs, Edits: desk.Edits{UnshareAll: true}}, desk.Invalid},
			"for another customer": {desk.Update{Comment: say("x"), Edits: desk.Edits{Requester: &s.admin.ID}}, desk.Invalid},
			"nothing at all":       {desk.Update{}, desk.Invalid},
		}
		for name, c := range cases {
			c.update.Actor = s.customer
			if _, err := s.try(t, c.update); desk.KindOf(err) != c.kind || err == nil {
				t.Errorf("%s: got %v", name, err)
			}
		}
		s.apply(t, desk.Update{Ticket: theirs, Actor: s.admin, Edits: desk.Edits{Assignee: &s.admin.ID}})
		solved := s.apply(t, desk.Update{Ticket: theirs, Actor: s.customer, Edits: desk.Edits{Status: ptr(desk.Solved)}})
		if solved.Ticket.Status != desk.Solved {
			t.Error("customers may say that their request is solved")
		}
		reply := s.apply(t, desk.Update{Ticket: theirs, Actor: s.customer, Comment: say("not solved after all")})
		if reply.Ticket.Status != desk.Open || reply.Ticket.Reopens != 1 {
			t.Errorf("after the reply: %s, reopened %d times", reply.Ticket.Status, reply.Ticket.Reopens)
		}
	})
}

func TestStaleUpdatesAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		first := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}}).Ticket
		seen := first.UpdatedAt.Truncate(time.Second)
		s.apply(t, desk.Update{Ticket: first.ID, Actor: s.admin, Edits: desk.Edits{Priority: ptr(desk.Low)}})
		for name, u := range map[string]desk.Update{
			"by version": {Base: first.Version},
			"by time":    {SeenAt: seen},
		} {
			u.Ticket, u.Actor, u.Edits = first.ID, s.admin, desk.Edits{Priority: ptr(desk.High)}
			if _, err := s.try(t, u); desk.KindOf(err) != desk.Conflict {
				t.Errorf("%s: got %v", name, err)
			}
		}
		now := s.ticket(t, first.ID)
		s.apply(t, desk.Update{Ticket: first.ID, Actor: s.admin, Base: now.Version, SeenAt: now.UpdatedAt.Truncate(time.Second), Edits: desk.Edits{Priority: ptr(desk.High)}})
	})
}

func TestARefusedUpdateLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		before := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}}).Ticket
		for name, u := range map[string]desk.Update{
			"a long comment":  {Comment: say(strings.Repeat("x", desk.MaxCommentBody+1)), Edits: desk.Edits{Priority: ptr(desk.High)}},
			"a blank comment": {Comment: say("  "), Edits: desk.Edits{Priority: ptr(desk.High)}},
			"an upload":       {Comment: &desk.NewComment{Body: "see file", Uploads: []string{"no-such-token"}}, Edits: desk.Edits{Priority: ptr(desk.High)}},
			"an author":       {Comment: &desk.NewComment{Body: "x", Author: 12345}, Edits: desk.Edits{Priority: ptr(desk.High)}},
			"a requester":     {Edits: desk.Edits{Requester: ptr(desk.UserID(12345)), Priority: ptr(desk.High)}},
			"an option":       {Edits: desk.Edits{Fields: map[desk.FieldID][]string{s.problem: {"rust"}}, Priority: ptr(desk.High)}},
		} {
			u.Ticket, u.Actor = before.ID, s.admin
			if _, err := s.try(t, u); desk.KindOf(err) != desk.Invalid || err == nil {
				t.Errorf("%s: got %v", name, err)
			}
		}
		after := s.ticket(t, before.ID)
		if after.Version != before.Version || after.Priority != "" || after.CommentCount != 1 {
			t.Errorf("got %+v", after)
		}
	})
}

func TestHTMLIsMadeHarmless(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		html := `<p onclick="x()">Hi <b>there</b> &amp;lt;</p><script>alert(1)</script><img src="javascript:x" onerror=y><a href="https://a.example">a</a>`
		c := s.apply(t, desk.Update{Actor: s.admin, Comment: &desk.NewComment{HTML: html}, Edits: desk.Edits{Subject: ptr("x")}}).Comment
		for _, bad := range []string{"script", "onclick", "onerror", "javascript"} {
			if strings.Contains(c.HTML, bad) {
				t.Errorf("%q is left in %s", bad, c.HTML)
			}
		}
		if c.Body != "Hi there &lt;\n\na" {
			t.Errorf("plain text is %q", c.Body)
		}
	})
}

func TestSolvingAProblemSolvesItsIncidents(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		mother := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("batch 7"), Type: ptr(desk.Problem)}}).Ticket.ID
		incident := func() desk.TicketID {
			return s.apply(t, desk.Update{Actor: s.admin, Comment: say("y"), Edits: desk.Edits{Subject: ptr("camera 3"), Type: ptr(desk.Incident), Problem: &mother}}).Ticket.ID
		}
		first, other, last := incident(), incident(), incident()
		solved := s.apply(t, desk.Update{Ticket: mother, Actor: s.admin, Comment: say("New sensors are on their way"), Edits: desk.Edits{Status: ptr(desk.Closed)}})
		if solved.Incidents != 3 {
			t.Errorf("%d incidents are to be solved, want 3", solved.Incidents)
		}
		s.apply(t, desk.Update{Ticket: other, Actor: s.admin, Edits: desk.Edits{Problem: ptr(desk.TicketID(0))}}) // meanwhile
		s.work(t)
		var jobs []store.BulkJob
		s.write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			jobs, err = tx.Bulks(ctx)
			return err
		})
		if done := s.await(t, jobs[0].ID); done.Progress != 3 || done.Kind != "SolveIncidentsJob" || done.User != s.admin.ID {
			t.Errorf("the job is %+v", done)
		}
		for id, want := range map[desk.TicketID]desk.Status{first: desk.Solved, other: desk.New, last: desk.Solved} {
			if got := s.ticket(t, id); got.Status != want || want == desk.Solved && got.CommentCount != 2 {
				t.Errorf("the incident %d is %s with %d comments", id, got.Status, got.CommentCount)
			}
		}
	})
}

// TestTriggersCountIncidents: a problem that grows is noticed at its next update; a day is that of the account's zone.
func TestTriggersCountIncidents(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.write(t, func(ctx context.Context, tx *store.Tx) error {
			a, err := tx.AccountRow(ctx)
			a.TimeZone = "Pacific/Auckland"
			return errors.Join(err, tx.UpdateAccount(ctx, &a))
		})
		s.trigger(t, "Many", []condition.Condition{{Field: "number_of_incidents", Operator: condition.GreaterThan, Value: condition.ValueOf("1")}},
			desk.Action{Field: "current_tags", Value: []byte(`"many"`)})
		s.trigger(t, "Due", []condition.Condition{{Field: "ticket_due_date", Operator: condition.Is, Value: condition.ValueOf("2030-05-02")}},
			desk.Action{Field: "current_tags", Value: []byte(`"due"`)})
		mother := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("batch 7"), Type: ptr(desk.Problem)}}).Ticket.ID
		for _, want := range []bool{false, true} {
			s.apply(t, desk.Update{Actor: s.admin, Comment: say("y"), Edits: desk.Edits{Subject: ptr("camera"), Type: ptr(desk.Incident), Problem: &mother}})
			s.apply(t, desk.Update{Ticket: mother, Actor: s.admin, Comment: say("another one")})
			if got := s.ticket(t, mother); slices.Contains(got.Tags, "many") != want {
				t.Errorf("tags %v", got.Tags)
			}
		}
		due := time.Date(2030, 5, 1, 20, 0, 0, 0, time.UTC) // the second of May in Auckland
		task := s.apply(t, desk.Update{Actor: s.admin, Comment: say("z"), Edits: desk.Edits{Subject: ptr("call"), Type: ptr(desk.Task), DueAt: &due}}).Ticket
		if !slices.Contains(task.Tags, "due") {
			t.Errorf("tags of the task %v", task.Tags)
		}
	})
}

func TestFollowUpOfAClosedTicket(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		old := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x"), Requester: &s.customer.ID,
			Fields: map[desk.FieldID][]string{s.problem: {"lens"}}, Status: ptr(desk.Closed)}}).Ticket
		if _, err := s.try(t, desk.Update{Ticket: old.ID, Actor: s.admin, Comment: say("too late")}); desk.KindOf(err) != desk.Invalid {
			t.Errorf("a closed ticket took a comment: %v", err)
		}
		next := s.apply(t, desk.Update{Actor: s.admin, Comment: say("again"), Edits: desk.Edits{Subject: ptr("Re: x"), FollowupOf: old.ID}}).Ticket
		if next.Requester != s.customer.ID || next.Fields[s.problem].Text() != "lens" || next.Via.Channel != desk.ChannelClosed || next.Via.Source != old.ID {
			t.Errorf("got %+v", next)
		}
		if got := s.ticket(t, old.ID).Followups; !slices.Equal(got, []desk.TicketID{next.ID}) || s.ticket(t, next.ID).Followups != nil {
			t.Errorf("followed up by %v", got)
		}
		others := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("secret"), Status: ptr(desk.Closed)}}).Ticket
		for id, want := range map[desk.TicketID]bool{old.ID: true, others.ID: false} {
			_, err := s.try(t, desk.Update{Actor: s.customer, Comment: say("again"), Edits: desk.Edits{Subject: ptr("Re: x"), FollowupOf: id}})
			if (err == nil) != want {
				t.Errorf("the customer follows up %d: %v", id, err)
			}
		}
	})
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		id := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}}).Ticket.ID
		var working sync.WaitGroup
		for n := range 20 {
			working.Go(func() {
				u := desk.Update{Account: s.account, Ticket: id, Actor: s.admin, Comment: say(fmt.Sprint("comment ", n)), Edits: desk.Edits{AddTags: []string{fmt.Sprintf("tag%d", n)}}}
				if _, err := s.service.Apply(t.Context(), u); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		got := s.ticket(t, id)
		if got.CommentCount != 21 || len(got.Tags) != 20 || got.Version != 21 {
			t.Errorf("%d comments, %d tags, version %d", got.CommentCount, len(got.Tags), got.Version)
		}
	})
}

// refuse is a follower that fails: the update it hears of must not happen.
type refuse struct{}

func (refuse) Follow(context.Context, *store.Tx, desk.Applied) error { return errors.New("no") }

func TestAFollowersFailureUndoesTheUpdate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		service := ticketing.New(s.store, ticketing.Options{}).With(refuse{})
		_, err := service.Apply(t.Context(), desk.Update{Account: s.account, Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}})
		if err == nil {
			t.Fatal("want the follower's error")
		}
		first := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}})
		if first.Before != nil || first.Ticket.Version != 1 {
			t.Errorf("got %+v", first.Ticket)
		}
	})
}

func TestDeletedTicketsAreGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		id := s.apply(t, desk.Update{Actor: s.admin, Comment: say("x"), Edits: desk.Edits{Subject: ptr("x")}}).Ticket.ID
		if err := s.service.Delete(t.Context(), s.account, s.customer, desk.Via{}, id); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("a customer deleted a ticket: %v", err)
		}
		if err := s.service.Delete(t.Context(), s.account, s.admin, desk.Via{}, id); err != nil {
			t.Fatal(err)
		}
		if _, err := s.try(t, desk.Update{Ticket: id, Actor: s.admin, Comment: say("?")}); desk.KindOf(err) != desk.NotFound {
			t.Errorf("got %v", err)
		}
	})
}
