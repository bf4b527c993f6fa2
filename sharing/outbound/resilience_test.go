package outbound_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// E1 and E2: only codes that Zendesk's client takes for an ordinary failure (nhd §13.1).
func TestE01AndE02Errors(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		token, path := deal.Token().String(), "/tickets/"+uuid
		deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
		for name, c := range map[string]struct {
			status              int
			method, path, token string
			body                string
		}{
			"broken JSON":        {422, "PUT", path, token, `{"status":`},
			"an array":           {422, "PUT", path, token, `[]`},
			"deep":               {422, "PUT", path, token, deep},
			"6 MB":               {422, "PUT", path, token, `{"subject":"` + strings.Repeat("x", 6<<20) + `"}`},
			"wrong type":         {422, "PUT", path, token, `{"subject":7}`},
			"another uuid":       {422, "PUT", path, token, `{"uuid":"` + sharingtest.UUIDB + `"}`},
			"empty":              {422, "PUT", path, token, ``},
			"nothing stated":     {200, "PUT", path, token, `{}`},
			"no token":           {401, "PUT", path, "", `{}`},
			"malformed token":    {403, "PUT", path, "x", `{}`},
			"method":             {405, "PATCH", path, token, `{}`},
			"unknown ticket":     {404, "PUT", "/tickets/" + sharingtest.UUIDB, token, `{}`},
			"unknown resource":   {404, "PUT", "/people/" + sharingtest.UUIDB, token, `{}`},
			"malformed uuid":     {422, "PUT", "/tickets/a%20b%20c%20d", token, `{}`},
			"no uuid":            {404, "GET", "/tickets", token, ``},
			"agreement's token":  {403, "PUT", "/agreements/" + sharingtest.UUIDB, token, `{}`},
			"missing in a POST":  {422, "POST", "/tickets/" + sharingtest.UUIDB, token, `{"uuid":"` + sharingtest.UUIDB + `"}`},
			"too many comments":  {422, "PUT", path, token, `{"comments":[` + strings.TrimSuffix(strings.Repeat("{},", 1001), ",") + `]}`},
			"a comment's member": {422, "PUT", path, token, `{"comments":[{"uuid":"comment-1"}]}`},
		} {
			res, text := acme.Request(c.method, c.path, c.token, "application/json", c.body)
			if res.StatusCode != c.status {
				t.Errorf("%s: %d %q, want %d", name, res.StatusCode, text, c.status)
			}
			if c.status >= 400 && (!strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || strings.Contains(text, deal.AccessKey.Value) || len(text) > 500) {
				t.Errorf("%s: %v %q", name, res.Header, text)
			}
			if c.status == 405 && res.Header.Get("Allow") == "" {
				t.Errorf("%s: no Allow", name)
			}
		}
		if n := len(acme.Comments(acme.CopyOf(uuid))); n != 1 {
			t.Fatalf("%d comments", n)
		}
	})
}

func TestE03AndE04Bodies(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		token, path := deal.Token().String(), "/tickets/"+uuid
		for contentType, want := range map[string]int{"": 200, "application/json; charset=utf-8": 200, "text/x-json": 200, "application/vnd.api+json": 200,
			"application/x-www-form-urlencoded": 200, "text/plain": 422, "text/html": 422} {
			if res, _ := acme.Request("PUT", path, token, contentType, `{"status":"open"}`); res.StatusCode != want {
				t.Errorf("%q: %d, want %d", contentType, res.StatusCode, want)
			}
		}
		if res, _ := acme.Request("DELETE", path, token, "application/json", `{"broken`); res.StatusCode != 200 {
			t.Errorf("DELETE with a body: %d", res.StatusCode)
		}
		if res, _ := acme.Request("DELETE", path, token, "application/json", ``); res.StatusCode != 200 {
			t.Errorf("DELETE again: %d", res.StatusCode)
		}
	})
}

