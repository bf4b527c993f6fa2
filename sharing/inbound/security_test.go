package inbound_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/ratelimit"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// One test for each row of nhd §16.

// log keeps what is logged.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func TestSecurityRow01KeysStaySecret(t *testing.T) {
	logged := &log{}
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, in := acme.Accept(p, sharingtest.AllTerms())
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		for _, a := range []desk.AgreementID{in, out} {
			deal, _ := p.Agreement(acme.ReadAgreement(a).UUID)
			key := deal.AccessKey.Value
			if len(key) != 40 {
				t.Fatalf("the key %q has not 160 bits", key)
			}
			acme.Read(func(ctx context.Context, tx *store.Tx) error {
				sealed, err := tx.AgreementKey(ctx, a)
				if strings.Contains(sealed, key) || sealed == "" {
					t.Error("the key lies in the clear")
				}
				return err
			})
			shown, err := json.Marshal(acme.ReadAgreement(a))
			sharingtest.Check(t, err)
			list, err := acme.Sharing.AgreementTimeline(t.Context(), acme.Account.ID, acme.Admin, a, 0)
			sharingtest.Check(t, err)
			kept, err := json.Marshal(list)
			sharingtest.Check(t, err)
			for name, text := range map[string]string{"agreement": string(shown), "timeline": string(kept), "log": logged.String()} {
				if strings.Contains(text, key) {
					t.Errorf("the %s tells the key", name)
				}
			}
		}
		if got := p.GetAgreement(uuid); strings.Contains(got.Body, "access_key") {
			t.Error(got.Body)
		}
	}, func(c *sharingtest.Config) {
		c.Sharing.Logger = slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
}

func TestSecurityRow02InvitationsAreInert(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Reads: true})
		uuid, _ := p.Invite(acme.URL(), sharingtest.AllTerms())
		acme.WaitForJobs()
		if len(p.Requests()) != 0 {
			t.Fatal("a request was made because of an invitation")
		}
		_, got := p.ShareTicket(uuid, p.NewTicket("Dark", "Dark."))
		sharingtest.Expect(t, got, http.StatusForbidden)
		last := 0
		for n := range 30 {
			res, _ := acme.Request("POST", "/agreements/"+fmt.Sprintf("%040x", n), "", "application/json", sharingtest.Invitation(fmt.Sprintf("%040x", n), sharingtest.KeyA, sharingtest.FarA, ""))
			if last = res.StatusCode; last == 503 && res.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
		if last != 503 {
			t.Fatalf("the last of many was answered %d", last)
		}
	}, func(c *sharingtest.Config) { c.Inbound.Strangers = ratelimit.NewStrangers(6) })
}

func TestSecurityRow03Verification(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		for style, want := range map[sharetest.Style]bool{sharetest.Node: true, sharetest.RT: true, sharetest.Zendesk: false} {
			p := sharetest.NewPartner(t, sharetest.Options{Style: style})
			uuid, _ := p.Invite(acme.URL(), sharingtest.AllTerms())
			id := acme.AgreementByUUID(uuid)
			got, err := acme.Agreements.Verify(t.Context(), acme.Account.ID, acme.Admin, id)
			sharingtest.Check(t, err)
			if got != want || acme.ReadAgreement(id).Verified != want {
				t.Errorf("%s: verified %v", style, got)
			}
		}
		// Posted by mallory in the name of another desk, which knows nothing of it.
		named := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		acme.ExpectRequest(201, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, named.URL(), ""))
		id := acme.AgreementByUUID(sharingtest.UUIDA)
		got, err := acme.Agreements.Verify(t.Context(), acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		if got {
			t.Error("verified a forgery")
		}
		_, err = acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, id)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		if a := acme.ReadAgreement(id); a.Status != desk.AgreementFailed {
			t.Errorf("%+v", a)
		}
	})
}

