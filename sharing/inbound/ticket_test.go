package inbound_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// golden replays the recorded invitation, accepts it, and replays the recorded share (nhd-captures §3).
func golden(t *testing.T, acme *sharingtest.Office) (*sharetest.Partner, desk.TicketID) {
	t.Helper()
	p := sharetest.NewPartner(t, sharetest.Options{})
	sharingtest.Expect(t, p.Replay(acme.URL(), "gem-invitation"), http.StatusCreated)
	_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, acme.AgreementByUUID(sharingtest.UUIDA))
	sharingtest.Check(t, err)
	acme.WaitForJobs()

	sharingtest.Expect(t, p.Replay(acme.URL(), "gem-share"), http.StatusCreated)
	acme.WaitForJobs() // its file is nowhere to be had, which a note says
	return p, acme.CopyOf(goldenTicket)
}

const goldenTicket = "ed46838bfb41461e4f3b16ba471162c8e2764260"

func TestT01GoldenShare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		_, id := golden(t, acme)
		got := acme.Ticket(id)
		if got.Subject != "Søk — trial 😀" || got.Status != desk.Open || got.Via.Agreement == 0 || got.Requester == acme.Admin.ID {
			t.Fatalf("%+v", got)
		}
		if !got.CreatedAt.Equal(time.Date(2010, 11, 24, 22, 13, 54, 0, time.UTC)) {
			t.Fatalf("opened at %s", got.CreatedAt)
		}
		if diff := cmp.Diff([]string{"a", "b"}, got.Tags); diff != "" {
			t.Fatal(diff)
		}
		c := acme.Comments(id)
		if len(c) != 2 || c[0].Body != "Hello" || c[0].HTML != "<p>Hello</p>" || !c[0].Public || c[0].UUID != "59e8c53b5c39716e510127e004cc01fc7aaaecd2" {
			t.Fatalf("%+v", c)
		}
		var who desk.User
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			who, err = tx.User(ctx, got.Requester)
			return err
		})
		if who.Name != "Joe User" || who.Foreign == 0 || who.Email != "" || who.Role != desk.EndUser {
			t.Fatalf("%+v", who)
		}
		share := acme.ShareOf(id, who.Foreign)
		if share.RemoteID != "1" || share.Foreign["zd"] != `{"Order no":"7"}` {
			t.Fatalf("%+v", share)
		}
	})
}

func TestT02And03And04WhoMayShare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, got := p.Invite(acme.URL(), sharingtest.AllTerms())
		sharingtest.Expect(t, got, http.StatusCreated)
		_, got = p.ShareTicket(uuid, p.NewTicket("Too early", "x"))
		sharingtest.Expect(t, got, http.StatusForbidden)
		_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, acme.AgreementByUUID(uuid))
		sharingtest.Check(t, err)
		_, got = p.ShareTicket(uuid, p.NewTicket("In time", "x"))
		sharingtest.Expect(t, got, http.StatusCreated)
		sharingtest.Expect(t, p.Deactivate(uuid), http.StatusOK)
		_, got = p.ShareTicket(uuid, p.NewTicket("Too late", "x"))
		sharingtest.Expect(t, got, http.StatusGone)

		out := acme.Invite(p, sharingtest.FullTerms()) // here the partner is the receiver
		_, got = p.ShareTicket(acme.ReadAgreement(out).UUID, p.NewTicket("Wrong way", "x"))
		sharingtest.Expect(t, got, http.StatusForbidden)

		path := "/tickets/" + sharingtest.UUIDB
		acme.ExpectRequest(403, "POST", path, sharingtest.UUIDB+":"+sharingtest.KeyB, `{}`)
		acme.ExpectRequest(403, "POST", path, uuid+":"+sharingtest.KeyB, `{}`)
		acme.ExpectRequest(401, "POST", path, "", `{}`)
	})
}

func TestT05GoldenPartialUpdate(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p, id := golden(t, acme)
		before := acme.Ticket(id)
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-update"), http.StatusOK)
		after := acme.Ticket(id)
		if after.Status != desk.Pending {
			t.Fatalf("status %s", after.Status)
		}
		if after.Subject != before.Subject || after.Requester != before.Requester || !slices.Equal(after.Tags, before.Tags) || after.CommentCount != before.CommentCount {
			t.Fatalf("more than the status changed: %+v", after)
		}
	})
}