func TestR01PartnerDown(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "0")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.Close()
		want := []string{"0"}
		for n := range 10 {
			want = append(want, fmt.Sprint(n+1))
			acme.AddComment(id, fmt.Sprint(n+1), true)
		}
		acme.SetStatus(id, desk.Pending)
		acme.Eventually("a failure", func() bool { return acme.ReadAgreement(out).LastError != "" })
		h, err := acme.Sharing.Health(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		if h.Waiting+h.Failing != 11 || h.Dead != 0 || h.OldestWaiting.IsZero() {
			t.Fatalf("%+v", h.Health)
		}
		p.Restart()
		sharingtest.Check(t, acme.Outbox.RetryNow(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, want...)
		if got := sharingtest.PartnerTicket(p, s.UUID); got.Repeats != 0 || got.Status.Value != "pending" {
			t.Fatalf("%+v", got)
		}
		if a := acme.ReadAgreement(out); a.LastError != "" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestR02Crashes(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "0")
		acme.Share(id, out)
		want := []string{"0"}
		for n := range 12 {
			if n%3 == 0 {
				p.FailNext(1, sharetest.Failure{LoseAnswer: true}) // taken, but the mark is not made
			}
			want = append(want, fmt.Sprint(n+1))
			acme.AddComment(id, fmt.Sprint(n+1), true)
			if n%4 == 1 {
				acme.Restart()
			}
		}
		acme.WaitForJobs()
		p.WaitForReceived(acme.ShareOf(id, out).UUID, want...)
	})
}

func TestR03AFailingShareHoldsUpNoOther(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p, q := sharetest.NewPartner(t, sharetest.Options{}), sharetest.NewPartner(t, sharetest.Options{})
		a, b := acme.Invite(p, sharingtest.FullTerms()), acme.Invite(q, sharingtest.FullTerms())
		first, second := acme.OpenTicket("First", "1"), acme.OpenTicket("Second", "2")
		acme.Share(first, a)
		acme.Share(second, a)
		acme.Share(second, b)
		acme.WaitForJobs()
		stuck, free := acme.ShareOf(first, a).UUID, acme.ShareOf(second, a).UUID
		p.FailNext(-1, sharetest.Failure{Code: 500, Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, stuck) }})
		acme.AddComment(first, "stuck", true)
		acme.AddComment(second, "free", true)
		p.WaitForReceived(free, "2", "free")
		q.WaitForReceived(free, "2", "free")
		p.Heal()
		p.WaitForReceived(stuck, "1", "stuck")
	})
}

func TestR04RetryAfter(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(1, sharetest.Failure{Code: 503, RetryAfter: "1"})
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		if d := acme.Timeline(id, s.ID)[0]; d.State != desk.DeliveryDone || d.Attempts != 2 {
			t.Fatalf("%+v", d)
		}
	})
}

func TestR05Gone(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "Dark.")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(1, sharetest.Failure{Code: 410})
		acme.AddComment(id, "Hello?", true)
		acme.WaitForJobs()
		if s := acme.ShareOf(id, out); s.State != desk.ShareEnded || s.StateBy != "partner" {
			t.Fatalf("%+v", s)
		}
		n := len(p.Requests())
		acme.AddComment(id, "Anybody?", true)
		acme.WaitForJobs()
		if len(p.Requests()) != n {
			t.Fatal("sent on")
		}
	})
}

func TestR06ParallelMessages(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		agreement, _ := acme.Accept(p, sharingtest.AllTerms())
		uuid, _ := p.ShareTicket(agreement, p.NewTicket("Dark", "Dark."))
		deal, _ := p.Agreement(agreement)
		var all sync.WaitGroup
		for n := range 20 {
			all.Go(func() {
				res, text := acme.Request("PUT", "/tickets/"+uuid, deal.Token().String(), "application/json", fmt.Sprintf(
					`{"comments":[{"uuid":"comment-%d","author":{"uuid":"author","name":"A"},"body":"B","authored_at":"2026-01-01","public":true}]}`, n))
				if res.StatusCode != 200 {
					t.Errorf("%d %s", res.StatusCode, text)
				}
			})
		}
		all.Wait()
		if n := len(acme.Comments(acme.CopyOf(uuid))); n != 21 {
			t.Fatalf("%d comments", n)
		}
	})
}

