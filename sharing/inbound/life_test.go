package inbound_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/inbound"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// interdesk speaks as another Interdesk does: with the place of each message among those of the share.
type interdesk struct {
	t    *testing.T
	p    *sharetest.Partner
	to   *sharingtest.Office
	deal sharetest.Agreement
}

func newInterdesk(t *testing.T, o *sharingtest.Office) (interdesk, desk.AgreementID) {
	p := sharetest.NewPartner(t, sharetest.Options{})
	uuid, id := o.Accept(p, sharingtest.AllTerms())
	deal, _ := p.Agreement(uuid)
	// Only what comes in is looked at: the fake would not know the tickets of messages that are made by hand.
	_, err := o.Agreements.Pause(t.Context(), o.Account.ID, o.Admin, id)
	sharingtest.Check(t, err)
	return interdesk{t, p, o, deal}, id
}

func (d interdesk) say(method string, at wire.Position, m wire.Ticket) (sharetest.Response, wire.Receipt) {
	d.t.Helper()
	body, err := wire.EncodeTicket(m)
	sharingtest.Check(d.t, err)
	got := d.p.Raw(method, d.to.URL()+"/tickets/"+m.UUID.Value, http.Header{wire.HeaderToken: {d.deal.Token().String()},
		wire.HeaderInterdesk: {at.String()}, "Content-Type": {"application/json"}}, body)
	receipt, _ := wire.DecodeReceipt([]byte(got.Body))
	return got, receipt
}

func option(values ...string) (out []desk.FieldOption) {
	for _, v := range values {
		out = append(out, desk.FieldOption{Name: v, Value: v})
	}
	return out
}

func TestInterdesksTellWhatTheyHold(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		problem := acme.AddField(desk.TicketField{Type: desk.FieldTagger, Title: "Problem type", Options: option("lens")})
		other, in := newInterdesk(t, acme)
		m := other.p.NewTicket("Dark", "Dark.")
		m.Tags, m.CustomFields = wire.Some([]string{"größe", "strap"}), wire.Some(wire.Fields{"Problem type": "strap", "Serial": "X-1"})
		got, receipt := other.say("POST", wire.Position{Seq: 10}, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		id := acme.CopyOf(m.UUID.Value)
		want := wire.Receipt{TicketID: sharingtest.IDText(id), NotHeld: []wire.NotHeld{
			{Item: "field:problem type", Reason: "the option does not exist here"}, {Item: "field:serial", Reason: "there is no field Serial"}}}
		if diff := cmp.Diff(want, receipt); diff != "" || got.Header.Get(wire.HeaderInterdesk) == "" {
			t.Fatal(diff, got.Header)
		}
		if a := acme.ReadAgreement(in); a.Peer != desk.PeerInterdesk {
			t.Fatalf("the partner counts as %q", a.Peer)
		}
		if diff := cmp.Diff([]string{"größe", "strap"}, acme.Ticket(id).Tags); diff != "" {
			t.Fatal(diff)
		}
		// A repeat is answered and changes nothing, whatever it says.
		repeat := wire.Ticket{UUID: m.UUID, Subject: wire.Some("Other"), Comments: m.Comments}
		got, _ = other.say("PUT", wire.Position{Seq: 10}, repeat)
		sharingtest.Expect(t, got, http.StatusOK)
		if now := acme.Ticket(id); now.Subject != "Dark" || now.CommentCount != 2 { // the comment, and the remark
			t.Fatalf("%+v", now)
		}
		// Once the option is there, the next message brings it along.
		acme.Write(func(ctx context.Context, tx *store.Tx) error {
			f, err := tx.Field(ctx, problem)
			if err != nil {
				return err
			}
			f.Options = option("lens", "strap")
			return tx.UpdateField(ctx, &f)
		})
		_, receipt = other.say("PUT", wire.Position{Seq: 20}, wire.Ticket{UUID: m.UUID, Status: wire.Some("pending")})
		if receipt.Previous != 10 || len(receipt.NotHeld) != 0 {
			t.Fatalf("%+v", receipt)
		}
		if now := acme.Ticket(id); now.Fields[problem].Text() != "strap" || now.Status != desk.Pending {
			t.Fatalf("%+v", now)
		}
	})
}

func TestOthersGetNoReceipt(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		_, got := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		if got.Body != "" || got.Header.Get(wire.HeaderInterdesk) != "" || acme.ReadAgreement(in).Peer != desk.PeerUnknown {
			t.Fatalf("%+v", got)
		}
	})
}

