package sharing_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

func TestC01PublicFlag(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		n := 0
		for _, c := range []struct {
			inbound, full bool
			flag          string
			want          bool
		}{
			{true, true, `,"public":true`, true}, {true, true, `,"public":false`, false}, {true, true, ``, true}, {true, true, `,"public":null`, false},
			{true, true, `,"public":"yes"`, false},
			{true, false, `,"public":true`, true}, {true, false, `,"public":false`, false}, {true, false, ``, false}, {true, false, `,"public":null`, false},
			{false, true, `,"public":true`, true}, {false, true, `,"public":false`, false}, {false, true, ``, true}, {false, true, `,"public":null`, false},
			{false, false, `,"public":true`, false}, {false, false, `,"public":false`, false}, {false, false, ``, false}, {false, false, `,"public":null`, false},
		} {
			n++
			var uuid string
			if c.inbound {
				agreement, _ := acme.accept(p, sharetest.Terms{AllowsPublicComments: c.full})
				uuid, _ = p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
			} else {
				out := acme.invite(p, desk.Terms{PublicComments: c.full})
				id := acme.open("Dark", "Dark.")
				acme.share(id, out)
				acme.quiet()
				uuid = acme.shareOf(id, out).UUID
			}
			ticket, _ := p.Ticket(uuid)
			deal, _ := p.Agreement(ticket.Agreement)
			acme.expectRaw(200, "PUT", "/tickets/"+uuid, deal.Token().String(), fmt.Sprintf(
				`{"comments":[{"uuid":"comment-%d","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01"%s}]}`, n, c.flag))
			all := acme.comments(acme.copyOf(uuid))
			if got := all[len(all)-1].Public; got != c.want {
				t.Errorf("inbound %v, full %v, %s: public is %v", c.inbound, c.full, c.flag, got)
			}
		}
	})
}

func TestC02AndC03Visibility(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		for _, c := range []struct {
			terms desk.Terms
			want  bool
		}{{desk.Terms{PublicComments: true}, true}, {desk.Terms{}, false}} {
			out, _ := acme.link(kongen, c.terms)
			id := acme.open("Dark", "Dark.")
			acme.share(id, out)
			acme.say(id, "A note", false)
			acme.quiet()
			there := kongen.copyOf(acme.shareOf(id, out).UUID)
			if got := kongen.comments(there); len(got) != 2 || got[1].Public {
				t.Fatalf("%+v", got)
			}
			kongen.say(there, "An answer", true)
			kongen.setStatus(there, desk.Pending)
			kongen.quiet()
			got := acme.comments(id)
			if len(got) != 3 || got[2].Public != c.want {
				t.Fatalf("full %v: %+v", c.want, got)
			}
			if synced := acme.ticket(id).Status == desk.Pending; synced != c.want {
				t.Fatalf("full %v: status %s", c.want, acme.ticket(id).Status)
			}
		}
	})
}

func TestNotesThatStay(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		a, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: p.URL(), Terms: full(), WithoutNotes: true})
		check(t, err)
		p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
		expect(t, p.Accept(a.UUID), http.StatusOK)
		id := acme.open("Dark", "Dark.")
		acme.say(id, "A note", false)
		acme.apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "For us alone", LocalOnly: true}})
		preview, err := acme.service.Preview(t.Context(), acme.account.ID, acme.admin, id, a.ID)
		check(t, err)
		if len(preview.Comments) != 1 || preview.Kept != 2 || preview.Subject != "Dark" {
			t.Fatalf("%+v", preview)
		}
		acme.share(id, a.ID)
		acme.say(id, "Another note", false)
		acme.say(id, "An answer", true)
		acme.quiet()
		p.WaitForReceived(acme.shareOf(id, a.ID).UUID, "Dark.", "An answer")
	})
}

// TestC04NoAddressLeaves greps every outgoing byte.
func TestC04NoAddressLeaves(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		var who desk.User
		acme.write(func(ctx context.Context, tx *store.Tx) error {
			who = desk.User{Name: "mia@customer.example", Email: "mia@customer.example", Role: desk.EndUser}
			return tx.InsertUser(ctx, &who)
		})
		id := acme.open("Dark", "Dark.", func(e *desk.Edits) { e.Requester = &who.ID })
		acme.apply(desk.Update{Ticket: id, Actor: desk.Actor{ID: who.ID, Name: who.Name, Role: desk.EndUser}, Comment: &desk.NewComment{Body: "More."}})
		acme.share(id, out)
		acme.quiet()
		for _, r := range p.Requests() {
			if strings.Contains(r.String()+string(r.Body), "@") {
				t.Fatalf("an address left: %s", r.Body)
			}
		}
		if got := words(p, acme.shareOf(id, out).UUID).Requester.Value.Name; got != "mia" {
			t.Fatalf("the requester is called %q", got)
		}
	})
}

func TestC05Placeholders(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		_, id := golden(t, acme)
		var who desk.User
		acme.read(func(ctx context.Context, tx *store.Tx) (err error) {
			if who, err = tx.User(ctx, acme.ticket(id).Requester); err != nil {
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
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		c := p.NewComment("plain", true)
		c.HTMLBody = wire.Some(`<p onclick="x()">Hi <b>you</b></p><script>alert(1)</script><img src=x onerror=alert(2)><style>p{}</style><a href="javascript:alert(3)">l</a>
			<img src="https://tracker.example/pixel.png" alt="Who reads this?">`)
		expect(t, p.Update(uuid, wire.Ticket{Comments: wire.Some([]wire.Comment{c})}), http.StatusOK)
		html := acme.comments(acme.copyOf(uuid))[1].HTML
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
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		ticket := p.NewTicket("Dark", strings.Repeat("é", 500_000))
		for n := range 250 {
			ticket.Comments.Value = append(ticket.Comments.Value, p.NewComment(fmt.Sprint("comment ", n), true))
		}
		uuid, got := p.ShareTicket(agreement, ticket)
		expect(t, got, http.StatusCreated)
		all := acme.comments(acme.copyOf(uuid))
		if len(all) != 251 || len(all[0].Body) > desk.MaxCommentBody || all[250].Body != "comment 249" {
			t.Fatalf("%d comments, the first has %d bytes", len(all), len(all[0].Body))
		}
		// And out again, in as many messages as it takes.
		out := acme.invite(p, full())
		id := acme.open("Dark", "0")
		acme.write(func(ctx context.Context, tx *store.Tx) error {
			for n := range 600 {
				public := true
				_, err := acme.tickets.ApplyIn(ctx, tx, desk.Update{Account: acme.account.ID, Ticket: id, Actor: acme.admin,
					Comment: &desk.NewComment{Body: fmt.Sprint(n + 1), Public: &public}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		acme.share(id, out)
		acme.quiet()
		there := words(p, acme.shareOf(id, out).UUID)
		if len(there.Received) != 601 || there.Received[600] != "600" || there.Repeats != 0 || there.Messages != 2 {
			t.Fatalf("%d comments in %d messages, %d repeats", len(there.Received), there.Messages, there.Repeats)
		}
	})
}