func TestDeadLetterAndReplay(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.FailNext(-1, sharetest.Failure{Code: 422, Body: "Not today"})
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		p.Heal()
		dead := acme.Timeline(id, s.ID)[0]
		if dead.State != desk.DeliveryDead || !strings.Contains(dead.Answer, "Not today") {
			t.Fatalf("%+v", dead)
		}
		if !strings.Contains(strings.Join(acme.Bodies(id), " "), "does not take the comment “2”") {
			t.Fatalf("%q", acme.Bodies(id))
		}
		acme.AddComment(id, "3", true) // goes through without the one that was refused
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "3")
		sharingtest.Check(t, acme.Outbox.Replay(t.Context(), acme.Account.ID, acme.Admin, dead.ID))
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "3", "2")
		if err := acme.Outbox.Replay(t.Context(), acme.Account.ID, acme.Admin, dead.ID); desk.KindOf(err) != desk.Invalid {
			t.Fatalf("%v", err)
		}
	})
}

// A message whose time is up keeps its place: nothing overtakes it until somebody tries again.
func TestTimeIsUp(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(-1, sharetest.Failure{Code: 500})
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.Eventually("the time to be up", func() bool { return acme.ShareOf(id, out).State == desk.ShareFailed })
		s := acme.ShareOf(id, out)
		if d := acme.Timeline(id, s.ID)[0]; d.State != desk.DeliveryDead || s.Reason == "" || s.Cause != desk.CauseFault {
			t.Fatalf("%+v %+v", d, s)
		}
		p.Heal()
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		if len(p.Tickets()) != 0 {
			t.Fatal("overtaken")
		}
		sharingtest.Check(t, acme.Outbox.RetryNow(t.Context(), acme.Account.ID, acme.Admin, id, s.ID))
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "2")
		if s := acme.ShareOf(id, out); s.Reason != "" || s.State != desk.ShareLive || s.DeliveredAt.IsZero() {
			t.Fatalf("%+v", s)
		}
	}, func(c *sharingtest.Config) { c.Sharing.Retries.GiveUpAfter = 30 * time.Millisecond })
}

func TestPartnerForgotTheTicket(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		p.FailNext(1, sharetest.Failure{Code: 404})
		acme.AddComment(id, "2", true)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		if s.State != desk.ShareEnded || s.StateBy != desk.ByPartner {
			t.Fatalf("%+v", s)
		}
		acme.Share(id, out)
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "2")
		if n := p.Count(sharetest.Is("POST", "/sharing/tickets/"+s.UUID)); n != 2 {
			t.Fatalf("%d POSTs", n)
		}
	})
}

// One ticket that the partner denies holds up no other; three in a row are the agreement's fault (share-life §2).
func TestDenials(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		var tickets []desk.TicketID
		for n := range 4 {
			id := acme.OpenTicket("Dark", fmt.Sprint(n))
			acme.Share(id, out)
			tickets = append(tickets, id)
		}
		acme.WaitForJobs()
		uuid := func(n int) string { return acme.ShareOf(tickets[n], out).UUID }
		poisoned := uuid(0)
		p.FailNext(-1, sharetest.Failure{Code: 403, Body: "Access key mismatch", Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, poisoned) }})
		acme.AddComment(tickets[0], "denied", true)
		acme.Eventually("a denial", func() bool { return len(acme.ReadAgreement(out).Denied) == 1 })
		acme.AddComment(tickets[1], "free", true)
		p.WaitForReceived(uuid(1), "1", "free")
		acme.Eventually("the success to count", func() bool { return len(acme.ReadAgreement(out).Denied) < 2 })
		if a := acme.ReadAgreement(out); a.Paused() {
			t.Fatalf("%+v", a)
		}
		p.FailNext(-1, sharetest.Failure{Code: 403, Body: "Access key mismatch", Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, "/tickets/") }})
		for n := range 3 {
			acme.AddComment(tickets[n+1], "denied", true)
		}
		acme.Eventually("the pause", func() bool { return acme.ReadAgreement(out).PausedBy == desk.PausedByPartner })
		if a := acme.ReadAgreement(out); !strings.Contains(a.LastError, "Access key mismatch") {
			t.Fatalf("%+v", a)
		}
		p.Heal()
		_, err := acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		p.WaitForReceived(poisoned, "0", "denied")
		p.WaitForReceived(uuid(1), "1", "free", "denied")
		if a := acme.ReadAgreement(out); a.Paused() || len(a.Denied) > 0 {
			t.Fatalf("%+v", a)
		}
	})
}