// TestAnotherTicketUnderAKnownUUID is C40: the partner was restored from a backup and gave a uuid away twice.
func TestAnotherTicketUnderAKnownUUID(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		smith := p.NewTicket("Dark", "Dark.")
		uuid, got := p.ShareTicket(agreement, smith)
		sharingtest.Expect(t, got, http.StatusCreated)
		jones := p.NewTicket("Broken", "Broken.")
		for name, change := range map[string]func(m *wire.Ticket){
			"requester":     func(m *wire.Ticket) { m.Requester = jones.Requester },
			"time":          func(m *wire.Ticket) { m.RequestedAt = wire.Some(wire.On(smith.RequestedAt.Value.At.Add(time.Hour))) },
			"first comment": func(m *wire.Ticket) { m.Comments = jones.Comments },
			"all of it":     func(m *wire.Ticket) { *m = jones; m.UUID = smith.UUID },
		} {
			m := smith
			change(&m)
			if _, got := p.ShareTicket(agreement, m); got.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: answered %d %q", name, got.Status, got.Body)
			}
		}
		_, got = p.ShareTicket(agreement, smith)
		sharingtest.Expect(t, got, http.StatusOK)
		if diff := cmp.Diff([]string{"Dark."}, acme.Bodies(acme.CopyOf(uuid))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestANewAgreementTakesCopiesOver is C41 at the receiver.
func TestANewAgreementTakesCopiesOver(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		first, _ := acme.Accept(p, sharingtest.AllTerms())
		m := p.NewTicket("Dark", "Dark.")
		uuid, _ := p.ShareTicket(first, m)
		id := acme.CopyOf(uuid)
		sharingtest.Expect(t, p.Deactivate(first), http.StatusOK)
		acme.WaitForJobs()
		got := p.Update(uuid, wire.Ticket{Status: wire.Some("pending")})
		if got.Status != http.StatusGone || !strings.Contains(got.Body, "over") {
			t.Fatalf("%d %q", got.Status, got.Body)
		}
		second, in := acme.Accept(p, sharingtest.AllTerms())
		_, got = p.ShareTicket(second, m)
		sharingtest.Expect(t, got, http.StatusOK)
		if s := acme.ShareOf(id, in); s.State != desk.ShareLive || acme.CopyOf(uuid) != id || len(acme.Comments(id)) != 1 {
			t.Fatalf("%+v", s)
		}
	})
}

// TestADeletedCopyIsMadeAnew is C54.
func TestADeletedCopyIsMadeAnew(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		m := p.NewTicket("Dark", "Dark.")
		uuid, _ := p.ShareTicket(agreement, m)
		id := acme.CopyOf(uuid)
		sharingtest.Check(t, acme.Tickets.Delete(t.Context(), acme.Account.ID, acme.Admin, desk.Via{Channel: desk.ChannelWeb}, id))
		acme.WaitForJobs()
		sharingtest.Expect(t, p.SetStatus(uuid, "pending"), http.StatusGone)
		_, got := p.ShareTicket(agreement, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		next := acme.CopyOf(uuid)
		if s := acme.ShareOf(next, in); next == id || s.State != desk.ShareLive || s.Episode != 2 {
			t.Fatalf("%+v", s)
		}
		if diff := cmp.Diff([]string{"Dark."}, acme.Bodies(next)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestATagDoesNotReopen is C47.
func TestATagDoesNotReopen(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		m := p.NewTicket("Dark", "Dark.")
		m.Status = wire.Some("solved")
		uuid, _ := p.ShareTicket(agreement, m)
		id := acme.CopyOf(uuid)
		acme.SetStatus(id, desk.Closed)
		for range 2 {
			sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Tags: wire.Some([]string{"vip"}), Status: wire.Some("solved")}), http.StatusOK)
		}
		if acme.CopyOf(uuid) != id || len(acme.Ticket(id).Tags) != 0 {
			t.Fatalf("%+v", acme.Ticket(id))
		}
		if s := acme.Timeline(id, acme.ShareOf(id, in).ID)[0].Summary; !strings.Contains(s, "closed") {
			t.Fatalf("nobody is told: %q", s)
		}
		sharingtest.Expect(t, p.Reply(uuid, "It is dark again.", true), http.StatusOK)
		next := acme.CopyOf(uuid)
		if got := acme.Ticket(next); next == id || got.FollowupOf != id || !cmp.Equal(got.Tags, []string{"vip"}) {
			t.Fatalf("%+v", got)
		}
	})
}

