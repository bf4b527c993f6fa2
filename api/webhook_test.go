package api_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
)

// hookReceiver is a program elsewhere; what it gets comes over the channel.
func hookReceiver(t *testing.T, status int) (address string, bodies chan string) {
	t.Helper()
	bodies = make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(status)
		_, _ = w.Write([]byte("seen"))
		bodies <- string(body)
	}))
	t.Cleanup(s.Close)
	return s.URL, bodies
}

func TestWebhooks(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post("webhooks", wrapped("webhook", object{"name": "Builds", "endpoint": "https://ci.example/hook", "http_method": "POST", "request_format": "json",
			"status": "active", "subscriptions": array{"conditional_ticket_events"}, "custom_headers": object{"X-Room": "builds"},
			"authentication": object{"type": "basic_auth", "data": object{"username": "ci", "password": "hunter22"}, "add_position": "header"}}), 201)
		id := made.Text("webhook.id")
		if len(id) != 26 || made.Text("webhook.authentication.data.username") != "ci" || strings.Contains(string(made.Body), "hunter22") {
			t.Errorf("made %s", made.Body)
		}
		path := "webhooks/" + id
		d.Admin.Put(path, wrapped("webhook", object{"name": "CI", "endpoint": "https://ci.example/hook", "http_method": "POST", "request_format": "json", "status": "active",
			"authentication": object{"type": "basic_auth", "data": object{"username": "ci"}, "add_position": "header"}}), 204)
		d.Admin.Patch(path, wrapped("webhook", object{"status": "inactive"}), 204)
		got := d.Admin.Get(path, 200)
		if got.Text("webhook.name") != "CI" || got.Text("webhook.status") != "inactive" || got.Text("webhook.custom_headers.X-Room") != "builds" ||
			got.Text("webhook.authentication.type") != "basic_auth" || got.At("webhook.breaker") != nil {
			t.Errorf("changed %s", got.Body)
		}
		copied := d.Admin.Post("webhooks?clone_webhook_id="+id, nil, 201)
		if copied.Text("webhook.name") != "Copy of CI" || copied.Text("webhook.id") == id {
			t.Errorf("copy %s", copied.Body)
		}
		first, second := d.Admin.Get(path+"/signing_secret", 200).Text("signing_secret.secret"), d.Admin.Post(path+"/signing_secret", nil, 201).Text("signing_secret.secret")
		if raw, err := base64.StdEncoding.DecodeString(first); err != nil || len(raw) != 32 || first == second || d.Admin.Get(path+"/signing_secret", 200).Text("signing_secret.secret") != second {
			t.Errorf("secrets %q and %q", first, second)
		}
		d.Admin.Patch(path, wrapped("webhook", object{"authentication": nil}), 204)
		if d.Admin.Get(path, 200).At("webhook.authentication") != nil {
			t.Error("the authentication is still there")
		}
		d.Admin.Delete(path, 204)
		d.Admin.Get(path, 404)
		d.Admin.Post("webhooks", wrapped("webhook", object{"name": "", "endpoint": "x", "http_method": "LOOK"}), 422)
		d.Agent.Get("webhooks", 403)
	})
}

func TestWebhooksAreListed(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for _, name := range []string{"Zoo", "Alpha", "Middle"} {
			d.Admin.Post("webhooks", wrapped("webhook", object{"name": name, "endpoint": "https://x.example/" + name, "http_method": "POST", "request_format": "json", "status": "active"}), 201)
		}
		names := func(path string) (out []string) {
			for path != "" {
				a := d.Admin.Get(path, 200)
				for _, w := range a.List("webhooks") {
					out = append(out, w.(apitest.Object)["name"].(string))
				}
				if path = a.Text("links.next"); a.At("meta.has_more") != true {
					return out
				}
			}
			return out
		}
		for path, want := range map[string]string{
			"webhooks": "Zoo Alpha Middle", "webhooks?sort=name": "Alpha Middle Zoo", "webhooks?sort=-name&page[size]=1": "Zoo Middle Alpha",
			"webhooks?filter[name_contains]=pha": "Alpha", "webhooks?filter[status]=inactive": "",
		} {
			if got := strings.Join(names(strings.NewReplacer("[", "%5B", "]", "%5D").Replace(path)), " "); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
		}
		d.Admin.Get("webhooks?filter%5Bstatus%5D=sleeping", 400)
	})
}

