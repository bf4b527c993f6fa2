package sharing_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"interdesk/sharing/sharetest"
	"interdesk/web/webtest"
)

// An admin adds a tracker, is told what is wrong, chooses among its projects; the ticket names its issue.
func TestABugTracker(t *testing.T) {
	onDesks(t, func(t *testing.T, s scene) {
		k := sharetest.NewTracker(t, "gitlab")
		ada := webtest.Open(t, s.acme, s.acme.Admin.User)
		ada.Get("/admin/sharing", 200).Has(t, "Add a bug tracker")
		ada.Get("/admin/sharing/tracker", 200).Has(t, "Access token", "What goes over")
		form := url.Values{"kind": {"gitlab"}, "url": {k.URL()}, "token": {"wrong"}, "project": {k.Project()}, "name": {"Bugs " + hostile}, "do": {"add"},
			"closed": {"pending"}, "reopened": {"open"}, "labels": {"customer, bug"}, "public": {"true"}}
		ada.Post("/admin/sharing/tracker", form, 422).Escaped(t).Has(t, "the tracker does not know it")
		form.Set("token", k.Token)
		form.Set("do", "projects")
		ada.Post("/admin/sharing/tracker", form, 200).Has(t, k.Project())
		form.Set("do", "add")
		page := ada.Post("/admin/sharing/tracker", form, 200).Escaped(t)
		page.Has(t, "is added", "deskbot", "are public here", "/sharing/trackers/", "Ask for news now")
		page.Lacks(t, k.Token, "How the partner's software is spoken to")
		a := agreements(t, s.acme)[0]
		here := fmt.Sprintf("/admin/sharing/%d", a.ID)
		if labels := a.Tracker.Labels; len(labels) != 2 || labels[1] != "bug" || a.Tracker.Closed != "pending" {
			t.Errorf("%+v", a.Tracker)
		}
		ada.Post(here+"/tracker", url.Values{"closed": {"closed"}, "reopened": {"open"}}, 422).Has(t, "must be open, pending, hold or solved")
		ada.Post(here+"/tracker", url.Values{"closed": {"solved"}, "reopened": {"open"}, "keep": {"true"}}, 200).Has(t, "The settings are saved")
		ada.Post(here+"/check", nil, 200).Has(t, "All is well")
		ada.Post(here+"/ask", nil, 200).Has(t, "is being asked")
		k.Hide(true)
		ada.Post(here+"/check", nil, 200).Has(t, "it is not there, or the token may not see it")
		k.Hide(false)

		path := ticket(t, s.acme, "Grey third")
		ben := webtest.Open(t, s.acme, s.acme.Agent.User)
		ben.Post(path+"/share", url.Values{"agreement": {fmt.Sprint(a.ID)}}, 200).Has(t, "Shared with Bugs")
		eventually(t, "the issue", func() bool {
			return strings.Contains(webtest.Words(ben.Htmx().Get(path+"/sharing", 200).Body), "issue #1")
		})
		ben.Get(path, 200).HasMarkup(t, `href="`+k.URL()+`/acme/firmware/-/issues/1"`)
		for _, page := range []string{here, "/admin/sharing/tracker"} {
			ben.Get(page, 403)
		}
	})
}
