package outbound_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/outbound"
	"interdesk/sharing/redaction"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/tracker"
	"interdesk/sharing/wire"
)

// What nobody outside may read, in every place of a ticket.
var secrets = []string{"4111111111111111", "ana@example.org", "DE89370400440532013000", "+491711234567", "10.1.2.3", "ghp_0123456789abcdefghijABCD", "CASE-17"}

func detectors(action desk.DetectorAction) []desk.Detector {
	all := []desk.Detector{{Kind: redaction.OwnPattern, Name: "case", Pattern: `(?i)CASE-\d+`, Action: action}}
	for _, kind := range redaction.Kinds() {
		if kind != redaction.OwnPattern {
			all = append(all, desk.Detector{Kind: kind, Action: action})
		}
	}
	return all
}

// lockedLog is a log that several write to.
type lockedLog struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

// leaks are the secrets that stand in a text.
func leaks(text string) (out []string) {
	for _, s := range secrets {
		if strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
			out = append(out, s)
		}
	}
	return out
}

// What detectors find leaves in no byte, to any kind of partner, and stands in no log and no timeline. Here it stays, whatever the
// partners repeat of what they got.
func TestNothingHiddenLeaves(t *testing.T) {
	n, log := sharingtest.NewNetwork(), &lockedLog{}
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		zed, rt, bugs := sharetest.NewPartner(t, sharetest.Options{Reads: true}), sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT}), sharetest.NewTracker(t, "gitea")
		serial := acme.AddField(desk.TicketField{Title: "Serial", Type: desk.FieldText})
		number := acme.AddField(desk.TicketField{Title: "Number", Type: desk.FieldInteger})
		there := kongen.AddField(desk.TicketField{Title: "Serial", Type: desk.FieldText})
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		a, err := acme.Trackers.Add(t.Context(), acme.Account.ID, acme.Admin, tracker.Setup{Kind: desk.TrackerGitea, URL: bugs.URL(), Project: bugs.Project(), Token: bugs.Token, Notes: true})
		sharingtest.Check(t, err)
		partners := []desk.AgreementID{out, acme.Invite(zed, sharingtest.FullTerms()), acme.Invite(rt, sharingtest.FullTerms()), a.ID}
		for _, id := range partners {
			_, err := acme.Agreements.SetMap(t.Context(), acme.Account.ID, acme.Admin, id, desk.ShareMap{Redaction: detectors(desk.ActionMask)})
			sharingtest.Check(t, err)
		}
		subject := "Card 4111111111111111 of " + strings.Join(secrets[1:], ", ")
		id := acme.OpenTicket(subject, "It says "+strings.Join(secrets, " / "), func(e *desk.Edits) {
			e.Fields = map[desk.FieldID][]string{serial: {"case-17"}, number: {"4111111111111111"}}
			e.AddTags = []string{"case-17", "lens"}
		})
		for _, p := range partners {
			acme.Share(id, p)
		}
		acme.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "see ana@example.org", HTML: `<p>4111 <b>1111</b> 1111 1111 <a href="mailto:ana%40example.org">ana&#64;example.org</a><!-- ghp_0123456789abcdefghijABCD --></p>`}})
		acme.Upload(id, "CASE-17 ana@example.org.txt", "text/plain", "x")
		acme.WaitForJobs()
		kongen.WaitForJobs()

		copied := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		mine := kongen.Ticket(copied)
		if !strings.HasPrefix(mine.Subject, "Card [payment card hidden] of [e-mail address hidden]") || mine.Fields[there].Text() != "[case hidden]" || strings.Join(mine.Tags, " ") != "lens" {
			t.Errorf("%q %q %q", mine.Subject, mine.Fields[there], mine.Tags)
		}
		// The partners repeat it, as it is and changed.
		for _, p := range []*sharetest.Partner{zed, rt} {
			uuid := acme.ShareOf(id, partners[1]).UUID
			if p == rt {
				uuid = acme.ShareOf(id, partners[2]).UUID
			}
			had, _ := p.Ticket(uuid)
			p.Update(uuid, wire.Ticket{Subject: had.Subject, CustomFields: had.CustomFields, Tags: had.Tags})
		}
		kongen.Edit(copied, func(e *desk.Edits) {
			longer := "Urgent: " + mine.Subject
			e.Subject, e.Fields = &longer, map[desk.FieldID][]string{there: {"[case hidden]!"}}
			e.AddTags = []string{"seen"}
		})
		kongen.WaitForJobs()
		acme.WaitForJobs()
		kept := acme.Ticket(id)
		if kept.Subject != "Urgent: "+subject || kept.Fields[serial].Text() != "case-17!" || kept.Fields[number].Text() != "4111111111111111" || strings.Join(kept.Tags, " ") != "case-17 lens seen" {
			t.Errorf("%q %q %q %q", kept.Subject, kept.Fields[serial], kept.Fields[number], kept.Tags)
		}
		if got := acme.Comments(id)[0].Body; len(leaks(got)) != len(secrets) {
			t.Errorf("stored: %q", got)
		}
		if compared, err := acme.Agreements.Compare(t.Context(), acme.Account.ID, acme.Admin, out); err != nil || compared.Check.Compared != 1 || compared.Check.Resent+compared.Check.Asked != 0 {
			t.Errorf("%+v %v", compared.Check, err)
		}
		p, err := acme.Outbox.Preview(t.Context(), acme.Account.ID, acme.Admin, id, out)
		if sharingtest.Check(t, err); len(leaks(fmt.Sprint(p.Subject, p.Fields, p.Tags, p.Comments, p.Redacted))) > 0 || len(p.Redacted) < 5 || p.Held {
			t.Errorf("the preview: %+v", p)
		}
		said := n.Passed()
		for _, r := range append(append(zed.Requests(), rt.Requests()...), bugs.Requests()...) {
			said += r.Path + "\n" + string(r.Body) + "\n"
		}
		if found := leaks(said); len(found) > 0 {
			t.Errorf("%v left: %s", found, said)
		}
		for _, a := range partners {
			timeline, err := json.Marshal(withoutSaid(acme.Timeline(id, acme.ShareOf(id, a).ID)))
			sharingtest.Check(t, err)
			if found := leaks(string(timeline)); len(found) > 0 || !strings.Contains(string(timeline), "the subject was masked (payment card, ") {
				t.Errorf("%v on the timeline: %s", found, timeline)
			}
		}
		log.mu.Lock()
		defer log.mu.Unlock()
		if found := leaks(log.String()); len(found) > 0 {
			t.Errorf("%v in the log", found)
		}
	}, func(c *sharingtest.Config) {
		c.Network, c.Sharing.Logger = n, slog.New(slog.NewTextHandler(log, nil))
	})
}

