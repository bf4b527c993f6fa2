package webhooks_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const page = "/admin/webhooks"

func each(t *testing.T, test func(t *testing.T, d *apitest.Desk, admin *webtest.Browser)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		test(t, d, webtest.Open(t, d, d.Admin.User))
	})
}

// receiver answers with what status says; what it gets comes over the channel.
func receiver(t *testing.T, status *atomic.Int32) (address string, bodies chan string) {
	t.Helper()
	bodies = make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(int(status.Load()))
		_, _ = w.Write([]byte("<b>seen"))
		bodies <- string(body)
	}))
	t.Cleanup(s.Close)
	return s.URL, bodies
}

func typed(endpoint string) url.Values {
	return url.Values{"name": {"Builds"}, "endpoint": {endpoint}, "active": {"", "true"}, "way": {"rules"}, "http_method": {"POST"}, "request_format": {"json"}, "authentication": {""}}
}

func TestAWebhookIsMadeTestedAndDeleted(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		var status atomic.Int32
		status.Store(200)
		address, bodies := receiver(t, &status)
		admin.Get(page, http.StatusOK).Has(t, "No webhooks yet", "tells another program")
		form := typed(address)
		form.Set("authentication", "basic_auth")
		admin.Post(page, form, http.StatusUnprocessableEntity).Has(t, "needs a user name", "needs its secret")
		form.Set("auth_name", "ci")
		form.Set("auth_secret", "hunter22")
		form.Set("header_value.0", "alone")
		admin.Post(page, form, http.StatusUnprocessableEntity).Has(t, "needs the name of a header")
		form.Set("header_name.0", "X-Room")
		admin.Post(page+"/test", form, http.StatusOK).Has(t, "Taken: 200", "<b>seen")
		<-bodies
		admin.Get(page, http.StatusOK).Has(t, "No webhooks yet")
		made := admin.Post(page, form, http.StatusOK).Has(t, "Builds is saved", "Well").HasMarkup(t, "X-Room")
		if strings.Contains(made.Body, "hunter22") {
			t.Error("the secret is shown")
		}
		form.Del("auth_secret")
		admin.Post(made.Path, form, http.StatusOK).Has(t, "is saved")
		status.Store(404)
		admin.Htmx().Post(made.Path+"/test", form, http.StatusOK).Has(t, "It answered 404.")
		<-bodies
		secret := regexp.MustCompile(`readonly value="([^"]{44})"`)
		first := secret.FindStringSubmatch(admin.Post(made.Path+"/secret", nil, http.StatusOK).Body)
		second := secret.FindStringSubmatch(admin.Post(made.Path+"/secret/new", nil, http.StatusOK).Body)
		if first == nil || second == nil || first[1] == second[1] || secret.MatchString(admin.Get(made.Path, http.StatusOK).Body) {
			t.Errorf("secrets %v and %v", first, second)
		}
		form.Del("active")
		admin.Post(made.Path, form, http.StatusOK).Has(t, "Turned off")
		admin.Post(made.Path+"/delete", nil, http.StatusOK).Has(t, "No webhooks yet")
	})
}

func TestEventsAreTicked(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		form := typed("https://ci.example/hook")
		form.Set("way", "events")
		form.Set("http_method", "GET")
		admin.Post(page, form, http.StatusUnprocessableEntity).Has(t, "Tick at least one event")
		form["subscriptions"] = []string{"zen:event-type:ticket.created", "zen:event-type:user.created"}
		admin.Post(page, form, http.StatusOK).Has(t, "is saved")
		admin.Get(page, http.StatusOK).Has(t, "2 events")
	})
}

func TestMessagesAreReadAndReplayed(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		var status atomic.Int32
		status.Store(404)
		address, bodies := receiver(t, &status)
		at := admin.Post(page, typed(address), http.StatusOK).Path
		id := strings.TrimPrefix(at, page+"/")
		d.Admin.Post("triggers", map[string]any{"trigger": map[string]any{"title": "Tell <i>", "all": []any{map[string]any{"field": "update_type", "operator": "is", "value": "Create"}},
			"actions": []any{map[string]any{"field": "notification_webhook", "value": []any{id, `{"t":"{{ticket.title}}"}`}}}}}, 201)
		ticket := d.Admin.Post("tickets", map[string]any{"ticket": map[string]any{"subject": "Stripes", "comment": map[string]any{"body": "x"}}}, 201)
		<-bodies
		for range 2000 {
			if strings.Contains(admin.Get(at+"/log", http.StatusOK).Body, "It answered 404.") {
				break
			}
		}
		list := admin.Get(at+"/log?state=failed", http.StatusOK).Has(t, "Rule: Tell <i>", "Given up", "#"+ticket.Text("ticket.id"))
		message := regexp.MustCompile(at + `/log/[0-9A-Z]{26}`).FindString(list.Body)
		admin.Get(message, http.StatusOK).Has(t, `"t": "Stripes"`, "HTTP 404", "<b>seen", "POST "+address)
		admin.Get(page, http.StatusOK).Has(t, "Tell <i>", "1 given up in 7 days")
		admin.Get(at+"/delete", http.StatusOK).Has(t, "because rules call it", "Tell <i>")
		admin.Post(at+"/delete", nil, http.StatusUnprocessableEntity).Has(t, "cannot be deleted")
		status.Store(200)
		admin.Post(message+"/replay", nil, http.StatusOK).Has(t, "is sent again")
		<-bodies
		admin.Post(at+"/replay", url.Values{"hours": {"5"}}, http.StatusUnprocessableEntity).Has(t, "Choose since when")
		admin.Post(at+"/retry", nil, http.StatusOK).Has(t, "tried now")
		admin.Get(at+"/log?after=rubbish", http.StatusUnprocessableEntity)
	})
}

func TestARestIsExplained(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		at := admin.Post(page, typed("https://ci.example/hook"), http.StatusOK).Path
		webtest.Check(t, d.Store.Account(d.Account.ID).Write(t.Context(), func(tx *store.Tx) error {
			return tx.SetBreaker(t.Context(), desk.Breaker{Webhook: desk.WebhookID(strings.TrimPrefix(at, page+"/")), Since: time.Now(), Until: time.Now().Add(time.Hour), Times: 1, Reason: "It answered <503>."})
		}))
		admin.Get(page, http.StatusOK).Has(t, "Resting", "because: It answered <503>.", "Try now")
		admin.Post(at+"/retry", nil, http.StatusOK).Has(t, "Being tried", "It rested, because: It answered <503>.")
	})
}

func TestOnlyAdmins(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		at := admin.Post(page, typed("https://ci.example/hook"), http.StatusOK).Path
		agent := webtest.Open(t, d, d.Agent.User)
		for _, path := range []string{page, page + "/new", at, at + "/log", at + "/delete"} {
			agent.Get(path, http.StatusForbidden)
		}
		for _, path := range []string{page, page + "/test", at, at + "/test", at + "/secret", at + "/secret/new", at + "/replay", at + "/retry", at + "/delete"} {
			agent.Post(path, typed("https://evil.example"), http.StatusForbidden)
		}
		if a := webtest.Open(t, d, desk.User{}).Get(at, http.StatusOK); !strings.HasPrefix(a.Path, "/signin") {
			t.Errorf("arrived at %s", a.Path)
		}
	})
}
