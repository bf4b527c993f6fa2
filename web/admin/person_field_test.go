package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestOwnFields(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		b := webtest.Open(t, d, d.Admin.User)
		b.Get("/admin/person-fields", http.StatusOK).Has(t, "None yet")
		b.Get("/admin/person-fields/user/new", http.StatusOK)
		b.Get("/admin/person-fields/cat/new", http.StatusNotFound)
		form := url.Values{"title": {hostile}, "type": {"tagger"}, "key": {"a b"}, "active": {"true"}, "options": {"Gold = gold_plan\nBasic"}}
		b.Post("/admin/person-fields/user", form, http.StatusUnprocessableEntity).Has(t, "Key: letters, digits").HasMarkup(t, "Gold = gold_plan").Escaped(t)
		form.Set("key", "plan")
		b.Post("/admin/person-fields/user", form, http.StatusOK).Has(t, "plan").Escaped(t)
		field := d.Agent.Get("user_fields", 200).ID("user_fields.0.id")
		at := fmt.Sprintf("/admin/person-fields/user/%d", field)
		b.Get(at, http.StatusOK).HasMarkup(t, "Gold = gold_plan\nBasic").Escaped(t)
		input := fmt.Sprintf("field.%d", field)
		user := fmt.Sprintf("/admin/users/%d", d.EndUser.User.ID)
		b.Get(user, http.StatusOK).HasMarkup(t, input, "gold_plan").Escaped(t)
		person := url.Values{"name": {"Ana"}, "email": {d.EndUser.User.Email}, "role": {"end-user"}, input: {"gold_plan"}, "tags": {"x"}}
		b.Post(user, person, http.StatusOK)
		got := d.Agent.Get(fmt.Sprintf("users/%d", d.EndUser.User.ID), 200)
		if got.Text("user.user_fields.plan") != "gold_plan" || len(got.List("user.tags")) != 2 {
			t.Errorf("%s", got.Body)
		}
		person.Set(input, "none of them")
		b.Post(user, person, http.StatusUnprocessableEntity).Has(t, "is not one of its options").Escaped(t)
		b.Post("/admin/person-fields/organization", url.Values{"title": {"Seats"}, "type": {"integer"}, "key": {"seats"}, "active": {"true"}}, http.StatusOK)
		seats := fmt.Sprintf("field.%d", d.Agent.Get("organization_fields", 200).ID("organization_fields.0.id"))
		b.Post("/admin/organizations", url.Values{"name": {"Lens makers"}, seats: {"many"}}, http.StatusUnprocessableEntity).Has(t, "must be a whole number")
		b.Post("/admin/organizations", url.Values{"name": {"Lens makers"}, seats: {"12"}}, http.StatusOK)
		if org := d.Agent.Get("organizations", 200); org.ID("organizations.0.organization_fields.seats") != 12 {
			t.Errorf("%s", org.Body)
		}
		form.Del("active")
		b.Post(at, form, http.StatusOK).Has(t, "not in use")
		b.Get(at+"/delete", http.StatusOK).Has(t, "What people say in it").Escaped(t)
		b.Post(at+"/delete", nil, http.StatusOK).Has(t, "None yet")
	})
}
