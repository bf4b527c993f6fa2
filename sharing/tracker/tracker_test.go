package tracker_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/job"
	httpout "interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/sharingtest"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/ticketing"
)

// each runs a story against each kind of tracker, on both engines.
func each(t *testing.T, story func(t *testing.T, o *office)) {
	for _, kind := range []string{"github", "gitea", "gitlab", "redmine"} {
		t.Run(kind, func(t *testing.T) {
			sharingtest.Each(t, func(t *testing.T, acme, _ *sharingtest.Office) {
				k := sharetest.NewTracker(t, kind)
				o := &office{Office: acme, tracker: k, t: t}
				o.add(tracker.Setup{Kind: desk.TrackerKind(kind), URL: k.URL(), Project: k.Project(), Token: k.Token})
				story(t, o)
			})
		})
	}
}

// office is a desk with a tracker for a partner.
type office struct {
	*sharingtest.Office
	tracker *sharetest.Tracker
	a       desk.Agreement
	t       *testing.T
}

func (o *office) add(in tracker.Setup) {
	o.t.Helper()
	a, err := o.Trackers.Add(o.t.Context(), o.Account.ID, o.Admin, in)
	sharingtest.Check(o.t, err)
	o.a = a
}

// poll has the tracker asked for news, and waits for what comes of it.
func (o *office) poll() {
	o.t.Helper()
	sharingtest.Check(o.t, o.Trackers.AskNow(o.t.Context(), o.Account.ID, o.Admin, o.a.ID))
	o.WaitForJobs()
}

// shared is a ticket that is an issue there.
func (o *office) shared(body string) (desk.TicketID, desk.Share) {
	o.t.Helper()
	id := o.OpenTicket("Camera is dark", body)
	o.Share(id, o.a.ID)
	o.WaitForJobs()
	s := o.ShareOf(id, o.a.ID)
	if s.State != desk.ShareLive {
		o.t.Fatalf("the share is %s: %s", s.State, s.Reason)
	}
	return id, s
}

func (o *office) issue(n int64) sharetest.Issue {
	o.t.Helper()
	for _, i := range o.tracker.Issues() {
		if i.Number == n {
			return i
		}
	}
	o.t.Fatalf("there is no issue %d", n)
	return sharetest.Issue{}
}

func (o *office) wantIssues(n int) {
	o.t.Helper()
	if all := o.tracker.Issues(); len(all) != n {
		o.t.Fatalf("%d issues: %+v", len(all), all)
	}
}

func (o *office) wantSaid(number int64, want ...string) {
	o.t.Helper()
	said := o.tracker.Said(number)
	if len(said) != len(want) {
		o.t.Fatalf("said %q, want %q", said, want)
	}
	for n := range want {
		if !strings.Contains(said[n], want[n]) {
			o.t.Fatalf("said %q, want %q", said, want)
		}
	}
}

func (o *office) agreementID() string { return strconv.FormatInt(int64(o.a.ID), 10) }

// hide makes a comment of a ticket private.
func (o *office) hide(id desk.TicketID, n int) {
	o.t.Helper()
	sharingtest.Check(o.t, o.Tickets.Hide(o.t.Context(), o.Account.ID, o.Admin, desk.Via{}, id, o.Comments(id)[n].ID))
}

// fetch reads a file as somebody at the tracker would.
func (o *office) fetch(address string) string {
	o.t.Helper()
	var w strings.Builder
	_, err := httpout.New(httpout.Config{AllowPrivate: true}).Fetch(o.t.Context(), address, nil, 1000, &w)
	sharingtest.Check(o.t, err)
	return w.String()
}

// nextAttempt is how long the head of a share's lane waits.
func (o *office) nextAttempt(s desk.Share) (wait time.Duration) {
	o.t.Helper()
	o.Read(func(ctx context.Context, tx *store.Tx) error {
		all, err := job.Find(ctx, tx.Tx, job.Filter{Account: int64(o.Account.ID), Lane: sharing.ShareLane(s)}, 0, 1)
		if len(all) > 0 {
			wait = time.Until(all[0].RunAt)
		}
		return err
	})
	return wait
}

