package outbound_test

import (
	"context"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
	"interdesk/ticketing"
)

// A shared ticket that is merged tells its partner so and ceases to be shared; what it was merged into is shared instead, if that is
// wanted.
func TestSharedTicketsAreMerged(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		zed := acme.Invite(p, sharingtest.FullTerms())
		merge := func(o *sharingtest.Office, m ticketing.Merge, sources ...desk.TicketID) {
			t.Helper()
			o.Write(func(ctx context.Context, tx *store.Tx) error {
				_, err := o.Tickets.Enqueue(ctx, tx, ticketing.Bulk{ID: ticketing.NewBulkID(), Actor: o.Admin, Merge: &m, Sources: sources})
				return err
			})
			o.WaitForJobs()
		}
		ended, moved, into := acme.OpenTicket("Dark", "1"), acme.OpenTicket("Dark again", "2"), acme.OpenTicket("All of it", "3")
		acme.Share(ended, zed)
		acme.Share(moved, out)
		acme.Share(moved, zed)
		acme.WaitForJobs()
		theirs := kongen.CopyOf(acme.ShareOf(moved, out).UUID)
		merge(acme, ticketing.Merge{Into: into, SourceComment: "Merged into all of it.", SourcePublic: true}, ended)
		if s := acme.ShareOf(ended, zed); s.State != desk.ShareEnded {
			t.Errorf("%+v", s)
		}
		p.WaitForReceived(acme.ShareOf(ended, zed).UUID, "1", "Merged into all of it.")
		merge(acme, ticketing.Merge{Into: into, SourceComment: "Merged, too.", SourcePublic: true, TargetComment: "And that.", MoveShares: true}, moved)
		kongen.WaitForJobs()
		if got := acme.Ticket(into); len(got.Shares) != 2 || !got.Shares[0].Active() || !got.Shares[1].Active() {
			t.Fatalf("%+v", got.Shares)
		}
		if bodies := kongen.Bodies(theirs); len(bodies) < 2 || bodies[1] != "Merged, too." {
			t.Errorf("%q", bodies)
		}
		again := kongen.CopyOf(acme.ShareOf(into, out).UUID)
		if got := kongen.Ticket(again); got.Subject != "All of it" {
			t.Errorf("%+v", got)
		}
		// What a partner shares with us stays shared when we merge it: the partner hears that it is closed.
		other := kongen.OpenTicket("Theirs", "x")
		merge(kongen, ticketing.Merge{Into: other, SourceComment: "We go on elsewhere.", SourcePublic: true}, again)
		acme.WaitForJobs()
		if got := acme.Ticket(into); !got.Status.Finished() {
			t.Errorf("%+v", got)
		}
		if s := kongen.ShareOf(again, in); !s.State.Active() {
			t.Errorf("%+v", s)
		}
	})
}
