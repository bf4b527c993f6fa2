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
		if s := acme.shareOf(id, in); s.State != desk.ShareEnded || s.EndedBy != "partner" {
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

func TestT13StatusOut(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Printer", "It burns.")
		acme.share(id, out)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		for _, s := range []desk.Status{desk.Open, desk.Pending, desk.Hold, desk.Solved, desk.Closed} {
			acme.setStatus(id, s)
			acme.quiet()
		}
		// new with the share; on hold travels as open; closing is local.
		if diff := cmp.Diff([]string{"new", "open", "pending", "open", "solved"}, words(p, uuid).Statuses); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestT13StatusIn(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		for _, c := range []struct {
			from desk.Status
			word string
			want desk.Status
		}{
			{desk.Pending, "new", desk.Open}, {desk.Pending, "open", desk.Open}, {desk.Open, "pending", desk.Pending},
			{desk.Open, "hold", desk.Hold}, {desk.Open, "on-hold", desk.Hold}, {desk.Open, "solved", desk.Solved},
			{desk.Open, "resolved", desk.Solved}, {desk.Open, "closed", desk.Solved}, {desk.Open, "frozen", desk.Open},
		} {
			ticket := p.NewTicket("Camera", "Dark.")
			ticket.Status = wire.Some(string(c.from))
			uuid, got := p.ShareTicket(agreement, ticket)
			expect(t, got, http.StatusCreated)
			expect(t, p.SetStatus(uuid, c.word), http.StatusOK)
			id := acme.copyOf(uuid)
			if got := acme.ticket(id).Status; got != c.want {
				t.Errorf("%s and %q: %s, want %s", c.from, c.word, got, c.want)
			}
			if c.word == "frozen" && !strings.Contains(strings.Join(acme.said(id), " "), "frozen") {
				t.Error("nobody was told of the unknown word")
			}
		}
		acme.quiet()
		if n := p.Count(func(r sharetest.Request) bool { return strings.Contains(r.Path, "/tickets/") }); n != 0 {
			t.Fatalf("%d echoes", n)
		}
	})
}

func TestT13OwnWords(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		_, err := acme.service.Configure(t.Context(), acme.account.ID, acme.admin, out, true, desk.DialectDefault,
			map[string]string{"waiting": "pending", "": "solved", "In Progress": "open"})
		check(t, err)
		id := acme.open("Printer", "It burns.")
		acme.share(id, out)
		acme.setStatus(id, desk.Pending)
		acme.quiet()
		acme.setStatus(id, desk.Solved)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		got := words(p, uuid).Statuses
		if got[len(got)-1] != "waiting" {
			t.Fatalf("%q", got)
		}
		expect(t, p.SetStatus(uuid, "in progress"), http.StatusOK)
		if s := acme.ticket(id).Status; s != desk.Open {
			t.Fatalf("status %s", s)
		}
	})
}

func TestT14AnswerToASolvedAndToAClosedTicket(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Printer", "It burns.")
		acme.share(id, out)
		acme.setStatus(id, desk.Solved)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some("open"), Comments: wire.Some([]wire.Comment{p.NewComment("It still burns.", true)})}), http.StatusOK)
		if s := acme.ticket(id).Status; s != desk.Open {
			t.Fatalf("status %s", s)
		}
		acme.setStatus(id, desk.Solved)
		acme.setStatus(id, desk.Closed)
		acme.quiet()
		expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some("open"), Comments: wire.Some([]wire.Comment{p.NewComment("Once more.", true), p.NewComment("And more.", true)})}), http.StatusOK)
		next := acme.copyOf(uuid)
		got := acme.ticket(next)
		if next == id || got.FollowupOf != id || got.Subject != "Printer" || got.Status != desk.Open {
			t.Fatalf("%+v", got)
		}
		if diff := cmp.Diff([]string{"Once more.", "And more."}, acme.said(next)); diff != "" {
			t.Fatal(diff)
		}
		acme.say(next, "We come.", true)
		acme.quiet()
		if r := words(p, uuid).Received; r[len(r)-1] != "We come." {
			t.Fatalf("%q", r)
		}
		expect(t, p.SetStatus(uuid, "open"), http.StatusOK)
	})
}

