package rules_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/web/webtest"
)

// A policy is made by forms alone, put in another place, and taken away.
func TestPolicyFromNothing(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		ada.Get("/admin/slas", http.StatusOK).Has(t, "No policies")
		ada.Get("/admin/slas/new", http.StatusOK).Has(t, "When all of these are true", "Without conditions the policy is for every ticket")
		form := url.Values{"title": {webtest.Hostile}, "all": {"1"}, "all.1.field": {"current_tags"}, "all.1.was": {"current_tags"},
			"all.1.operator": {"includes"}, "all.1.value": {"vip"}, "partner_pauses": {"on"}, "target.first_reply_time.urgent": {"soon"},
			"hours.first_reply_time": {"business"}, "target.total_resolution_time.low": {"3d 4h"}, "hours.total_resolution_time": {"calendar"}}
		wrong := ada.Post("/admin/slas/new", form, http.StatusUnprocessableEntity)
		wrong.Has(t, "First reply, Urgent: write a time such as 30m").HasMarkup(t, `value="soon"`, `value="3d 4h"`).Escaped(t)
		form.Set("target.first_reply_time.urgent", "1h 30m")
		ada.Post("/admin/slas/new", form, http.StatusOK).Has(t, "The policy is saved", "For tickets where tags contain any of vip").Escaped(t)
		got := acme.Agent.In(t).Get("/api/v2/slas/policies", http.StatusOK)
		if got.At("sla_policies.0.policy_metrics.0.target") != 90.0 || got.At("sla_policies.0.policy_metrics.0.business_hours") != true ||
			got.At("sla_policies.0.policy_metrics.1.target") != 76.0*60 || got.At("sla_policies.0.partner_pauses") != true ||
			got.At("sla_policies.0.partner_replies") != false || len(got.List("sla_policies.0.policy_metrics")) != 2 {
			t.Errorf("stored: %s", got.Body)
		}
		at := fmt.Sprint("/admin/slas/", got.ID("sla_policies.0.id"))
		ada.Get(at, http.StatusOK).HasMarkup(t, `value="1h 30m"`, `value="3d 4h"`).Escaped(t)
		form.Set("title", "")
		ada.Post(at, form, http.StatusUnprocessableEntity).Has(t, "Title: cannot be blank")
		form.Set("title", "Second")
		ada.Post("/admin/slas/new", form, http.StatusOK)
		ada.Post(at+"/move", url.Values{"to": {"down"}}, http.StatusOK)
		if got := acme.Agent.In(t).Get("/api/v2/slas/policies", http.StatusOK).Text("sla_policies.0.title"); got != "Second" {
			t.Errorf("the first is %q", got)
		}
		if page := ada.Get("/admin/slas/new?from="+strings.TrimPrefix(at, "/admin/slas/"), http.StatusOK); !strings.Contains(page.Body, "(copy)") {
			t.Error("no copy")
		}
		ada.Post(at+"/delete", nil, http.StatusOK).Has(t, "The policy is deleted")
		webtest.Open(t, acme, acme.Agent.User).Get("/admin/slas", http.StatusForbidden)
	})
}