// withoutSaid is a timeline without what only the desk itself reads, to make messages of.
func withoutSaid(all []desk.Delivery) []desk.Delivery {
	for n := range all {
		all[n].Said = desk.Snapshot{}
	}
	return all
}

func TestADroppedItemStays(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		_, err := acme.Agreements.SetMap(t.Context(), acme.Account.ID, acme.Admin, out, desk.ShareMap{Redaction: detectors(desk.ActionDrop)})
		sharingtest.Check(t, err)
		id := acme.OpenTicket("Card 4111111111111111", "It is dark")
		acme.Share(id, out)
		acme.AddComment(id, "Write to ana@example.org", true)
		acme.AddComment(id, "Thanks", true)
		acme.Edit(id, func(e *desk.Edits) { s := "Of ana@example.org"; e.Subject = &s })
		acme.WaitForJobs()
		kongen.WaitForJobs()
		copied := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		if got := kongen.Ticket(copied).Subject + "|" + strings.Join(kongen.Bodies(copied), "|"); got != "(no subject)|It is dark|Thanks" {
			t.Error(got)
		}
		if words := acme.Timeline(id, acme.ShareOf(id, out).ID)[0]; words.State != desk.DeliverySkipped || !strings.Contains(words.Summary, "the subject stays here (e-mail address)") {
			t.Errorf("%+v", words)
		}
		kongen.Edit(copied, func(e *desk.Edits) { s := "Dark"; e.Subject = &s })
		kongen.WaitForJobs()
		acme.WaitForJobs()
		if got := acme.Ticket(id).Subject; got != "Dark" {
			t.Errorf("a new subject of the partner: %q", got)
		}
	})
}