// TestWhatDoesNotFitIsNotChangedByUs is C56, from a partner that is no Interdesk.
func TestWhatDoesNotFitIsNotChangedByUs(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		m := p.NewTicket(" "+strings.Repeat("dark ", 60)+" ", "Dark.")
		tags := make([]string, 150)
		for n := range tags {
			tags[n] = fmt.Sprintf("tag%03d", n)
		}
		m.Tags = wire.Some(tags)
		uuid, got := p.ShareTicket(agreement, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		id := acme.CopyOf(uuid)
		share := acme.ShareOf(id, in)
		if len(acme.Ticket(id).Tags) != desk.MaxTags || len(share.Tags) != 150 || share.Sync.NotHeldHere[sharing.ItemSubject] == "" {
			t.Fatalf("%+v", share)
		}
		if n := len(acme.Comments(id)); n != 2 {
			t.Fatalf("%d comments, one of them the remark", n)
		}
		if !sharing.Knows(&share, sharing.ItemSubject, acme.Ticket(id).Subject) {
			t.Fatal("our shorter subject would be sent")
		}
		if say := sharing.TagsToSay(&share, desk.Snapshot{Tags: append(acme.Ticket(id).Tags, "ours"), Added: []string{"ours"}}, false); len(say) != 151 {
			t.Fatalf("%d tags would be said", len(say))
		}
	})
}

// TestTheRequesterChanges is C57.
func TestTheRequesterChanges(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		jane := wire.Actor{UUID: "person-jane", Name: "Jane"}
		sharingtest.Expect(t, p.Update(uuid, wire.Ticket{Requester: wire.Some(jane)}), http.StatusOK)
		id := acme.CopyOf(uuid)
		var u desk.User
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			u, err = tx.User(ctx, acme.Ticket(id).Requester)
			return err
		})
		if u.Name != "Jane" || u.Foreign != in {
			t.Fatalf("%+v", u)
		}
	})
}

func TestAMessageBringsSoManyPeople(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		m := p.NewTicket("Dark", "Dark.")
		comments := m.Comments.Value
		for n := range desk.DefaultPeopleLimit + 9 {
			c := p.NewComment(fmt.Sprint("Comment ", n), true)
			c.Author = wire.Actor{UUID: fmt.Sprintf("person-%03d", n), Name: fmt.Sprint("Person ", n)}
			comments = append(comments, c)
		}
		m.Comments = wire.Some(comments)
		uuid, got := p.ShareTicket(agreement, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		names := map[string]int{}
		acme.Read(func(ctx context.Context, tx *store.Tx) error {
			for _, c := range acme.Comments(acme.CopyOf(uuid)) {
				u, err := tx.User(ctx, c.Author)
				if err != nil {
					return err
				}
				names[u.Name]++
			}
			return nil
		})
		if len(names) != desk.DefaultPeopleLimit+1 || names["Partner: others"] != 10 {
			t.Fatalf("%d people: %v", len(names), names)
		}
	})
}

func TestARemarkIsMadeOnce(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		acme.AddField(desk.TicketField{Type: desk.FieldInteger, Title: "Count"})
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		for n := range 3 {
			m := wire.Ticket{Status: wire.Some("frozen"), CustomFields: wire.Some(wire.Fields{"Count": fmt.Sprint("many ", n)})}
			sharingtest.Expect(t, p.Update(uuid, m), http.StatusOK)
		}
		if got := acme.Bodies(acme.CopyOf(uuid)); len(got) != 2 || !strings.Contains(got[1], "frozen") || !strings.Contains(got[1], "Count") {
			t.Fatalf("%q", got)
		}
	})
}

func TestAPartnerThatKnowsMoreOfUs(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		other, in := newInterdesk(t, acme)
		m := other.p.NewTicket("Dark", "Dark.")
		got, _ := other.say("POST", wire.Position{Seq: 1}, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		got, _ = other.say("PUT", wire.Position{Seq: 2, Seen: 99}, wire.Ticket{UUID: m.UUID, Status: wire.Some("pending")})
		sharingtest.Expect(t, got, http.StatusOK)
		a := acme.ReadAgreement(in)
		if a.PausedBy != desk.PausedByRestore || !strings.Contains(a.LastError, "backup") {
			t.Fatalf("%+v", a)
		}
		if s := acme.Ticket(acme.CopyOf(m.UUID.Value)).Status; s != desk.Pending {
			t.Fatalf("the message was lost: %s", s)
		}
	})
}

