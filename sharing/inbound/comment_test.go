package inbound_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

func TestC01PublicFlag(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		n := 0
		const public, private, unsaid, null, odd = `,"public":true`, `,"public":false`, ``, `,"public":null`, `,"public":"yes"`
		for _, c := range []struct {
			name          string
			inbound, full bool
			want          map[string]bool // by what a comment says
		}{
			{name: "they share, with public comments", inbound: true, full: true,
				want: map[string]bool{public: true, private: false, unsaid: true, null: false, odd: false}},
			{name: "they share, without public comments", inbound: true,
				want: map[string]bool{public: true, private: false, unsaid: false, null: false}},
			{name: "we share, with public comments", full: true,
				want: map[string]bool{public: true, private: false, unsaid: true, null: false}},
			{name: "we share, without public comments",
				want: map[string]bool{public: false, private: false, unsaid: false, null: false}},
		} {
			for flag, want := range c.want {
				n++
				var uuid string
				if c.inbound {
					agreement, _ := acme.Accept(p, sharetest.Terms{AllowsPublicComments: c.full})
					uuid, _ = p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
				} else {
					out := acme.Invite(p, desk.Terms{PublicComments: c.full})
					id := acme.OpenTicket("Dark", "Dark.")
					acme.Share(id, out)
					acme.WaitForJobs()
					uuid = acme.ShareOf(id, out).UUID
				}
				ticket, _ := p.Ticket(uuid)
				deal, _ := p.Agreement(ticket.Agreement)
				acme.ExpectRequest(200, "PUT", "/tickets/"+uuid, deal.Token().String(), fmt.Sprintf(
					`{"comments":[{"uuid":"comment-%d","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01"%s}]}`, n, flag))
				all := acme.Comments(acme.CopyOf(uuid))
				if got := all[len(all)-1].Public; got != want {
					t.Errorf("%s, %q: public is %v, want %v", c.name, flag, got, want)
				}
			}
		}
	})
}

func TestC02AndC03Visibility(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		for _, c := range []struct {
			terms desk.Terms
			want  bool
		}{{desk.Terms{PublicComments: true}, true}, {desk.Terms{}, false}} {
			out, _ := acme.Link(kongen, c.terms)
			id := acme.OpenTicket("Dark", "Dark.")
			acme.Share(id, out)
			acme.AddComment(id, "A note", false)
			acme.WaitForJobs()
			there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
			if got := kongen.Comments(there); len(got) != 2 || got[1].Public {
				t.Fatalf("%+v", got)
			}
			kongen.AddComment(there, "An answer", true)
			kongen.SetStatus(there, desk.Pending)
			kongen.WaitForJobs()
			got := acme.Comments(id)
			if len(got) != 3 || got[2].Public != c.want {
				t.Fatalf("full %v: %+v", c.want, got)
			}
			if synced := acme.Ticket(id).Status == desk.Pending; synced != c.want {
				t.Fatalf("full %v: status %s", c.want, acme.Ticket(id).Status)
			}
		}
	})
}

func TestNotesThatStay(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		a, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: p.URL(), Terms: sharingtest.FullTerms(), WithoutNotes: true})
		sharingtest.Check(t, err)
		p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
		sharingtest.Expect(t, p.Accept(a.UUID), http.StatusOK)
		id := acme.OpenTicket("Dark", "Dark.")
		acme.AddComment(id, "A note", false)
		acme.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "For us alone", LocalOnly: true}})
		preview, err := acme.Outbox.Preview(t.Context(), acme.Account.ID, acme.Admin, id, a.ID)
		sharingtest.Check(t, err)
		if len(preview.Comments) != 1 || preview.Kept != 2 || preview.Subject != "Dark" {
			t.Fatalf("%+v", preview)
		}
		acme.Share(id, a.ID)
		acme.AddComment(id, "Another note", false)
		acme.AddComment(id, "An answer", true)
		acme.WaitForJobs()
		p.WaitForReceived(acme.ShareOf(id, a.ID).UUID, "Dark.", "An answer")
	})
}

