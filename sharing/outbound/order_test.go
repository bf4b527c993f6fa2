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

// sent are the methods of the messages about a ticket that reached a partner, in order.
func sent(p *sharetest.Partner, uuid string) []string {
	var out []string
	for _, r := range p.Requests() {
		if strings.HasSuffix(r.Path, "/tickets/"+uuid) {
			out = append(out, r.Method)
		}
	}
	return out
}

func notIncludes(tag string) condition.Condition {
	return condition.Condition{Field: "current_tags", Operator: condition.NotIncludes, Value: condition.ValueOf(tag)}
}

// handOver makes the two triggers that share a ticket, and end and solve it in the same update.
func handOver(o *sharingtest.Office, out desk.AgreementID, parting ...condition.Condition) {
	o.AddTrigger("T1", []condition.Condition{includes("share"), notIncludes("shared")},
		do("share_ticket", sharingtest.IDText(out)), do("current_tags", "shared"))
	o.AddTrigger("T2", append([]condition.Condition{{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}}, parting...),
		do("unshare_ticket", sharingtest.IDText(out)), do("status", "solved"))
}

// One update that shares and unshares: POST with the ticket as it stood, then DELETE, and nothing afterwards (share-life §3).
func TestSharedAndUnsharedInOneUpdate(t *testing.T) {
	for name, c := range map[string]struct {
		parting func(desk.AgreementID) condition.Condition
		open    func(o *sharingtest.Office) desk.TicketID
	}{
		"by a new ticket": {func(desk.AgreementID) condition.Condition { return includes("shared") }, func(o *sharingtest.Office) desk.TicketID {
			return o.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
		}},
		"by an agent's update": {func(desk.AgreementID) condition.Condition { return includes("shared") }, func(o *sharingtest.Office) desk.TicketID {
			id := o.OpenTicket("Dark", "1")
			o.Edit(id, func(e *desk.Edits) { e.AddTags = []string{"share"} })
			return id
		}},
		"by sent_to": {func(a desk.AgreementID) condition.Condition { return is("sent_to", sharingtest.IDText(a)) }, func(o *sharingtest.Office) desk.TicketID {
			return o.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, sharetest.Options{})
				out := acme.Invite(p, sharingtest.FullTerms())
				handOver(acme, out, c.parting(out))
				id := c.open(acme)
				acme.AddComment(id, "secret", false)
				acme.AddComment(id, "too late", true)
				acme.WaitForJobs()
				s := acme.ShareOf(id, out)
				got := sharingtest.PartnerTicket(p, s.UUID)
				if diff := cmp.Diff([]string{"POST", "DELETE"}, sent(p, s.UUID)); diff != "" {
					t.Fatal(diff)
				}
				if got.Status.Value != "new" || !got.Unshared || !slices.Equal(got.Received, []string{"1"}) {
					t.Fatalf("%+v", got)
				}
				if s.State != desk.ShareEnded || s.StateBy != desk.ByRule || len(acme.Ticket(id).Shares) != 1 || acme.Ticket(id).Status != desk.Solved {
					t.Fatalf("%+v %+v", s, acme.Ticket(id))
				}
			})
		})
	}
}

func TestSharedAndUnsharedBetweenTwoAccounts(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		handOver(acme, out, includes("shared"))
		id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
		acme.AddComment(id, "too late", true)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		if got := kongen.Ticket(there); got.Status != desk.New || !slices.Equal(kongen.Bodies(there), []string{"1"}) {
			t.Fatalf("%+v %q", got, kongen.Bodies(there))
		}
		if a, b := acme.ShareOf(id, out).State, kongen.ShareOf(there, in).State; a != desk.ShareEnded || b != desk.ShareEnded {
			t.Fatalf("%s %s", a, b)
		}
	})
}