// TestCrossingChanges: we have the copy, so what its sender says at the same time stands.
func TestCrossingChanges(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		other, in := newInterdesk(t, acme)
		m := other.p.NewTicket("Dark", "Dark.")
		got, _ := other.say("POST", wire.Position{Seq: 1}, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		id := acme.CopyOf(m.UUID.Value)
		share := acme.ShareOf(id, in)
		acme.SetStatus(id, desk.Solved)
		acme.Write(func(ctx context.Context, tx *store.Tx) error {
			s, err := tx.LockShare(ctx, share.ID)
			if err != nil {
				return err
			}
			sharing.Mark(&s, sharing.NextSeq(&s, acme.Now()), sharing.ItemStatus)
			return tx.UpdateShare(ctx, &s)
		})
		got, _ = other.say("PUT", wire.Position{Seq: 2}, wire.Ticket{UUID: m.UUID, Status: wire.Some("pending")})
		sharingtest.Expect(t, got, http.StatusOK)
		if s := acme.Ticket(id).Status; s != desk.Pending {
			t.Fatalf("status %s", s)
		}
		for _, d := range acme.Timeline(id, share.ID) {
			if strings.Contains(d.Summary, "both desks changed it at once; theirs stands") {
				return
			}
		}
		t.Fatal("the timeline does not tell")
	})
}

// TestANarrowedComment is C52: what its writer made private is private here, too; ours is not theirs to hide.
func TestANarrowedComment(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		other, _ := newInterdesk(t, acme)
		m := other.p.NewTicket("Dark", "Dark.")
		got, _ := other.say("POST", wire.Position{Seq: 1}, m)
		sharingtest.Expect(t, got, http.StatusCreated)
		id := acme.CopyOf(m.UUID.Value)
		acme.AddComment(id, "Which lens?", true)
		acme.WaitForJobs()
		uuids := []string{m.Comments.Value[0].UUID, acme.Comments(id)[1].UUID}
		narrowed := wire.Ticket{UUID: m.UUID, Interdesk: wire.Some(wire.Extension{Narrowed: uuids})}
		got, _ = other.say("PUT", wire.Position{Seq: 2}, narrowed)
		sharingtest.Expect(t, got, http.StatusOK)
		if c := acme.Comments(id); c[0].Public || !c[1].Public {
			t.Fatalf("%+v", c)
		}
	})
}

// TestFilesAreFetchedAgain is C43, C9 and C53.
func TestFilesAreFetchedAgain(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, in := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		var files []wire.Attachment
		for n := range 6 {
			files = append(files, p.AddFile(fmt.Sprintf("f%d.txt", n+1), "text/plain", []byte(fmt.Sprint("file ", n))))
		}
		files = append(files, p.AddFile("f1.txt", "text/plain", []byte("of the same name")))
		picture := p.AddFile("dark.png", "image/png", []byte("png"))
		m := withFile(p, files...)
		m.Comments.Value[0].HTMLBody = wire.Some(`<p>See <img src="` + picture.URL + `" alt="this"> there</p>`)
		p.FailNext(-1, sharetest.Failure{Code: http.StatusNotFound, Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, "/att/") }})
		sharingtest.Expect(t, p.Update(uuid, m), http.StatusOK)
		acme.WaitForJobs()
		id := acme.CopyOf(uuid)
		share := acme.ShareOf(id, in)
		var missing []inbound.MissingFile
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			missing, err = inbound.MissingFiles(ctx, tx, &share)
			return err
		})
		if len(missing) != 8 || !missing[0].GivenUp || missing[0].Reason == "" || len(acme.Comments(id)) != 3 {
			t.Fatalf("%+v %q", missing, acme.Bodies(id))
		}
		p.Heal()
		sharingtest.Check(t, acme.Inbox.FetchAgain(t.Context(), acme.Account.ID, acme.Admin, id, share.ID))
		acme.WaitForJobs()
		c := acme.Comments(id)[1]
		var names []string
		for _, a := range c.Attachments {
			names = append(names, a.FileName)
		}
		if diff := cmp.Diff([]string{"f1.txt", "f2.txt", "f3.txt", "f4.txt", "f5.txt", "f6.txt", "f1.txt", "dark.png"}, names); diff != "" {
			t.Fatal(diff)
		}
		if strings.Contains(c.HTML, picture.URL) || !strings.Contains(c.HTML, `<img src="/attachments/token/`) || !c.Attachments[7].Inline {
			t.Fatal(c.HTML)
		}
	})
}