// A partner that refuses the agreement itself, in the words of a help desk, pauses it at once.
func TestWrongKeyPausesTheAgreement(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		p.FailNext(-1, sharetest.Failure{Code: 403, ContentType: "application/json", Body: `{"error":"Access key mismatch"}`})
		acme.AddComment(id, "2", true)
		acme.Eventually("the pause", func() bool { return acme.ReadAgreement(out).PausedBy == desk.PausedByPartner })
		if a := acme.ReadAgreement(out); !strings.Contains(a.LastError, "Access key mismatch") {
			t.Fatalf("%+v", a)
		}
		p.Heal()
		acme.AddComment(id, "3", true)
		_, err := acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		p.WaitForReceived(s.UUID, "1", "2", "3")
		if a := acme.ReadAgreement(out); a.Paused() || a.LastError != "" {
			t.Fatalf("%+v", a)
		}
	})
}

func TestStatusThatThePartnerRefuses(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT}) // does not know solved
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		acme.SetStatus(id, desk.Solved)
		acme.WaitForJobs()
		acme.Edit(id, func(e *desk.Edits) { subject := "Darker"; e.Subject = &subject })
		acme.WaitForJobs()
		uuid := acme.ShareOf(id, out).UUID
		if got := sharingtest.PartnerTicket(p, uuid); got.Subject.Value != "Darker" {
			t.Fatalf("%+v", got)
		}
		if n := strings.Count(strings.Join(acme.Bodies(id), " "), "does not take the status solved"); n != 1 {
			t.Fatalf("said %d times", n)
		}
	})
}

func TestChangesThatWaitKeepTheirValues(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		_, err := acme.Agreements.Pause(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		for _, s := range []desk.Status{desk.Open, desk.Pending, desk.Open, desk.Pending} {
			acme.SetStatus(id, s)
		}
		acme.AddComment(id, "2", true)
		_, err = acme.Agreements.Resume(t.Context(), acme.Account.ID, acme.Admin, out)
		sharingtest.Check(t, err)
		acme.WaitForJobs()
		got := sharingtest.PartnerTicket(p, acme.ShareOf(id, out).UUID)
		if diff := cmp.Diff([]string{"new", "open", "pending", "open", "pending"}, got.Statuses); diff != "" || len(got.Received) != 2 {
			t.Fatalf("%q %s", got.Received, diff)
		}
	})
}

func TestDoubtfulSuccess(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{Style: sharetest.RT})
		out := acme.Invite(p, sharingtest.FullTerms())
		p.FailNext(1, sharetest.Failure{Page: true, Match: func(r sharetest.Request) bool { return r.Method == http.MethodPost }})
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		if len(p.Tickets()) != 1 {
			t.Fatal("a crash was taken for success")
		}
	})
}

func TestTimelineTellsWhatHappened(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		out := acme.Invite(p, sharingtest.FullTerms())
		id := acme.OpenTicket("Dark", "1")
		acme.Share(id, out)
		acme.WaitForJobs()
		s := acme.ShareOf(id, out)
		sharingtest.Expect(t, p.Update(s.UUID, wire.Ticket{Status: wire.Some("pending"), Comments: wire.Some([]wire.Comment{p.NewComment("Why?", true)})}), http.StatusOK)
		acme.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "So."}})
		acme.WaitForJobs()
		var got []string
		for _, d := range acme.Timeline(id, s.ID) {
			got = append(got, fmt.Sprintf("%v %s %s %d %s", d.Inbound, d.Kind, d.State, d.Code, d.Summary))
		}
		want := []string{"false update done 200 public reply by Ana of acme", "true update received 200 a comment; status new → pending", "false share done 201 share the ticket"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		end := desk.Actor{ID: 7, Role: desk.EndUser}
		if _, err := acme.Sharing.Timeline(t.Context(), acme.Account.ID, end, id, s.ID, 0); desk.KindOf(err) != desk.Forbidden {
			t.Fatalf("%v", err)
		}
		other := acme.OpenTicket("Another", "1")
		if _, err := acme.Sharing.Timeline(t.Context(), acme.Account.ID, acme.Admin, other, s.ID, 0); desk.KindOf(err) != desk.NotFound {
			t.Fatalf("%v", err)
		}
		var kept store.Health
		acme.Read(func(ctx context.Context, tx *store.Tx) (err error) {
			kept, err = tx.AgreementHealth(ctx, out)
			return err
		})
		if kept != (store.Health{}) {
			t.Fatalf("%+v", kept)
		}
	})
}
