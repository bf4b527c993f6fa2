package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestFirings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, a, _ := openDesk(t, db)
		now := time.Date(2026, 3, 20, 12, 30, 0, 0, time.UTC)
		count := func(ticket desk.TicketID, ago time.Duration, fired ...store.Firing) {
			write(t, a, func(tx *store.Tx) error { return tx.CountFirings(t.Context(), ticket, now.Add(-ago), fired) })
		}
		count(1, 0)
		count(1, 0, store.Firing{Trigger: 7}, store.Firing{Trigger: 5})
		count(2, time.Minute, store.Firing{Trigger: 7, Error: "no such group"})
		count(2, 0, store.Firing{Trigger: 7})
		count(3, 2*time.Minute, store.Firing{Trigger: 5, Error: "the agreement is pending", NotDone: true})
		count(3, 2*time.Minute, store.Firing{Trigger: 8, Error: "the agreement is pending", NotDone: true})
		count(9, 3*24*time.Hour, store.Firing{Trigger: 7})
		count(9, 20*24*time.Hour, store.Firing{Trigger: 7, Error: "earlier"})
		count(9, 40*24*time.Hour, store.Firing{Trigger: 7}, store.Firing{Trigger: 6})
		firings := func() (got map[desk.TriggerID]store.Firings) {
			read(t, a, func(tx *store.Tx) (err error) {
				got, err = tx.Firings(t.Context(), now)
				return err
			})
			return got
		}
		want := map[desk.TriggerID]store.Firings{
			5: {Day: 1, Week: 1, Month: 1, Error: "the agreement is pending", ErrorAt: now.Add(-2 * time.Minute), ErrorTicket: 3},
			8: {Error: "the agreement is pending", ErrorAt: now.Add(-2 * time.Minute), ErrorTicket: 3},
			7: {Day: 3, Week: 4, Month: 5, Error: "no such group", ErrorAt: now.Add(-time.Minute), ErrorTicket: 2},
		}
		if diff := cmp.Diff(want, firings()); diff != "" {
			t.Error(diff)
		}
		write(t, a, func(tx *store.Tx) error { return tx.PruneFirings(t.Context(), now.Add(-24*time.Hour)) })
		want[7] = store.Firings{Day: 3, Week: 3, Month: 3, Error: "no such group", ErrorAt: now.Add(-time.Minute), ErrorTicket: 2}
		if diff := cmp.Diff(want, firings()); diff != "" {
			t.Error(diff)
		}
	})
}