// With "-", which ends all sharing, it is the same.
func TestSharedAndAllEndedInOneUpdate(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("T1", []condition.Condition{includes("share"), notIncludes("shared")},
			do("share_ticket", sharingtest.IDText(out)), do("current_tags", "shared"))
		acme.AddTrigger("T2", []condition.Condition{includes("shared"), {Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}},
			do("share_ticket", "-"), do("status", "solved"))
		id := acme.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"share"} })
		acme.WaitForJobs()
		if diff := cmp.Diff([]string{"POST", "DELETE"}, sent(p, acme.ShareOf(id, out).UUID)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Unshared and shared again in one update: DELETE, then POST, whose answers belong to their own times.
func TestUnsharedAndSharedInOneUpdate(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		acme.AddTrigger("Again", []condition.Condition{includes("again"), notIncludes("done")},
			do("unshare_ticket", sharingtest.IDText(out)), do("share_ticket", sharingtest.IDText(out)), do("current_tags", "done"))
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		acme.Apply(desk.Update{Ticket: id, Edits: desk.Edits{AddTags: []string{"again"}}, Comment: &desk.NewComment{Body: "2"}})
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		if diff := cmp.Diff([]string{"POST", "DELETE", "POST"}, sent(p, s.UUID)); diff != "" {
			t.Fatal(diff)
		}
		if s.State != desk.ShareLive || s.Episode != 2 {
			t.Fatalf("%+v", s)
		}
		acme.AddComment(id, "3", true)
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "2", "3")
	})
}

// What was committed before a share ends is delivered before it ends, whatever the partner does (share-life §1).
func TestUnsharedBeforeThePartnerHasIt(t *testing.T) {
	for name, c := range map[string]struct {
		trouble func(acme *sharingtest.Office, p *sharetest.Partner, out desk.AgreementID)
		heal    func(acme *sharingtest.Office, p *sharetest.Partner, out desk.AgreementID)
	}{
		"at once": {},
		"down": {func(_ *sharingtest.Office, p *sharetest.Partner, _ desk.AgreementID) { p.Close() },
			func(_ *sharingtest.Office, p *sharetest.Partner, _ desk.AgreementID) { p.Restart() }},
		"busy": {func(_ *sharingtest.Office, p *sharetest.Partner, _ desk.AgreementID) {
			p.FailNext(-1, sharetest.Failure{Code: http.StatusServiceUnavailable})
		}, func(_ *sharingtest.Office, p *sharetest.Partner, _ desk.AgreementID) { p.Heal() }},
		"paused": {func(acme *sharingtest.Office, _ *sharetest.Partner, out desk.AgreementID) {
			_, _ = acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, out)
		}, func(acme *sharingtest.Office, _ *sharetest.Partner, out desk.AgreementID) {
			_, _ = acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, sharetest.Options{})
				out := acme.Invite(p, sharingtest.FullTerms())
				if c.trouble != nil {
					c.trouble(acme, p, out)
				}
				var tickets []desk.TicketID
				count := 20
				if c.trouble == nil {
					count = 40
				}
				for n := range count {
					id := acme.OpenTicket("Dark", fmt.Sprint(n))
					acme.Share(id, out)
					acme.AddComment(id, "more", true)
					acme.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "last"}, Edits: desk.Edits{
						Unshare: []desk.AgreementID{out}, AddTags: []string{"kept"}}})
					acme.AddComment(id, "too late", true)
					tickets = append(tickets, id)
				}
				if c.heal != nil {
					c.heal(acme, p, out)
				}
				for n, id := range tickets {
					acme.Eventually("the end", func() bool { return acme.ShareOf(id, out).State == desk.ShareEnded })
					s := acme.ShareOf(id, out)
					got := sharingtest.PartnerTicket(p, s.UUID)
					if diff := cmp.Diff([]string{fmt.Sprint(n), "more", "last"}, got.Received); diff != "" || !got.Unshared || len(got.Tags.Value) != 0 {
						t.Fatalf("%+v %s", got, diff)
					}
				}
			})
		})
	}
}

