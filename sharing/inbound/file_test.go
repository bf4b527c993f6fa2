package inbound_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
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
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		file := p.AddFile("dark.jpg", "image/jpeg", []byte("dark"))
		p.FailNext(1, sharetest.Failure{Code: 503, Match: func(r sharetest.Request) bool { return strings.HasPrefix(r.Path, "/att/") }})
		sharingtest.Expect(t, p.Update(uuid, withFile(p, file)), http.StatusOK)
		acme.WaitForJobs()
		got := acme.Comments(acme.CopyOf(uuid))[1].Attachments
		if len(got) != 1 || got[0].FileName != "dark.jpg" || got[0].ContentType != "image/jpeg" || got[0].Size != 4 {
			t.Fatalf("%+v", got)
		}
		r, err := acme.Files.Open(t.Context(), got[0].Blob)
		sharingtest.Check(t, err)
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
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
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
		sharingtest.Expect(t, p.Update(uuid, withFile(p, files...)), http.StatusOK)
		acme.WaitForJobs()
		id := acme.CopyOf(uuid)
		said := strings.Join(acme.Bodies(id), "\n")
		for _, f := range files {
			if !strings.Contains(said, `"`+f.Filename+`"`) {
				t.Errorf("nobody is told that %s is missing", f.Filename)
			}
		}
		if acme.Ticket(id).HasAttachments {
			t.Error("a file came all the same")
		}
		for _, c := range acme.Comments(id)[2:] {
			if c.Public || !c.LocalOnly {
				t.Errorf("a note is not private: %+v", c)
			}
		}
	}, func(c *sharingtest.Config) { c.Sharing.Retries.GiveUpAfter = time.Millisecond })
}

func TestF03CapabilityLinks(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Upload(id, "evil.html", "text/html", "<script>alert(1)</script>")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		file := sharingtest.PartnerTicket(p, s.UUID).Comments.Value[1].Attachments.Value[0]
		u, err := url.Parse(file.URL)
		sharingtest.Check(t, err)
		path := strings.TrimPrefix(u.EscapedPath(), "/sharing")
		res, body := acme.Request("GET", path, "", "", "")
		if res.StatusCode != 200 || body != "<script>alert(1)</script>" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") ||
			res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Type") != "application/octet-stream" ||
			!strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Fatalf("%d %v", res.StatusCode, res.Header)
		}
		for _, d := range acme.Timeline(id, s.ID) {
			if strings.Contains(d.Body, strings.Split(path, "/")[2]) {
				t.Error("the timeline shows the capability")
			}
		}
		acme.ExpectRequest(404, "GET", "/attachments/", "", "")
		acme.ExpectRequest(404, "GET", "/attachments/"+sharingtest.UUIDA+"/evil.html", "", "")
		acme.ExpectRequest(405, "POST", path, "", "")
		acme.Advance(8 * 24 * time.Hour)
		acme.ExpectRequest(410, "GET", path, "", "")
		acme.Advance(-8 * 24 * time.Hour)
		acme.ExpectRequest(200, "GET", path, "", "")
		acme.Unshare(id, out)
		acme.WaitForJobs()
		acme.Advance(6 * 24 * time.Hour)
		acme.ExpectRequest(200, "GET", path, "", "")
		acme.Advance(2 * 24 * time.Hour)
		acme.ExpectRequest(410, "GET", path, "", "")
	})
}

func TestF03FilesBetweenAccountsAndAlongAChain(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		third := acme.NewOffice("third", "Third")
		first, _ := acme.Link(kongen, sharingtest.FullTerms())
		second, _ := kongen.Link(third, sharingtest.FullTerms())
		kongenShares := kongen.ReadAgreement(second)
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, first)
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, first).UUID
		kongen.Share(kongen.CopyOf(uuid), kongenShares.ID)
		kongen.WaitForJobs()
		acme.Upload(id, "dark.jpg", "image/jpeg", "dark")
		acme.WaitForJobs()
		for _, o := range []*sharingtest.Office{kongen, third} {
			c := o.Comments(o.CopyOf(uuid))
			if len(c) != 2 || len(c[1].Attachments) != 1 || c[1].Attachments[0].Size != 4 {
				t.Fatalf("%s: %+v", o.Account.Name, c)
			}
		}
	})
}

func TestF04Names(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		var files []wire.Attachment
		for _, name := range []string{"../../etc/passwd", "a\x00b\nc.txt", "søk 😀.png", strings.Repeat("x", 300) + ".txt"} {
			f := p.AddFile("f", "text/plain", []byte(name))
			f.Filename, f.DisplayFilename = name, wire.Opt[string]{}
			files = append(files, f)
		}
		sharingtest.Expect(t, p.Update(uuid, withFile(p, files...)), http.StatusOK)
		acme.WaitForJobs()
		names := map[string]bool{}
		for _, a := range acme.Comments(acme.CopyOf(uuid))[1].Attachments {
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
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		// Neighbours need no exception.
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		if kongen.CopyOf(acme.ShareOf(id, out).UUID) == 0 {
			t.Fatal("the neighbour was not reached")
		}
		_, err := acme.Agreements.Invite(t.Context(), acme.Account.ID, acme.Admin, agreement.Invitation{RemoteURL: "https://10.0.0.1/sharing"})
		if desk.KindOf(err) != desk.Invalid {
			t.Fatalf("%v", err)
		}
		acme.ExpectRequest(422, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, "https://127.0.0.1/sharing", ""))
		acme.ExpectRequest(422, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, "http://partner.example/sharing", ""))
		acme.ExpectRequest(201, "POST", "/agreements/"+sharingtest.UUIDA, "", sharingtest.Invitation(sharingtest.UUIDA, sharingtest.KeyA, "https://partner.example/sharing", ""))
	}, func(c *sharingtest.Config) { c.Client.AllowPrivate = false })
}

// A picture within the text goes out with a link of this partner's, and another Interdesk shows a copy of its own.
func TestPicturesWithinTheText(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		zed := acme.Invite(p, sharingtest.FullTerms())
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Upload(id, "dark & grey.png", "image/png", "png")
		c := acme.Comments(id)[1]
		permanent := "/attachments/token/" + c.Attachments[0].Token
		acme.Write(func(ctx context.Context, tx *store.Tx) error {
			return tx.SetCommentHTML(ctx, id, c.ID, `<p>See <img src="`+permanent+`/?name=dark+%26+grey.png" alt="this"> and <img src="/attachments/token/gone/?name=x"></p>`)
		})
		acme.Share(id, zed)
		acme.Share(id, out)
		acme.WaitForJobs()
		sent := sharingtest.PartnerTicket(p, acme.ShareOf(id, zed).UUID).Comments.Value[1]
		link, text := sent.Attachments.Value[0].URL, sent.HTMLBody.Value
		if strings.Contains(text, "/attachments/token/") || !strings.Contains(text, `src="`+html.EscapeString(link)+`"`) || !strings.Contains(text, `src=""`) {
			t.Errorf("%s in %s", link, text)
		}
		there := kongen.Comments(kongen.CopyOf(acme.ShareOf(id, out).UUID))[1]
		if len(there.Attachments) != 1 || !there.Attachments[0].Inline || there.Attachments[0].Token == c.Attachments[0].Token ||
			!strings.Contains(there.HTML, "/attachments/token/"+there.Attachments[0].Token) || strings.Contains(there.HTML, permanent) {
			t.Errorf("%+v %s", there.Attachments, there.HTML)
		}
	})
}
