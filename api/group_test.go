package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestGroups(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post("groups.json", wrapped("group", object{"name": "Lenses", "description": "Glass"}), 201)
		id := num(made.ID("group.id"))
		if made.At("group.is_public") != true || made.At("group.default") != false {
			t.Errorf("%s", made.Body)
		}
		if got := faults(t, d.Admin.Post("groups", wrapped("group", object{"name": "LENSES"}), 422)); !cmp.Equal(got, []string{"name"}) {
			t.Errorf("taken: %v", got)
		}
		d.Admin.Post("groups", wrapped("group", object{}), 422)
		if got := d.Admin.Put("groups/"+id, wrapped("group", object{"name": "Glass"}), 200); got.Text("group.name") != "Glass" {
			t.Errorf("%s", got.Body)
		}
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("groups.json", "groups", 1, cursor); len(got) != 2 {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
		d.Agent.Get("groups?include=users", 200)
		if got := d.Agent.Get("groups/count", 200).ID("count.value"); got != 2 {
			t.Errorf("count %d", got)
		}
		for path, want := range map[string]int64{"users/" + num(int64(d.Agent.User.ID)) + "/groups/count": 1,
			"users/" + num(int64(d.Agent.User.ID)) + "/organizations/count": 0} {
			if got := d.Agent.Get(path, 200).ID("count.value"); got != want {
				t.Errorf("%s: %d, want %d", path, got, want)
			}
		}
		d.Agent.Post("groups", wrapped("group", object{"name": "x"}), 403)
		d.Agent.Put("groups/"+id, wrapped("group", object{"name": "x"}), 403)
		d.Agent.Delete("groups/"+id, 403)
		d.EndUser.Get("groups", 403)
		d.Admin.Delete("groups/"+id, 204)
		d.Admin.Delete("groups/"+id, 404)
		d.Admin.Put("groups/"+id, wrapped("group", object{"name": "y"}), 404)
		first := d.Agent.Get("groups/assignable", 200).IDs("groups")
		d.Admin.Delete("groups/"+num(first[0]), 422)
	})
}

func TestGroupMemberships(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		group := d.Admin.Post("groups", wrapped("group", object{"name": "Lenses"}), 201).ID("group.id")
		agent := num(int64(d.Agent.User.ID))
		in := object{"user_id": agent, "group_id": group}
		made := d.Admin.Post("group_memberships", wrapped("group_membership", in), 201)
		id := num(made.ID("group_membership.id"))
		if made.At("group_membership.default") != false {
			t.Errorf("%s", made.Body)
		}
		d.Admin.Post("group_memberships", wrapped("group_membership", in), 422)
		if got := faults(t, d.Admin.Post("group_memberships", wrapped("group_membership", object{"user_id": num(int64(d.EndUser.User.ID)), "group_id": 5}), 422)); !cmp.Equal(got, []string{"group_id", "user_id"}) {
			t.Errorf("faults %v", got)
		}
		d.Agent.Post("group_memberships", wrapped("group_membership", in), 403)
		mine := d.Agent.Get("users/"+agent+"/group_memberships.json?include=users,groups", 200)
		if len(mine.List("group_memberships")) != 2 || len(mine.List("users")) != 1 || len(mine.List("groups")) != 2 {
			t.Errorf("%s", mine.Body)
		}
		def := d.Admin.Put("users/"+agent+"/group_memberships/"+id+"/make_default", nil, 200)
		if def.At("group_memberships.1.default") != true || def.At("group_memberships.0.default") != false {
			t.Errorf("%s", def.Body)
		}
		if got := d.Agent.Get("users/"+agent, 200).ID("user.default_group_id"); got != group {
			t.Errorf("default group %d", got)
		}
		if got := d.Agent.Get("groups/"+num(group)+"/users", 200).IDs("users"); !cmp.Equal(got, []int64{int64(d.Agent.User.ID)}) {
			t.Errorf("users of the group %v", got)
		}
		if got := d.Agent.All("group_memberships", "group_memberships", 1, true); len(got) != 3 {
			t.Errorf("all %v", got)
		}
		d.Agent.Get("groups/"+num(group)+"/memberships", 200)
		d.Agent.Get("groups/9/memberships", 404)
		d.Agent.Get("group_memberships/"+id, 200)
		d.Agent.Get("users/"+num(int64(d.Admin.User.ID))+"/group_memberships/"+id, 404)
		d.Admin.Delete("users/"+agent+"/group_memberships/"+id, 204)
		d.Admin.Delete("group_memberships/"+id, 404)
		many := finished(t, d.Admin, d.Admin.Post("group_memberships/create_many", object{"group_memberships": array{in, object{"user_id": 5, "group_id": group}}}, 200))
		if many.At("job_status.results.0.id") == nil || many.At("job_status.results.1.success") != false {
			t.Errorf("%s", many.Body)
		}
		d.Admin.Delete("group_memberships/destroy_many?ids="+num(many.ID("job_status.results.0.id")), 200)
	})
}
