package notify_test

import (
	"fmt"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// BenchmarkFromAnswerToRelay is agents' answers, each of which a customer gets: from the change of the ticket until a relay
// on this machine has the letter.
func BenchmarkFromAnswerToRelay(b *testing.B) {
	o := open(b, storetest.New(b, sqldb.SQLite))
	id := o.ask("Carla", "hello", desk.Edits{})
	o.settle(id)
	tickets := []desk.TicketID{id}
	for range 31 { // letters about one ticket go out in their order
		tickets = append(tickets, o.ask("Carla", "hello", desk.Edits{}))
	}
	o.settle(id)
	before := len(o.relay.Taken())
	b.ResetTimer()
	for n := range b.N {
		_, err := o.tickets.Apply(b.Context(), desk.Update{Account: o.account.ID(), Ticket: tickets[n%len(tickets)], Actor: o.actor("Ada"),
			Comment: &desk.NewComment{Body: fmt.Sprintf("answer %d", n)}})
		must(b, err)
	}
	for len(o.relay.Taken())-before < b.N {
		time.Sleep(time.Millisecond)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
