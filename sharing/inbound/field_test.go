package inbound_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
)

func TestT13StatusOut(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		for _, s := range []desk.Status{desk.Open, desk.Pending, desk.Hold, desk.Solved, desk.Closed} {
			acme.SetStatus(id, s)
			acme.WaitForJobs()
		}
		// new with the share; on hold travels as open; closing is local.
		if diff := cmp.Diff([]string{"new", "open", "pending", "open", "solved"}, sharingtest.PartnerTicket(p, uuid).Statuses); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestT13StatusIn(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
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
			sharingtest.Expect(t, got, http.StatusCreated)
			sharingtest.Expect(t, p.SetStatus(uuid, c.word), http.StatusOK)
			id := acme.CopyOf(uuid)
			if got := acme.Ticket(id).Status; got != c.want {
				t.Errorf("%s and %q: %s, want %s", c.from, c.word, got, c.want)
			}
			if c.word == "frozen" && !strings.Contains(strings.Join(acme.Bodies(id), " "), "frozen") {
				t.Error("nobody was told of the unknown word")
			}
		}
		acme.WaitForJobs()
		if n := p.Count(func(r sharetest.Request) bool { return strings.Contains(r.Path, "/tickets/") }); n != 0 {
			t.Fatalf("%d echoes", n)
		}
	})
}

func TestT13OwnWords(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		_, err := acme.Agreements.Configure(t.Context(), acme.Account.ID, acme.Admin, out, agreement.Settings{ShareNotes: true, PeopleLimit: 50,
			Dialect: desk.DialectDefault, StatusMap: map[string]string{"waiting": "pending", "": "solved", "In Progress": "open"}})
		sharingtest.Check(t, err)
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.SetStatus(id, desk.Pending)
		acme.WaitForJobs()
		acme.SetStatus(id, desk.Solved)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		got := sharingtest.PartnerTicket(p, uuid).Statuses
		if got[len(got)-1] != "waiting" {
			t.Fatalf("%q", got)
		}
		sharingtest.Expect(t, p.SetStatus(uuid, "in progress"), http.StatusOK)
		if s := acme.Ticket(id).Status; s != desk.Open {
			t.Fatalf("status %s", s)
		}
	})
}

func TestT14AnswerToASolvedAndToAClosedTicket(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.")
		acme.Share(id, out)
		acme.SetStatus(id, desk.Solved)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some("open"), Comments: wire.Some([]wire.Comment{p.NewComment("It still burns.", true)})}), http.StatusOK)
		if s := acme.Ticket(id).Status; s != desk.Open {
			t.Fatalf("status %s", s)
		}
		acme.SetStatus(id, desk.Solved)
		acme.SetStatus(id, desk.Closed)
		acme.WaitForJobs()
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some("open"), Comments: wire.Some([]wire.Comment{p.NewComment("Once more.", true), p.NewComment("And more.", true)})}), http.StatusOK)
		next := acme.CopyOf(uuid)
		got := acme.Ticket(next)
		if next == id || got.FollowupOf != id || got.Subject != "Printer" || got.Status != desk.Open {
			t.Fatalf("%+v", got)
		}
		if diff := cmp.Diff([]string{"Once more.", "And more."}, acme.Bodies(next)); diff != "" {
			t.Fatal(diff)
		}
		acme.AddComment(next, "We come.", true)
		acme.WaitForJobs()
		if r := sharingtest.PartnerTicket(p, uuid).Received; r[len(r)-1] != "We come." {
			t.Fatalf("%q", r)
		}
		sharingtest.Expect(t, p.SetStatus(uuid, "open"), http.StatusOK)
	})
}

func TestT15CustomStatus(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		ticket := p.NewTicket("Camera", "Dark.")
		ticket.CustomStatus = wire.Some("Waiting on vendor")
		uuid, got := p.ShareTicket(agreement, ticket)
		sharingtest.Expect(t, got, http.StatusCreated)
		id := acme.CopyOf(uuid)
		for _, c := range []struct {
			word, custom string
			want         desk.Status
		}{{"open", "Open", desk.Open}, {"pending", "Unheard of", desk.Pending}, {"pending", "Still unheard of", desk.Pending}} {
			sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Status: wire.Some(c.word), CustomStatus: wire.Some(c.custom)}), http.StatusOK)
			if s := acme.Ticket(id).Status; s != c.want {
				t.Errorf("%+v: %s", c, s)
			}
		}
	})
}

func TestT16Tags(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Printer", "It burns.", func(e *desk.Edits) { e.AddTags = []string{"fire", "printer"} })
		acme.Share(id, out)
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		tags := func(o *sharingtest.Office, id desk.TicketID, want ...string) {
			t.Helper()
			o.WaitForJobs()
			if diff := cmp.Diff(want, o.Ticket(id).Tags); diff != "" {
				t.Fatal(diff)
			}
		}
		tags(kongen, there, "fire", "printer")
		kongen.Edit(there, func(e *desk.Edits) { e.AddTags, e.RemoveTags = []string{"hot"}, []string{"printer"} })
		tags(acme, id, "fire", "hot")
		acme.Edit(id, func(e *desk.Edits) { e.RemoveTags = []string{"fire"} })
		tags(kongen, there, "hot")
	})
}

