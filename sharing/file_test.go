package sharing_test

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// withFile is a comment that carries a file of a partner.
func withFile(p *sharetest.Partner, files ...wire.Attachment) wire.Ticket {
	c := p.NewComment("See the file", true)
	c.Attachments = wire.Some(files)
	return wire.Ticket{Comments: wire.Some([]wire.Comment{c})}
}

func TestF01Fetch(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		file := p.AddFile("dark.jpg", "image/jpeg", []byte("dark"))
		p.FailNext(1, sharetest.Failure{Code: 503, Match: func(r sharetest.Request) bool { return strings.HasPrefix(r.Path, "/att/") }})
		expect(t, p.Update(uuid, withFile(p, file)), http.StatusOK)
		acme.quiet()
		got := acme.comments(acme.copyOf(uuid))[1].Attachments
		if len(got) != 1 || got[0].FileName != "dark.jpg" || got[0].ContentType != "image/jpeg" || got[0].Size != 4 {
			t.Fatalf("%+v", got)
		}
		r, err := acme.files.Open(t.Context(), got[0].Blob)
		check(t, err)
		defer r.Close()
		if text, _ := io.ReadAll(r); string(text) != "dark" {
			t.Fatalf("%q", text)
		}
		if n := p.Fetched(file); n != 1 {
			t.Fatalf("fetched %d times", n)
		}
	})
}

func TestF02FilesThatCannotBeHad(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		moved := p.AddFile("moved.jpg", "image/jpeg", []byte("x"))
		p.FailNext(-1, sharetest.Failure{Code: 302, Location: "http://elsewhere.localhost/x", Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, "moved") }})
		slow := p.AddFile("late.jpg", "image/jpeg", []byte("x"))
		p.FailNext(-1, sharetest.Failure{Drop: true, Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, "late") }})
		files := []wire.Attachment{moved, slow}
		for name, address := range map[string]string{"gone": p.URL() + "/nothing", "metadata": "http://169.254.169.254/latest", "scheme": "file:///etc/passwd",
			"old": "gopher://127.0.0.1/x", "empty": ""} {
			files = append(files, wire.Attachment{URL: address, Filename: name})
		}
		expect(t, p.Update(uuid, withFile(p, files...)), http.StatusOK)
		acme.quiet()
		id := acme.copyOf(uuid)
		said := strings.Join(acme.said(id), "\n")
		for _, f := range files {
			if !strings.Contains(said, `"`+f.Filename+`"`) {
				t.Errorf("nobody is told that %s is missing", f.Filename)
			}
		}
		if acme.ticket(id).HasAttachments {
			t.Error("a file came all the same")
		}
		for _, c := range acme.comments(id)[2:] {
			if c.Public || !c.LocalOnly {
				t.Errorf("a note is not private: %+v", c)
			}
		}
	})
}

// upload makes a comment with a file.
func (o *office) upload(id desk.TicketID, name, contentType, content string) {
	o.t.Helper()
	hash, size, err := o.files.Put(o.t.Context(), strings.NewReader(content), desk.MaxUpload)
	check(o.t, err)
	token := rand.Text()
	o.write(func(ctx context.Context, tx *store.Tx) error {
		a := desk.Attachment{ID: desk.AttachmentID(tx.NewID()), FileName: name, ContentType: contentType, Size: size, Blob: hash, Token: rand.Text(), CreatedAt: o.now()}
		return tx.AddToUpload(ctx, token, &a, o.admin.ID, o.now().Add(time.Hour))
	})
	o.apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "See the file", Uploads: []string{token}}})
}

