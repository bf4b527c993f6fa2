package outbound_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
)

func is(field string, v any) condition.Condition {
	return condition.Condition{Field: field, Operator: "is", Value: condition.ValueOf(v)}
}

func includes(tag string) condition.Condition {
	return condition.Condition{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf(tag)}
}

func do(field string, v any) desk.Action {
	return desk.Action{Field: field, Value: sharingtest.Value(v)}
}

func TestB01TriggerSharesOnce(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("Share", []condition.Condition{includes("x")}, do("share_ticket", sharingtest.IDText(out)))
		id := acme.OpenTicket("Dark", "1")
		acme.Edit(id, func(e *desk.Edits) { e.AddTags = []string{"x"} })
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.WaitForReceived(s.UUID, "1", "2")
		if n := p.Count(sharetest.Is("POST", "/sharing/tickets/"+s.UUID)); n != 1 {
			t.Fatalf("shared %d times", n)
		}
		acme.Unshare(id, out)
		acme.AddComment(id, "3", true) // the condition still holds, but a person has decided
		acme.WaitForJobs()
		if s := acme.ShareOf(id, out); s.State != desk.ShareEnded {
			t.Fatalf("%+v", s)
		}
	})
}

func TestB02Conditions(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, desk.Terms{PublicComments: true})
		kongen.AddTrigger("Created", []condition.Condition{is("update_type", "Create"), is("received_from", sharingtest.IDText(in))}, do("current_tags", "from_acme"))
		kongen.AddTrigger("Channel", []condition.Condition{is("via_id", "31")}, do("current_tags", "channel"))
		kongen.AddTrigger("Update", []condition.Condition{is("update_type", "Change"), is("current_via_id", "31")}, do("current_tags", "update"))
		acme.AddTrigger("Sent", []condition.Condition{is("sent_to", sharingtest.IDText(out))}, do("current_tags", "sent"))
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		if diff := cmp.Diff([]string{"channel", "from_acme"}, kongen.Ticket(there).Tags); diff != "" {
			t.Fatal(diff)
		}
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		if diff := cmp.Diff([]string{"channel", "from_acme", "update"}, kongen.Ticket(there).Tags); diff != "" {
			t.Fatal(diff)
		}
		if !slices.Contains(acme.Ticket(id).Tags, "sent") {
			t.Fatalf("%q", acme.Ticket(id).Tags)
		}
		acme.Unshare(id, out)
		acme.WaitForJobs()
		kongen.AddTrigger("Orphan", []condition.Condition{is("received_from", sharingtest.IDText(in))}, do("current_tags", "orphan"))
		kongen.AddComment(there, "Alone", false)
		if !slices.Contains(kongen.Ticket(there).Tags, "orphan") {
			t.Fatal("received from is forgotten")
		}
	})
}

// TestB03RulesThatAnswerEachOther stops at the cap.
func TestB03RulesThatAnswerEachOther(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		acme.AddTrigger("Open", []condition.Condition{is("current_via_id", "31"), is("status", "open")}, do("status", "pending"))
		kongen.AddTrigger("Pending", []condition.Condition{is("current_via_id", "31"), is("status", "pending")}, do("status", "open"))
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		acme.SetStatus(id, desk.Pending)
		acme.WaitForJobs()
		held := 0
		for _, side := range []struct {
			o *sharingtest.Office
			s desk.Share
		}{{acme, acme.ShareOf(id, out)}, {kongen, kongen.ShareOf(there, in)}} {
			automatic := 0
			for _, d := range side.o.Timeline(side.s.Ticket, side.s.ID) {
				if d.Automatic && !d.Inbound && d.State == desk.DeliveryDone {
					automatic++
				}
				if d.State == desk.DeliveryWaiting && strings.HasPrefix(d.Answer, "Held back") {
					held++
				}
			}
			if automatic > desk.MaxSharesPerUnit {
				t.Errorf("%s sent %d automatic updates", side.o.Account.Name, automatic)
			}
			if automatic == desk.MaxSharesPerUnit && strings.Contains(side.s.Reason, "loop") != (held > 0) {
				t.Errorf("%+v", side.s)
			}
		}
		if held == 0 {
			t.Fatal("nothing was held back")
		}
		acme.AddComment(id, "A person's word goes through", true)
		acme.WaitForJobs()
		if got := kongen.Bodies(there); got[len(got)-1] != "A person's word goes through" {
			t.Fatalf("%q", got)
		}
	})
}

func TestB03WhatIsHeldGoesOutLater(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "0")
		acme.Share(id, out)
		want := []string{"0"}
		for n := range 2 * desk.MaxSharesPerUnit {
			want = append(want, fmt.Sprint(n+1))
			acme.Apply(desk.Update{Ticket: id, Actor: desk.Actor{System: true}, Comment: &desk.NewComment{Body: fmt.Sprint(n + 1)}})
		}
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.WaitForReceived(s.UUID, want...)
		if s.Reason != "" {
			t.Fatalf("%+v", s)
		}
	}, func(c *sharingtest.Config) { c.Outbound.AutomaticPeriod = 2 * time.Second })
}

func TestB04AgreementNotAccepted(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		a, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: p.URL(), Terms: sharingtest.FullTerms()})
		sharingtest.Check(t, err)
		acme.AddTrigger("Share", []condition.Condition{includes("x")}, do("share_ticket", sharingtest.IDText(a.ID)), do("current_tags", "tried"))
		applied := acme.Apply(desk.Update{Edits: desk.Edits{AddTags: []string{"x"}}, Comment: &desk.NewComment{Body: "1"}})
		if !slices.ContainsFunc(applied.Audit.Events, func(e desk.Event) bool {
			return e.Type == desk.EventError && strings.Contains(e.Message, "pending")
		}) {
			t.Fatalf("%+v", applied.Audit.Events)
		}
		if diff := cmp.Diff([]string{"x"}, applied.Ticket.Tags); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRulesOfTheReceiverTravelBack(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		kongen.AddTrigger("Tag", []condition.Condition{is("update_type", "Create"), is("received_from", sharingtest.IDText(in))},
			do("current_tags", "seen_by_kongen"), do("status", "pending"))
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		got := acme.Ticket(id)
		if got.Status != desk.Pending || !slices.Contains(got.Tags, "seen_by_kongen") {
			t.Fatalf("%+v", got)
		}
	})
}

func TestRuleUnsharesAndSharesAgain(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("Share", []condition.Condition{includes("x")}, do("share_ticket", sharingtest.IDText(out)))
		acme.AddTrigger("Unshare", []condition.Condition{{Field: "current_tags", Operator: condition.NotIncludes, Value: condition.ValueOf("x")}, is("sent_to", sharingtest.IDText(out))},
			do("unshare_ticket", sharingtest.IDText(out)))
		id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"x"} })
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		acme.Edit(id, func(e *desk.Edits) { e.RemoveTags = []string{"x"} })
		acme.WaitForJobs()
		if !sharingtest.PartnerTicket(p, uuid).Unshared {
			t.Fatal("still shared")
		}
		acme.Edit(id, func(e *desk.Edits) { e.AddTags = []string{"x"} })
		acme.WaitForJobs()
		if sharingtest.PartnerTicket(p, uuid).Unshared || acme.ShareOf(id, out).State != desk.ShareLive {
			t.Fatal("not shared again")
		}
		sharingtest.Expect(t, p.Reply(uuid, "Thanks", true), http.StatusOK)
	})
}
