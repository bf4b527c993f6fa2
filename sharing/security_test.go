package sharing_test

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
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
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
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, in := acme.accept(p, allTerms())
		out := acme.invite(p, full())
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		for _, a := range []desk.AgreementID{in, out} {
			deal, _ := p.Agreement(acme.agreement(a).UUID)
			key := deal.AccessKey.Value
			if len(key) != 40 {
				t.Fatalf("the key %q has not 160 bits", key)
			}
			acme.read(func(ctx context.Context, tx *store.Tx) error {
				sealed, err := tx.AgreementKey(ctx, a)
				if strings.Contains(sealed, key) || sealed == "" {
					t.Error("the key lies in the clear")
				}
				return err
			})
			shown, err := json.Marshal(acme.agreement(a))
			check(t, err)
			list, err := acme.service.AgreementTimeline(t.Context(), acme.account.ID, acme.admin, a, 0)
			check(t, err)
			kept, err := json.Marshal(list)
			check(t, err)
			for name, text := range map[string]string{"agreement": string(shown), "timeline": string(kept), "log": logged.String()} {
				if strings.Contains(text, key) {
					t.Errorf("the %s tells the key", name)
				}
			}
		}
		if got := p.GetAgreement(uuid); strings.Contains(got.Body, "access_key") {
			t.Error(got.Body)
		}
	}, func(o *sharing.Options, _ *outbound.Config) {
		o.Logger = slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
}

func TestSecurityRow02InvitationsAreInert(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{Reads: true})
		uuid, _ := p.Invite(acme.url(), allTerms())
		acme.quiet()
		if len(p.Requests()) != 0 {
			t.Fatal("a request was made because of an invitation")
		}
		_, got := p.ShareTicket(uuid, p.NewTicket("Dark", "Dark."))
		expect(t, got, http.StatusForbidden)
		last := 0
		for n := range 30 {
			res, _ := acme.raw("POST", "/agreements/"+fmt.Sprintf("%040x", n), "", "application/json", invitation(fmt.Sprintf("%040x", n), keyA, farA, ""))
			if last = res.StatusCode; last == 503 && res.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
		if last != 503 {
			t.Fatalf("the last of many was answered %d", last)
		}
	})
}

func TestSecurityRow03Verification(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		for style, want := range map[sharetest.Style]bool{sharetest.Node: true, sharetest.RT: true, sharetest.Zendesk: false} {
			p := sharetest.NewPartner(t, sharetest.Options{Style: style})
			uuid, _ := p.Invite(acme.url(), allTerms())
			id := acme.byUUID(uuid)
			got, err := acme.service.Verify(t.Context(), acme.account.ID, acme.admin, id)
			check(t, err)
			if got != want || acme.agreement(id).Verified != want {
				t.Errorf("%s: verified %v", style, got)
			}
		}
		// Posted by mallory in the name of another desk, which knows nothing of it.
		named := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.Node})
		acme.expectRaw(201, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, named.URL(), ""))
		id := acme.byUUID(uuidA)
		got, err := acme.service.Verify(t.Context(), acme.account.ID, acme.admin, id)
		check(t, err)
		if got {
			t.Error("verified a forgery")
		}
		_, err = acme.service.Accept(t.Context(), acme.account.ID, acme.admin, id)
		check(t, err)
		acme.quiet()
		if a := acme.agreement(id); a.Status != desk.AgreementFailed {
			t.Errorf("%+v", a)
		}
	})
}

func TestSecurityRow04AddressesAreGuarded(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		for _, address := range []string{"https://169.254.169.254/sharing", "https://127.0.0.1/sharing", "https://[::1]/sharing", "https://10.0.0.8/sharing",
			"https://[::ffff:10.0.0.8]/sharing", "https://100.64.0.1/sharing", "http://partner.example/sharing", "https://partner.example:22/sharing",
			"file:///etc/passwd", "https://user:secret@partner.example/sharing", "https://localhost/sharing"} {
			acme.expectRaw(422, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, address, ""))
			_, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: address})
			if desk.KindOf(err) != desk.Invalid {
				t.Errorf("%s: %v", address, err)
			}
		}
	}, func(o *sharing.Options, c *outbound.Config) { c.AllowPrivate, o.InviteRate = false, 1e6 })
}

func TestSecurityRow05NoRedirects(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p, thief := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{Host: "thief.localhost"})
		out := acme.invite(p, full())
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		p.FailNext(1, sharetest.Failure{Code: 307, Location: thief.URL() + "/tickets/" + acme.shareOf(id, out).UUID})
		acme.say(id, "2", true)
		acme.eventually("the pause", func() bool { return acme.agreement(out).PausedBy != desk.NotPaused })
		if len(thief.Requests()) != 0 {
			t.Fatal("the token went to another host")
		}
		for _, path := range []string{"", "/", "//agreements/" + uuidA, "/agreements", "/agreements/", "/./tickets/" + uuidA, "/tickets/" + uuidA + "/"} {
			if res, _ := acme.raw("GET", path, "", "", ""); res.StatusCode/100 == 3 {
				t.Errorf("%s redirects", path)
			}
		}
	})
}