func TestWebhooksHear(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		address, bodies := hookReceiver(t, 404)
		made := d.Admin.Post("webhooks", wrapped("webhook", object{"name": "Builds", "endpoint": address, "http_method": "POST", "request_format": "json", "status": "active"}), 201)
		id := made.Text("webhook.id")
		trigger := func(body string) object {
			return object{"title": "Tell", "all": array{object{"field": "update_type", "operator": "is", "value": "Create"}},
				"actions": array{object{"field": "notification_webhook", "value": array{id, body}}}}
		}
		d.Admin.Post("triggers", wrapped("trigger", trigger(`{"a":`)), 422)
		d.Admin.Post("triggers", wrapped("trigger", trigger(`{"t":"{{ticket.title}}"}`)), 201)
		d.Admin.Post("tickets", wrapped("ticket", object{"subject": `say "hi"`, "comment": object{"body": "x"}}), 201)
		if got := <-bodies; got != `{"t":"say \"hi\""}` {
			t.Errorf("body %s", got)
		}
		list := "webhooks/" + id + "/invocations"
		failed := await(t, func() *apitest.Answer { return d.Admin.Get(list+"?filter%5Bstatus%5D=client+error", 200) })
		attempts := d.Admin.Get(list+"/"+failed.Text("invocations.0.id")+"/attempts", 200)
		if failed.Text("invocations.0.state") != "failed" || attempts.ID("attempts.0.response_code") != 404 || attempts.Text("attempts.0.response_body") != "seen" {
			t.Errorf("%s\n%s", failed.Body, attempts.Body)
		}
		d.Admin.Post(list+"/"+failed.Text("invocations.0.id")+"/replay", nil, 204)
		<-bodies
		await(t, func() *apitest.Answer { return d.Admin.Get(list+"?filter%5Bstatus%5D=client+error", 200) })
		since := url.QueryEscape(time.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
		if n := len(d.Admin.Get(list+"?sort=-latest_completed_at&filter%5Bfrom_ts%5D="+since, 200).List("invocations")); n != 1 {
			t.Errorf("%d invocations", n)
		}
		again := d.Admin.Post("webhooks/"+id+"/replay", object{"since": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}, 200)
		if again.ID("replay.count") != 1 {
			t.Errorf("replay %s", again.Body)
		}
		<-bodies
		d.Admin.Post("webhooks/"+id+"/retry", nil, 204)
		d.Admin.Get(list+"?filter%5Bstatus%5D=odd", 400)
		d.Admin.Delete("webhooks/"+id, 422)
	})
}

// await asks until there is an invocation.
func await(t *testing.T, ask func() *apitest.Answer) *apitest.Answer {
	t.Helper()
	for range 2000 {
		if a := ask(); len(a.List("invocations")) > 0 {
			return a
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("no invocation")
	return nil
}

func TestTestingAWebhook(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		address, bodies := hookReceiver(t, 200)
		got := d.Admin.Post("webhooks/test", object{"webhook": object{"endpoint": address}, "request": object{"payload": `{"a":1}`}}, 200)
		if body := <-bodies; body != `{"a":1}` || got.Text("test.status") != "success" || got.ID("test.response_code") != 200 || got.Text("test.response_body") != "seen" {
			t.Errorf("%s: %s", body, got.Body)
		}
		id := d.Admin.Post("webhooks", wrapped("webhook", object{"name": "B", "endpoint": address, "http_method": "PUT", "request_format": "xml", "status": "active"}), 201).Text("webhook.id")
		d.Admin.Post("webhooks/test?webhook_id="+id, object{"webhook": object{"endpoint": address}}, 200)
		if body := <-bodies; !strings.HasPrefix(body, "<test>") {
			t.Errorf("body %s", body)
		}
		if got := d.Admin.Post("webhooks/test", object{"webhook": object{"endpoint": "http://127.0.0.1:1/"}}, 200); got.Text("test.status") != "failed" {
			t.Errorf("%s", got.Body)
		}
		d.Admin.Post("webhooks/test", object{"webhook": object{"endpoint": "http://169.254.169.254/"}}, 422)
		d.Admin.Post("webhooks/test", object{"webhook": object{"endpoint": address}, "request": object{"payload": "{"}}, 422)
	})
}

func TestTargets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		address, bodies := hookReceiver(t, 200)
		made := d.Admin.Post("targets", wrapped("target", object{"type": "url_target", "title": "Pager", "target_url": address, "method": "post", "attribute": "text"}), 201)
		id := made.ID("target.id")
		d.Admin.Post("triggers", wrapped("trigger", object{"title": "Page", "all": array{object{"field": "update_type", "operator": "is", "value": "Create"}},
			"actions": array{object{"field": "notification_target", "value": array{num(id), "New: {{ticket.title}}"}}}}), 201)
		d.Admin.Post("tickets", wrapped("ticket", object{"subject": "a&b", "comment": object{"body": "x"}}), 201)
		if got := <-bodies; got != "text=New%3A+a%26b" {
			t.Errorf("body %s", got)
		}
		other := d.Admin.Post("targets", wrapped("target", object{"type": "http_target", "title": "CI", "target_url": "https://ci.example/x", "method": "put",
			"content_type": "application/json", "username": "ci", "password": "hunter22"}), 201)
		path := "targets/" + num(other.ID("target.id"))
		if other.Text("target.content_type") != "application/json" || other.Text("target.username") != "ci" || other.At("target.password") != nil {
			t.Errorf("%s", other.Body)
		}
		if got := d.Admin.Put(path, wrapped("target", object{"title": "Builds", "active": false}), 200); got.Text("target.title") != "Builds" || got.At("target.active") != false {
			t.Errorf("%s", got.Body)
		}
		if n := len(d.Admin.Get("targets", 200).List("targets")); n != 2 {
			t.Errorf("%d targets", n)
		}
		d.Admin.Delete(path, 204)
		d.Admin.Get(path, 404)
		d.Admin.Delete("targets/"+num(id), 422)
		d.Admin.Post("targets", wrapped("target", object{"type": "email_target", "title": "x"}), 422)
	})
}
