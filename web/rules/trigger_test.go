package rules_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func each(t *testing.T, story func(t *testing.T, acme, other *apitest.Desk)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		story(t, s.Desk(t, "acme"), s.Desk(t, "other"))
	})
}

func ticket(t *testing.T, c *apitest.Client, subject, tag string) int64 {
	t.Helper()
	return c.In(t).Post("/api/v2/tickets", map[string]any{"ticket": map[string]any{"subject": subject, "tags": []string{tag},
		"comment": map[string]any{"body": "It happens on every picture."}}}, http.StatusCreated).ID("ticket.id")
}

// The trigger is built by forms alone, as a browser without script would, tried, turned on, and acts.
func TestTriggerFromNothing(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		old := ticket(t, acme.Agent, "Stripes", "image_sensor")
		ticket(t, acme.Agent, "Fog", "lens")

		ada.Get("/admin/triggers/new", http.StatusOK).Has(t, "When all of these are true", "Add condition", "Add a condition and an action")
		form := url.Values{"title": {"Sensors"}, "all": {"1"}, "all.1.field": {"current_tags"}, "do": {"1"}, "do.1.field": {"priority"}, "step": {"show"}}
		a := ada.Post("/admin/triggers/new", form, http.StatusOK)
		a.Has(t, "contain any of", "Urgent")
		form.Set("all.1.was", "current_tags")
		form.Set("all.1.operator", "includes")
		form.Set("all.1.value", "image_sensor")
		form.Set("do.1.was", "priority")
		form.Set("do.1.value", "high")
		form.Set("step", "add.do")
		if a = ada.Post("/admin/triggers/new", form, http.StatusOK); strings.Count(a.Body, `name="do"`) != 2 {
			t.Errorf("want two actions in:\n%s", webtest.Words(a.Body))
		}
		form["do"] = []string{"1", "2"}
		form.Set("do.2.field", "current_tags")
		form.Set("do.2.value", "seen, by_rule")
		form.Set("step", "try")
		ada.Post("/admin/triggers/new", form, http.StatusOK).Has(t, "1 ticket would have matched, of the 2", "Stripes",
			"Priority: (none) → High", "+by_rule +seen", "When tags contain any of image_sensor: set priority to High, and add tags by_rule, seen.")
		ada.Htmx().Post("/admin/triggers/try", form, http.StatusOK).Has(t, "1 ticket would have matched")
		if got := acme.Agent.In(t).Get(fmt.Sprintf("/api/v2/tickets/%d", old), http.StatusOK).At("ticket.priority"); got != nil {
			t.Errorf("got priority %v after a trial, want none", got)
		}

		form.Set("step", "on")
		a = ada.Post("/admin/triggers/new", form, http.StatusOK)
		a.Has(t, "Turn on “Sensors”?", "1 ticket would have matched")
		at := strings.TrimSuffix(a.Path, "/on")
		second := ticket(t, acme.Agent, "Dead pixels", "image_sensor")
		if got := acme.Agent.In(t).Get(fmt.Sprintf("/api/v2/tickets/%d", second), http.StatusOK).At("ticket.priority"); got != nil {
			t.Errorf("got priority %v while the trigger is off, want none", got)
		}
		ada.Post(at+"/on", nil, http.StatusOK).Has(t, "The trigger is on")
		third := ticket(t, acme.Agent, "Noise", "image_sensor")
		if got := acme.Agent.In(t).Get(fmt.Sprintf("/api/v2/tickets/%d", third), http.StatusOK).At("ticket.priority"); got != "high" {
			t.Errorf("got priority %v, want high", got)
		}
		if list := ada.Get("/admin/triggers?q=sens", http.StatusOK); !regexp.MustCompile(`Sensors.* 1 1 1 .*Ada Admin`).MatchString(webtest.Words(list.Body)) {
			t.Errorf("want one firing a day, week and month in:\n%s", webtest.Words(list.Body))
		}

		ada.Post(at+"/off", nil, http.StatusOK).Has(t, "The trigger is off")
		form.Set("title", "Sensors, again")
		form.Set("step", "")
		ada.Post(at, form, http.StatusOK).Has(t, "The trigger is saved", "Sensors, again")
		ada.Get(at+"/revisions", http.StatusOK).Has(t, "Revision 4", "Title: Sensors, again", "Title: Sensors", "Ada Admin")
		ada.Get(at+"?revision=1", http.StatusOK).Has(t, "Set priority to")
		ada.Get("/admin/triggers/new?from="+strings.TrimPrefix(at, "/admin/triggers/"), http.StatusOK).Has(t, "When tags contain any of image_sensor")
		ada.Post(at+"/delete", nil, http.StatusOK).Has(t, "The trigger is deleted")
		ada.Get(at, http.StatusNotFound)
		ada.Get(at+"/revisions", http.StatusOK).Has(t, "This trigger was deleted")
	})
}

