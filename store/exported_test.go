package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Transactions end in another order than they write. Whoever exports meanwhile gets each update once, and the last of each ticket.
func TestExportsNeitherLoseNorRepeat(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, _ := openDesk(t, db)
		const writers, updates = 6, 12
		for n := range writers {
			insertTickets(t, a, desk.Ticket{ID: desk.TicketID(n + 1), Version: 1, Status: desk.New, CreatedAt: noon(), UpdatedAt: noon()})
		}
		writing := make(chan struct{})
		go func() {
			defer close(writing)
			var wait sync.WaitGroup
			for n := range writers {
				wait.Go(func() { writeSlowly(t, s, a, desk.TicketID(n+1), updates) })
			}
			wait.Wait()
		}()
		seen, last := map[int64]int{}, map[int64]int64{}
		var events, tickets store.ExportPosition
		over := false
		for settled := 0; settled < 2; {
			select {
			case <-writing:
				over = true
			default:
			}
			events = exportMore(t, s, a, events, (*store.Tx).ExportedAudits, func(p store.ExportPosition) { seen[p.Audit]++ })
			tickets = exportMore(t, s, a, tickets, (*store.Tx).ExportedTickets, func(p store.ExportPosition) { last[p.ID] = p.Audit })
			if over && len(seen) == writers*updates {
				settled++
			}
			if t.Failed() {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		for audit, times := range seen {
			if times != 1 {
				t.Errorf("update %d came %d times", audit, times)
			}
		}
		for n := range writers {
			read(t, a, func(tx *store.Tx) error {
				latest, err := tx.LatestAudits(t.Context(), desk.TicketID(n+1), 1)
				if err == nil && last[int64(n+1)] != int64(latest[0].ID) {
					t.Errorf("ticket %d: %d was exported last, not %d", n+1, last[int64(n+1)], latest[0].ID)
				}
				return err
			})
		}
	})
}

// writeSlowly writes updates of a ticket, each in a transaction that takes its time before it ends. Some are given up.
func writeSlowly(t *testing.T, s *store.Store, a store.Account, id desk.TicketID, n int) {
	errGivenUp := errors.New("given up")
	for n > 0 {
		giveUp := rand.IntN(5) == 0
		err := a.Write(t.Context(), func(tx *store.Tx) error {
			audit := desk.Audit{ID: desk.AuditID(s.NewID()), Ticket: id, CreatedAt: time.Now(), Events: []desk.Event{}}
			if err := tx.InsertAudit(t.Context(), &audit); err != nil {
				return err
			}
			if tx.Dialect() != sqldb.SQLite {
				time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
			}
			if giveUp {
				return errGivenUp
			}
			return nil
		})
		switch {
		case err == nil:
			n--
		case !errors.Is(err, errGivenUp):
			t.Error(err)
			return
		}
	}
}

func exportMore(t *testing.T, s *store.Store, a store.Account, after store.ExportPosition,
	find func(*store.Tx, context.Context, store.ExportSpan) ([]store.ExportPosition, error), each func(store.ExportPosition)) store.ExportPosition {
	t.Helper()
	until, err := s.ExportableUntil(t.Context())
	if err != nil {
		t.Error(err)
		return after
	}
	read(t, a, func(tx *store.Tx) error {
		found, err := find(tx, t.Context(), store.ExportSpan{After: after, Until: until, Limit: 5})
		for _, p := range found {
			each(p)
			after = p
		}
		return err
	})
	return after
}
