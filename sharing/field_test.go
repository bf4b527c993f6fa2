package sharing_test

import (
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
)

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
