package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestOrganizations(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post("organizations.json", wrapped("organization", object{"name": "Kongen", "external_id": 17, "domain_names": array{"Kongen.example"}, "tags": "a, b"}), 201)
		id := num(made.ID("organization.id"))
		for path, want := range map[string]any{"organization.external_id": "17", "organization.domain_names": array{"kongen.example"},
			"organization.tags": array{"a", "b"}, "organization.shared_tickets": false} {
			if diff := cmp.Diff(want, made.At(path)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"blank":          {object{}, []string{"name"}},
			"taken name":     {object{"name": "Kongen"}, []string{"name"}},
			"taken id":       {object{"name": "Other", "external_id": "17"}, []string{"external_id"}},
			"group and tags": {object{"name": "Other", "group_id": 4, "tags": array{"a<b"}}, []string{"group_id", "tags"}},
		} {
			if got := faults(t, d.Admin.Post("organizations", wrapped("organization", tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		d.Agent.Post("organizations", wrapped("organization", object{"name": "x"}), 403)
		d.Agent.Put("organizations/"+id, wrapped("organization", object{"name": "x"}), 403)
		if got := d.Agent.Put("organizations/"+id, wrapped("organization", object{"name": "Kongen", "notes": "kind"}), 200); got.Text("organization.notes") != "kind" {
			t.Errorf("%s", got.Body)
		}
		d.EndUser.Get("organizations", 403)
		user := d.Agent.Post("users", wrapped("user", object{"name": "K", "organization": object{"name": "Kongen"}}), 201).ID("user.id")
		related := d.Agent.Get("organizations/"+id+"/related", 200)
		if related.ID("organization_related.users_count") != 1 || related.ID("organization_related.tickets_count") != 0 {
			t.Errorf("%s", related.Body)
		}
		d.Agent.Delete("organizations/"+id, 403)
		d.Admin.Delete("organizations/"+id, 204)
		d.Admin.Get("organizations/"+id, 404)
		if got := d.Agent.Get("users/"+num(user), 200); got.At("user.organization_id") != nil {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestOrganizationLists(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var made []int64
		for _, name := range []string{"Alpha", "Alpine", "Beta"} {
			made = append(made, d.Admin.Post("organizations/create_or_update", wrapped("organization", object{"name": name, "external_id": name + "-1"}), 201).ID("organization.id"))
		}
		if got := d.Admin.Post("organizations/create_or_update", wrapped("organization", object{"name": "alpha", "details": "x"}), 200).ID("organization.id"); got != made[0] {
			t.Errorf("by name %d", got)
		}
		d.Admin.Post("organizations/create_or_update", wrapped("organization", object{"id": 77, "name": "x"}), 404)
		for query, want := range map[string][]int64{
			"autocomplete?name=al":            {made[0], made[1]},
			"search?external_id=Beta-1":       {made[2]},
			"search?name=beta":                {made[2]},
			"search?name=bet":                 nil,
			"show_many?ids=" + num(made[1]):   {made[1]},
			"show_many?external_ids=Alpha-1":  {made[0]},
			"autocomplete.json?name=nothing%": nil,
		} {
			if query[len(query)-1] == '%' {
				query += "25"
			}
			if got := d.Agent.Get("organizations/"+query, 200).IDs("organizations"); !cmp.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		d.Agent.Get("organizations/search", 400)
		d.Agent.Get("organizations/autocomplete?name=a", 400)
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("organizations", "organizations", 2, cursor); !cmp.Equal(got, made) {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
		if got := d.Agent.Back("organizations", "organizations", 2); !cmp.Equal(got, made) {
			t.Errorf("backwards %v", got)
		}
		d.Agent.Get("organizations/count", 200)
		many := finished(t, d.Admin, d.Admin.Post("organizations/create_many", object{"organizations": array{object{"name": "C"}, object{"name": "C"}}}, 200))
		if many.At("job_status.results.1.success") != false {
			t.Errorf("%s", many.Body)
		}
		d.Admin.Put("organizations/update_many?ids="+num(made[0])+","+num(made[1]), wrapped("organization", object{"notes": "n"}), 200)
		d.Admin.Put("organizations/update_many", object{"organizations": array{object{"external_id": "Beta-1", "notes": "b"}}}, 200)
		if got := d.Agent.Get("organizations/"+num(made[2]), 200).Text("organization.notes"); got != "b" {
			t.Errorf("notes %q", got)
		}
		d.Admin.Put("organizations/update_many?external_ids=Beta-1", wrapped("organization", object{"notes": "c"}), 200)
		if got := d.Agent.Get("organizations/"+num(made[2]), 200); got.Text("organization.notes") != "c" || got.Text("organization.external_id") != "Beta-1" {
			t.Errorf("%s", got.Body)
		}
		d.Admin.Delete("organizations/destroy_many?ids="+num(made[0]), 200)
		d.Agent.Get("organizations/"+num(made[0]), 404)
		gone := finished(t, d.Admin, d.Admin.Delete("organizations/destroy_many?external_ids=Beta-1,Nobody-1", 200))
		if gone.ID("job_status.results.0.id") != made[2] || gone.At("job_status.results.1.success") != false {
			t.Errorf("%s", gone.Body)
		}
		d.Admin.Delete("organizations/destroy_many", 400)
	})
}
