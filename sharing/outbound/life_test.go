package outbound_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/store"
)

// about matches the messages about one ticket.
func about(uuid string) func(sharetest.Request) bool {
	return func(r sharetest.Request) bool { return strings.HasSuffix(r.Path, "/tickets/"+uuid) }
}

// A page where a PUT is not found is that of whatever stands before the help desk: it ends nothing and denies nothing.
func TestANotFoundPage(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(3, sharetest.Failure{Code: http.StatusNotFound, ContentType: "text/html", Body: "<html>Not here</html>"})
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.WaitForReceived(s.UUID, "1", "2")
		if a := acme.ReadAgreement(out); s.State != desk.ShareLive || a.Paused() || len(a.Denied) > 0 {
			t.Fatalf("%+v %+v", s, a)
		}
	})
}

// What was in flight when the agreement was paused does not hide why, and all goes out once it is resumed.
func TestAFailureInFlightDuringAPause(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		first, second := acme.OpenTicket("Dark", "1"), acme.OpenTicket("Dark", "2")
		acme.Share(first, out)
		acme.Share(second, out)
		acme.WaitForJobs()
		denied, slow := acme.ShareOf(first, out).UUID, acme.ShareOf(second, out)
		p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable, Delay: 500 * time.Millisecond, Match: about(slow.UUID)})
		p.FailNext(-1, sharetest.Failure{Code: http.StatusForbidden, ContentType: "application/json", Body: `{"error":"Access key mismatch"}`,
			Match: func(r sharetest.Request) bool { return !about(slow.UUID)(r) }})
		acme.AddComment(second, "in flight", true)
		p.WaitFor("the message", func() bool { return len(sent(p, slow.UUID)) == 2 })
		acme.AddComment(first, "denied", true)
		acme.Eventually("the pause", func() bool { return acme.ReadAgreement(out).PausedBy == desk.PausedByPartner })
		acme.Eventually("the failure", func() bool { return acme.Timeline(second, slow.ID)[0].Attempts > 0 })
		if a := acme.ReadAgreement(out); !strings.Contains(a.LastError, "Access key mismatch") {
			t.Errorf("%+v", a)
		}
		p.Heal()
		_, err := acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		p.WaitForReceived(denied, "1", "denied")
		p.WaitForReceived(slow.UUID, "2", "in flight")
	})
}

// Time in which an agreement is paused does not count to the time after which a message is given up.
func TestAPauseTakesNoTime(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable})
		acme.Share(id, out)
		s := acme.ShareOf(id, out)
		acme.Eventually("an attempt", func() bool { return acme.Timeline(id, s.ID)[0].Attempts > 0 })
		_, err := acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.Eventually("the lane to stand still", func() bool {
			n := acme.Timeline(id, s.ID)[0].Attempts
			time.Sleep(100 * time.Millisecond)
			return n == acme.Timeline(id, s.ID)[0].Attempts
		})
		acme.Advance(25 * time.Hour)
		_, err = acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		n := acme.Timeline(id, s.ID)[0].Attempts
		acme.Eventually("more attempts", func() bool { return acme.Timeline(id, s.ID)[0].Attempts > n })
		if s := acme.ShareOf(id, out); s.State != desk.ShareSending {
			t.Fatalf("%+v", s)
		}
		p.Heal()
		p.WaitForReceived(s.UUID, "1")
	})
}

// After an outage the first success lets all that waits for the partner go, whatever back-off it is in.
func TestTheFirstSuccessWakesAllLanes(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(-1, sharetest.Failure{Code: http.StatusBadGateway})
		var tickets []desk.TicketID
		for n := range 5 {
			id := acme.OpenTicket("Dark", fmt.Sprint(n))
			acme.Share(id, out)
			tickets = append(tickets, id)
		}
		for _, id := range tickets {
			acme.Eventually("a failure", func() bool { return acme.Timeline(id, acme.ShareOf(id, out).ID)[0].Attempts == 1 })
		}
		p.Heal()
		sharingtest.Check(t, acme.Outbox.RetryNow(t.Context(), acme.Account.ID, acme.Admin, tickets[2], acme.ShareOf(tickets[2], out).ID))
		for n, id := range tickets {
			p.WaitForReceived(acme.ShareOf(id, out).UUID, fmt.Sprint(n))
		}
	}, func(c *sharingtest.Config) { c.Sharing.Retries.Base, c.Sharing.Retries.Cap = time.Hour, time.Hour })
}

// Retry-After is honoured to the second.
func TestRetryAfterTwoSeconds(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(1, sharetest.Failure{Code: http.StatusServiceUnavailable, RetryAfter: "2"})
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		d := acme.Timeline(id, acme.ShareOf(id, out).ID)[0]
		if d.State != desk.DeliveryDone || d.Attempts != 2 || d.SentAt.Sub(d.FirstAt) < 2*time.Second {
			t.Fatalf("%+v", d)
		}
	})
}

