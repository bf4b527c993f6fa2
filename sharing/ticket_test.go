package sharing_test

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
	"interdesk/sharing/wire"
	"interdesk/store"
)

// golden replays the recorded invitation, accepts it, and replays the recorded share (nhd-captures §3).
func golden(t *testing.T, acme *office) (*sharetest.Partner, desk.TicketID) {
	t.Helper()
	p := sharetest.NewPartner(t, sharetest.Options{})
	expect(t, p.Replay(acme.url(), "gem-invitation"), http.StatusCreated)
	_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, acme.byUUID(uuidA))
	check(t, err)
	acme.quiet()

	expect(t, p.Replay(acme.url(), "gem-share"), http.StatusCreated)
	acme.quiet() // its file is nowhere to be had, which a note says
	return p, acme.copyOf(goldenTicket)
}

const goldenTicket = "ed46838bfb41461e4f3b16ba471162c8e2764260"

func TestT01GoldenShare(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		_, id := golden(t, acme)
		got := acme.ticket(id)
		if got.Subject != "Søk — trial 😀" || got.Status != desk.Open || got.Via.Agreement == 0 || got.Requester == acme.admin.ID {
			t.Fatalf("%+v", got)
		}
		if !got.CreatedAt.Equal(time.Date(2010, 11, 24, 22, 13, 54, 0, time.UTC)) {
			t.Fatalf("opened at %s", got.CreatedAt)
		}
		if diff := cmp.Diff([]string{"a", "b"}, got.Tags); diff != "" {
			t.Fatal(diff)
		}
		c := acme.comments(id)
		if len(c) != 2 || c[0].Body != "Hello" || c[0].HTML != "<p>Hello</p>" || !c[0].Public || c[0].UUID != "59e8c53b5c39716e510127e004cc01fc7aaaecd2" {
			t.Fatalf("%+v", c)
		}
		var who desk.User
		acme.read(func(ctx context.Context, tx *store.Tx) (err error) {
			who, err = tx.User(ctx, got.Requester)
			return err
		})
		if who.Name != "Joe User" || who.Foreign == 0 || who.Email != "" || who.Role != desk.EndUser {
			t.Fatalf("%+v", who)
		}
		share := acme.shareOf(id, who.Foreign)
		if share.RemoteID != "1" || share.Foreign["zd"] != `{"Order no":"7"}` {
			t.Fatalf("%+v", share)
		}
	})
}

func TestT02And03And04WhoMayShare(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, got := p.Invite(acme.url(), allTerms())
		expect(t, got, http.StatusCreated)
		_, got = p.ShareTicket(uuid, p.NewTicket("Too early", "x"))
		expect(t, got, http.StatusForbidden)
		_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, acme.byUUID(uuid))
		check(t, err)
		_, got = p.ShareTicket(uuid, p.NewTicket("In time", "x"))
		expect(t, got, http.StatusCreated)
		expect(t, p.Deactivate(uuid), http.StatusOK)
		_, got = p.ShareTicket(uuid, p.NewTicket("Too late", "x"))
		expect(t, got, http.StatusForbidden)

		out := acme.invite(p, full()) // here the partner is the receiver
		_, got = p.ShareTicket(acme.agreement(out).UUID, p.NewTicket("Wrong way", "x"))
		expect(t, got, http.StatusForbidden)

		path := "/tickets/" + uuidB
		acme.expectRaw(403, "POST", path, uuidB+":"+keyB, `{}`)
		acme.expectRaw(403, "POST", path, uuid+":"+keyB, `{}`)
		acme.expectRaw(401, "POST", path, "", `{}`)
	})
}

func TestT05GoldenPartialUpdate(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p, id := golden(t, acme)
		before := acme.ticket(id)
		expect(t, p.Replay(acme.url(), "gem-update"), http.StatusOK)
		after := acme.ticket(id)
		if after.Status != desk.Pending {
			t.Fatalf("status %s", after.Status)
		}
		if after.Subject != before.Subject || after.Requester != before.Requester || !slices.Equal(after.Tags, before.Tags) || after.CommentCount != before.CommentCount {
			t.Fatalf("more than the status changed: %+v", after)
		}
	})
}