func TestT06And07Repeats(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		agreement, id := acme.Accept(p, sharingtest.AllTerms())
		uuid, got := p.ShareTicket(agreement, p.NewTicket("Printer", "Hi"))
		sharingtest.Expect(t, got, http.StatusCreated)
		sharingtest.Expect(t, p.Reply(uuid, "One more", true), http.StatusOK) // the whole object again
		sharingtest.Expect(t, p.SetStatus(uuid, "pending"), http.StatusOK)
		ticket := acme.CopyOf(uuid)
		if diff := cmp.Diff([]string{"Hi", "One more"}, acme.Bodies(ticket)); diff != "" {
			t.Fatal(diff)
		}
		again := sharingtest.PartnerTicket(p, uuid).Comments.Value[0]
		again.Body = "Another text"
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Comments: wire.Some([]wire.Comment{again})}), http.StatusOK)
		if diff := cmp.Diff([]string{"Hi", "One more"}, acme.Bodies(ticket)); diff != "" {
			t.Fatal(diff)
		}
		if s := acme.ShareOf(ticket, id); s.State != desk.ShareLive {
			t.Fatalf("%+v", s)
		}
	})
}

func TestT08And09Unshare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p, id := golden(t, acme)
		deal, _ := p.Agreement(sharingtest.UUIDA)
		acme.ExpectRequest(404, "PUT", "/tickets/"+sharingtest.UUIDB, deal.Token().String(), `{"status":"open"}`)
		other := sharetest.NewPartner(t, sharetest.Options{})
		foreign, _ := acme.Accept(other, sharingtest.AllTerms())
		theirs, _ := other.Agreement(foreign)
		acme.ExpectRequest(404, "PUT", "/tickets/"+goldenTicket, theirs.Token().String(), `{"status":"solved"}`)
		acme.ExpectRequest(404, "GET", "/tickets/"+goldenTicket, theirs.Token().String(), "")

		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-unshare"), http.StatusOK)
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-unshare"), http.StatusOK)
		in := acme.AgreementByUUID(sharingtest.UUIDA)
		if s := acme.ShareOf(id, in); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("%+v", s)
		}
		if acme.Ticket(id).Status != desk.Open {
			t.Fatal("the orphan changed")
		}
		if !acme.HasEvent(id, "unshared") {
			t.Fatal("the audit does not tell")
		}
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-update"), http.StatusGone)
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-share"), http.StatusOK)
		if s := acme.ShareOf(id, in); s.State != desk.ShareLive || acme.CopyOf(goldenTicket) != id {
			t.Fatalf("%+v", s)
		}
		if n := len(acme.Comments(id)); n != 2 {
			t.Fatalf("%d comments", n)
		}
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-update"), http.StatusOK)
	})
}

func TestT09ReceiverStops(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p, id := golden(t, acme)
		acme.Unshare(id, acme.AgreementByUUID(sharingtest.UUIDA))
		acme.WaitForJobs()
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-update"), http.StatusGone)
		// Whoever stopped may have done it by mistake: sharing once more takes the copy up again (C54).
		sharingtest.Expect(t, p.Replay(acme.URL(), "gem-share"), http.StatusOK)
		if s := acme.ShareOf(id, acme.AgreementByUUID(sharingtest.UUIDA)); s.State != desk.ShareLive || s.Episode != 2 {
			t.Fatalf("%+v", s)
		}
		if n := p.Count(sharetest.Is("DELETE", "/sharing/tickets/"+goldenTicket)); n != 0 {
			t.Fatal("the receiver unshared by DELETE")
		}
	})
}

func TestT10UnshareRT(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		acme.Unshare(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		if s.State != desk.ShareEnded || acme.Timeline(id, s.ID)[0].State != desk.DeliveryDone {
			t.Fatalf("%+v %+v", s, acme.Timeline(id, s.ID)[0])
		}
		last := acme.Comments(id)[1]
		if last.Public || !last.LocalOnly || !strings.Contains(last.Body, "was not told") {
			t.Fatalf("%+v", last)
		}
	})
}

func TestT11ReplyFromZendesk(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		p.Forget()
		sharingtest.Expect(t, p.Reply(uuid, "Water it.", true), http.StatusOK)
		sharingtest.Expect(t, p.Reply(uuid, "They are fools.", false), http.StatusOK)
		acme.WaitForJobs()
		c := acme.Comments(id)
		if len(c) != 3 || !c[1].Public || c[2].Public {
			t.Fatalf("%+v", c)
		}
		if n := len(p.Requests()); n != 0 {
			t.Fatalf("%d echoes", n)
		}
	})
}

