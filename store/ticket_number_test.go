package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Two hundred clients create tickets through five connections while the database pauses. Nobody waits for a connection
// while holding one, so all of them come to their end, each with a number of its own.
func TestManyClientsOnFewConnections(t *testing.T) {
	t.Parallel()
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		for _, pause := range []string{"", "ticket_sequences", "tickets"} {
			t.Run(fmt.Sprint(d, " pausing at ", pause), func(t *testing.T) {
				t.Parallel()
				url := storetest.Migrated(t, d)
				s, account, _ := openDesk(t, storetest.OpenWith(t, url, sqldb.Options{Conns: 5}))
				release := func() {}
				if d == sqldb.Postgres && pause != "" {
					release = holdTable(t, url, pause)
				}
				ctx, stop := context.WithTimeout(t.Context(), time.Minute) // ends what stands still for good
				defer stop()
				const clients, each = 200, 3
				var all sync.WaitGroup
				numbers := make(chan desk.TicketID, clients*each)
				for range clients {
					all.Go(func() {
						for range each {
							id, err := createTicket(ctx, account)
							if err != nil {
								t.Error(err)
							}
							numbers <- id
						}
					})
				}
				if d == sqldb.Postgres && pause != "" {
					waitForPool(s.DB())
				}
				release()
				all.Wait()
				close(numbers)
				wantDistinct(t, numbers, clients*each)
			})
		}
	}
}

func createTicket(ctx context.Context, a store.Account) (id desk.TicketID, err error) {
	err = a.Write(ctx, func(tx *store.Tx) error {
		if id, err = tx.NextTicket(ctx); err != nil {
			return err
		}
		return tx.InsertTicket(ctx, &desk.Ticket{ID: id, Version: 1, Status: desk.New, Subject: "Lens"})
	})
	return id, err
}

// holdTable keeps everybody else away from a table until it is released.
func holdTable(t *testing.T, url, table string) (release func()) {
	t.Helper()
	other := storetest.OpenWith(t, url, sqldb.Options{Conns: 1})
	held, done, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		err := other.Write(context.Background(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(context.Background(), `lock table `+table+` in access exclusive mode`)
			close(held)
			<-done
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}()
	<-held
	return func() { close(done); <-ended }
}

// waitForPool returns when all connections are in use and others wait for one.
func waitForPool(db *sqldb.DB) {
	for {
		s := db.Pool().Stats()
		if s.InUse == s.MaxOpenConnections && s.WaitCount > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func wantDistinct(t *testing.T, numbers <-chan desk.TicketID, n int) {
	t.Helper()
	var all []desk.TicketID
	for id := range numbers {
		all = append(all, id)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) != n || all[0] < 1 {
		t.Errorf("%d numbers for %d tickets, from %d", len(all), n, all[0])
	}
}

// One transaction may create more tickets than are fetched at once, also where a part of it is taken back.
func TestManyTicketsInOneTransaction(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, account, _ := openDesk(t, db)
		var numbers []desk.TicketID
		write(t, account, func(tx *store.Tx) error {
			numbers = nil
			for range 100 {
				_ = tx.Savepoint(t.Context(), func() error {
					id, err := tx.NextTicket(t.Context())
					numbers = append(numbers, id)
					return err
				})
			}
			return nil
		})
		if len(numbers) != 100 || !slices.IsSorted(numbers) || numbers[0] < 1 || len(slices.Compact(numbers)) != 100 {
			t.Errorf("got %v", numbers)
		}
	})
}