func TestSecurityRow04AddressesAreGuarded(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		for _, address := range []string{"https://169.254.169.254/sharing", "https://127.0.0.1/sharing", "https://[::1]/sharing", "https://10.0.0.8/sharing",
			"https://[::ffff:10.0.0.8]/sharing", "https://100.64.0.1/sharing", "http://partner.example/sharing", "https://partner.example:22/sharing",
			"file:///etc/passwd", "https://user:secret@partner.example/sharing", "https://localhost/sharing"} {
			acme.ExpectRequest(422, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, address, ""))
			_, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: address})
			if desk.KindOf(err) != desk.Invalid {
				t.Errorf("%s: %v", address, err)
			}
		}
	}, func(c *sharingtest.Config) { c.Client.AllowPrivate = false })
}

func TestSecurityRow05NoRedirects(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p, thief := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{Host: "thief.localhost"})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(1, sharetest.Failure{Code: 307, Location: thief.URL() + "/tickets/" + acme.ShareOf(id, out).UUID})
		acme.AddComment(id, "2", true)
		acme.Eventually("the share to stop", func() bool { return acme.ShareOf(id, out).State == desk.ShareFailed })
		if len(thief.Requests()) != 0 {
			t.Fatal("the token went to another host")
		}
		for _, path := range []string{"", "/", "//agreements/" + sharingtest.UUIDA, "/agreements", "/agreements/", "/./tickets/" + sharingtest.UUIDA, "/tickets/" + sharingtest.UUIDA + "/"} {
			if res, _ := acme.Request("GET", path, "", "", ""); res.StatusCode/100 == 3 {
				t.Errorf("%s redirects", path)
			}
		}
	})
}

func TestSecurityRow06TicketsBelongToTheirAgreement(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p, q := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{})
		a, _ := acme.Accept(p, sharingtest.AllTerms())
		b, _ := acme.Accept(q, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(a, p.NewTicket("Dark", "Dark."))
		theirs, _ := q.Agreement(b)
		token := theirs.Token().String()
		for _, method := range []string{"PUT", "GET", "DELETE"} {
			acme.ExpectRequest(404, method, "/tickets/"+uuid, token, `{"status":"solved"}`)
		}
		id := acme.CopyOf(uuid)
		if s := acme.Ticket(id).Status; s != desk.Open {
			t.Fatalf("status %s", s)
		}
		// The uuids of p's comments and people are q's to use for its own, and mean other ones.
		ticket := q.NewTicket("Mine", "Mine.")
		ticket.Comments.Value[0].UUID = sharingtest.PartnerTicket(p, uuid).Comments.Value[0].UUID
		ticket.Comments.Value[0].Author.UUID = sharingtest.PartnerTicket(p, uuid).Requester.Value.UUID
		ticket.Requester.Value.UUID = sharingtest.PartnerTicket(p, uuid).Requester.Value.UUID
		mine, got := q.ShareTicket(b, ticket)
		sharingtest.Expect(t, got, http.StatusCreated)
		other := acme.Ticket(acme.CopyOf(mine))
		if other.Requester == acme.Ticket(id).Requester {
			t.Fatal("a partner took another's person")
		}
		if diff := cmp.Diff([]string{"Dark."}, acme.Bodies(id)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSecurityRow07Roles(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, _ := p.Invite(acme.URL(), sharetest.Terms{})
		deal, _ := p.Agreement(uuid)
		token := deal.Token().String()
		acme.ExpectRequest(422, "PUT", "/agreements/"+uuid, token, `{"status":"accepted"}`)
		_, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, acme.AgreementByUUID(uuid))
		sharingtest.Check(t, err)
		acme.ExpectRequest(422, "PUT", "/agreements/"+uuid, token, `{"allows_public_comments":true}`)
		out := acme.ReadAgreement(acme.Invite(p, sharingtest.FullTerms()))
		_, got := p.ShareTicket(out.UUID, p.NewTicket("Pushed", "x"))
		sharingtest.Expect(t, got, http.StatusForbidden)
		if _, err := acme.Agreements.Accept(t.Context(), acme.Account.ID, acme.Admin, out.ID); desk.KindOf(err) != desk.Invalid {
			t.Fatalf("%v", err)
		}
	})
}

