package admin_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// run has the jobs done until the test ends.
func (f *firm) run() {
	f.t.Helper()
	runner := job.NewRunner(f.db, job.Config{Poll: 20 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
	f.tickets.Jobs(runner)
	if err := runner.Start(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = runner.Stop(context.Background()) })
}

// ticket makes one of Ben's.
func (f *firm) ticket(assignee desk.UserID, group desk.GroupID, status desk.Status) desk.TicketID {
	f.t.Helper()
	subject := "camera"
	a, err := f.tickets.Apply(f.t.Context(), desk.Update{Account: f.account.ID(), Actor: desk.Actor{ID: f.ada.ID, Role: desk.Admin},
		Comment: &desk.NewComment{Body: "x"}, Edits: desk.Edits{Subject: &subject, Assignee: &assignee, Group: &group, Status: &status}})
	if err != nil {
		f.t.Fatal(err)
	}
	return a.Ticket.ID
}

func (f *firm) read(id desk.TicketID) (t desk.Ticket) {
	f.t.Helper()
	f.write(func(ctx context.Context, tx *store.Tx) (err error) {
		t, err = tx.Ticket(ctx, id)
		return err
	})
	return t
}

// TestWhoLeavesGivesUpTickets: unsolved tickets lose an assignee who is not in their group any more, and a group that is
// gone, by an update like any other; what is solved stays whose it was.
func TestWhoLeavesGivesUpTickets(t *testing.T) {
	for name, c := range map[string]struct {
		leave func(ctx context.Context, actor *admin.Actor, f *firm, m desk.Membership) error
		group bool // the ticket stays in its group
		other bool // the ticket in another group stays Ben's
	}{
		"membership": {func(ctx context.Context, actor *admin.Actor, _ *firm, m desk.Membership) error {
			return actor.DeleteMembership(ctx, m.ID)
		}, true, true},
		"group": {func(ctx context.Context, actor *admin.Actor, f *firm, _ desk.Membership) error {
			return actor.DeleteGroup(ctx, f.camera.ID)
		}, false, true},
		"deleted": {func(ctx context.Context, actor *admin.Actor, f *firm, _ desk.Membership) error {
			return ignore(actor.DeleteUser(ctx, f.ben.ID))
		}, true, false},
		"demoted": {func(ctx context.Context, actor *admin.Actor, f *firm, _ desk.Membership) error {
			return ignore(actor.ChangeUser(ctx, f.ben.ID, admin.Password{}, func(u *desk.User) error { u.Role = desk.EndUser; return nil }))
		}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, f *firm) {
				f.run()
				lens := desk.Group{Name: "Lens"}
				in := desk.Membership{User: f.ben.ID, Group: f.camera.ID}
				f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
					if err := actor.CreateGroup(ctx, &lens); err != nil {
						return err
					}
					if err := actor.CreateMembership(ctx, &in); err != nil {
						return err
					}
					return actor.CreateMembership(ctx, &desk.Membership{User: f.ben.ID, Group: lens.ID})
				})
				solved, other := f.ticket(f.ben.ID, f.camera.ID, desk.Solved), f.ticket(f.ben.ID, lens.ID, desk.Open)
				open := f.ticket(f.ben.ID, f.camera.ID, desk.Pending)
				f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error { return c.leave(ctx, actor, f, in) })
				for deadline := time.Now().Add(30 * time.Second); f.read(open).Assignee != 0; time.Sleep(10 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("still %+v", f.read(open))
					}
				}
				if got := f.read(open); (got.Group == f.camera.ID) != c.group || got.Version != 2 {
					t.Errorf("open: %+v", got)
				}
				if got := f.read(solved); got.Assignee != f.ben.ID || got.Version != 1 {
					t.Errorf("solved: %+v", got)
				}
				if got := f.read(other); c.other && got.Assignee != f.ben.ID {
					t.Errorf("other: %+v", got)
				}
			})
		})
	}
}