// A ticket becomes an issue with what was said in public; comments and states go to and fro, nothing twice, no note ever.
func TestBothWays(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.OpenTicket("Camera is dark", "Since the update, @grace and #3 know")
		o.AddComment(id, "only for us", false)
		o.AddComment(id, "/close\nsecond", true)
		if p, err := o.Outbox.Preview(t.Context(), o.Account.ID, o.Admin, id, o.a.ID); err != nil || len(p.Comments) != 2 || p.Kept != 1 {
			t.Errorf("%+v %v", p, err)
		}
		o.Share(id, o.a.ID)
		o.WaitForJobs()
		s := o.ShareOf(id, o.a.ID)
		if s.State != desk.ShareLive || s.RemoteID != "1" {
			t.Fatalf("%+v", s)
		}
		o.wantIssues(1)
		i := o.issue(1)
		if i.Title != "Camera is dark" || !strings.Contains(i.Body, "Since the update") || !strings.Contains(i.Body, s.UUID) || !i.Open {
			t.Errorf("%+v", i)
		}
		o.wantSaid(1, "second")
		if pings := o.tracker.Pings(); len(pings) > 0 {
			t.Errorf("called %q", pings)
		}

		o.tracker.Comment(1, "grace", "Which version?")
		o.poll()
		o.poll()
		all := o.Comments(id)
		last := all[len(all)-1]
		if len(all) != 4 || last.Body != "Which version?" || last.Public || last.Via.Agreement != o.a.ID {
			t.Fatalf("%+v", all)
		}

		o.AddComment(id, "Version 2", true)
		o.SetStatus(id, desk.Solved)
		o.WaitForJobs()
		o.wantSaid(1, "second", "Which version?", "Version 2")
		if o.issue(1).Open {
			t.Error("the issue is open still")
		}
		o.poll()
		if n := len(o.Comments(id)); n != 5 {
			t.Errorf("%d comments", n)
		}
		o.tracker.SetOpen(1, true)
		o.poll()
		if st := o.Ticket(id).Status; st != desk.Open {
			t.Errorf("%s after the issue was opened again", st)
		}
		o.tracker.SetOpen(1, false)
		o.poll()
		if st := o.Ticket(id).Status; st != desk.Solved {
			t.Errorf("%s after the issue was closed", st)
		}
		o.poll()
		o.wantSaid(1, "second", "Which version?", "Version 2")
		if st := o.ShareStatus(id); st.Phase != sharing.InSync {
			t.Errorf("%s %s", st.Phase, st.Reason)
		}
	})
}

// A trigger shares as a person does, and hears that the tracker has it.
func TestByTrigger(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.AddTrigger("bugs", []condition.Condition{{Field: "current_tags", Operator: "includes", Value: condition.ValueOf("bug")}},
			desk.Action{Field: "share_ticket", Value: sharingtest.Value(o.agreementID())})
		o.AddTrigger("told", []condition.Condition{{Field: "delivered_to", Operator: "is", Value: condition.ValueOf(o.agreementID())}},
			desk.Action{Field: "current_tags", Value: sharingtest.Value("reported")})
		id := o.OpenTicket("Dark", "1", func(e *desk.Edits) { e.AddTags = []string{"bug"} })
		o.WaitForJobs()
		o.wantIssues(1)
		if tags := o.Ticket(id).Tags; !slices.Contains(tags, "reported") {
			t.Errorf("%v", tags)
		}
	})
}

// Edits and deletions there become notes; so do those of what came from here, unless we took it back.
func TestEditsAndDeletions(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id, _ := o.shared("1")
		first := o.tracker.Comment(1, "grace", "It is the sensor")
		o.AddComment(id, "said in error", true)
		o.WaitForJobs()
		o.poll()
		o.tracker.EditComment(1, first, "It is the cable")
		o.poll()
		o.poll()
		o.tracker.DeleteComment(1, first)
		o.poll()
		o.poll()
		bodies := o.Bodies(id)
		if len(bodies) != 5 || !strings.Contains(bodies[3], "It is the cable") || !strings.Contains(bodies[4], "was deleted") {
			t.Fatalf("%q", bodies)
		}
		for _, c := range o.Comments(id)[3:] {
			if c.Public || !c.LocalOnly {
				t.Errorf("%+v", c)
			}
		}
		o.hide(id, 1)
		o.WaitForJobs()
		o.wantSaid(1)
		o.poll()
		if bodies := o.Bodies(id); len(bodies) != 5 {
			t.Errorf("%q", bodies)
		}
	})
}

