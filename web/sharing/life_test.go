package sharing_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/wire"
	"interdesk/web/webtest"
)

// shared is a ticket of Acme's that a partner has.
type shared struct {
	scene
	p           *sharetest.Partner
	agreement   desk.AgreementID
	ben         *webtest.Browser
	path, share string
	uuid        string
}

func shareWithStranger(t *testing.T, s scene) *shared {
	t.Helper()
	p := sharetest.NewPartner(t, sharetest.Options{})
	x := &shared{scene: s, p: p, agreement: stranger(t, s.acme, p), path: ticket(t, s.acme, "Grey third"), ben: webtest.Open(t, s.acme, s.acme.Agent.User)}
	x.ben.Post(x.path+"/share", url.Values{"agreement": {fmt.Sprint(x.agreement)}}, 200)
	x.share = shareOf(t, s.acme, x.path)
	x.uuid = s.acme.Agent.Get(strings.TrimPrefix(x.share, "/agent/"), 200).Text("share.uuid")
	return x
}

// shows waits until a page has words.
func (x *shared) shows(t *testing.T, page string, words ...string) {
	t.Helper()
	var last string
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		last = webtest.Words(x.ben.Get(page, 200).Escaped(t).Body)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(last, w) }) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %q on %s:\n%s", words, page, last)
		}
	}
}

func (x *shared) say(words string) {
	x.acme.Agent.Put(strings.TrimPrefix(x.path, "/agent/"), map[string]any{"ticket": map[string]any{"comment": map[string]any{"body": words}}}, 200)
}

// Files that could not be fetched stand on the share, and come when somebody asks for them.
func TestMissingFiles(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		x := shareWithStranger(t, s)
		x.shows(t, x.path+"/sharing", "in step ·")
		file := x.p.AddFile("dark.txt", "text/plain", []byte("dark"))
		x.p.FailNext(-1, sharetest.Failure{Code: http.StatusNotFound, Match: func(r sharetest.Request) bool { return strings.Contains(r.Path, "/att/") }})
		reply := x.p.NewComment("See the file", true)
		reply.Attachments = wire.Some([]wire.Attachment{file})
		if got := x.p.Update(x.uuid, wire.Ticket{Comments: wire.Some([]wire.Comment{reply})}); got.Status != http.StatusOK {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		x.shows(t, x.path+"/sharing", "dark.txt: this file could not be fetched.", "Fetch files again")
		api := strings.TrimPrefix(x.share, "/agent/")
		if got := s.acme.Agent.Get(api, 200); got.Text("share.missing_files.0.file_name") != "dark.txt" || got.At("share.missing_files.0.given_up") != true ||
			!strings.Contains(got.Text("share.missing_files.0.reason"), "404") {
			t.Errorf("%s", got.Body)
		}
		s.kongen.Agent.Post(api+"/fetch", nil, 404)
		s.acme.EndUser.Post(api+"/fetch", nil, 403)
		webtest.Open(t, s.kongen, s.kongen.Agent.User).Post(x.share+"/fetch", nil, 404)
		x.p.Heal()
		x.ben.Post(x.share+"/fetch", nil, 200).Has(t, "The files that are missing are being fetched now.")
		eventually(t, "the file to come", func() bool {
			return !strings.Contains(x.ben.Get(x.share, 200).Body, "Fetch files again") && strings.Contains(x.ben.Get(x.path, 200).Body, "dark.txt")
		})
		if got := s.acme.Agent.Post(api+"/fetch", nil, 200); len(got.List("share.missing_files")) != 0 {
			t.Errorf("%s", got.Body)
		}
	})
}