func TestSecurityRow08ForgedActors(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		c := p.NewComment("I am your admin", true)
		c.Author = sharingtest.PartnerTicket(p, uuid).Comments.Value[0].Author
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{CurrentActor: wire.Some(c.Author), Requester: wire.Some(p.Agent), Comments: wire.Some([]wire.Comment{c})}), http.StatusOK)
		got := acme.Comments(id)
		var who desk.User
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			who, err = tx.User(ctx, got[1].Author)
			return err
		})
		if who.ID == acme.Admin.ID || who.Foreign != out || who.Role != desk.EndUser {
			t.Fatalf("%+v", who)
		}
		if acme.Ticket(id).Requester != acme.Admin.ID {
			t.Fatal("the partner replaced our requester")
		}
	})
}

func TestSecurityRow09Markup(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		ticket := p.NewTicket("<script>alert(1)</script>\r\nX: y", "Dark.")
		ticket.Comments.Value[0].HTMLBody = wire.Some(`<iframe src="https://evil.example"></iframe><b>Dark.</b>`)
		ticket.Requester.Value.Name = "Joe\r\n<b>"
		uuid, got := p.ShareTicket(agreement, ticket)
		sharingtest.Expect(t, got, http.StatusCreated)
		id := acme.CopyOf(uuid)
		if html := acme.Comments(id)[0].HTML; strings.Contains(html, "iframe") {
			t.Error(html)
		}
		if s := acme.Ticket(id).Subject; strings.ContainsAny(s, "\r\n") {
			t.Errorf("%q", s)
		}
	})
}

func TestSecurityRow10FilesOnlyDownload(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Upload(id, "x.svg", "image/svg+xml", "<svg onload='alert(1)'/>")
		acme.Share(id, out)
		acme.WaitForJobs()
		link := sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID).Comments.Value[1].Attachments.Value[0].URL
		_, path, _ := strings.Cut(link, "/sharing")
		res, _ := acme.Request("GET", path, "", "", "")
		h := res.Header
		if h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Fatalf("%v", h)
		}
	})
}

func TestSecurityRow11Replay(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		body := `{"comments":[{"uuid":"comment-1","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01","public":true}]}`
		for range 3 {
			acme.ExpectRequest(200, "PUT", "/tickets/"+uuid, deal.Token().String(), body)
		}
		if n := len(acme.Comments(acme.CopyOf(uuid))); n != 2 {
			t.Fatalf("%d comments", n)
		}
		for range 2 {
			acme.ExpectRequest(200, "DELETE", "/tickets/"+uuid, deal.Token().String(), "")
		}
		acme.ExpectRequest(410, "PUT", "/tickets/"+uuid, deal.Token().String(), body)
	})
}

func TestSecurityRow12Exhaustion(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		files := strings.TrimSuffix(strings.Repeat(`{"url":"https://x.example/a","filename":"a"},`, 51), ",")
		acme.ExpectRequest(422, "PUT", "/tickets/"+uuid, deal.Token().String(),
			`{"comments":[{"uuid":"comment-1","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01","attachments":[`+files+`]}]}`)
		last := 0
		for range 60 {
			res, _ := acme.Request("PUT", "/tickets/"+uuid, deal.Token().String(), "application/json", `{}`)
			last = res.StatusCode
		}
		if last != 503 {
			t.Fatalf("the last of many was answered %d", last)
		}
	}, func(c *sharingtest.Config) { c.Inbound.MessageRate = 1 })
}

