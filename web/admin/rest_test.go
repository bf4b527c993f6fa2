package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		all := filledDesk(t, acme)
		ada := webtest.Open(t, acme, acme.Admin.User)
		ben := fmt.Sprint(acme.Agent.User.ID)
		ada.Post("/admin/groups", url.Values{"name": {"support"}, "description": {"typed"}}, http.StatusUnprocessableEntity).Has(t, "already been taken")
		ada.Post("/admin/groups", url.Values{"name": {"Repairs"}, "members": {"", ben, fmt.Sprint(acme.EndUser.User.ID)}}, http.StatusUnprocessableEntity).Has(t, "must be an agent or admin")
		ada.Post("/admin/groups", url.Values{"name": {"Repairs"}, "members": {"", ben}}, http.StatusOK).Has(t, "Repairs 1 · Ben Agent")
		path := fmt.Sprintf("/admin/groups/%d", all.group.ID)
		ada.Post(path, url.Values{"name": {"Shipping"}, "members": {"", ben}, "default": {"", "true"}}, http.StatusOK).Has(t, "Shipping default 1 · Ben Agent")
		ada.Post(path, url.Values{"name": {"Shipping"}, "members": {""}, "default": {"true"}}, http.StatusOK).Has(t, "nobody yet")
		ada.Post(path+"/delete", nil, http.StatusUnprocessableEntity).Has(t, "default group cannot be deleted")
		support := fmt.Sprintf("/admin/groups/%d", acme.Agent.User.DefaultGroup)
		if acme.Agent.User.DefaultGroup == 0 {
			t.Fatal("the agent has no group")
		}
		ada.Get(support+"/delete", http.StatusOK).Has(t, "0 unsolved tickets", "Solved and closed tickets go on naming it")
		ada.Post(support+"/delete", nil, http.StatusOK).Has(t, "Group deleted")
		ada.Get(support, http.StatusNotFound)
		ada.Post(support, url.Values{"name": {"Again"}}, http.StatusNotFound)
	})
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		ada := webtest.Open(t, acme, acme.Admin.User)
		ada.Get("/admin/organizations", http.StatusOK).Has(t, "No organizations yet")
		form := url.Values{"name": {"Factory"}, "domain_names": {"Factory.example, other.example"}, "tags": {"vip <"}, "shared_tickets": {"", "true"}, "notes": {hostile}}
		ada.Post("/admin/organizations", form, http.StatusUnprocessableEntity).Has(t, "is not a tag", hostile)
		form.Set("tags", "vip")
		ada.Post("/admin/organizations", form, http.StatusOK).Has(t, "Factory is saved")
		ada.Post("/admin/organizations", form, http.StatusUnprocessableEntity).Has(t, "already been taken")
		ada.Get("/admin/organizations?q=fac", http.StatusOK).Has(t, "Factory factory.example, other.example Yes")
		ada.Htmx().Get("/admin/organizations?q=zzz", http.StatusOK).Has(t, "No organization fits")
	})
}

func TestTokensAndAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		ada := webtest.Open(t, acme, acme.Admin.User)
		ada.Post("/admin/tokens", url.Values{"description": {"export"}, "user_id": {"99"}}, http.StatusUnprocessableEntity).Has(t, "User: does not exist")
		made := ada.Post("/admin/tokens", url.Values{"description": {hostile}, "user_id": {fmt.Sprint(acme.Agent.User.ID)}}, http.StatusOK)
		made.Has(t, "The new token for Ben Agent", hostile, "/api/v2/tickets.json")
		found := secret.FindStringSubmatch(made.Body)
		if found == nil {
			t.Fatal("no token shown")
		}
		program := webtest.Open(t, acme, desk.User{})
		program.Header.Set("Authorization", "Bearer "+found[1])
		program.Get("/api/v2/users/me.json", http.StatusOK).Has(t, "Ben Agent")
		ada.Get("/admin/tokens", http.StatusOK).Lacks(t, found[1])

		ada.Post("/admin/account", url.Values{"name": {""}, "time_zone": {"Mars"}}, http.StatusUnprocessableEntity).Has(t, "Name: cannot be blank", "Time zone: is not a name")
		ada.Post("/admin/account", url.Values{"name": {hostile}, "time_zone": {"Asia/Tokyo"}, "accent": {"5"}, "decline_invitations": {"", "true"}}, http.StatusOK).Has(t, "Settings saved")
		ada.Get("/admin/account", http.StatusOK).HasMarkup(t, `class="accent-5"`)
		again := ada.Get("/admin/account", http.StatusOK)
		again.Has(t, "acme.localhost")
		again.Escaped(t)
		if got := ada.Get("/admin", http.StatusOK); got.Path != "/admin" {
			t.Errorf("arrived at %s, want /admin", got.Path)
		}
	})
}