func TestT12LostAnswer(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		for _, refuses := range []bool{false, true} {
			p := sharetest.NewPartner(t, sharetest.Options{RefuseRepeats: refuses})
			out := acme.Invite(p, sharingtest.FullTerms())
			p.FailNext(1, sharetest.Failure{LoseAnswer: true})
			id := acme.OpenTicket("Printer", "It burns.")
			acme.Share(id, out)
			acme.WaitForJobs()
			all := p.Tickets()
			if len(all) != 1 || len(all[0].Received) != 1 {
				t.Fatalf("refuses repeats %v: %+v", refuses, all)
			}
			if s := acme.ShareOf(id, out); acme.Timeline(id, s.ID)[0].State != desk.DeliveryDone {
				t.Fatalf("refuses repeats %v: %+v", refuses, acme.Timeline(id, s.ID)[0])
			}
		}
		// The other way: the partner repeats its POST.
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		ticket := p.NewTicket("Camera", "Dark.")
		uuid, got := p.ShareTicket(agreement, ticket)
		sharingtest.Expect(t, got, http.StatusCreated)
		_, got = p.ShareTicket(agreement, ticket)
		sharingtest.Expect(t, got, http.StatusOK)
		if n := len(acme.Comments(acme.CopyOf(uuid))); n != 1 {
			t.Fatalf("%d comments", n)
		}
	})
}

func TestT19Chain(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		first, _ := acme.Link(kongen, sharingtest.FullTerms())
		second := kongen.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, first)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, first).UUID
		middle := kongen.CopyOf(uuid)
		kongen.Share(middle, second)
		kongen.WaitForJobs()
		p.WaitForReceived(uuid, "Dark.")
		acme.AddComment(id, "From the first", true)
		acme.WaitForJobs()
		p.WaitForReceived(uuid, "Dark.", "From the first")
		sharingtest.Expect(t, p.Reply(uuid, "From the last", true), http.StatusOK)
		acme.WaitForJobs()
		kongen.AddComment(middle, "From the middle", true)
		acme.WaitForJobs()
		want := []string{"Dark.", "From the first", "From the last", "From the middle"}
		for _, got := range [][]string{acme.Bodies(id), kongen.Bodies(middle)} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		}
		there := sharingtest.PartnerTicket(p, uuid)
		names := map[string]string{}
		for _, c := range there.Comments.Value {
			names[c.Body] = c.UUID + c.Author.UUID
		}
		for _, c := range acme.Comments(id) {
			var actor map[desk.UserID]string
			acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
				actor, err = tx.ActorUUIDs(ctx, []desk.UserID{c.Author})
				return err
			})
			if names[c.Body] != c.UUID+actor[c.Author] {
				t.Errorf("%s lost its uuids on the way", c.Body)
			}
		}
		if there.Repeats != 0 || len(there.Received) != 3 {
			t.Fatalf("%+v", there.Received)
		}
		// The last one shares the ticket back to the first: a ring.
		back, _ := acme.Accept(p, sharingtest.AllTerms())
		deal, _ := p.Agreement(back)
		acme.ExpectRequest(422, "POST", "/tickets/"+uuid, deal.Token().String(), fmt.Sprintf(`{"uuid":%q,"subject":"S","requested_at":"2010-11-24",
			"status":"open","requester":{"uuid":"person-1","name":"Joe"},"comments":[]}`, uuid))
	})
}