func TestF03CapabilityLinks(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.invite(p, full())
		id := acme.open("Dark", "Dark.")
		acme.upload(id, "evil.html", "text/html", "<script>alert(1)</script>")
		acme.share(id, out)
		acme.quiet()
		s := acme.shareOf(id, out)
		file := words(p, s.UUID).Comments.Value[1].Attachments.Value[0]
		u, err := url.Parse(file.URL)
		check(t, err)
		path := strings.TrimPrefix(u.EscapedPath(), "/sharing")
		res, body := acme.raw("GET", path, "", "", "")
		if res.StatusCode != 200 || body != "<script>alert(1)</script>" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") ||
			res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Type") != "application/octet-stream" ||
			!strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Fatalf("%d %v", res.StatusCode, res.Header)
		}
		for _, d := range acme.timeline(id, s.ID) {
			if strings.Contains(d.Body, strings.Split(path, "/")[2]) {
				t.Error("the timeline shows the capability")
			}
		}
		acme.expectRaw(404, "GET", "/attachments/", "", "")
		acme.expectRaw(404, "GET", "/attachments/"+uuidA+"/evil.html", "", "")
		acme.expectRaw(405, "POST", path, "", "")
		acme.pass(8 * 24 * time.Hour)
		acme.expectRaw(410, "GET", path, "", "")
		acme.pass(-8 * 24 * time.Hour)
		acme.expectRaw(200, "GET", path, "", "")
		acme.unshare(id, out)
		acme.expectRaw(410, "GET", path, "", "")
	})
}

func TestF03FilesBetweenAccountsAndAlongAChain(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		third := acme.office("third", "Third")
		first, _ := acme.link(kongen, full())
		second, _ := kongen.link(third, full())
		kongenShares := kongen.agreement(second)
		id := acme.open("Dark", "Dark.")
		acme.share(id, first)
		acme.quiet()
		uuid := acme.shareOf(id, first).UUID
		kongen.share(kongen.copyOf(uuid), kongenShares.ID)
		kongen.quiet()
		acme.upload(id, "dark.jpg", "image/jpeg", "dark")
		acme.quiet()
		for _, o := range []*office{kongen, third} {
			c := o.comments(o.copyOf(uuid))
			if len(c) != 2 || len(c[1].Attachments) != 1 || c[1].Attachments[0].Size != 4 {
				t.Fatalf("%s: %+v", o.account.Name, c)
			}
		}
	})
}

func TestF04Names(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.accept(p, allTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		var files []wire.Attachment
		for _, name := range []string{"../../etc/passwd", "a\x00b\nc.txt", "søk 😀.png", strings.Repeat("x", 300) + ".txt"} {
			f := p.AddFile("f", "text/plain", []byte(name))
			f.Filename, f.DisplayFilename = name, wire.Opt[string]{}
			files = append(files, f)
		}
		expect(t, p.Update(uuid, withFile(p, files...)), http.StatusOK)
		acme.quiet()
		names := map[string]bool{}
		for _, a := range acme.comments(acme.copyOf(uuid))[1].Attachments {
			if strings.ContainsAny(a.FileName, "/\\\x00\n") || len(a.FileName) > 255 {
				t.Errorf("%q", a.FileName)
			}
			names[a.FileName] = true
		}
		if !names["passwd"] || !names["søk 😀.png"] || len(names) != 4 {
			t.Fatalf("%v", names)
		}
	})
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, acme, kongen *office) {
		// Neighbours need no exception.
		out, _ := acme.link(kongen, full())
		id := acme.open("Dark", "Dark.")
		acme.share(id, out)
		acme.quiet()
		if kongen.copyOf(acme.shareOf(id, out).UUID) == 0 {
			t.Fatal("the neighbour was not reached")
		}
		_, err := acme.service.Invite(t.Context(), acme.account.ID, acme.admin, sharing.Invitation{RemoteURL: "https://10.0.0.1/sharing"})
		if desk.KindOf(err) != desk.Invalid {
			t.Fatalf("%v", err)
		}
		acme.expectRaw(422, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, "https://127.0.0.1/sharing", ""))
		acme.expectRaw(422, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, "http://partner.example/sharing", ""))
		acme.expectRaw(201, "POST", "/agreements/"+uuidA, "", invitation(uuidA, keyA, "https://partner.example/sharing", ""))
	}, func(_ *sharing.Options, c *outbound.Config) { c.AllowPrivate = false })
}
