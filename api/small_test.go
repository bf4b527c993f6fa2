package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
)

func TestCountsOfTickets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		org := d.Admin.Post("organizations", object{"organization": object{"name": "Factory"}}, 201).ID("organization.id")
		for range 2 {
			ticket(d.Agent, object{"assignee_id": d.Agent.User.ID, "organization_id": org, "email_ccs": array{object{"user_id": d.EndUser.User.ID}}})
		}
		ticket(d.Agent, object{})
		for path, want := range map[string]int64{fmt.Sprintf("users/%d/tickets/assigned/count", d.Agent.User.ID): 2, fmt.Sprintf("users/%d/tickets/ccd/count", d.EndUser.User.ID): 2,
			fmt.Sprintf("users/%d/tickets/ccd/count", d.Agent.User.ID): 0, fmt.Sprintf("organizations/%d/tickets/count", org): 2} {
			if got := d.Agent.Get(path, 200); got.ID("count.value") != want {
				t.Errorf("%s: %s, want %d", path, got.Body, want)
			}
		}
		d.Agent.Get("users/5/tickets/ccd/count", 404)
		d.Agent.Get("organizations/5/tickets/count", 404)
	})
}

func TestAutocompleteProblemsAndOrganizations(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		want := ticket(d.Agent, object{"type": "problem", "subject": "The printers are down"})
		ticket(d.Agent, object{"type": "incident", "subject": "My printer is down"})
		for name, got := range map[string]*apitest.Answer{"by query": d.Agent.Post("problems/autocomplete?text=print", nil, 200),
			"by body": d.Agent.Post("problems/autocomplete", object{"text": "the print"}, 200)} {
			if ids := got.IDs("tickets"); !slices.Equal(ids, []int64{want}) {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
		d.Agent.Post("problems/autocomplete", object{"text": "x"}, 400)
		d.Admin.Post("organizations", object{"organization": object{"name": "Factory"}}, 201)
		if got := d.Agent.Post("organizations/autocomplete", object{"name": "fact"}, 200); got.Text("organizations.0.name") != "Factory" {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestDeletedUsers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		gone := d.Person(t, "Uma Gone", desk.EndUser).User
		path := fmt.Sprintf("users/%d", gone.ID)
		d.Agent.Get("deleted_"+path, 404)
		d.Admin.Delete(path, 200)
		list := d.Agent.Get("deleted_users", 200)
		if list.ID("count") != 1 || list.Text("deleted_users.0.name") != "Uma Gone" || list.At("deleted_users.0.active") != false {
			t.Errorf("%s", list.Body)
		}
		if one := d.Agent.Get("deleted_"+path, 200); one.ID("deleted_user.id") != int64(gone.ID) {
			t.Errorf("%s", one.Body)
		}
		if n := d.Agent.Get("deleted_users/count", 200); n.ID("count.value") != 1 {
			t.Errorf("%s", n.Body)
		}
		d.EndUser.Get("deleted_users", 403)
	})
}

func TestSeveralFieldsAndTheAccount(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		all := d.Agent.Get("ticket_fields", 200).IDs("ticket_fields")
		got := d.Agent.Get(fmt.Sprintf("ticket_fields/show_many?ids=%d,%d,5", all[0], all[2]), 200)
		if ids := got.IDs("ticket_fields"); !slices.Equal(ids, []int64{all[0], all[2]}) {
			t.Errorf("%s", got.Body)
		}
		if a := d.Agent.Get("account", 200); a.Text("account.subdomain") != "acme" || !strings.HasPrefix(a.Text("account.url"), "http") {
			t.Errorf("%s", a.Body)
		}
	})
}