func TestT19SeveralPartners(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		p, q := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		a, _ := acme.Link(kongen, sharingtest.FullTerms())
		b, c := acme.Invite(p, sharingtest.FullTerms()), acme.Invite(q, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Edit(id, func(e *desk.Edits) { e.Share = []desk.AgreementID{a, b, c} })
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, a).UUID
		sharingtest.Expect(t, p.Reply(uuid, "From p", true), http.StatusOK)
		acme.WaitForJobs()
		q.WaitForReceived(uuid, "Dark.", "From p")
		if diff := cmp.Diff([]string{"Dark.", "From p"}, kongen.Bodies(kongen.CopyOf(uuid))); diff != "" {
			t.Fatal(diff)
		}
		if got := sharingtest.PartnerTicket(p, uuid).Received; len(got) != 1 {
			t.Fatalf("echo: %q", got)
		}
		acme.Unshare(id, b)
		acme.WaitForJobs()
		acme.AddComment(id, "Among the rest", true)
		acme.WaitForJobs()
		q.WaitForReceived(uuid, "Dark.", "From p", "Among the rest")
		if got := sharingtest.PartnerTicket(p, uuid); !got.Unshared || len(got.Received) != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestT20DeleteAndClose(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		sharingtest.Check(t, acme.Tickets.Delete(t.Context(), acme.Account.ID, acme.Admin, desk.Via{}, id))
		acme.WaitForJobs()
		if s := kongen.ShareOf(there, in); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("%+v", s)
		}
		// The receiver deletes its copy: the sender hears of it with its next message.
		id = acme.OpenTicket("Dark again", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		there = kongen.CopyOf(acme.ShareOf(id, out).UUID)
		sharingtest.Check(t, kongen.Tickets.Delete(t.Context(), kongen.Account.ID, kongen.Admin, desk.Via{}, there))
		acme.AddComment(id, "Hello?", true)
		acme.WaitForJobs()
		if s := acme.ShareOf(id, out); s.State != desk.ShareEnded || s.StateBy != "partner" || !acme.HasEvent(id, "unshared") {
			t.Fatalf("%+v", s)
		}
		// Closing sends nothing, and a closed ticket can be unshared.
		id = acme.OpenTicket("Dark once more", "Dark.")
		acme.Share(id, out)
		acme.SetStatus(id, desk.Solved)
		acme.SetStatus(id, desk.Closed)
		acme.WaitForJobs()
		there = kongen.CopyOf(acme.ShareOf(id, out).UUID)
		if s := kongen.Ticket(there).Status; s != desk.Solved {
			t.Fatalf("status %s", s)
		}
		acme.Unshare(id, out)
		acme.WaitForJobs()
		if s := kongen.ShareOf(there, in); s.State != desk.ShareEnded {
			t.Fatalf("%+v", s)
		}
	})
}

func TestReshareAfterUnshare(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		there := kongen.CopyOf(uuid)
		acme.Unshare(id, out)
		acme.WaitForJobs()
		acme.AddComment(id, "While apart", true)
		kongen.AddComment(there, "Alone", true)
		acme.WaitForJobs()
		acme.Share(id, out)
		acme.WaitForJobs()
		if kongen.CopyOf(uuid) != there {
			t.Fatal("the ticket was made twice")
		}
		if diff := cmp.Diff([]string{"Dark.", "Alone", "While apart"}, kongen.Bodies(there)); diff != "" {
			t.Fatal(diff)
		}
		kongen.AddComment(there, "Together", true)
		acme.WaitForJobs()
		if diff := cmp.Diff([]string{"Dark.", "While apart", "Together"}, acme.Bodies(id)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestNewAgreementTakesOrphansOver(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		old, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, old)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, old).UUID
		there := kongen.CopyOf(uuid)
		acme.Unshare(id, old)
		acme.WaitForJobs()
		sharingtest.Check(t, acme.Agreements.Delete(t.Context(), acme.Account.ID, acme.Admin, old))
		anew, in := acme.Link(kongen, sharingtest.FullTerms())
		acme.Share(id, anew)
		acme.AddComment(id, "Again", true)
		acme.WaitForJobs()
		if s := kongen.ShareOf(there, in); s.State != desk.ShareLive || s.UUID != uuid {
			t.Fatalf("%+v", s)
		}
		if diff := cmp.Diff([]string{"Dark.", "Again"}, kongen.Bodies(there)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// An agreement that is reactivated lets tickets be shared again; its shares had ended with it.
func TestReactivation(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		_, err := acme.Agreements.Deactivate(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		acme.AddComment(id, "From afar", true)
		acme.SetStatus(id, desk.Pending)
		kongen.AddComment(there, "From here", true)
		acme.WaitForJobs()
		if len(kongen.Bodies(there)) != 2 {
			t.Fatalf("%q", kongen.Bodies(there))
		}
		_, err = acme.Agreements.Reactivate(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		if len(kongen.Bodies(there)) != 2 {
			t.Fatalf("%q", kongen.Bodies(there))
		}
		acme.Share(id, out)
		acme.WaitForJobs()
		if diff := cmp.Diff([]string{"Dark.", "From here", "From afar"}, kongen.Bodies(there)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff([]string{"Dark.", "From afar"}, acme.Bodies(id)); diff != "" {
			t.Fatal(diff)
		}
		if s := kongen.Ticket(there).Status; s != desk.Pending {
			t.Fatalf("status %s", s)
		}
	})
}

func TestReadTicket(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		acme.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "for us alone", LocalOnly: true}})
		got := p.GetTicket(uuid)
		sharingtest.Expect(t, got, http.StatusOK)
		m, err := wire.DecodeTicket([]byte(got.Body))
		sharingtest.Check(t, err)
		if m.UUID.Value != uuid || m.Subject.Value != "Dark" || len(m.Comments.Value) != 1 {
			t.Fatal(got.Body)
		}
	})
}