// What is blacked out here goes there, too, history included; what stands in its place is nothing new.
func TestRedaction(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id, _ := o.shared("Card 4111-22, dark")
		o.AddComment(id, "Again: 4111-22", true)
		o.WaitForJobs()
		o.poll()
		for n := range 2 {
			_, err := o.Tickets.Redact(t.Context(), o.Account.ID, o.Admin, desk.Via{}, id, o.Comments(id)[n].ID, ticketing.Redaction{Texts: []string{"4111-22"}})
			sharingtest.Check(t, err)
		}
		o.WaitForJobs()
		o.wantSaid(1, "Again: ▇▇▇▇▇▇▇")
		if i := o.issue(1); strings.Contains(i.Body, "4111") || !strings.Contains(i.Body, "Card ▇▇▇▇▇▇▇, dark") || !strings.Contains(i.Body, "**Ana of acme**") {
			t.Errorf("%s", i.Body)
		}
		o.poll()
		if bodies := o.Bodies(id); len(bodies) != 2 {
			t.Errorf("%q", bodies)
		}
	})
}

// A webhook has the issue looked at; with a poll at the same time nothing comes twice. One with another secret is refused.
func TestWebhooks(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		if o.a.Tracker.Kind == desk.TrackerRedmine { // it has none
			hook := o.Trackers.HookOf(o.Account.ID, &o.a)
			if code := o.tracker.CallHook(hook.URL, hook.Secret, 1); code != http.StatusForbidden {
				t.Errorf("%d for a webhook that cannot be", code)
			}
			return
		}
		id, _ := o.shared("1")
		hook := o.Trackers.HookOf(o.Account.ID, &o.a)
		o.tracker.Webhook(hook.URL, hook.Secret)
		for _, body := range []string{"a", "b", "c"} {
			o.tracker.Comment(1, "grace", body)
			sharingtest.Check(t, o.Trackers.AskNow(t.Context(), o.Account.ID, o.Admin, o.a.ID))
		}
		o.WaitForJobs()
		o.poll()
		if bodies := o.Bodies(id); !slices.Equal(bodies, []string{"1", "a", "b", "c"}) {
			t.Errorf("%q", bodies)
		}
		if code := o.tracker.CallHook(hook.URL, "guessed", 1); code != http.StatusForbidden {
			t.Errorf("%d for a wrong secret", code)
		}
		if code := o.tracker.CallHook(strings.Replace(hook.URL, o.a.UUID, "unknown-uuid", 1), hook.Secret, 1); code != http.StatusForbidden {
			t.Errorf("%d for an agreement that is not there", code)
		}
		if code := o.tracker.CallHook(hook.URL, hook.Secret, 77); code != http.StatusOK {
			t.Errorf("%d for an issue that is not shared", code)
		}
	})
}

// Whatever becomes of an answer, a ticket is one issue and a comment is one comment.
func TestLostAnswers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		writes := func(r sharetest.Request) bool { return r.Method == http.MethodPost }
		o.tracker.FailNext(1, sharetest.Failure{LoseAnswer: true, Match: writes})
		o.tracker.FailNext(2, sharetest.Failure{Code: http.StatusBadGateway, Match: writes})
		id, _ := o.shared("1")
		o.wantIssues(1)
		o.tracker.FailNext(1, sharetest.Failure{LoseAnswer: true, Match: writes})
		o.tracker.FailNext(1, sharetest.Failure{Page: true, Match: writes})
		o.AddComment(id, "2", true)
		o.AddComment(id, "3", true)
		o.WaitForJobs()
		o.wantSaid(1, "2", "3")
		o.tracker.FailNext(1, sharetest.Failure{LoseAnswer: true, Match: writes})
		o.Unshare(id, o.a.ID)
		o.WaitForJobs()
		o.wantSaid(1, "2", "3", "no longer shares")
		o.tracker.Comment(1, "grace", "too late")
		o.poll()
		if s := o.ShareOf(id, o.a.ID); s.State != desk.ShareEnded || len(o.Bodies(id)) != 3 {
			t.Errorf("%+v %q", s, o.Bodies(id))
		}
		o.Share(id, o.a.ID)
		o.AddComment(id, "4", true)
		o.WaitForJobs()
		o.wantIssues(1)
		o.wantSaid(1, "2", "3", "no longer shares", "too late", "4")
	})
}