func TestT06And07Repeats(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		agreement, id := acme.accept(p, allTerms())
		uuid, got := p.ShareTicket(agreement, p.NewTicket("Printer", "Hi"))
		expect(t, got, http.StatusCreated)
		expect(t, p.Reply(uuid, "One more", true), http.StatusOK) // the whole object again
		expect(t, p.SetStatus(uuid, "pending"), http.StatusOK)
		ticket := acme.copyOf(uuid)
		if diff := cmp.Diff([]string{"Hi", "One more"}, acme.said(ticket)); diff != "" {
			t.Fatal(diff)
		}
		again := words(p, uuid).Comments.Value[0]
		again.Body = "Another text"
		expect(t, p.Update(uuid, wire.Ticket{Comments: wire.Some([]wire.Comment{again})}), http.StatusOK)
		if diff := cmp.Diff([]string{"Hi", "One more"}, acme.said(ticket)); diff != "" {
			t.Fatal(diff)
		}
		if s := acme.shareOf(ticket, id); s.State != desk.ShareLive {
			t.Fatalf("%+v", s)
		}
	})
}

func TestT08And09Unshare(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p, id := golden(t, acme)
		deal, _ := p.Agreement(uuidA)
		acme.expectRaw(404, "PUT", "/tickets/"+uuidB, deal.Token().String(), `{"status":"open"}`)
		other := sharetest.NewPartner(t, sharetest.Options{})
		foreign, _ := acme.accept(other, allTerms())
		theirs, _ := other.Agreement(foreign)
		acme.expectRaw(404, "PUT", "/tickets/"+goldenTicket, theirs.Token().String(), `{"status":"solved"}`)
		acme.expectRaw(404, "GET", "/tickets/"+goldenTicket, theirs.Token().String(), "")

		expect(t, p.Replay(acme.url(), "gem-unshare"), http.StatusOK)
		expect(t, p.Replay(acme.url(), "gem-unshare"), http.StatusOK)
		in := acme.byUUID(uuidA)
		if s := acme.shareOf(id, in); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("%+v", s)
		}
		if acme.ticket(id).Status != desk.Open {
			t.Fatal("the orphan changed")
		}
		if !acme.hasEvent(id, "unshared") {
			t.Fatal("the audit does not tell")
		}
		expect(t, p.Replay(acme.url(), "gem-update"), http.StatusGone)
		expect(t, p.Replay(acme.url(), "gem-share"), http.StatusOK)
		if s := acme.shareOf(id, in); s.State != desk.ShareLive || acme.copyOf(goldenTicket) != id {
			t.Fatalf("%+v", s)
		}
		if n := len(acme.comments(id)); n != 2 {
			t.Fatalf("%d comments", n)
		}
		expect(t, p.Replay(acme.url(), "gem-update"), http.StatusOK)
	})
}

// hasEvent tells whether an audit of a ticket has a sharing event.
func (o *office) hasEvent(id desk.TicketID, action string) bool {
	o.t.Helper()
	var list store.Listed[desk.Audit]
	o.read(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tx.Audits(ctx, id, store.Page{Limit: 100})
		return err
	})
	for _, a := range list.Items {
		if slices.ContainsFunc(a.Events, func(e desk.Event) bool { return e.Type == desk.EventSharing && e.Action == action }) {
			return true
		}
	}
	return false
}

func TestT09ReceiverStops(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p, id := golden(t, acme)
		acme.unshare(id, acme.byUUID(uuidA))
		acme.quiet()
		expect(t, p.Replay(acme.url(), "gem-update"), http.StatusGone)
		expect(t, p.Replay(acme.url(), "gem-share"), http.StatusGone)
		if n := p.Count(sharetest.Is("DELETE", "/sharing/tickets/"+goldenTicket)); n != 0 {
			t.Fatal("the receiver unshared by DELETE")
		}
	})
}

func TestT10UnshareRT(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		out := acme.invite(p, full())
		id := acme.open("Printer", "It burns.")
		acme.share(id, out)
		acme.quiet()
		acme.unshare(id, out)
		acme.quiet()
		s := acme.shareOf(id, out)
		if s.State != desk.ShareEnded || acme.timeline(id, s.ID)[0].State != desk.DeliveryDone {
			t.Fatalf("%+v %+v", s, acme.timeline(id, s.ID)[0])
		}
		last := acme.comments(id)[1]
		if last.Public || !last.LocalOnly || !strings.Contains(last.Body, "was not told") {
			t.Fatalf("%+v", last)
		}
	})
}