func TestSecurityRow13Oversharing(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.AddComment(id, "A note", false)
		acme.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "Ours", LocalOnly: true}})
		preview, err := acme.Outbox.Preview(t.Context(), acme.Account.ID, acme.Admin, id, out)
		sharingtest.Check(t, err)
		if len(preview.Comments) != 2 || preview.Comments[1].Public || preview.Kept != 1 {
			t.Fatalf("%+v", preview)
		}
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.WaitForReceived(s.UUID, "1", "A note")
		if d := acme.Timeline(id, s.ID)[0]; !strings.Contains(d.Body, "A note") || strings.Contains(d.Body, "Ours") {
			t.Fatalf("the timeline does not tell what was sent: %s", d.Body)
		}
	})
}

func TestSecurityRow14NoOracle(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		wrong := acme.ExpectRequest(403, "GET", "/tickets/"+uuid, agreement+":"+sharingtest.KeyB, "")
		unknown := acme.ExpectRequest(403, "GET", "/tickets/"+uuid, sharingtest.UUIDB+":"+sharingtest.KeyB, "")
		if wrong != unknown {
			t.Errorf("%q and %q", wrong, unknown)
		}
		q := sharetest.NewPartner(t, sharetest.Options{})
		other, _ := acme.Accept(q, sharingtest.AllTerms())
		deal, _ := q.Agreement(other)
		foreign := acme.ExpectRequest(404, "GET", "/tickets/"+uuid, deal.Token().String(), "")
		missing := acme.ExpectRequest(404, "GET", "/tickets/"+sharingtest.UUIDB, deal.Token().String(), "")
		if foreign != missing {
			t.Errorf("%q and %q", foreign, missing)
		}
	})
}

// Row 15: a key changes with a new agreement, which takes the tickets over (TestNewAgreementTakesOrphansOver); nobody changes
// the one in force.
func TestSecurityRow15KeysDoNotRotate(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		deal, _ := p.Agreement(agreement)
		acme.ExpectRequest(200, "PUT", "/agreements/"+agreement, deal.Token().String(), `{"access_key":"`+sharingtest.KeyB+`"}`)
		acme.ExpectRequest(403, "GET", "/agreements/"+agreement, agreement+":"+sharingtest.KeyB, "")
		acme.ExpectRequest(200, "GET", "/agreements/"+agreement, deal.Token().String(), "")
	})
}

func TestSecurityRow16Injection(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		for _, uuid := range []string{"a%0d%0ab1234", "..%2f..%2fx", "x'%20or%201=1", strings.Repeat("a", 65), "short"} {
			acme.ExpectRequest(422, "POST", "/agreements/"+uuid, "", sharingtest.Invitation("abcdef", sharingtest.KeyA, sharingtest.FarA, ""))
		}
		acme.ExpectRequest(201, "POST", "/agreements/"+sharingtest.UUIDA, "", strings.Replace(sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, sharingtest.FarA, ""), "Scripted", `Evil\r\nX-Header: 1`, 1))
		if name := acme.ReadAgreement(acme.AgreementByUUID(sharingtest.UUIDA)).Name; strings.ContainsAny(name, "\r\n") {
			t.Errorf("%q", name)
		}
		acme.ExpectRequest(422, "POST", "/agreements/"+sharingtest.UUIDB, "", sharingtest.Invitation(sharingtest.UUIDB, "key with\\nnewline", sharingtest.FarA, ""))
	})
}

// Row 17: what is not stored cannot be mailed. A partner's people have no address here, whatever the partner says.
func TestSecurityRow17NoMailBetweenDesks(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		there := kongen.Ticket(kongen.CopyOf(acme.ShareOf(id, out).UUID))
		var people []desk.User
		kongen.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			people, err = tx.UsersByID(ctx, []desk.UserID{there.Requester, there.Submitter})
			return err
		})
		for _, u := range people {
			if u.Email != "" || u.Foreign == 0 {
				t.Fatalf("%+v", u)
			}
		}
		if len(there.EmailCCs) != 0 {
			t.Fatalf("%+v", there.EmailCCs)
		}
	})
}
