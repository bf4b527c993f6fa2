package ticketing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
)

// However the clock goes, each update of a ticket bears a second of its own, later than that of the one before. So every
// stamp that a client saw, in whole seconds, tells whether the ticket is still what it saw.
func TestUpdateTimesRise(t *testing.T) {
	t.Parallel()
	const updates = 12
	begun := time.Date(2026, 3, 1, 12, 0, 0, 999_999_000, time.UTC)
	for name, clock := range map[string]func(n int) time.Time{
		"stands still":      func(int) time.Time { return begun },
		"by microseconds":   func(n int) time.Time { return begun.Add(time.Duration(n) * time.Microsecond) },
		"steps back":        func(n int) time.Time { return begun.Add(-time.Duration(n) * time.Hour) },
		"steps back once":   func(n int) time.Time { return begun.Add(time.Duration(n%2) * -time.Hour) },
		"jumps ahead once":  func(n int) time.Time { return begun.Add(time.Duration(n%2) * 24 * time.Hour) },
		"goes as it should": func(n int) time.Time { return begun.Add(time.Duration(n) * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, s *shop) {
				n := 0
				s.service = ticketing.New(s.store, ticketing.Options{Clock: func() time.Time { return clock(n) }})
				id := s.apply(t, desk.Update{Actor: s.admin, Comment: say("0"), Edits: desk.Edits{Subject: ptr("0")}}).Ticket.ID
				seen := []time.Time{s.ticket(t, id).UpdatedAt.Truncate(time.Second)}
				for n = 1; n < updates; n++ {
					last := seen[len(seen)-1]
					u := desk.Update{Ticket: id, Actor: s.admin, SeenAt: last, Comment: say(fmt.Sprint(n))}
					if n%4 == 0 {
						u.Edits.Subject = ptr(fmt.Sprint(n))
					}
					s.apply(t, u)
					now := s.ticket(t, id).UpdatedAt.Truncate(time.Second)
					if !now.After(last) {
						t.Fatalf("update %d bears %s, the one before %s", n, now, last)
					}
					seen = append(seen, now)
				}
				for _, old := range seen[:updates-1] {
					if _, err := s.try(t, desk.Update{Ticket: id, Actor: s.admin, SeenAt: old, Edits: desk.Edits{Subject: ptr("stale")}}); desk.KindOf(err) != desk.Conflict {
						t.Errorf("an update of who saw %s: %v", old, err)
					}
				}
				s.wantOrder(t, id, updates)
				s.wantJustNow(t, id, clock(n))
			})
		})
	}
}

// wantOrder checks that audits and comments are listed in the order in which they came, and that their times rise.
func (s *shop) wantOrder(t *testing.T, id desk.TicketID, n int) {
	t.Helper()
	ctx := t.Context()
	err := s.store.Account(s.account).Read(ctx, func(tx *store.Tx) error {
		audits, err := tx.Audits(ctx, id, store.Page{Limit: 100})
		if err != nil {
			return err
		}
		comments, err := tx.Comments(ctx, id, store.CommentFilter{}, store.Page{Limit: 100})
		if err != nil {
			return err
		}
		if len(audits.Items) != n || len(comments.Items) != n {
			t.Fatalf("%d audits, %d comments", len(audits.Items), len(comments.Items))
		}
		for i, c := range comments.Items {
			a := audits.Items[i]
			if c.Body != fmt.Sprint(i) || c.Audit != a.ID || !c.CreatedAt.Equal(a.CreatedAt) {
				t.Errorf("number %d is comment %q of %s, audit of %s", i, c.Body, c.CreatedAt, a.CreatedAt)
			}
			if i > 0 && !a.CreatedAt.After(audits.Items[i-1].CreatedAt) {
				t.Errorf("audit %d bears %s, the one before %s", i, a.CreatedAt, audits.Items[i-1].CreatedAt)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantJustNow checks that a ticket whose stamp may lie ahead of the clock is among those that were updated lately.
func (s *shop) wantJustNow(t *testing.T, id desk.TicketID, at time.Time) {
	t.Helper()
	found, err := s.updatedWithin(t.Context(), at, 25)
	if err != nil || len(found) != 1 || found[0].ID != id {
		t.Errorf("updated within a day: %d tickets, %v", len(found), err)
	}
}

func (s *shop) updatedWithin(ctx context.Context, at time.Time, hours int) (found []desk.Ticket, err error) {
	err = s.store.Account(s.account).Read(ctx, func(tx *store.Tx) error {
		config, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		page, err := tx.TicketsWhere(ctx, store.ViewQuery{Config: config, Viewer: s.admin, At: at, Page: store.Page{Limit: 10},
			Tree: condition.Tree{All: []condition.Condition{
				{Field: "updated_at", Operator: condition.LessThan, Value: condition.ValueOf(hours)}, {Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}}}})
		found = page.Items
		return err
	})
	return found, err
}