func TestT11ReplyFromZendesk(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Printer", "It burns.")
		acme.share(id, out)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		p.Forget()
		expect(t, p.Reply(uuid, "Water it.", true), http.StatusOK)
		expect(t, p.Reply(uuid, "They are fools.", false), http.StatusOK)
		acme.quiet()
		c := acme.comments(id)
		if len(c) != 3 || !c[1].Public || c[2].Public {
			t.Fatalf("%+v", c)
		}
		if n := len(p.Requests()); n != 0 {
			t.Fatalf("%d echoes", n)
		}
	})
}

func TestT12LostAnswer(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		for _, refuses := range []bool{false, true} {
			p := sharetest.NewPartner(t, sharetest.Options{RefuseRepeats: refuses})
			out := acme.invite(p, full())
			p.FailNext(1, sharetest.Failure{LoseAnswer: true})
			id := acme.open("Printer", "It burns.")
			acme.share(id, out)
			acme.quiet()
			all := p.Tickets()
			if len(all) != 1 || len(all[0].Received) != 1 {
				t.Fatalf("refuses repeats %v: %+v", refuses, all)
			}
			if s := acme.shareOf(id, out); acme.timeline(id, s.ID)[0].State != desk.DeliveryDone {
				t.Fatalf("refuses repeats %v: %+v", refuses, acme.timeline(id, s.ID)[0])
			}
		}
		// The other way: the partner repeats its POST.
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		ticket := p.NewTicket("Camera", "Dark.")
		uuid, got := p.ShareTicket(agreement, ticket)
		expect(t, got, http.StatusCreated)
		_, got = p.ShareTicket(agreement, ticket)
		expect(t, got, http.StatusOK)
		if n := len(acme.comments(acme.copyOf(uuid))); n != 1 {
			t.Fatalf("%d comments", n)
		}
	})
}

func TestT19Chain(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		first, _ := acme.link(kongen, full())
		second := kongen.invite(p, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, first)
		acme.quiet()
		uuid := acme.shareOf(id, first).UUID
		middle := kongen.copyOf(uuid)
		kongen.share(middle, second)
		kongen.quiet()
		p.WaitForReceived(uuid, "Dark.")
		acme.say(id, "From the first", true)
		acme.quiet()
		p.WaitForReceived(uuid, "Dark.", "From the first")
		expect(t, p.Reply(uuid, "From the last", true), http.StatusOK)
		acme.quiet()
		kongen.say(middle, "From the middle", true)
		acme.quiet()
		want := []string{"Dark.", "From the first", "From the last", "From the middle"}
		for _, got := range [][]string{acme.said(id), kongen.said(middle)} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		}
		there := words(p, uuid)
		names := map[string]string{}
		for _, c := range there.Comments.Value {
			names[c.Body] = c.UUID + c.Author.UUID
		}
		for _, c := range acme.comments(id) {
			var actor map[desk.UserID]string
			acme.read(func(ctx context.Context, tx *store.Tx) (err error) {
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
		back, _ := acme.accept(p, allTerms())
		deal, _ := p.Agreement(back)
		acme.expectRaw(422, "POST", "/tickets/"+uuid, deal.Token().String(), fmt.Sprintf(`{"uuid":%q,"subject":"S","requested_at":"2010-11-24",
			"status":"open","requester":{"uuid":"person-1","name":"Joe"},"comments":[]}`, uuid))
	})
}