// Killed between the call that makes the issue and the commit that stores it, the next process finds the issue.
func TestKilledBetween(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		made := func(r sharetest.Request) bool {
			return r.Method == http.MethodPost && strings.Contains(string(r.Body), "Ticket")
		}
		o.tracker.FailNext(1, sharetest.Failure{Late: 400 * time.Millisecond, Match: made})
		id := o.OpenTicket("Dark", "1")
		o.Share(id, o.a.ID)
		o.Eventually("the issue", func() bool { return len(o.tracker.Issues()) == 1 })
		o.Restart()
		o.WaitForJobs()
		o.wantIssues(1)
		if s := o.ShareOf(id, o.a.ID); s.State != desk.ShareLive || s.RemoteID != "1" {
			t.Errorf("%+v", s)
		}
	})
}

// Limits are waited out for as long as the tracker says, by whichever of its ways.
func TestRateLimits(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for name, f := range map[string]sharetest.Failure{
			"retry-after": {Code: 429, RetryAfter: "1000"},
			"secondary":   {Code: 403, RetryAfter: "1000", ContentType: "application/json", Body: `{"message":"You have exceeded a secondary rate limit"}`},
			"primary": {Code: 403, Header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(time.Now().Add(1000*time.Second).Unix(), 10)},
				ContentType: "application/json", Body: `{"message":"API rate limit exceeded"}`},
		} {
			f.Match = func(r sharetest.Request) bool { return r.Method == http.MethodPost }
			o.tracker.FailNext(1, f)
			id := o.OpenTicket("Dark "+name, "1")
			o.Share(id, o.a.ID)
			o.Eventually("the attempt", func() bool { return o.ShareStatus(id).IsFailing() })
			st := o.ShareStatus(id)
			if wait := o.nextAttempt(st.Share); st.Cause != desk.CauseBusy || wait < 900*time.Second || wait > 1100*time.Second {
				t.Errorf("%s: %s, waits %s", name, st.Cause, wait)
			}
			if a := o.ReadAgreement(o.a.ID); a.Paused() || len(a.Denied) > 0 {
				t.Errorf("%s: %+v", name, a)
			}
		}
	})
}

// A token that may no longer do it pauses the agreement; resumed, all goes out in order.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id, _ := o.shared("1")
		for name, set := range map[string]func(bool){"may only read": o.tracker.Deny, "sees nothing": o.tracker.Hide} {
			set(true)
			o.AddComment(id, "while it "+name, true)
			o.Eventually("the pause", func() bool { a := o.ReadAgreement(o.a.ID); return a.PausedBy == desk.PausedByPartner })
			if err := o.Trackers.Check(t.Context(), o.Account.ID, o.Admin, o.a.ID); desk.KindOf(err) != desk.Invalid {
				t.Errorf("%s: %v", name, err)
			}
			set(false)
			_, err := o.Agreements.Resume(t.Context(), o.Account.ID, o.Admin, o.a.ID)
			sharingtest.Check(t, err)
			o.WaitForJobs()
		}
		if said := o.tracker.Said(1); len(said) != 2 || o.ShareOf(id, o.a.ID).State != desk.ShareLive {
			t.Errorf("%q", said)
		}
	})
}

// What the tracker will not take is named, and the rest goes on.
func TestUnfit(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id, _ := o.shared("1")
		code := http.StatusUnprocessableEntity
		if o.a.Tracker.Kind == desk.TrackerGitLab {
			code = http.StatusBadRequest
		}
		o.tracker.FailNext(-1, sharetest.Failure{Code: code, ContentType: "application/json", Body: `{"message":"Validation Failed"}`,
			Match: func(r sharetest.Request) bool { return strings.Contains(string(r.Body), "poison") }})
		o.AddComment(id, "poison", true)
		o.AddComment(id, "3", true)
		o.WaitForJobs()
		o.wantSaid(1, "3")
		if bodies := o.Bodies(id); !strings.Contains(strings.Join(bodies, "\n"), "does not take the comment “poison”") {
			t.Errorf("%q", bodies)
		}
		refused := o.OpenTicket("Dark", "poison")
		o.Share(refused, o.a.ID)
		o.WaitForJobs()
		if s := o.ShareOf(refused, o.a.ID); s.State != desk.ShareRefused {
			t.Errorf("%+v", s)
		}
		o.wantIssues(1)
	})
}