// A ticket that the partner refuses says so, and can be shared again.
func TestRefusedShare(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		p := sharetest.NewPartner(t, sharetest.Options{})
		id := stranger(t, s.acme, p)
		x := &shared{scene: s, p: p, path: ticket(t, s.acme, "Grey third"), ben: webtest.Open(t, s.acme, s.acme.Agent.User)}
		p.FailNext(-1, sharetest.Failure{Code: http.StatusUnprocessableEntity, Body: "No <i>such</i> queue"})
		x.ben.Post(x.path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200)
		x.shows(t, x.path+"/sharing", "⚠ Zed refused", "No <i>such</i> queue", "Zed never took the ticket", "Share again")
		x.shows(t, x.path, "Zed did not take the ticket.")
		webtest.Open(t, s.acme, s.acme.Admin.User).Get(fmt.Sprintf("/admin/sharing/%d", id), 200).Escaped(t).
			Has(t, "1 ticket does not go on by itself", "Ticket #1", "refused", "No <i>such</i> queue", "Share again")
		p.Heal()
		x.ben.Post(x.path+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, 200)
		x.shows(t, x.path+"/sharing", "in step ·")
	})
}

// A message that the partner will never take stops the share; it is tried again, skipped, or the sharing ends.
func TestStoppedShare(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		x := shareWithStranger(t, s)
		x.shows(t, x.path+"/sharing", "in step ·")
		teapot := sharetest.Failure{Code: http.StatusTeapot, Body: "I am a <i>teapot</i>"}
		x.p.FailNext(1, teapot)
		x.say("first")
		x.shows(t, x.path+"/sharing", "⚠ Zed stopped", "I am a <i>teapot</i>", "Try again", "Skip this message", "End sharing")
		x.ben.Post(x.share+"/retry", nil, 200).Has(t, "What waits is sent now.")
		x.shows(t, x.path+"/sharing", "in step ·")
		x.p.FailNext(1, teapot)
		x.say("second")
		x.shows(t, x.share, "stopped", "Skip this message")
		x.say("third")
		webtest.Open(t, s.acme, s.acme.Admin.User).Get(fmt.Sprintf("/admin/sharing/%d", x.agreement), 200).Escaped(t).
			Has(t, "Ticket #1", "stopped", "I am a <i>teapot</i>", "Try again", "Skip this message").Lacks(t, "message was given up")
		x.ben.Post(x.share+"/skip", nil, 200).Has(t, "The message is left out.")
		x.shows(t, x.share, "in step", "Skipped by Ben Agent.")
		x.ben.Post(x.share+"/skip", nil, 200).Has(t, "Nothing was given up")
		if got, _ := x.p.Ticket(x.uuid); strings.Contains(fmt.Sprint(got.Received), "second") || !strings.Contains(fmt.Sprint(got.Received), "first third") {
			t.Errorf("%q", got.Received)
		}
	})
}

// Rules that answer each other are slowed down, and let go on by one click.
func TestSlowedShare(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		x := shareWithStranger(t, s)
		x.shows(t, x.path+"/sharing", "in step ·")
		s.acme.Admin.Post("triggers", map[string]any{"trigger": map[string]any{"title": "Answer", "conditions": map[string]any{"all": []any{
			map[string]any{"field": "current_via_id", "operator": "is", "value": "31"}, map[string]any{"field": "status", "operator": "is", "value": "open"}}},
			"actions": []any{map[string]any{"field": "status", "value": "pending"}}}}, 201)
		for n := range desk.MaxSharesPerUnit + 1 {
			if got := x.p.SetStatus(x.uuid, "open"); got.Status != http.StatusOK {
				t.Fatalf("%d %s", got.Status, got.Body)
			}
			for deadline := time.Now().Add(8 * time.Second); ; time.Sleep(10 * time.Millisecond) {
				got, _ := x.p.Ticket(x.uuid)
				if len(got.Statuses) > n+1 || strings.Contains(x.ben.Get(x.path+"/sharing", 200).Body, "perhaps in a loop") {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("%d %q %s", n, got.Statuses, webtest.Words(x.ben.Get(x.share, 200).Body))
				}
			}
		}
		x.shows(t, x.path+"/sharing", "Zed slowed down", "perhaps in a loop", "Let them go on")
		x.ben.Post(x.share+"/retry", nil, 200).Has(t, "What waits is sent now.")
		x.shows(t, x.path+"/sharing", "in step ·")
	})
}
