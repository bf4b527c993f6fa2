package outbound_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
)

func TestWithdraw(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable, RetryAfter: "30"})
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.AddComment(id, "2", true)
		acme.Eventually("a failure", func() bool { return acme.ShareStatus(id).Health.Failing > 0 })
		s := acme.ShareOf(id, out)
		sharingtest.Check(t, acme.Outbox.Withdraw(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		p.Heal()
		acme.WaitForJobs()
		s = acme.ShareOf(id, out)
		if len(p.Tickets()) != 0 || s.State != desk.ShareEnded || s.Cause != desk.CauseWithdrawn || !acme.HasEvent(id, desk.ActionUnshared) {
			t.Fatalf("%+v %+v", p.Tickets(), s)
		}
		for _, d := range acme.Timeline(id, s.ID) {
			if d.State != desk.DeliverySkipped || d.Cause != desk.CauseWithdrawn {
				t.Fatalf("%+v", d)
			}
		}
		acme.Share(id, out)
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "2")
		if err := acme.Outbox.Withdraw(t.Context(), acme.Account.ID, acme.Admin, id, s.ID); desk.KindOf(err) != desk.Conflict || !strings.Contains(err.Error(), "live") {
			t.Fatalf("%v", err)
		}
	})
}

// From the first attempt on of which nobody knows what became of it, a share can be ended but not withdrawn.
func TestWithdrawTooLate(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(-1, sharetest.Failure{LoseAnswer: true})
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.Eventually("a failure", func() bool { return acme.ShareStatus(id).Health.Failing > 0 })
		s := acme.ShareOf(id, out)
		if err := acme.Outbox.Withdraw(t.Context(), acme.Account.ID, acme.Admin, id, s.ID); desk.KindOf(err) != desk.Conflict || !strings.Contains(err.Error(), "sending") {
			t.Fatalf("%v", err)
		}
		sharingtest.Check(t, acme.Outbox.End(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		p.Heal()
		acme.Eventually("the end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnded })
		if got := sharingtest.PartnerTicket(p, s.UUID); !got.Unshared || !slices.Equal(got.Received, []string{"1"}) {
			t.Fatalf("%+v", got)
		}
	})
}

func shortTime(c *sharingtest.Config) { c.Sharing.Retries.GiveUpAfter = 20 * time.Millisecond }

// A share that stopped at a message is taken up, goes on without it, or ends.
func TestFailedShare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		stop := func(body string) {
			p.FailNext(-1, sharetest.Failure{Code: http.StatusInternalServerError})
			acme.AddComment(id, body, true)
			acme.Eventually("the share to stop", func() bool { return acme.ShareOf(id, out).State == desk.ShareFailed })
			p.Heal()
		}
		stop("2")
		acme.AddComment(id, "3", true)
		sharingtest.Check(t, acme.Outbox.Skip(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "3")
		if err := acme.Outbox.Skip(t.Context(), acme.Account.ID, acme.Admin, id, s.ID); desk.KindOf(err) != desk.Conflict {
			t.Fatalf("%v", err)
		}
		stop("4")
		acme.Share(id, out) // a person who shares a failed ticket tries again
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "3", "4")
		stop("5")
		sharingtest.Check(t, acme.Outbox.End(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		acme.WaitForJobs()
		if s := acme.ShareOf(id, out); s.State != desk.ShareEnded || !sharingtest.PartnerTicket(p, s.UUID).Unshared {
			t.Fatalf("%+v", s)
		}
		p.WaitForReceived(s.UUID, "1", "3", "4")
	}, shortTime)
}

func TestFailedShareThatThePartnerNeverHad(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(-1, sharetest.Failure{Code: http.StatusInternalServerError})
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.Eventually("the share to stop", func() bool { return acme.ShareOf(id, out).State == desk.ShareFailed })
		s := acme.ShareOf(id, out)
		if err := acme.Outbox.Skip(t.Context(), acme.Account.ID, acme.Admin, id, s.ID); desk.KindOf(err) != desk.Conflict {
			t.Fatalf("%v", err)
		}
		acme.Unshare(id, out)
		p.Heal()
		acme.WaitForJobs()
		if s := acme.ShareOf(id, out); s.State != desk.ShareEnded || !strings.Contains(s.Reason, "never had") || len(p.Tickets()) != 0 {
			t.Fatalf("%+v", s)
		}
	}, shortTime)
}

// Hand over and forget: when the partner has the ticket, a rule stops sharing it and solves it.
func TestHandOverAndForget(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("Hand over", []condition.Condition{includes("share"), notIncludes("shared")},
			do("share_ticket", sharingtest.IDText(out)), do("current_tags", "shared"))
		acme.AddTrigger("Forget", []condition.Condition{is("delivered_to", sharingtest.IDText(out))},
			do("unshare_ticket", sharingtest.IDText(out)), do("status", "solved"))
		id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		if diff := cmp.Diff([]string{"POST", "DELETE"}, sent(p, s.UUID)); diff != "" {
			t.Fatal(diff)
		}
		if acme.Ticket(id).Status != desk.Solved || !acme.HasEvent(id, desk.ActionDelivered) || sharingtest.PartnerTicket(p, s.UUID).Status.Value != "new" {
			t.Fatalf("%+v", acme.Ticket(id))
		}
	})
}

// What a rule handed over, and was through with, comes back when it cannot be delivered (share-life §4).
func TestHandedOverForNothing(t *testing.T) {
	for name, failure := range map[string]sharetest.Failure{
		"refused": {Code: http.StatusBadRequest, Body: "Not here"},
		"in vain": {Code: http.StatusInternalServerError, Body: "Not here"},
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, sharetest.Options{})
				out := acme.Invite(p, sharingtest.FullTerms())
				handOver(acme, out, includes("shared"))
				p.FailNext(-1, failure)
				id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
				acme.Eventually("the ticket to come back", func() bool { return slices.Contains(acme.Ticket(id).Tags, "sharing_failed") })
				p.Heal()
				s, got := acme.ShareOf(id, out), acme.Ticket(id)
				if got.Status != desk.Open || len(s.BarredRules) != 2 || !s.State.Undelivered() {
					t.Fatalf("%+v %+v", got, s)
				}
				if notes := acme.Bodies(id); len(notes) != 2 || !strings.Contains(notes[1], "Not here") {
					t.Fatalf("%q", notes)
				}
				acme.AddComment(id, "What now?", false)
				if acme.Ticket(id).Status != desk.Open {
					t.Fatal("solved by a barred rule")
				}
				acme.Share(id, out)
				acme.Eventually("the partner to have it", func() bool { return len(p.Tickets()) == 1 })
			}, shortTime)
		})
	}
}

// Request Tracker makes tickets that are open and no others, and knows no DELETE (share-life §6).
func TestRequestTracker(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT, OpenOnly: true})
		out := acme.Invite(p, sharingtest.FullTerms())
		for _, status := range []desk.Status{desk.New, desk.Pending} {
			id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.Status = &status })
			acme.Share(id, out)
			acme.WaitForJobs()
			s := acme.ShareOf(id, out)
			got := sharingtest.PartnerTicket(p, s.UUID)
			if diff := cmp.Diff([]string{"open", string(status)}, got.Statuses); diff != "" || s.State != desk.ShareLive {
				t.Fatalf("%s %+v", diff, s)
			}
			acme.Unshare(id, out)
			acme.WaitForJobs()
			if s := acme.ShareOf(id, out); s.State != desk.ShareEnded {
				t.Fatalf("%+v", s)
			}
		}
	})
}
