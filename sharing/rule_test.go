package sharing_test

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
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
)

func is(field string, v any) condition.Condition {
	return condition.Condition{Field: field, Operator: "is", Value: condition.ValueOf(v)}
}

func includes(tag string) condition.Condition {
	return condition.Condition{Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf(tag)}
}

func do(field string, v any) desk.Action { return desk.Action{Field: field, Value: value(v)} }

func TestB01TriggerSharesOnce(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		acme.trigger("Share", []condition.Condition{includes("x")}, do("share_ticket", idText(out)))
		id := acme.open("Dark", "1")
		acme.edit(id, func(e *desk.Edits) { e.AddTags = []string{"x"} })
		acme.say(id, "2", true)
		acme.quiet()
		s := acme.shareOf(id, out)
		p.WaitForReceived(s.UUID, "1", "2")
		if n := p.Count(sharetest.Is("POST", "/sharing/tickets/"+s.UUID)); n != 1 {
			t.Fatalf("shared %d times", n)
		}
		acme.unshare(id, out)
		acme.say(id, "3", true) // the condition still holds, but a person has decided
		acme.quiet()
		if s := acme.shareOf(id, out); s.State != desk.ShareEnded {
			t.Fatalf("%+v", s)
		}
	})
}

func TestB02Conditions(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, in := acme.link(kongen, desk.Terms{PublicComments: true})
		kongen.trigger("Created", []condition.Condition{is("update_type", "Create"), is("received_from", idText(in))}, do("current_tags", "from_acme"))
		kongen.trigger("Channel", []condition.Condition{is("via_id", "31")}, do("current_tags", "channel"))
		kongen.trigger("Update", []condition.Condition{is("update_type", "Change"), is("current_via_id", "31")}, do("current_tags", "update"))
		acme.trigger("Sent", []condition.Condition{is("sent_to", idText(out))}, do("current_tags", "sent"))
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		there := kongen.copyOf(acme.shareOf(id, out).UUID)
		if diff := cmp.Diff([]string{"channel", "from_acme"}, kongen.ticket(there).Tags); diff != "" {
			t.Fatal(diff)
		}
		acme.say(id, "2", true)
		acme.quiet()
		if diff := cmp.Diff([]string{"channel", "from_acme", "update"}, kongen.ticket(there).Tags); diff != "" {
			t.Fatal(diff)
		}
		if !slices.Contains(acme.ticket(id).Tags, "sent") {
			t.Fatalf("%q", acme.ticket(id).Tags)
		}
		acme.unshare(id, out)
		acme.quiet()
		kongen.trigger("Orphan", []condition.Condition{is("received_from", idText(in))}, do("current_tags", "orphan"))
		kongen.say(there, "Alone", false)
		if !slices.Contains(kongen.ticket(there).Tags, "orphan") {
			t.Fatal("received from is forgotten")
		}
	})
}

// TestB03RulesThatAnswerEachOther stops at the cap.
func TestB03RulesThatAnswerEachOther(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, in := acme.link(kongen, full())
		acme.trigger("Open", []condition.Condition{is("current_via_id", "31"), is("status", "open")}, do("status", "pending"))
		kongen.trigger("Pending", []condition.Condition{is("current_via_id", "31"), is("status", "pending")}, do("status", "open"))
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		there := kongen.copyOf(acme.shareOf(id, out).UUID)
		acme.setStatus(id, desk.Pending)
		acme.quiet()
		held := 0
		for _, side := range []struct {
			o *office
			s desk.Share
		}{{acme, acme.shareOf(id, out)}, {kongen, kongen.shareOf(there, in)}} {
			automatic := 0
			for _, d := range side.o.timeline(side.s.Ticket, side.s.ID) {
				if d.Automatic && !d.Inbound && d.State == desk.DeliveryDone {
					automatic++
				}
				if d.State == desk.DeliveryWaiting && strings.HasPrefix(d.Answer, "Held back") {
					held++
				}
			}
			if automatic > desk.MaxSharesPerUnit {
				t.Errorf("%s sent %d automatic updates", side.o.account.Name, automatic)
			}
			if automatic == desk.MaxSharesPerUnit && strings.Contains(side.s.Reason, "loop") != (held > 0) {
				t.Errorf("%+v", side.s)
			}
		}
		if held == 0 {
			t.Fatal("nothing was held back")
		}
		acme.say(id, "A person's word goes through", true)
		acme.quiet()
		if got := kongen.said(there); got[len(got)-1] != "A person's word goes through" {
			t.Fatalf("%q", got)
		}
	})
}

func TestB03WhatIsHeldGoesOutLater(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark", "0")
		acme.share(id, out)
		want := []string{"0"}
		for n := range 2 * desk.MaxSharesPerUnit {
			want = append(want, fmt.Sprint(n+1))
			acme.apply(desk.Update{Ticket: id, Actor: desk.Actor{System: true}, Comment: &desk.NewComment{Body: fmt.Sprint(n + 1)}})
		}
		acme.quiet()
		s := acme.shareOf(id, out)
		p.WaitForReceived(s.UUID, want...)
		if s.Reason != "" {
			t.Fatalf("%+v", s)
		}
	}, func(o *sharing.Options, _ *outbound.Config) { o.AutomaticPeriod = 2 * time.Second })
}

func TestB04AgreementNotAccepted(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		a, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: p.URL(), Terms: full()})
		check(t, err)
		acme.trigger("Share", []condition.Condition{includes("x")}, do("share_ticket", idText(a.ID)), do("current_tags", "tried"))
		applied := acme.apply(desk.Update{Edits: desk.Edits{AddTags: []string{"x"}}, Comment: &desk.NewComment{Body: "1"}})
		if !slices.ContainsFunc(applied.Audit.Events, func(e desk.Event) bool {
			return e.Type == desk.EventError && strings.Contains(e.Message, "pending")
		}) {
			t.Fatalf("%+v", applied.Audit.Events)
		}
		if diff := cmp.Diff([]string{"tried", "x"}, applied.Ticket.Tags); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRulesOfTheReceiverTravelBack(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, in := acme.link(kongen, full())
		kongen.trigger("Tag", []condition.Condition{is("update_type", "Create"), is("received_from", idText(in))},
			do("current_tags", "seen_by_kongen"), do("status", "pending"))
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		got := acme.ticket(id)
		if got.Status != desk.Pending || !slices.Contains(got.Tags, "seen_by_kongen") {
			t.Fatalf("%+v", got)
		}
	})
}

func TestRuleUnsharesAndSharesAgain(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		acme.trigger("Share", []condition.Condition{includes("x")}, do("share_ticket", idText(out)))
		acme.trigger("Unshare", []condition.Condition{{Field: "current_tags", Operator: condition.NotIncludes, Value: condition.ValueOf("x")}, is("sent_to", idText(out))},
			do("unshare_ticket", idText(out)))
		id := acme.open("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"x"} })
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		acme.edit(id, func(e *desk.Edits) { e.RemoveTags = []string{"x"} })
		acme.quiet()
		if !words(p, uuid).Unshared {
			t.Fatal("still shared")
		}
		acme.edit(id, func(e *desk.Edits) { e.AddTags = []string{"x"} })
		acme.quiet()
		if words(p, uuid).Unshared || acme.shareOf(id, out).State != desk.ShareLive {
			t.Fatal("not shared again")
		}
		expect(t, p.Reply(uuid, "Thanks", true), http.StatusOK)
	})
}