func TestSecurityRow06TicketsBelongToTheirAgreement(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p, q := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{})
		a, _ := acme.accept(p, allTerms())
		b, _ := acme.accept(q, allTerms())
		uuid, _ := p.ShareTicket(a, p.NewTicket("Dark", "Dark."))
		theirs, _ := q.Agreement(b)
		token := theirs.Token().String()
		for _, method := range []string{"PUT", "GET", "DELETE"} {
			acme.expectRaw(404, method, "/tickets/"+uuid, token, `{"status":"solved"}`)
		}
		id := acme.copyOf(uuid)
		if s := acme.ticket(id).Status; s != desk.Open {
			t.Fatalf("status %s", s)
		}
		// The uuids of p's comments and people are q's to use for its own, and mean other ones.
		ticket := q.NewTicket("Mine", "Mine.")
		ticket.Comments.Value[0].UUID = words(p, uuid).Comments.Value[0].UUID
		ticket.Comments.Value[0].Author.UUID = words(p, uuid).Requester.Value.UUID
		ticket.Requester.Value.UUID = words(p, uuid).Requester.Value.UUID
		mine, got := q.ShareTicket(b, ticket)
		expect(t, got, http.StatusCreated)
		other := acme.ticket(acme.copyOf(mine))
		if other.Requester == acme.ticket(id).Requester {
			t.Fatal("a partner took another's person")
		}
		if diff := cmp.Diff([]string{"Dark."}, acme.said(id)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSecurityRow07Roles(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		uuid, _ := p.Invite(acme.url(), sharetest.Terms{})
		deal, _ := p.Agreement(uuid)
		token := deal.Token().String()
		acme.expectRaw(422, "PUT", "/agreements/"+uuid, token, `{"status":"accepted"}`)
		_, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, acme.byUUID(uuid))
		check(t, err)
		acme.expectRaw(422, "PUT", "/agreements/"+uuid, token, `{"allows_public_comments":true}`)
		out := acme.agreement(acme.invite(p, full()))
		_, got := p.ShareTicket(out.UUID, p.NewTicket("Pushed", "x"))
		expect(t, got, http.StatusForbidden)
		if _, err := acme.service.Accept(t.Context(), acme.account.ID, acme.admin, out.ID); desk.KindOf(err) != desk.Invalid {
			t.Fatalf("%v", err)
		}
	})
}

func TestSecurityRow08ForgedActors(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		uuid := acme.shareOf(id, out).UUID
		c := p.NewComment("I am your admin", true)
		c.Author = words(p, uuid).Comments.Value[0].Author
		expect(t, p.Update(uuid, wire.Ticket{CurrentActor: wire.Some(c.Author), Requester: wire.Some(p.Agent), Comments: wire.Some([]wire.Comment{c})}), http.StatusOK)
		got := acme.comments(id)
		var who desk.User
		acme.read(func(ctx context.Context, tx *store.Tx) (err error) {
			who, err = tx.User(ctx, got[1].Author)
			return err
		})
		if who.ID == acme.admin.ID || who.Foreign != out || who.Role != desk.EndUser {
			t.Fatalf("%+v", who)
		}
		if acme.ticket(id).Requester != acme.admin.ID {
			t.Fatal("the partner replaced our requester")
		}
	})
}

func TestSecurityRow09Markup(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		ticket := p.NewTicket("<script>alert(1)</script>\r\nX: y", "Dark.")
		ticket.Comments.Value[0].HTMLBody = wire.Some(`<iframe src="https://evil.example"></iframe><b>Dark.</b>`)
		ticket.Requester.Value.Name = "Joe\r\n<b>"
		uuid, got := p.ShareTicket(agreement, ticket)
		expect(t, got, http.StatusCreated)
		id := acme.copyOf(uuid)
		if html := acme.comments(id)[0].HTML; strings.Contains(html, "iframe") {
			t.Error(html)
		}
		if s := acme.ticket(id).Subject; strings.ContainsAny(s, "\r\n") {
			t.Errorf("%q", s)
		}
	})
}

func TestSecurityRow10FilesOnlyDownload(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark", "1")
		acme.upload(id, "x.svg", "image/svg+xml", "<svg onload='alert(1)'/>")
		acme.share(id, out)
		acme.quiet()
		link := words(p, acme.shareOf(id, out).UUID).Comments.Value[1].Attachments.Value[0].URL
		_, path, _ := strings.Cut(link, "/sharing")
		res, _ := acme.raw("GET", path, "", "", "")
		h := res.Header
		if h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Fatalf("%v", h)
		}
	})
}

