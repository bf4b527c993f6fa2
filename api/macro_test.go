package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestMacros(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		actions := array{object{"field": "status", "value": "pending"}, object{"field": "comment_value", "value": "Hello {{ticket.requester.name}}"}}
		made := d.Admin.Post("macros.json", wrapped("macro", object{"title": "Waits::For parts", "actions": actions}), 201)
		id := num(made.ID("macro.id"))
		if diff := cmp.Diff(actions, made.At("macro.actions")); diff != "" || made.At("macro.restriction") != nil {
			t.Errorf("%s\n%s", diff, made.Body)
		}
		d.Admin.Put("macros/"+id, wrapped("macro", made.At("macro").(object)), 200)
		for _, path := range []string{"macros", "macros/active", "macros?category=Waits", "macros/search?query=parts", "macros?active=true&access=shared"} {
			if got := d.Agent.Get(path, 200).IDs("macros"); len(got) != 1 {
				t.Errorf("%s: %v", path, got)
			}
		}
		if got := d.Agent.Get("macros/categories", 200).At("categories"); !cmp.Equal(got, any(array{"Waits"})) {
			t.Errorf("categories %v", got)
		}
		d.EndUser.Get("macros", 403)
		if got := faults(t, d.Admin.Post("macros", wrapped("macro", object{"restriction": object{"type": "Group", "id": 5}}), 422)); !cmp.Equal(got, []string{"actions", "restriction", "title"}) {
			t.Errorf("faults %v", got)
		}
		d.Admin.Post("macros", wrapped("macro", object{"title": "x", "actions": array{object{"field": "notification_user", "value": array{}}}}), 422)
		second := d.Admin.Post("macros", wrapped("macro", object{"title": "B", "actions": actions}), 201).ID("macro.id")
		d.Admin.Put("macros/update_many", object{"macros": array{object{"id": second, "active": false, "position": 1}, object{"id": id, "position": 5}}}, 200)
		if got := d.Agent.Get("macros", 200).IDs("macros"); got[0] != second {
			t.Errorf("order %v", got)
		}
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("macros", "macros", 1, cursor); len(got) != 2 {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
		d.Admin.Delete("macros/destroy_many?ids="+id+",5", 404)
		d.Admin.Delete("macros/destroy_many?ids="+id, 204)
		d.Admin.Get("macros/"+id, 404)
		d.Admin.Delete("macros/"+num(second), 204)
	})
}

// Agents keep macros of their own, which others neither see nor change.
func TestOwnMacros(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		actions := array{object{"field": "priority", "value": "low"}}
		mine := d.Agent.Post("macros", wrapped("macro", object{"title": "Mine", "actions": actions}), 201)
		id := num(mine.ID("macro.id"))
		if mine.Text("macro.restriction.type") != "User" || mine.ID("macro.restriction.id") != int64(d.Agent.User.ID) {
			t.Errorf("%s", mine.Body)
		}
		other := d.Person(t, "Cem Agent", "agent")
		other.Get("macros/"+id, 404)
		other.Put("macros/"+id, wrapped("macro", object{"title": "x"}), 404)
		other.Delete("macros/"+id, 404)
		if got := d.Admin.Get("macros", 200).IDs("macros"); got != nil {
			t.Errorf("the admin's list: %v", got)
		}
		d.Agent.Put("macros/"+id, wrapped("macro", object{"title": "Mine too"}), 200)
		d.Agent.Put("macros/"+id, wrapped("macro", object{"restriction": nil}), 403)
		d.Agent.Post("macros", wrapped("macro", object{"title": "x", "actions": actions, "restriction": object{"type": "User", "id": int64(other.User.ID)}}), 403)
		shared := num(d.Admin.Post("macros", wrapped("macro", object{"title": "All", "actions": actions}), 201).ID("macro.id"))
		d.Agent.Put("macros/"+shared, wrapped("macro", object{"title": "x"}), 403)
		d.Agent.Delete("macros/"+shared, 403)
		d.Agent.Delete("macros/"+id, 204)
	})
}

func TestMacroApply(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		field := d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("lens")), 201).ID("ticket_field.id")
		macro := d.Admin.Post("macros", wrapped("macro", object{"title": "All of it", "actions": array{
			object{"field": "status", "value": "pending"}, object{"field": "current_tags", "value": "one two"},
			object{"field": "custom_fields_" + num(field), "value": "lens"}, object{"field": "assignee_id", "value": "current_user"},
			object{"field": "comment_value", "value": "Dear {{ticket.requester.name}}, {{current_user.name}}"}, object{"field": "comment_mode_is_public", "value": "false"}}}), 201).ID("macro.id")
		id := ticket(d.Agent, object{"requester_id": int64(d.EndUser.User.ID)})
		bare := d.Agent.Get("macros/"+num(macro)+"/apply.json", 200)
		for path, want := range map[string]any{"result.ticket.status": "pending", "result.ticket.comment.public": false,
			"result.ticket.fields." + num(field): "lens", "result.ticket.assignee_id": float64(d.Agent.User.ID)} {
			if diff := cmp.Diff(want, bare.At(path)); diff != "" {
				t.Errorf("%s: %s\n%s", path, diff, bare.Body)
			}
		}
		on := d.Agent.Get("tickets/"+num(id)+"/macros/"+num(macro)+"/apply", 200)
		if on.ID("result.ticket.id") != id || on.Text("result.ticket.comment.body") != "Dear Eve User, Ben Agent" || on.Text("result.ticket.status") != "pending" {
			t.Errorf("%s", on.Body)
		}
		if got := d.Agent.Get("tickets/"+num(id), 200); got.Text("ticket.status") == "pending" {
			t.Error("applying stored something")
		}
		d.Agent.Get("tickets/99/macros/"+num(macro)+"/apply", 404)
		d.Agent.Get("macros/99/apply", 404)
		d.EndUser.Get("macros/"+num(macro)+"/apply", 403)
	})
}