// A partner without numbers that says its word while its answer to ours is still on the way, after 100 and 800 ms, and whose word
// a rule answers: both desks end with the same.
func TestAPartnerThatAnswersLate(t *testing.T) {
	for _, late := range []time.Duration{100 * time.Millisecond, 800 * time.Millisecond} {
		t.Run(late.String(), func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				p := sharetest.NewPartner(t, sharetest.Options{})
				out := acme.Invite(p, sharingtest.FullTerms())
				acme.AddTrigger("Back to them", []condition.Condition{is("current_via_id", "31"), is("status", "open")}, do("status", "pending"))
				id := acme.OpenTicket("Dark", "1")
				acme.Share(id, out)
				acme.WaitForJobs()
				uuid := acme.ShareOf(id, out).UUID
				sharingtest.Expect(t, p.SetStatus(uuid, "open"), http.StatusOK)
				acme.WaitForJobs()
				p.FailNext(1, sharetest.Failure{Late: late})
				sharingtest.Expect(t, p.SetStatus(uuid, "open"), http.StatusOK)
				p.WaitFor("our answer", func() bool { return len(sharingtest.PartnerTicket(p, uuid).Statuses) == 3 })
				sharingtest.Expect(t, p.SetStatus(uuid, "open"), http.StatusOK)
				acme.WaitForJobs()
				if here, there := acme.Ticket(id).Status, sharingtest.PartnerTicket(p, uuid).Status.Value; here != desk.Pending || there != "pending" {
					t.Fatalf("here %s, there %s\n%+v", here, there, acme.Timeline(id, acme.ShareOf(id, out).ID))
				}
			})
		})
	}
}

// A comment that is made private is hidden at another Interdesk, which its writer's desk asks for in either direction; others are
// asked in a private comment. What was made private before it left does not leave.
func TestACommentIsMadePrivate(t *testing.T) {
	hide := func(o *sharingtest.Office, id desk.TicketID, n int) {
		t.Helper()
		sharingtest.Check(t, o.Tickets.Hide(t.Context(), o.Account.ID, o.Admin, desk.Via{}, id, o.Comments(id)[n].ID))
	}
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		zed := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.Share(id, zed)
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		kongen.AddComment(there, "3", true)
		kongen.WaitForJobs()
		hide(acme, id, 1)
		hide(kongen, there, 2)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, zed).UUID
		for o, at := range map[*sharingtest.Office]desk.TicketID{acme: id, kongen: there} {
			if c := o.Comments(at); len(c) != 3 || !c[0].Public || c[1].Public || c[2].Public {
				t.Errorf("%s: %+v", o.Account.Name, c)
			}
		}
		p.WaitFor("the request", func() bool { return len(sharingtest.PartnerTicket(p, uuid).Received) == 5 })
		for n, body := range []string{"begins “2”", "begins “3”"} {
			c := sharingtest.PartnerTicket(p, uuid).Comments.Value[3+n]
			if c.Public.Value || !strings.Contains(c.Body, body) || !strings.Contains(c.Body, "Please hide it") {
				t.Errorf("%+v", c)
			}
		}
		if s := kongen.ShareOf(there, in); s.State != desk.ShareLive {
			t.Errorf("%+v", s)
		}
	})
}

func TestMadePrivateBeforeItLeft(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		_, err := acme.Agreements.Configure(t.Context(), acme.Account.ID, acme.Admin, out, agreement.Settings{PeopleLimit: 50})
		sharingtest.Check(t, err)
		_, err = acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.AddComment(id, "not for them", true)
		sharingtest.Check(t, acme.Tickets.Hide(t.Context(), acme.Account.ID, acme.Admin, desk.Via{}, id, acme.Comments(id)[1].ID))
		acme.AddComment(id, "for them", true)
		_, err = acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.Eventually("the rest to arrive", func() bool { return len(sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID).Received) == 2 })
		p.WaitForReceived(acme.ShareOf(id, out).UUID, "1", "for them")
	})
}