func TestTriggerFaults(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		ada.Post("/admin/triggers/new", url.Values{}, http.StatusUnprocessableEntity).Has(t, "Title: cannot be blank", "At least one condition is needed", "at least one action is needed")
		form := url.Values{"title": {webtest.Hostile}, "description": {webtest.Hostile}, "all": {"1", "7", "x/y"}, "all.1.field": {"status"}, "all.1.operator": {"is"},
			"all.1.value": {webtest.Hostile}, "all.7.field": {webtest.Hostile}, "any": {"2"}, "any.2.field": {"subject_includes_word"}, "any.2.operator": {"includes"},
			"any.2.value": {webtest.Hostile}, "do": {"1"}, "do.1.field": {"notification_user"}, "do.1.value": {webtest.Hostile, webtest.Hostile, webtest.Hostile}}
		a := ada.Post("/admin/triggers/new", form, http.StatusUnprocessableEntity)
		a.Has(t, "is not a value of Status", "There is no condition", "is not one of its values", "alert(")
		a.Escaped(t)
		if i := strings.Index(a.Body, "is not a value of Status"); !strings.Contains(a.Body, `href="#in-all-1-field"`) || i < 0 {
			t.Error("the fault does not lead to its line")
		}
		ada.Htmx().Post("/agent/rules/summary?place=trigger", form, http.StatusOK).Escaped(t)
		ada.Htmx().Get("/agent/rules/line?place=trigger&branch=all&key=1&all.1.field="+url.QueryEscape(webtest.Hostile), http.StatusOK).Escaped(t)
		ada.Get("/agent/rules/line?place=nowhere&branch=all", http.StatusNotFound)
		ada.Get("/agent/rules/line?place=trigger&branch=nowhere", http.StatusNotFound)

		form = url.Values{"title": {webtest.Hostile}, "all": {"1"}, "all.1.field": {"status"}, "all.1.operator": {"is"}, "all.1.value": {"open"}, "do": {"1"},
			"do.1.field": {"status"}, "do.1.value": {"open"}}
		ada.Htmx().Post("/agent/rules/summary?place=trigger", form, http.StatusOK).Has(t, "Nothing would change")
		ada.Post("/admin/triggers/new", form, http.StatusOK).Escaped(t)
	})
}

func TestOrderAndCategories(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		ids := regexp.MustCompile(`data-id="(\d+)"`).FindAllStringSubmatch(ada.Get("/admin/triggers", http.StatusOK).Body, -1)
		second, third := ids[1][1], ids[2][1]
		ada.Post("/admin/triggers/"+third+"/move", url.Values{"to": {"up"}}, http.StatusOK)
		ids = regexp.MustCompile(`data-id="(\d+)"`).FindAllStringSubmatch(ada.Get("/admin/triggers", http.StatusOK).Body, -1)
		if ids[1][1] != third || ids[2][1] != second {
			t.Errorf("got order %v, want %s before %s", ids, third, second)
		}
		ada.Post("/admin/triggers/order", url.Values{"id": {second, third}}, http.StatusNoContent)
		ids = regexp.MustCompile(`data-id="(\d+)"`).FindAllStringSubmatch(ada.Get("/admin/triggers", http.StatusOK).Body, -1)
		if ids[1][1] != second {
			t.Errorf("got order %v, want %s second", ids, second)
		}

		const at = "/admin/trigger-categories"
		ada.Post(at, url.Values{"name": {" "}}, http.StatusUnprocessableEntity)
		a := ada.Post(at, url.Values{"name": {webtest.Hostile}}, http.StatusOK)
		a.Has(t, "The category is added")
		a.Escaped(t)
		all := regexp.MustCompile(`data-id="(\d+)"`).FindAllStringSubmatch(a.Body, -1)
		last := all[len(all)-1][1]
		ada.Post(at+"/"+last+"/move", url.Values{"to": {"up"}}, http.StatusOK)
		ada.Post(at+"/"+last, url.Values{"name": {"Later"}}, http.StatusOK).Has(t, "renamed")
		ada.Post(at+"/"+last+"/delete", nil, http.StatusOK).Has(t, "The category is deleted")
		ada.Post(at+"/"+all[0][1]+"/delete", nil, http.StatusUnprocessableEntity)
	})
}

func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, acme, other *apitest.Desk) {
		ben, eve := webtest.Open(t, acme, acme.Agent.User), webtest.Open(t, acme, acme.EndUser.User)
		foreign := webtest.Open(t, other, other.Admin.User)
		trigger := acme.Admin.In(t).Get("/api/v2/triggers", http.StatusOK).IDs("triggers")[0]
		view := acme.Admin.In(t).Get("/api/v2/views", http.StatusOK).IDs("views")[0]
		for _, path := range []string{"/admin/triggers", "/admin/triggers/new", fmt.Sprintf("/admin/triggers/%d", trigger), "/admin/trigger-categories",
			"/admin/macros", "/admin/views", "/admin/views/new"} {
			ben.In(t).Get(path, http.StatusForbidden)
			eve.In(t).Get(path, http.StatusForbidden)
		}
		for _, path := range []string{fmt.Sprintf("/admin/triggers/%d", trigger), fmt.Sprintf("/admin/triggers/%d/on", trigger),
			fmt.Sprintf("/admin/triggers/%d/revisions", trigger), fmt.Sprintf("/admin/triggers/new?from=%d", trigger), fmt.Sprintf("/admin/views/%d", view)} {
			foreign.In(t).Get(path, http.StatusNotFound)
		}
		for _, path := range []string{"off", "on", "move", "delete"} {
			foreign.In(t).Post(fmt.Sprintf("/admin/triggers/%d/%s", trigger, path), nil, http.StatusNotFound)
			ben.In(t).Post(fmt.Sprintf("/admin/triggers/%d/%s", trigger, path), nil, http.StatusForbidden)
		}
		eve.Get("/agent/macros", http.StatusForbidden)
		eve.Get("/agent/rules/people?q=e", http.StatusForbidden)
		if found := ben.Get("/agent/rules/people?q=eve", http.StatusOK).Body; !strings.Contains(found, "eve@acme.example") || strings.Contains(found, "other") {
			t.Errorf("found %s, want Eve of this desk alone", found)
		}
	})
}
