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

// B03: rules of two desks that answer each other are slowed down, and a person's word lets everything go.
func TestB03RulesThatAnswerEachOther(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("Open", []condition.Condition{is("current_via_id", "31"), is("status", "open")}, do("status", "pending"))
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		for range desk.MaxSharesPerUnit + 3 {
			sharingtest.Expect(t, p.SetStatus(uuid, "open"), http.StatusOK)
			acme.WaitForJobs()
		}
		s := acme.ShareOf(id, out)
		held, automatic := 0, 0
		for _, d := range acme.Timeline(id, s.ID) {
			if d.Automatic && d.State == desk.DeliveryDone {
				automatic++
			}
			if d.State == desk.DeliveryWaiting && !d.HeldUntil.IsZero() {
				held++
			}
		}
		if automatic != desk.MaxSharesPerUnit || held != 1 || s.Cause != desk.CauseLoop || !strings.Contains(s.Reason, "loop") {
			t.Fatalf("%d sent, %d held: %+v", automatic, held, s)
		}
		acme.AddComment(id, "A person's word goes through", true)
		acme.WaitForJobs()
		p.WaitForReceived(uuid, "1", "A person's word goes through")
		if got := sharingtest.PartnerTicket(p, uuid); got.Status.Value != "pending" {
			t.Fatalf("%+v", got)
		}
		if s := acme.ShareOf(id, out); s.Cause != desk.CauseNone || s.Reason != "" {
			t.Fatalf("%+v", s)
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
