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

func TestMacros(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada, ben := webtest.Open(t, acme, acme.Admin.User), webtest.Open(t, acme, acme.Agent.User)
		form := url.Values{"title": {webtest.Hostile}, "do": {"1", "2"}, "do.1.field": {"comment_value"}, "do.1.value": {"Dear {{ticket.requester.name}}\r\n" + webtest.Hostile},
			"do.2.field": {"status"}, "do.2.value": {"pending"}}
		ada.Post("/admin/macros/new", url.Values{"title": {"x"}}, http.StatusUnprocessableEntity).Has(t, "at least one action is needed")
		a := ada.Post("/admin/macros/new", form, http.StatusOK)
		a.Has(t, "The macro is saved", "Everybody")
		a.Escaped(t)
		shared := acme.Admin.In(t).Get("/api/v2/macros", http.StatusOK).IDs("macros")[0]
		at := fmt.Sprintf("/admin/macros/%d", shared)
		ada.Get(at, http.StatusOK).Escaped(t)
		form.Set("who", "Group")
		ada.Post(at, form, http.StatusUnprocessableEntity).Has(t, "the id of the group is missing")
		ada.Post(at+"/off", nil, http.StatusOK).Has(t, "The macro is off")

		ben.Get("/agent/macros", http.StatusOK).Has(t, "No macros of your own yet")
		form.Set("title", "Mine")
		form.Set("who", "")
		ben.Post("/agent/macros/new", form, http.StatusOK).Has(t, "Mine", "Only me")
		ben.Get(fmt.Sprintf("/agent/macros/%d", shared), http.StatusNotFound)
		ben.Post(fmt.Sprintf("/agent/macros/%d", shared), form, http.StatusNotFound)
		ben.Post(fmt.Sprintf("/agent/macros/%d/delete", shared), nil, http.StatusForbidden)
		if strings.Contains(ada.Get("/admin/macros", http.StatusOK).Body, "Mine") {
			t.Error("somebody's own macro is shown to others, want it left out")
		}
		ada.Post(at+"/delete", nil, http.StatusOK).Has(t, "The macro is deleted", "No macros yet")
	})
}

func TestViews(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		ticket(t, acme.Agent, "Stripes "+webtest.Hostile, "image_sensor")
		form := url.Values{"title": {"Sensors"}, "all": {"1", "2"}, "all.1.field": {"status"}, "all.1.operator": {"less_than"}, "all.1.value": {"solved"},
			"all.2.field": {"current_tags"}, "all.2.operator": {"includes"}, "all.2.value": {"image_sensor"}, "column": {"nice_id", "subject", "requester"},
			"sort_by": {"updated"}, "sort_order": {"desc"}, "step": {"preview"}}
		a := ada.Post("/admin/views/new", form, http.StatusOK)
		a.Has(t, "1 ticket", "Stripes", "Shows tickets where status is less than Solved, and tags contain any of image_sensor.")
		a.Escaped(t)
		ada.Htmx().Post("/admin/views/preview", form, http.StatusOK).Has(t, "1 ticket", "Ben Agent")
		form.Set("all.2.value", "nothing")
		ada.Htmx().Post("/admin/views/preview", form, http.StatusOK).Has(t, "No ticket is found")
		form.Set("all.1.value", "")
		ada.Htmx().Post("/admin/views/preview", form, http.StatusOK).Has(t, "To see what it finds")
		form.Set("all.1.value", "solved")

		form.Set("step", "up.column.requester")
		if a = ada.Post("/admin/views/new", form, http.StatusOK); strings.Index(a.Body, `value="requester"`) > strings.Index(a.Body, `value="subject"`) {
			t.Error("the requester stands after the subject, want it before")
		}
		form.Set("step", "add.column")
		form.Set("more", "priority")
		ada.Post("/admin/views/new", form, http.StatusOK).Has(t, "Priority")
		form.Set("step", "")
		ada.Post("/admin/views/new", form, http.StatusOK).Has(t, "The view is saved", "Sensors")
		ids := acme.Admin.In(t).Get("/api/v2/views", http.StatusOK).IDs("views")
		at := fmt.Sprintf("/admin/views/%d", ids[len(ids)-1])
		ada.Get(at, http.StatusOK).Has(t, "Sensors", "Number")
		form.Set("sort_by", "subject")
		ada.Post(at, form, http.StatusUnprocessableEntity).Has(t, "cannot be sorted")
		ada.Post(at+"/off", nil, http.StatusOK).Has(t, "The view is off")
		ada.Post(at+"/move", url.Values{"to": {"up"}}, http.StatusOK)
		ada.Post(at+"/delete", nil, http.StatusOK).Has(t, "The view is deleted")
	})
}
