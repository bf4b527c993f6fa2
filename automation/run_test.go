package automation_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"interdesk/automation"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// fails is a follower that refuses what it is told to.
type fails struct{ ticket desk.TicketID }

func (f *fails) Follow(_ context.Context, _ *store.Tx, a desk.Applied) error {
	if f.ticket != 0 && a.Ticket.ID == f.ticket {
		return errors.New("no")
	}
	return nil
}

// shop is a desk without the automations that desks begin with.
type shop struct {
	*clock
	t       *testing.T
	store   *store.Store
	tickets *ticketing.Service
	runner  *automation.Service
	account store.Account
	admin   desk.Actor
	fails   *fails
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		st, err := store.Open(t.Context(), db)
		check(t, err)
		t.Cleanup(func() { _ = st.Close(context.Background()) })
		account, admin, err := setup.CreateAccount(t.Context(), st, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
			desk.User{Name: "Ana", Email: "ana@acme.example"}, "")
		check(t, err)
		s := &shop{clock: &clock{at: time.Now().UTC().Truncate(time.Second)}, t: t, store: st, account: st.Account(account.ID),
			admin: desk.Actor{ID: admin.ID, Name: admin.Name, Role: desk.Admin}, fails: &fails{}}
		log := slog.New(slog.DiscardHandler)
		s.tickets = ticketing.New(st, ticketing.Options{Clock: s.now, Logger: log}).With(s.fails)
		s.runner = automation.New(st, s.tickets, automation.Options{Clock: s.now, Logger: log})
		s.write(func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.Automations(ctx)
			for _, a := range all {
				err = errors.Join(err, tx.DeleteAutomation(ctx, a.ID))
			}
			return err
		})
		test(t, s)
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shop) write(work func(ctx context.Context, tx *store.Tx) error) {
	s.t.Helper()
	check(s.t, s.account.Write(s.t.Context(), func(tx *store.Tx) error { return work(s.t.Context(), tx) }))
}

func when(field string, op condition.Operator, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: op, Value: condition.ValueOf(value)}
}

func (s *shop) automation(title string, all condition.Conditions, actions ...desk.Action) desk.AutomationID {
	s.t.Helper()
	a := desk.Automation{Title: title, Active: true, Conditions: condition.Tree{All: all}, Actions: actions, UpdatedAt: s.now()}
	s.write(func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Config(ctx)
		return errors.Join(err, rule.CheckAutomation(c, a), tx.InsertAutomation(ctx, &a))
	})
	return a.ID
}

func act(field, value string) desk.Action {
	return desk.Action{Field: field, Value: []byte(`"` + value + `"`)}
}

func (s *shop) ticket(status desk.Status, tags ...string) desk.TicketID {
	s.t.Helper()
	subject := "x"
	u := desk.Update{Actor: s.admin, Comment: &desk.NewComment{Body: "y"}, Edits: desk.Edits{Subject: &subject, Status: &status, AddTags: tags, Assignee: &s.admin.ID}}
	return s.apply(u).Ticket.ID
}

func (s *shop) apply(u desk.Update) desk.Applied {
	s.t.Helper()
	u.Account, u.Via.Channel = s.account.ID(), desk.ChannelAPI
	applied, err := s.tickets.Apply(s.t.Context(), u)
	check(s.t, err)
	return applied
}

func (s *shop) read(id desk.TicketID) (t desk.Ticket) {
	s.t.Helper()
	check(s.t, s.account.Read(s.t.Context(), func(tx *store.Tx) (err error) {
		t, err = tx.Ticket(s.t.Context(), id)
		return err
	}))
	return t
}

func (s *shop) run() {
	s.t.Helper()
	check(s.t, s.runner.Run(s.t.Context(), s.account.ID()))
}

// audits are the updates of a ticket that automations made.
func (s *shop) audits(id desk.TicketID) (out []desk.Audit) {
	s.t.Helper()
	check(s.t, s.account.Read(s.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Audits(s.t.Context(), id, store.Page{})
		for _, a := range list.Items {
			if a.Via.Channel == desk.ChannelRule {
				out = append(out, a)
			}
		}
		return err
	}))
	return out
}

func (s *shop) has(id desk.TicketID, tag string, want bool) {
	s.t.Helper()
	if got := s.read(id); slices.Contains(got.Tags, tag) != want {
		s.t.Errorf("ticket %d has the tags %v; %q: want %v", id, got.Tags, tag, want)
	}
}

func reminder() condition.Conditions {
	return condition.Conditions{when("PENDING", condition.GreaterThan, 24), when("current_tags", condition.NotIncludes, "reminded")}
}