// An issue that is deleted or moved there ends the share, which says so; shared again, the ticket gets another.
func TestGoneThere(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id, s := o.shared("1")
		o.tracker.Comment(1, "grace", "Which version?")
		o.poll()
		o.tracker.Delete(1)
		o.AddComment(id, "2", true)
		o.WaitForJobs()
		if s = o.ShareOf(id, o.a.ID); s.State != desk.ShareEnded || s.StateBy != desk.ByPartner || !strings.Contains(s.Reason, "was deleted") {
			t.Fatalf("%+v", s)
		}
		o.Share(id, o.a.ID)
		o.WaitForJobs()
		if s = o.ShareOf(id, o.a.ID); s.State != desk.ShareLive || s.RemoteID != "2" {
			t.Fatalf("%+v", s)
		}
		o.poll()
		if bodies := o.Bodies(id); !slices.Equal(bodies, []string{"1", "Which version?", "2"}) {
			t.Errorf("%q", bodies)
		}
		if hook := o.Trackers.HookOf(o.Account.ID, &o.a); o.a.Tracker.Kind != desk.TrackerRedmine {
			o.tracker.Webhook(hook.URL, hook.Secret)
		}
		o.tracker.Move(2, o.tracker.URL()+"/other/place/issues/9")
		if o.a.Tracker.Kind == desk.TrackerRedmine { // it shows with the next message
			o.AddComment(id, "into the void", true)
		}
		o.WaitForJobs()
		if s = o.ShareOf(id, o.a.ID); s.State != desk.ShareEnded || !strings.Contains(s.Reason, "was moved to") {
			t.Fatalf("%+v", s)
		}
		if o.wantSaid(2, "2"); len(o.tracker.Issues()) != 2 {
			t.Error("a third issue")
		}
	})
}

// Down, slow, broken or talking nonsense: it goes on trying, and everything arrives once.
func TestTroubles(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for _, f := range []sharetest.Failure{{Drop: true}, {Code: 500}, {Code: 503, RetryAfter: "0"}, {Page: true}, {Delay: 100 * time.Millisecond}, {Code: 200, Body: "nonsense"}} {
			o.tracker.FailNext(3, f)
		}
		id, _ := o.shared("1")
		o.wantIssues(1)
		o.tracker.Heal()
		for _, f := range []sharetest.Failure{{Drop: true}, {Code: 500}, {Page: true}, {Code: 200, Body: "[{]"}} {
			o.tracker.FailNext(1, f)
			o.poll()
		}
		o.tracker.Comment(1, "grace", "hello")
		o.poll()
		if bodies := o.Bodies(id); !slices.Equal(bodies, []string{"1", "hello"}) {
			t.Errorf("%q", bodies)
		}
		if a := o.ReadAgreement(o.a.ID); a.LastError != "" {
			t.Errorf("%q stands still", a.LastError)
		}
	})
}

// Files go as links that hold; labels and what else was chosen is heeded; notes go only where that was chosen.
func TestChoices(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.add(tracker.Setup{Kind: o.a.Tracker.Kind, URL: o.tracker.Page(), Token: o.tracker.Token, Name: "Open bugs", Notes: true,
			Terms:   desk.Terms{PublicComments: true},
			Choices: tracker.Choices{Labels: []string{"customer"}, KeepOpen: true, Closed: desk.Pending, Confidential: true}})
		id, _ := o.shared("1")
		o.AddComment(id, "a note", false)
		o.Upload(id, "log (1).txt", "text/plain", "the log")
		o.SetStatus(id, desk.Solved)
		o.WaitForJobs()
		i := o.issue(1)
		hides := o.a.Tracker.Kind == desk.TrackerGitLab || o.a.Tracker.Kind == desk.TrackerRedmine
		if labelled := o.a.Tracker.Kind != desk.TrackerRedmine; slices.Equal(i.Labels, []string{"customer"}) != labelled || !i.Open || i.Confidential != hides {
			t.Errorf("%+v", i)
		}
		o.wantSaid(1, "a note", "log (1).txt")
		if internal := i.Comments[0].Internal; internal != hides {
			t.Errorf("internal: %v", internal)
		}
		_, address, _ := strings.Cut(i.Comments[1].Body, "](")
		address, _, _ = strings.Cut(address, ")")
		if got := o.fetch(address); got != "the log" {
			t.Errorf("%q behind %s", got, address)
		}
		o.tracker.Comment(1, "grace", "for customers, too")
		o.tracker.SetOpen(1, false)
		o.poll()
		all := o.Comments(id)
		if last := all[len(all)-1]; !last.Public || last.Body != "for customers, too" {
			t.Errorf("%+v", last)
		}
		if st := o.Ticket(id).Status; st != desk.Pending {
			t.Errorf("%s", st)
		}
	})
}