// What rules have handed over and solved comes back when the partner refuses it, and they leave it alone.
func TestWhatWasHandedOverComesBack(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		handOver(acme, out, includes("shared"))
		p.FailNext(-1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "No such queue"})
		id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
		acme.Eventually("it to come back", func() bool { return acme.Ticket(id).Status == desk.Open })
		acme.AddComment(id, "Still here", false)
		acme.WaitForJobs()
		got, said := acme.Ticket(id), strings.Join(acme.Bodies(id), "\n")
		if got.Status != desk.Open || !slices.Contains(got.Tags, "sharing_failed") || !strings.Contains(said, "so it is back") || !strings.Contains(said, "No such queue") {
			t.Fatalf("%+v\n%s", got, said)
		}
		if s := acme.ShareOf(id, out); s.State != desk.ShareRefused || len(s.BarredRules) != 2 || !acme.HasEvent(id, desk.ActionFailed) {
			t.Fatalf("%+v", s)
		}
		p.Heal()
		acme.Share(id, out)
		acme.WaitForJobs()
		if s := acme.ShareOf(id, out); s.DeliveredAt.IsZero() || len(s.BarredRules) != 0 {
			t.Fatalf("%+v", s)
		}
	})
}

// Rules that answer each other wait ever longer, and then until somebody lets them go on; one click does.
func TestALoopStopsUntilSomebodyLetsItGoOn(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "0")
		acme.Share(id, out)
		acme.WaitForJobs()
		said := []string{"0"}
		var waits []time.Duration
		for len(waits) < 4 {
			said = append(said, fmt.Sprint(len(said)))
			acme.Apply(desk.Update{Ticket: id, Actor: desk.Actor{System: true}, Comment: &desk.NewComment{Body: said[len(said)-1]}})
			if s := acme.ShareOf(id, out); s.ThrottledUntil.After(acme.Now()) {
				waits = append(waits, s.ThrottledUntil.Sub(acme.Now()))
				if len(waits) < 4 {
					acme.Advance(waits[len(waits)-1] + time.Second)
				}
			}
		}
		s := acme.ShareOf(id, out)
		if waits[1] < waits[0]+5*time.Minute || waits[2] < waits[1]+10*time.Minute || waits[3] < 24*365*time.Hour {
			t.Errorf("%v", waits)
		}
		const words = "Nothing more is sent until somebody lets it go on."
		if s.Cause != desk.CauseLoop || !strings.Contains(s.Reason, words) || !strings.Contains(acme.ReadAgreement(out).LastError, words) {
			t.Errorf("%+v", s)
		}
		other := acme.OpenTicket("Too", "1")
		acme.Share(other, out)
		acme.Eventually("the other ticket's message", func() bool { return !acme.ShareOf(other, out).DeliveredAt.IsZero() })
		if a := acme.ReadAgreement(out); !strings.Contains(a.LastError, words) {
			t.Errorf("that the partner answers well hid the loop: %+v", a)
		}
		sharingtest.Check(t, acme.Outbox.RetryNow(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		p.WaitForReceived(s.UUID, said...)
		acme.Eventually("the loop to be forgotten", func() bool { return acme.ReadAgreement(out).LastError == "" })
		if s := acme.ShareOf(id, out); s.ThrottleLevel != 0 || s.Reason != "" {
			t.Errorf("%+v", s)
		}
	})
}

// Sharing, and ending and sharing again once it is delivered, is such a loop, too.
func TestARuleThatSharesForEver(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("Again", []condition.Condition{is("delivered_to", sharingtest.IDText(out))},
			do("unshare_ticket", sharingtest.IDText(out)), do("share_ticket", sharingtest.IDText(out)))
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.Eventually("the loop to be slowed down", func() bool { return acme.ShareOf(id, out).Cause == desk.CauseLoop })
		acme.WaitForJobs()
		if n := len(sent(p, acme.ShareOf(id, out).UUID)); n > desk.MaxSharesPerUnit+3 {
			t.Fatalf("%d messages", n)
		}
	})
}

// A change of the requester is told, as a person of ours without an address.
func TestTheRequesterTravels(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		eve := desk.User{Name: "Eve", Email: "eve@secret.example", Role: desk.EndUser}
		acme.Write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &eve) })
		acme.Edit(id, func(e *desk.Edits) { e.Requester = &eve.ID })
		acme.WaitForJobs()
		if got := sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID).Requester.Value; got.Name != "Eve" || got.UUID == "" {
			t.Fatalf("%+v", got)
		}
	})
}

// Request Tracker makes tickets that are open and no others: the true status follows by a PUT.
func TestRequestTrackerGetsTheTrueStatus(t *testing.T) {
	for _, status := range []desk.Status{desk.New, desk.Pending} {
		t.Run(string(status), func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
				out := acme.Invite(p, sharingtest.FullTerms())
				id := acme.OpenTicket("Dark", "1")
				if status != desk.New {
					acme.SetStatus(id, status)
				}
				acme.Share(id, out)
				acme.WaitForJobs()
				s := acme.ShareOf(id, out)
				if got := sharingtest.PartnerTicket(p, s.UUID); got.Status.Value != string(status) || s.State != desk.ShareLive {
					t.Fatalf("%+v %+v", got, s)
				}
			})
		})
	}
}
