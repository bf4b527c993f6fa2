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

// The automation is built by forms alone, tried, turned on, and says why it does not act on a ticket.
func TestAutomationFromNothing(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		id := ticket(t, acme.Agent, "Stripes", "image_sensor")
		acme.Agent.In(t).Put(fmt.Sprintf("/api/v2/tickets/%d", id), map[string]any{"ticket": map[string]any{"status": "open"}}, http.StatusOK)

		ada.Get("/admin/automations", http.StatusOK).Has(t, "Close ticket 4 days after status is set to solved", "No run has looked at a ticket", "No ticket is due")
		ada.Get("/admin/automations/new", http.StatusOK).Has(t, "When all of these are true", "Add a condition and an action")
		form := url.Values{"title": {webtest.Hostile}, "all": {"1", "2"}, "all.1.field": {"OPEN"}, "all.1.was": {"OPEN"}, "all.1.operator": {"is"}, "all.1.value": {"0"},
			"all.2.field": {"current_tags"}, "all.2.was": {"current_tags"}, "all.2.operator": {"includes"}, "all.2.value": {"image_sensor"},
			"do": {"1"}, "do.1.field": {"priority"}, "do.1.was": {"priority"}, "do.1.value": {"high"}, "step": {"try"}}
		ada.Post("/admin/automations/new", form, http.StatusOK).Has(t, "It would act on 1 ticket now", "Stripes", "Priority: (none) → High").Escaped(t)
		ada.Htmx().Post("/admin/automations/try", form, http.StatusOK).Has(t, "It would act on 1 ticket now")
		form.Set("all.1.operator", "greater_than")
		ada.Post("/admin/automations/new", form, http.StatusOK).Has(t, "It cannot be tried yet", "for ever")
		form.Set("step", "on")
		ada.Post("/admin/automations/new", form, http.StatusUnprocessableEntity).Has(t, "for ever").Escaped(t)
		form.Set("all.1.operator", "is")
		form.Set("all.1.value", "5")
		a := ada.Post("/admin/automations/new", form, http.StatusOK)
		a.Has(t, "Turn on", "It would act on 0 tickets now").Escaped(t)
		at := strings.TrimSuffix(a.Path, "/on")
		ada.Post(at+"/on", nil, http.StatusOK).Has(t, "The automation is on")
		why := ada.Get(fmt.Sprintf("%s?ticket=%d", at, id), http.StatusOK)
		why.Has(t, "not met: hours since open", "(0.0 hours now)", "met: tags", "If the ticket stays as it is, it acts").Escaped(t)
		ada.Get(at+"?ticket=999999", http.StatusOK).Has(t, "There is no ticket 999999")
		ada.Get(at+"/runs", http.StatusOK).Has(t, "No run has looked at a ticket").Escaped(t)
		ada.Post(at+"/move", url.Values{"to": {"up"}}, http.StatusOK)
		if got := acme.Agent.In(t).Get("/api/v2/automations", http.StatusOK).Text("automations.0.title"); got != webtest.Hostile {
			t.Errorf("the first is %q", got)
		}
		ada.Post(at+"/off", nil, http.StatusOK).Has(t, "The automation is off")
		ada.Post(at+"/delete", nil, http.StatusOK).Has(t, "The automation is deleted")
	})
}