func TestT15CustomStatus(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		ticket := p.NewTicket("Camera", "Dark.")
		ticket.CustomStatus = wire.Some("Waiting on vendor")
		uuid, got := p.ShareTicket(agreement, ticket)
		expect(t, got, http.StatusCreated)
		id := acme.copyOf(uuid)
		for _, c := range []struct {
			word, custom string
			want         desk.Status
		}{{"open", "Open", desk.Open}, {"pending", "Unheard of", desk.Pending}, {"pending", "Still unheard of", desk.Pending}} {
			expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some(c.word), CustomStatus: wire.Some(c.custom)}), http.StatusOK)
			if s := acme.ticket(id).Status; s != c.want {
				t.Errorf("%+v: %s", c, s)
			}
		}
	})
}

func TestT16Tags(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, _ := acme.link(kongen, full())
		id := acme.open("Printer", "It burns.", func(e *desk.Edits) { e.AddTags = []string{"fire", "printer"} })
		acme.share(id, out)
		acme.quiet()
		there := kongen.copyOf(acme.shareOf(id, out).UUID)
		tags := func(o *office, t desk.TicketID, want ...string) {
			o.t.Helper()
			o.quiet()
			if diff := cmp.Diff(want, o.ticket(t).Tags); diff != "" {
				o.t.Fatal(diff)
			}
		}
		tags(kongen, there, "fire", "printer")
		kongen.edit(there, func(e *desk.Edits) { e.AddTags, e.RemoveTags = []string{"hot"}, []string{"printer"} })
		tags(acme, id, "fire", "hot")
		acme.edit(id, func(e *desk.Edits) { e.RemoveTags = []string{"fire"} })
		tags(kongen, there, "hot")
	})
}