func TestActsWhenDue(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("Remind", reminder(), act("current_tags", "reminded"))
		id, open := s.ticket(desk.Pending), s.ticket(desk.Open)
		s.run()
		s.pass(25*time.Hour - time.Second)
		s.run()
		s.has(id, "reminded", false)
		if due := s.read(id).AutomationAt; due.Sub(s.now()) > time.Second || !s.read(open).AutomationAt.IsZero() {
			t.Errorf("due at %s, an open one at %s", due, s.read(open).AutomationAt)
		}
		s.pass(2 * time.Second)
		s.run()
		s.has(id, "reminded", true)
		s.has(open, "reminded", false)
		audits := s.audits(id)
		if len(audits) != 1 || audits[0].Author != 0 || audits[0].Via.Title != "Remind" || audits[0].Via.Automation == 0 {
			t.Errorf("audits %+v", audits)
		}
		s.pass(100 * time.Hour)
		s.run()
		if got := s.audits(id); len(got) != 1 {
			t.Errorf("acted %d times", len(got))
		}
	})
}

// TestAnHourThatWasMissed: what is met for one hour only counts once when nothing ran in that hour, and not before.
func TestAnHourThatWasMissed(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("Once", condition.Conditions{when("PENDING", condition.Is, 2)}, act("priority", "high"))
		id := s.ticket(desk.Pending)
		s.run()
		s.pass(48 * time.Hour)
		note := s.apply(desk.Update{Ticket: id, Actor: s.admin, Edits: desk.Edits{AddTags: []string{"meanwhile"}}}) // the web went on
		if note.Ticket.Priority != "" {
			t.Fatal("acted without a run")
		}
		s.automation("Too late", condition.Conditions{when("PENDING", condition.Is, 3)}, act("current_tags", "late"))
		s.run()
		if got := s.read(id); got.Priority != desk.High {
			t.Errorf("the missed hour is forgotten: %+v", got.AutomationAt)
		}
		for range 5 {
			s.pass(30 * time.Minute)
			s.run()
		}
		if got := s.audits(id); len(got) != 1 {
			t.Errorf("acted %d times", len(got))
		}
		runs := s.runs()
		if runs[len(runs)-1].Late < 45*time.Hour {
			t.Errorf("the run was late by %s", runs[len(runs)-1].Late)
		}
	})
}

func (s *shop) runs() (all []store.AutomationRun) {
	s.t.Helper()
	check(s.t, s.account.Read(s.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.AutomationRuns(s.t.Context(), 100)
		return err
	}))
	return all
}

// TestOrderAndTriggers: each automation sees what those before it left, triggers look at what automations do.
func TestOrderAndTriggers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("First", condition.Conditions{when("OPEN", condition.GreaterThan, 0), when("priority", condition.IsNot, "urgent")}, act("priority", "urgent"))
		s.automation("Second", condition.Conditions{when("OPEN", condition.GreaterThan, 0), when("priority", condition.Is, "urgent")}, act("status", "pending"))
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertTrigger(ctx, &desk.Trigger{Title: "Sees it", Active: true, Actions: []desk.Action{act("current_tags", "seen")},
				Conditions: condition.Tree{All: condition.Conditions{when("priority", condition.ChangedTo, "urgent"), when("current_via_id", condition.Is, "8")}}}, s.admin.ID)
		})
		id := s.ticket(desk.Open)
		s.pass(time.Hour + time.Second)
		s.run()
		got := s.read(id)
		if got.Status != desk.Pending || got.Priority != desk.Urgent || len(s.audits(id)) != 2 {
			t.Errorf("%s, %s, %d updates", got.Status, got.Priority, len(s.audits(id)))
		}
		s.has(id, "seen", true)
		if runs := s.runs(); len(runs) != 1 || runs[0].Looked != 1 || runs[0].Fired != 2 || runs[0].Failed != 0 {
			t.Errorf("runs %+v", runs)
		}
	})
}

// TestNeverForEver: a trigger undoes what an automation did; it acts once an hour then, and a hundred times at most.
func TestNeverForEver(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("Remind", reminder(), act("current_tags", "reminded"))
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertTrigger(ctx, &desk.Trigger{Title: "Undo", Active: true, Actions: []desk.Action{act("remove_tags", "reminded")},
				Conditions: condition.Tree{All: condition.Conditions{when("current_tags", condition.Includes, "reminded")}}}, s.admin.ID)
		})
		id := s.ticket(desk.Pending)
		s.pass(25 * time.Hour)
		for range 4 {
			s.run()
			s.pass(20 * time.Minute)
		}
		if got := len(s.audits(id)); got != 2 {
			t.Errorf("acted %d times in an hour and 20 minutes", got)
		}
		for range 110 {
			s.pass(time.Hour + time.Second)
			s.run()
		}
		if got := s.read(id); got.AutomationRounds() != desk.MaxAutomationRounds || !got.AutomationAt.IsZero() {
			t.Errorf("acted %d times, due at %s", got.AutomationRounds(), got.AutomationAt)
		}
	})
}