func TestT16TagsStayWhereTheyAre(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, desk.Terms{PublicComments: true})
		id := acme.OpenTicket("Printer", "It burns.", func(e *desk.Edits) { e.AddTags = []string{"secret"} })
		acme.Share(id, out)
		acme.Edit(id, func(e *desk.Edits) { e.AddTags = []string{"more"} })
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		if got := sharingtest.PartnerTicket(p, uuid); got.Tags.IsSet() || got.CustomFields.IsSet() {
			t.Fatalf("%+v", got)
		}
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Tags: wire.Some([]string{"theirs"})}), http.StatusOK)
		if diff := cmp.Diff([]string{"more", "secret"}, acme.Ticket(id).Tags); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestT16LocalTagsSurvive(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		ticket := p.NewTicket("Camera", "Dark.")
		ticket.Tags = wire.Some([]string{"a", "b"})
		uuid, _ := p.ShareTicket(agreement, ticket)
		id := acme.CopyOf(uuid)
		_, err := acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, in)
		sharingtest.Check(t, err)
		acme.Edit(id, func(e *desk.Edits) { e.AddTags = []string{"mine"} }) // has not reached the partner yet
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Tags: wire.Some([]string{"B", "new one"})}), http.StatusOK)
		if diff := cmp.Diff([]string{"b", "mine", "new_one"}, acme.Ticket(id).Tags); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestT17CustomFields(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		options := func(values ...string) (out []desk.FieldOption) {
			for _, v := range values {
				out = append(out, desk.FieldOption{Name: strings.ToUpper(v), Value: v})
			}
			return out
		}
		kind := acme.AddField(desk.TicketField{Type: desk.FieldTagger, Title: "Problem type", Options: options("image_sensor", "lens")})
		there := kongen.AddField(desk.TicketField{Type: desk.FieldTagger, Title: "problem TYPE", Options: options("image_sensor")})
		count := acme.AddField(desk.TicketField{Type: desk.FieldInteger, Title: "Count"})
		countThere := kongen.AddField(desk.TicketField{Type: desk.FieldText, Title: "Count"})
		serial := acme.AddField(desk.TicketField{Type: desk.FieldText, Title: "Serial"})
		many := acme.AddField(desk.TicketField{Type: desk.FieldMultiselect, Title: "Parts", Options: options("p1", "p2", "p3")})
		manyThere := kongen.AddField(desk.TicketField{Type: desk.FieldMultiselect, Title: "Parts", Options: options("p1", "p2", "p3")})
		box := acme.AddField(desk.TicketField{Type: desk.FieldCheckbox, Title: "Urgent?"})
		boxThere := kongen.AddField(desk.TicketField{Type: desk.FieldCheckbox, Title: "urgent?"})

		out, in := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.", func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{kind: {"image_sensor"}, count: {"7"}, serial: {"X-1"}, many: {"p1", "p2"}, box: {"true"}}
		})
		acme.Share(id, out)
		acme.WaitForJobs()
		copied := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		got := kongen.Ticket(copied).Fields
		want := map[desk.FieldID]desk.FieldValue{there: {"image_sensor"}, countThere: {"7"}, manyThere: {"p1", "p2"}, boxThere: {"true"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if f := kongen.ShareOf(copied, in).Foreign; f["Serial"] != `"X-1"` {
			t.Fatalf("%q", f)
		}
		// An option that the other side lacks is left out, and said so; everything else travels.
		acme.Edit(id, func(e *desk.Edits) { e.Fields = map[desk.FieldID][]string{kind: {"lens"}, count: {"8"}} })
		acme.WaitForJobs()
		if got := kongen.Ticket(copied).Fields; got[countThere].Text() != "8" {
			t.Fatalf("%+v", got)
		}
		if !strings.Contains(strings.Join(kongen.Bodies(copied), " "), "problem TYPE was left as it is") {
			t.Fatalf("%q", kongen.Bodies(copied))
		}
		kongen.Edit(copied, func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{manyThere: {"p3"}, boxThere: {"false"}, countThere: {"9"}}
		})
		kongen.WaitForJobs()
		got = acme.Ticket(id).Fields
		if !slices.Equal(got[many], []string{"p3"}) || got[box].Text() != "false" || got[count].Text() != "9" || got[serial].Text() != "X-1" {
			t.Fatalf("%+v", got)
		}
		kongen.Edit(copied, func(e *desk.Edits) { e.Fields = map[desk.FieldID][]string{countThere: {"many"}, manyThere: nil} })
		kongen.WaitForJobs()
		got = acme.Ticket(id).Fields
		if got[count].Text() != "9" || len(got[many]) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestT18Dates(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
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
			acme.ExpectRequest(201, "POST", "/tickets/"+uuid, deal.Token().String(), fmt.Sprintf(`{"uuid":%q,"subject":"S","requested_at":%q,
				"status":"open","requester":{"uuid":"person-1","name":"Joe"},"comments":[]}`, uuid, c.text))
			got := acme.Ticket(acme.CopyOf(uuid))
			if c.at.IsZero() && time.Since(got.CreatedAt) > time.Hour || !c.at.IsZero() && !got.CreatedAt.Equal(c.at) {
				t.Errorf("%s became %s", c.text, got.CreatedAt)
			}
			if noted := got.CommentCount == 1; noted != (c.text == "not a date") {
				t.Errorf("%s: %d notes", c.text, got.CommentCount)
			}
		}
	})
}