func TestSecurityRow11Replay(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		body := `{"comments":[{"uuid":"comment-1","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01","public":true}]}`
		for range 3 {
			acme.expectRaw(200, "PUT", "/tickets/"+uuid, deal.Token().String(), body)
		}
		if n := len(acme.comments(acme.copyOf(uuid))); n != 2 {
			t.Fatalf("%d comments", n)
		}
		for range 2 {
			acme.expectRaw(200, "DELETE", "/tickets/"+uuid, deal.Token().String(), "")
		}
		acme.expectRaw(410, "PUT", "/tickets/"+uuid, deal.Token().String(), body)
	})
}

func TestSecurityRow12Exhaustion(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		files := strings.TrimSuffix(strings.Repeat(`{"url":"https://x.example/a","filename":"a"},`, 51), ",")
		acme.expectRaw(422, "PUT", "/tickets/"+uuid, deal.Token().String(),
			`{"comments":[{"uuid":"comment-1","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01","attachments":[`+files+`]}]}`)
		last := 0
		for range 60 {
			res, _ := acme.raw("PUT", "/tickets/"+uuid, deal.Token().String(), "application/json", `{}`)
			last = res.StatusCode
		}
		if last != 503 {
			t.Fatalf("the last of many was answered %d", last)
		}
	}, func(o *sharing.Options, _ *outbound.Config) { o.MessageRate = 1 })
}

func TestSecurityRow13Oversharing(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark", "1")
		acme.say(id, "A note", false)
		acme.apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "Ours", LocalOnly: true}})
		preview, err := acme.service.Preview(t.Context(), acme.account.ID, acme.admin, id, out)
		check(t, err)
		if len(preview.Comments) != 2 || preview.Comments[1].Public || preview.Kept != 1 {
			t.Fatalf("%+v", preview)
		}
		acme.share(id, out)
		acme.quiet()
		s := acme.shareOf(id, out)
		p.WaitForReceived(s.UUID, "1", "A note")
		if d := acme.timeline(id, s.ID)[0]; !strings.Contains(d.Body, "A note") || strings.Contains(d.Body, "Ours") {
			t.Fatalf("the timeline does not tell what was sent: %s", d.Body)
		}
	})
}

func TestSecurityRow14NoOracle(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		wrong := acme.expectRaw(403, "GET", "/tickets/"+uuid, agreement+":"+keyB, "")
		unknown := acme.expectRaw(403, "GET", "/tickets/"+uuid, uuidB+":"+keyB, "")
		if wrong != unknown {
			t.Errorf("%q and %q", wrong, unknown)
		}
		q := sharetest.NewPartner(t, sharetest.Options{})
		other, _ := acme.accept(q, allTerms())
		deal, _ := q.Agreement(other)
		foreign := acme.expectRaw(404, "GET", "/tickets/"+uuid, deal.Token().String(), "")
		missing := acme.expectRaw(404, "GET", "/tickets/"+uuidB, deal.Token().String(), "")
		if foreign != missing {
			t.Errorf("%q and %q", foreign, missing)
		}
	})
}

// Row 15: a key changes with a new agreement, which takes the tickets over (TestNewAgreementTakesOrphansOver); nobody changes
// the one in force.
func TestSecurityRow15KeysDoNotRotate(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		deal, _ := p.Agreement(agreement)
		acme.expectRaw(200, "PUT", "/agreements/"+agreement, deal.Token().String(), `{"access_key":"`+keyB+`"}`)
		acme.expectRaw(403, "GET", "/agreements/"+agreement, agreement+":"+keyB, "")
		acme.expectRaw(200, "GET", "/agreements/"+agreement, deal.Token().String(), "")
	})
}

func TestSecurityRow16Injection(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		for _, uuid := range []string{"a%0d%0ab1234", "..%2f..%2fx", "x'%20or%201=1", strings.Repeat("a", 65), "short"} {
			acme.expectRaw(422, "POST", "/agreements/"+uuid, "", invitation("abcdef", keyA, farA, ""))
		}
		acme.expectRaw(201, "POST", "/agreements/"+uuidA, "", strings.Replace(invitation(uuidA, keyA, farA, ""), "Scripted", `Evil\r\nX-Header: 1`, 1))
		if name := acme.agreement(acme.byUUID(uuidA)).Name; strings.ContainsAny(name, "\r\n") {
			t.Errorf("%q", name)
		}
		acme.expectRaw(422, "POST", "/agreements/"+uuidB, "", invitation(uuidB, "key with\\nnewline", farA, ""))
	})
}

// Row 17: what is not stored cannot be mailed. A partner's people have no address here, whatever the partner says.
func TestSecurityRow17NoMailBetweenDesks(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		out, _ := acme.link(kongen, full())
		id := acme.open("Dark", "1")
		acme.share(id, out)
		acme.quiet()
		there := kongen.ticket(kongen.copyOf(acme.shareOf(id, out).UUID))
		var people []desk.User
		kongen.read(func(ctx context.Context, tx *store.Tx) (err error) {
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