// TestC04NoAddressLeaves greps every outgoing byte.
func TestC04NoAddressLeaves(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		var who desk.User
		acme.Write(func(ctx context.Context, tx *store.Tx) error {
			who = desk.User{Name: "mia@customer.example", Email: "mia@customer.example", Role: desk.EndUser}
			return tx.InsertUser(ctx, &who)
		})
		id := acme.OpenTicket("Dark", "Dark.", func(e *desk.Edits) { e.Requester = &who.ID })
		acme.Apply(desk.Update{Ticket: id, Actor: desk.Actor{ID: who.ID, Name: who.Name, Role: desk.EndUser}, Comment: &desk.NewComment{Body: "More."}})
		acme.Share(id, out)
		acme.WaitForJobs()
		for _, r := range p.Requests() {
			if strings.Contains(r.String()+string(r.Body), "@") {
				t.Fatalf("an address left: %s", r.Body)
			}
		}
		if got := sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID).Requester.Value.Name; got != "mia" {
			t.Fatalf("the requester is called %q", got)
		}
	})
}

func TestC05Placeholders(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		_, id := golden(t, acme)
		var who desk.User
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			if who, err = tx.User(ctx, acme.Ticket(id).Requester); err != nil {
				return err
			}
			hash, err := tx.PasswordHash(ctx, who.ID)
			if hash != "" {
				t.Error("it has a password")
			}
			return err
		})
		if who.Foreign == 0 || who.Role != desk.EndUser || who.Email != "" || who.Verified {
			t.Fatalf("%+v", who)
		}
	})
}

func TestC06Markup(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		c := p.NewComment("plain", true)
		c.HTMLBody = wire.Some(`<p onclick="x()">Hi <b>you</b></p><script>alert(1)</script><img src=x onerror=alert(2)><style>p{}</style><a href="javascript:alert(3)">l</a>
			<img src="https://tracker.example/pixel.png" alt="Who reads this?">`)
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Comments: wire.Some([]wire.Comment{c})}), http.StatusOK)
		html := acme.Comments(acme.CopyOf(uuid))[1].HTML
		for _, bad := range []string{"script", "onclick", "onerror", "<style", "alert", "<img"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s is in %s", bad, html)
			}
		}
		if !strings.Contains(html, "<b>you</b>") || !strings.Contains(html, `href="https://tracker.example/pixel.png"`) {
			t.Errorf("nothing is left: %s", html)
		}
	})
}

func TestC07LongAndMany(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		ticket := p.NewTicket("Dark", strings.Repeat("é", 500_000))
		for n := range 250 {
			ticket.Comments.Value = append(ticket.Comments.Value, p.NewComment(fmt.Sprint("comment ", n), true))
		}
		uuid, got := p.ShareTicket(agreement, ticket)
		sharingtest.Expect(t, got, http.StatusCreated)
		all := acme.Comments(acme.CopyOf(uuid))
		if len(all) != 251 || len(all[0].Body) > desk.MaxCommentBody || all[250].Body != "comment 249" {
			t.Fatalf("%d comments, the first has %d bytes", len(all), len(all[0].Body))
		}
		// And out again, in as many messages as it takes.
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "0")
		acme.Write(func(ctx context.Context, tx *store.Tx) error {
			for n := range 600 {
				public := true
				_, err := acme.Tickets.ApplyIn(ctx, tx, desk.Update{Account: acme.Account.ID, Ticket: id, Actor: acme.Admin,
					Comment: &desk.NewComment{Body: fmt.Sprint(n + 1), Public: &public}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		acme.Share(id, out)
		acme.WaitForJobs()
		there := sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID)
		if len(there.Received) != 601 || there.Received[600] != "600" || there.Repeats != 0 || there.Messages != 2 {
			t.Fatalf("%d comments in %d messages, %d repeats", len(there.Received), there.Messages, there.Repeats)
		}
	})
}
