package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
)

func TestAuditLog(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post("macros", object{"macro": object{"title": "Close", "actions": array{object{"field": "status", "value": "solved"}}}}, 201)
		path := fmt.Sprintf("macros/%d", made.ID("macro.id"))
		d.Admin.Put(path, object{"macro": object{"title": "Close now"}}, 200)
		d.Admin.Put(path, object{"macro": object{"title": "Close now"}}, 200)
		d.Admin.Delete(path, 204)
		d.Admin.Put(fmt.Sprintf("users/%d", d.Agent.User.ID), object{"user": object{"suspended": true}}, 200)

		list := d.Admin.Get("audit_logs?filter[source_type]=rule", 200)
		var actions []string
		for i := range list.List("audit_logs") {
			actions = append(actions, list.Text(fmt.Sprintf("audit_logs.%d.action", i)))
		}
		if strings.Join(actions, " ") != "destroy update create" {
			t.Fatalf("actions %v in %s", actions, list.Body)
		}
		if got := list.Text("audit_logs.1.change_description"); got != "title changed from Close to Close now" {
			t.Errorf("description %q", got)
		}
		if list.Text("audit_logs.1.source_label") != "Macro: Close now" || list.ID("audit_logs.1.actor_id") != int64(d.Admin.User.ID) ||
			list.ID("audit_logs.1.source_id") != made.ID("macro.id") || list.Text("audit_logs.1.changes.0.before") != "Close" {
			t.Errorf("%s", list.Body)
		}
		one := d.Admin.Get(fmt.Sprintf("audit_logs/%d", list.ID("audit_logs.1.id")), 200)
		if one.Text("audit_log.actor_name") != d.Admin.User.Name {
			t.Errorf("%s", one.Body)
		}
		user := d.Admin.Get(fmt.Sprintf("audit_logs?filter[source_type]=user&filter[source_id]=%d", d.Agent.User.ID), 200)
		if user.ID("count") != 1 || user.Text("audit_logs.0.change_description") != "suspended changed from no to yes" {
			t.Errorf("%s", user.Body)
		}
	})
}

func TestAuditLogPagesAndFilters(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for i := range 5 {
			d.Admin.Post("groups", object{"group": object{"name": fmt.Sprintf("Group %d", i)}}, 201)
		}
		first := d.Admin.Get("audit_logs?page[size]=2&filter[source_type]=group&sort=created_at", 200)
		next := d.Admin.Get("audit_logs?page[size]=2&filter[source_type]=group&sort=created_at&page[after]="+first.Text("meta.after_cursor"), 200)
		if first.Text("audit_logs.1.source_label") != "Group 1" || next.Text("audit_logs.0.source_label") != "Group 2" || next.At("meta.has_more") != true {
			t.Errorf("%s then %s", first.Body, next.Body)
		}
		if page := d.Admin.Get("audit_logs?page=3&per_page=2&filter[source_type]=group", 200); len(page.List("audit_logs")) != 1 || page.ID("count") != 5 {
			t.Errorf("%s", page.Body)
		}
		span := func(from, until time.Duration) string {
			at := func(d time.Duration) string { return url.QueryEscape(time.Now().Add(d).UTC().Format(time.RFC3339)) }
			return "filter[created_at]=" + at(from) + "&filter[created_at]=" + at(until)
		}
		for query, want := range map[string]int{
			fmt.Sprintf("filter[actor_id]=%d&filter[action]=create&filter[source_type]=group", d.Admin.User.ID): 5,
			"filter[action]=login": 0, "filter[actor_id]=-1": 0, "filter[ip_address]=198.51.100.7": 0,
			"filter[source_type]=group&" + span(-time.Hour, time.Hour): 5, "filter[source_type]=group&" + span(-2*time.Hour, -time.Hour): 0,
		} {
			if got := d.Admin.Get("audit_logs?"+query, 200); len(got.List("audit_logs")) != want {
				t.Errorf("%s: %s", query, got.Body)
			}
		}
		for _, query := range []string{"filter[source_id]=5", "filter[actor_id]=me", "filter[ip_address]=here", "filter[created_at]=2026-01-01T00:00:00Z",
			"filter[created_at]=x&filter[created_at]=y", "sort=name"} {
			d.Admin.Get("audit_logs?"+query, 400)
		}
		d.Agent.Get("audit_logs", 403)
		d.Admin.Get("audit_logs/5", 404)
	})
}

func TestAuditLogHasNoSecrets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Admin.Post("webhooks", object{"webhook": object{"name": "Hook", "endpoint": "https://hooks.example.com/services/T0PSECRET", "http_method": "POST",
			"request_format": "json", "status": "active", "subscriptions": array{"conditional_ticket_events"}, "custom_headers": object{"X-Key": "T0PSECRET"},
			"authentication": object{"type": "bearer_token", "add_position": "header", "data": object{"token": "T0PSECRET"}}}}, 201)
		d.Admin.Post("api_tokens", object{"api_token": object{"description": "Robot"}}, 201)
		list := d.Admin.Get("audit_logs", 200)
		for _, want := range []string{`"webhook"`, "hooks.example.com", "(secret)", `"apitoken"`, "Robot"} {
			if !strings.Contains(string(list.Body), want) {
				t.Errorf("no %s in %s", want, list.Body)
			}
		}
		if strings.Contains(string(list.Body), "T0PSECRET") {
			t.Errorf("a secret in %s", list.Body)
		}
	})
}
