package e2e

import (
	"fmt"
	"sync"
	"testing"
)

// TestBurst creates two hundred tickets at the same moment, ten times as many as there are connections to PostgreSQL.
func TestBurst(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		s := newServer(t, "acme", database(t, "acme")).start()
		const clients = 200
		var all sync.WaitGroup
		ids := make(chan int64, clients)
		for n := range clients {
			all.Go(func() {
				var made struct{ Ticket struct{ ID int64 } }
				if _, err := s.try("POST", "/tickets", object{"ticket": object{"subject": fmt.Sprint("Burst ", n), "comment": object{"body": "now"}}}, &made); err != nil {
					t.Error(err)
				}
				ids <- made.Ticket.ID
			})
		}
		all.Wait()
		close(ids)
		seen := map[int64]bool{}
		for id := range ids {
			seen[id] = true
		}
		if len(seen) != clients {
			t.Errorf("%d different tickets of %d", len(seen), clients)
		}
	})
}