// TestNothingToChange: an automation that changes nothing leaves no trace, and is not asked over and over.
func TestNothingToChange(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("High", condition.Conditions{when("PENDING", condition.Is, 1)}, act("status", "pending"))
		id := s.ticket(desk.Pending)
		s.pass(time.Hour + time.Minute)
		s.run()
		if got := s.read(id); len(s.audits(id)) != 0 || !got.AutomationAt.IsZero() {
			t.Errorf("%d updates, due at %s", len(s.audits(id)), got.AutomationAt)
		}
		if runs := s.runs(); len(runs) != 1 || runs[0].Fired != 0 || runs[0].Looked != 1 {
			t.Errorf("runs %+v", runs)
		}
	})
}

// TestOneTicketThatFails keeps no other from its automation, and is tried again.
func TestOneTicketThatFails(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("Remind", reminder(), act("current_tags", "reminded"))
		bad, good := s.ticket(desk.Pending), s.ticket(desk.Pending)
		s.fails.ticket = bad
		s.pass(26 * time.Hour)
		s.run()
		s.has(bad, "reminded", false)
		s.has(good, "reminded", true)
		if runs := s.runs(); len(runs) != 1 || runs[0].Looked != 2 || runs[0].Failed != 1 || runs[0].Fired != 1 {
			t.Errorf("runs %+v", runs)
		}
		s.fails.ticket = 0
		s.pass(6 * time.Minute)
		s.run()
		s.has(bad, "reminded", true)
	})
}

// TestChangesOfRulesAreWalked: a new automation finds old tickets; changed hours give them another time.
func TestChangesOfRulesAreWalked(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		id := s.ticket(desk.Pending)
		s.pass(30 * time.Hour)
		if !s.read(id).AutomationAt.IsZero() {
			t.Error("due without an automation")
		}
		s.automation("Remind", reminder(), act("current_tags", "reminded"))
		s.automation("Working", condition.Conditions{when("PENDING", condition.GreaterThanBusinessHours, 99)}, act("status", "open"))
		s.run()
		s.has(id, "reminded", true)
		before := s.read(id).AutomationAt
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertSchedule(ctx, &desk.Schedule{Name: "Office", TimeZone: "Europe/Berlin", Week: desk.WorkingWeek()})
		})
		s.run()
		if after := s.read(id).AutomationAt; before.Sub(s.read(id).StatusAt) != 100*time.Hour || after.Sub(before) < 7*24*time.Hour {
			t.Errorf("due at %s by the calendar, at %s by the office", before, after)
		}
	})
}

// TestTheDeskCloses what was solved for 28 days, and no trigger looks.
func TestTheDeskCloses(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertTrigger(ctx, &desk.Trigger{Title: "Looks", Active: true, Actions: []desk.Action{act("current_tags", "looked")},
				Conditions: condition.Tree{All: condition.Conditions{when("status", condition.ChangedTo, "closed")}}}, s.admin.ID)
		})
		id := s.ticket(desk.Solved)
		s.pass(28*24*time.Hour - time.Minute)
		s.run()
		if got := s.read(id); got.Status != desk.Solved {
			t.Error("closed too early")
		}
		s.pass(2 * time.Minute)
		s.run()
		if got := s.read(id); got.Status != desk.Closed || len(got.Tags) != 0 || !got.AutomationAt.IsZero() {
			t.Errorf("%s, %v, due at %s", got.Status, got.Tags, got.AutomationAt)
		}
	})
}

// TestTwoProcesses run at once, and nothing is done twice.
func TestTwoProcesses(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.automation("Remind", reminder(), act("current_tags", "reminded"))
		var ids []desk.TicketID
		for range 12 {
			ids = append(ids, s.ticket(desk.Pending))
		}
		s.pass(26 * time.Hour)
		var working sync.WaitGroup
		for range 3 {
			working.Go(func() {
				if err := s.runner.Run(t.Context(), s.account.ID()); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		for _, id := range ids {
			if got := len(s.audits(id)); got != 1 {
				t.Errorf("ticket %d: acted %d times", id, got)
			}
		}
	})
}
