package inbound_test

import (
	"net/http"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
)

// A status word that is learnt later is taken then, unless somebody has changed the status meanwhile; a closed ticket stays.
func TestAStatusWordThatIsLearntLater(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		theirs, in := acme.Accept(p, sharingtest.AllTerms())
		var tickets []desk.TicketID
		for range 2 {
			uuid, _ := p.ShareTicket(theirs, p.NewTicket("Dark", "Dark."))
			sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some("frozen")}), http.StatusOK)
			tickets = append(tickets, acme.CopyOf(uuid))
		}
		acme.SetStatus(tickets[1], desk.Solved)
		acme.WaitForJobs()
		_, err := acme.Agreements.Configure(t.Context(), acme.Account.ID, acme.Admin, in, agreement.Settings{ShareNotes: true, PeopleLimit: 50,
			StatusMap: map[string]string{"frozen": "pending"}})
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		if a, b := acme.Ticket(tickets[0]).Status, acme.Ticket(tickets[1]).Status; a != desk.Pending || b != desk.Solved {
			t.Fatalf("%s %s", a, b)
		}
		if s := acme.ShareOf(tickets[0], in); len(s.Sync.NotHeldHere) > 0 {
			t.Fatalf("%+v", s.Sync)
		}
	})
}