// A message that is held leaves with a person's yes only: as it is or masked; or it is left out. What stands behind it waits.
func TestAHeldMessage(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		_, err := acme.Agreements.SetMap(t.Context(), acme.Account.ID, acme.Admin, out, desk.ShareMap{Redaction: []desk.Detector{{Kind: "email", Action: desk.ActionHold}}})
		sharingtest.Check(t, err)
		id := acme.OpenTicket("Dark", "Write to ana@example.org")
		acme.Share(id, out)
		review := func(answer string) error {
			acme.WaitForJobs()
			share := acme.ShareOf(id, out)
			return acme.Outbox.Review(t.Context(), acme.Account.ID, acme.Admin, id, share.ID, answer)
		}
		held := func(words string) {
			t.Helper()
			acme.Eventually("the message to be held", func() bool {
				s := acme.ShareStatus(id)
				return s.Phase == sharing.Review && s.Cause == desk.CauseReview && strings.Contains(s.Reason, words) && s.Held() > 0
			})
		}
		held("a comment (e-mail address)")
		if desk.KindOf(review(outbound.LeaveOut)) != desk.Conflict || desk.KindOf(review("burn")) != desk.Invalid {
			t.Error("the first message cannot be left out")
		}
		acme.WaitForJobs()
		if kongen.CopyOf(acme.ShareOf(id, out).UUID) != 0 {
			t.Fatal("it left without a yes")
		}
		sharingtest.Check(t, review(outbound.SendMasked))
		acme.WaitForJobs()
		there := kongen.CopyOf(acme.ShareOf(id, out).UUID)
		acme.AddComment(id, "Now to bob@example.org", true)
		acme.AddComment(id, "And this", true)
		held("a comment (e-mail address)")
		sharingtest.Check(t, review(outbound.SendAsItIs))
		acme.WaitForJobs()
		acme.AddComment(id, "Never to eve@example.org", true)
		held("a comment (e-mail address)")
		sharingtest.Check(t, review(outbound.LeaveOut))
		if err := review(outbound.LeaveOut); desk.KindOf(err) != desk.Conflict {
			t.Errorf("nothing is held: %v", err)
		}
		acme.AddComment(id, "Bye", true)
		acme.WaitForJobs()
		want := []string{"Write to [e-mail address hidden]", "Now to bob@example.org", "And this", "Bye"}
		if diff := cmp.Diff(want, kongen.Bodies(there)); diff != "" {
			t.Error(diff)
		}
		if s := acme.ShareStatus(id); s.Phase != sharing.InSync {
			t.Errorf("%+v", s)
		}
	})
}

// A first message that is held can be withdrawn, and nothing has left.
func TestAHeldTicketIsWithdrawn(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		out, _ := acme.Link(kongen, sharingtest.FullTerms())
		_, err := acme.Agreements.SetMap(t.Context(), acme.Account.ID, acme.Admin, out, desk.ShareMap{Redaction: []desk.Detector{{Kind: "email", Action: desk.ActionHold}}})
		sharingtest.Check(t, err)
		id := acme.OpenTicket("Dark", "Write to ana@example.org")
		acme.Share(id, out)
		acme.Eventually("the message to be held", func() bool { return acme.ShareStatus(id).Phase == sharing.Review })
		share := acme.ShareOf(id, out)
		sharingtest.Check(t, acme.Outbox.Withdraw(t.Context(), desk.Update{Account: acme.Account.ID, Ticket: id, Actor: acme.Admin}, share.ID))
		acme.WaitForJobs()
		if got := acme.ShareOf(id, out); got.State != desk.ShareEnded || kongen.CopyOf(share.UUID) != 0 {
			t.Errorf("%+v", got)
		}
	})
}