func TestT16TagsStayWhereTheyAre(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, desk.Terms{PublicComments: true})
		id := acme.open("Printer", "It burns.", func(e *desk.Edits) { e.AddTags = []string{"secret"} })
		acme.share(id, out)
		acme.edit(id, func(e *desk.Edits) { e.AddTags = []string{"more"} })
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		if got := words(p, uuid); got.Tags.IsSet() || got.CustomFields.IsSet() {
			t.Fatalf("%+v", got)
		}
		expect(t, p.Update(uuid, wire.Ticket{Tags: wire.Some([]string{"theirs"})}), http.StatusOK)
		if diff := cmp.Diff([]string{"more", "secret"}, acme.ticket(id).Tags); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestT16LocalTagsSurvive(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.accept(p, allTerms())
		ticket := p.NewTicket("Camera", "Dark.")
		ticket.Tags = wire.Some([]string{"a", "b"})
		uuid, _ := p.ShareTicket(agreement, ticket)
		id := acme.copyOf(uuid)
		_, err := acme.service.Pause(t.Context(), acme.account.ID, acme.admin, in)
		check(t, err)
		acme.edit(id, func(e *desk.Edits) { e.AddTags = []string{"mine"} }) // has not reached the partner yet
		expect(t, p.Update(uuid, wire.Ticket{Tags: wire.Some([]string{"B", "new one"})}), http.StatusOK)
		if diff := cmp.Diff([]string{"b", "mine", "new_one"}, acme.ticket(id).Tags); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestT17CustomFields(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		options := func(values ...string) (out []desk.FieldOption) {
			for _, v := range values {
				out = append(out, desk.FieldOption{Name: strings.ToUpper(v), Value: v})
			}
			return out
		}
		kind := acme.field(desk.TicketField{Type: desk.FieldTagger, Title: "Problem type", Options: options("image_sensor", "lens")})
		there := kongen.field(desk.TicketField{Type: desk.FieldTagger, Title: "problem TYPE", Options: options("image_sensor")})
		count := acme.field(desk.TicketField{Type: desk.FieldInteger, Title: "Count"})
		countThere := kongen.field(desk.TicketField{Type: desk.FieldText, Title: "Count"})
		serial := acme.field(desk.TicketField{Type: desk.FieldText, Title: "Serial"})
		many := acme.field(desk.TicketField{Type: desk.FieldMultiselect, Title: "Parts", Options: options("p1", "p2", "p3")})
		manyThere := kongen.field(desk.TicketField{Type: desk.FieldMultiselect, Title: "Parts", Options: options("p1", "p2", "p3")})
		box := acme.field(desk.TicketField{Type: desk.FieldCheckbox, Title: "Urgent?"})
		boxThere := kongen.field(desk.TicketField{Type: desk.FieldCheckbox, Title: "urgent?"})

		out, in := acme.link(kongen, full())
		id := acme.open("Dark", "Dark.", func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{kind: {"image_sensor"}, count: {"7"}, serial: {"X-1"}, many: {"p1", "p2"}, box: {"true"}}
		})
		acme.share(id, out)
		acme.quiet()
		copied := kongen.copyOf(acme.shareOf(id, out).UUID)
		got := kongen.ticket(copied).Fields
		want := map[desk.FieldID]desk.FieldValue{there: {"image_sensor"}, countThere: {"7"}, manyThere: {"p1", "p2"}, boxThere: {"true"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if f := kongen.shareOf(copied, in).Foreign; f["Serial"] != `"X-1"` {
			t.Fatalf("%q", f)
		}
		// An option that the other side lacks is left out, and said so; everything else travels.
		acme.edit(id, func(e *desk.Edits) { e.Fields = map[desk.FieldID][]string{kind: {"lens"}, count: {"8"}} })
		acme.quiet()
		if got := kongen.ticket(copied).Fields; got[countThere].Text() != "8" {
			t.Fatalf("%+v", got)
		}
		if !strings.Contains(strings.Join(kongen.said(copied), " "), "problem TYPE was left as it is") {
			t.Fatalf("%q", kongen.said(copied))
		}
		kongen.edit(copied, func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{manyThere: {"p3"}, boxThere: {"false"}, countThere: {"9"}}
		})
		kongen.quiet()
		got = acme.ticket(id).Fields
		if !slices.Equal(got[many], []string{"p3"}) || got[box].Text() != "false" || got[count].Text() != "9" || got[serial].Text() != "X-1" {
			t.Fatalf("%+v", got)
		}
		kongen.edit(copied, func(e *desk.Edits) { e.Fields = map[desk.FieldID][]string{countThere: {"many"}, manyThere: nil} })
		kongen.quiet()
		got = acme.ticket(id).Fields
		if got[count].Text() != "9" || len(got[many]) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestT18Dates(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		deal, _ := p.Agreement(agreement)
		want := time.Date(2010, 11, 24, 22, 13, 54, 0, time.UTC)
		for n, c := range []struct {
			text string
			at   time.Time
		}{
			{"2010-11-24 14:13:54 -0800", want}, {"2010-11-24T22:13:54Z", want}, {"2010-11-24T22:13:54.000+00:00", want},
			{"2010-11-24T22:13:54", want}, {"2010-11-24 22:13:54", want}, {"2010-11-24 22:13:54 UTC", want},
			{"2010/11/24 14:13:54 -0800", want}, {"2010-11-24", want.Truncate(24 * time.Hour)}, {"not a date", time.Time{}},
			{"2999-01-01 00:00:00 +0000", time.Time{}},
		} {
			uuid := fmt.Sprintf("%040x", n+1)
			acme.expectRaw(201, "POST", "/tickets/"+uuid, deal.Token().String(), fmt.Sprintf(`{"uuid":%q,"subject":"S","requested_at":%q,
				"status":"open","requester":{"uuid":"person-1","name":"Joe"},"comments":[]}`, uuid, c.text))
			got := acme.ticket(acme.copyOf(uuid))
			if c.at.IsZero() && time.Since(got.CreatedAt) > time.Hour || !c.at.IsZero() && !got.CreatedAt.Equal(c.at) {
				t.Errorf("%s became %s", c.text, got.CreatedAt)
			}
			if noted := got.CommentCount == 1; noted != (c.text == "not a date") {
				t.Errorf("%s: %d notes", c.text, got.CommentCount)
			}
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
		if s := kongen.shareOf(there, in); s.State != desk.ShareEnded || s.EndedBy != "partner" {
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
		if s := acme.shareOf(id, out); s.State != desk.ShareEnded || s.EndedBy != "partner" || !acme.hasEvent(id, "unshared") {
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