func TestT19SeveralPartners(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		p, q := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		a, _ := acme.link(kongen, full())
		b, c := acme.invite(p, full()), acme.invite(q, full())
		id := acme.open("Dark", "Dark.")
		acme.edit(id, func(e *desk.Edits) { e.Share = []desk.AgreementID{a, b, c} })
		acme.quiet()
		uuid := acme.shareOf(id, a).UUID
		expect(t, p.Reply(uuid, "From p", true), http.StatusOK)
		acme.quiet()
		q.WaitForReceived(uuid, "Dark.", "From p")
		if diff := cmp.Diff([]string{"Dark.", "From p"}, kongen.said(kongen.copyOf(uuid))); diff != "" {
			t.Fatal(diff)
		}
		if got := words(p, uuid).Received; len(got) != 1 {
			t.Fatalf("echo: %q", got)
		}
		acme.unshare(id, b)
		acme.quiet()
		acme.say(id, "Among the rest", true)
		acme.quiet()
		q.WaitForReceived(uuid, "Dark.", "From p", "Among the rest")
		if got := words(p, uuid); !got.Unshared || len(got.Received) != 1 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestT20DeleteAndClose(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, in := acme.link(kongen, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, out)
		acme.quiet()
		there := kongen.copyOf(acme.shareOf(id, out).UUID)
		check(t, acme.tickets.Delete(t.Context(), acme.account.ID, acme.admin, desk.Via{}, id))
		acme.quiet()
		if s := kongen.shareOf(there, in); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("%+v", s)
		}
		// The receiver deletes its copy: the sender hears of it with its next message.
		id = acme.open("Dark again", "Dark.")
		acme.share(id, out)
		acme.quiet()
		there = kongen.copyOf(acme.shareOf(id, out).UUID)
		check(t, kongen.tickets.Delete(t.Context(), kongen.account.ID, kongen.admin, desk.Via{}, there))
		acme.say(id, "Hello?", true)
		acme.quiet()
		if s := acme.shareOf(id, out); s.State != desk.ShareEnded || s.StateBy != "partner" || !acme.hasEvent(id, "unshared") {
			t.Fatalf("%+v", s)
		}
		// Closing sends nothing, and a closed ticket can be unshared.
		id = acme.open("Dark once more", "Dark.")
		acme.share(id, out)
		acme.setStatus(id, desk.Solved)
		acme.setStatus(id, desk.Closed)
		acme.quiet()
		there = kongen.copyOf(acme.shareOf(id, out).UUID)
		if s := kongen.ticket(there).Status; s != desk.Solved {
			t.Fatalf("status %s", s)
		}
		acme.unshare(id, out)
		acme.quiet()
		if s := kongen.shareOf(there, in); s.State != desk.ShareEnded {
			t.Fatalf("%+v", s)
		}
	})
}

func TestReshareAfterUnshare(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, _ := acme.link(kongen, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, out)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		there := kongen.copyOf(uuid)
		acme.unshare(id, out)
		acme.say(id, "While apart", true)
		kongen.say(there, "Alone", true)
		acme.quiet()
		acme.share(id, out)
		acme.quiet()
		if kongen.copyOf(uuid) != there {
			t.Fatal("the ticket was made twice")
		}
		if diff := cmp.Diff([]string{"Dark.", "Alone", "While apart"}, kongen.said(there)); diff != "" {
			t.Fatal(diff)
		}
		kongen.say(there, "Together", true)
		acme.quiet()
		if diff := cmp.Diff([]string{"Dark.", "While apart", "Alone", "Together"}, acme.said(id)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestNewAgreementTakesOrphansOver(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		old, _ := acme.link(kongen, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, old)
		acme.quiet()
		uuid := acme.shareOf(id, old).UUID
		there := kongen.copyOf(uuid)
		acme.unshare(id, old)
		acme.quiet()
		check(t, acme.service.Delete(t.Context(), acme.account.ID, acme.admin, old))
		anew, in := acme.link(kongen, full())
		acme.share(id, anew)
		acme.say(id, "Again", true)
		acme.quiet()
		if s := kongen.shareOf(there, in); s.State != desk.ShareLive || s.UUID != uuid {
			t.Fatalf("%+v", s)
		}
		if diff := cmp.Diff([]string{"Dark.", "Again"}, kongen.said(there)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestReactivationCatchesUp(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, _ := acme.link(kongen, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, out)
		acme.quiet()
		there := kongen.copyOf(acme.shareOf(id, out).UUID)
		_, err := acme.service.Deactivate(t.Context(), acme.account.ID, acme.admin, out)
		check(t, err)
		acme.quiet()
		acme.say(id, "From afar", true)
		acme.setStatus(id, desk.Pending)
		kongen.say(there, "From here", true)
		acme.quiet()
		if len(kongen.said(there)) != 2 {
			t.Fatalf("%q", kongen.said(there))
		}
		_, err = acme.service.Reactivate(t.Context(), acme.account.ID, acme.admin, out)
		check(t, err)
		acme.quiet()
		if diff := cmp.Diff([]string{"Dark.", "From here", "From afar"}, kongen.said(there)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff([]string{"Dark.", "From afar", "From here"}, acme.said(id)); diff != "" {
			t.Fatal(diff)
		}
		if s := kongen.ticket(there).Status; s != desk.Pending {
			t.Fatalf("status %s", s)
		}
	})
}

func TestReadTicket(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, out)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		acme.apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "for us alone", LocalOnly: true}})
		got := p.GetTicket(uuid)
		expect(t, got, http.StatusOK)
		m, err := wire.DecodeTicket([]byte(got.Body))
		check(t, err)
		if m.UUID.Value != uuid || m.Subject.Value != "Dark" || len(m.Comments.Value) != 1 {
			t.Fatal(got.Body)
		}
	})
}
