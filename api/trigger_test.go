package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func line(field, operator string, value any) object {
	return object{"field": field, "operator": operator, "value": value}
}

func urgent(title string) object {
	return object{"title": title, "all": array{line("current_tags", "includes", "fire")}, "actions": array{object{"field": "priority", "value": "urgent"}}}
}

func TestTriggers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		before := len(d.Agent.Get("triggers.json", 200).List("triggers"))
		made := d.Admin.Post("triggers", wrapped("trigger", urgent("Fire")), 201)
		id := num(made.ID("trigger.id"))
		if _, text := made.At("trigger.category_id").(string); !text {
			t.Errorf("category_id is no text: %s", made.Body)
		}
		if got := d.Agent.Get("triggers/"+id+".json", 200); !cmp.Equal(got.At("trigger"), made.At("trigger")) {
			t.Errorf("%s", cmp.Diff(made.At("trigger"), got.At("trigger")))
		}
		hot := d.Agent.Post("tickets", wrapped("ticket", object{"subject": "x", "comment": object{"body": "y"}, "tags": array{"fire"}}), 201)
		if got := hot.Text("ticket.priority"); got != "urgent" {
			t.Errorf("the trigger did nothing: %s", hot.Body)
		}
		d.Admin.Put("triggers/"+id, wrapped("trigger", object{"active": "false"}), 200)
		d.Admin.Put("triggers/"+id, wrapped("trigger", made.At("trigger").(object)), 200)
		both := d.Admin.Put("triggers/"+id, wrapped("trigger", object{"any": array{line("status", "is", "new")}}), 200)
		if len(both.List("trigger.conditions.all")) != 0 || len(both.List("trigger.conditions.any")) != 1 || len(both.List("trigger.actions")) != 1 {
			t.Errorf("naming one branch replaces both, and no action: %s", both.Body)
		}
		revisions := d.Admin.Get("triggers/"+id+"/revisions", 200)
		if got := len(revisions.List("trigger_revisions")); got != 4 || revisions.Text("trigger_revisions.3.snapshot.title") != "Fire" {
			t.Errorf("%s", revisions.Body)
		}
		d.Admin.Get("triggers/"+id+"/revisions/2", 200)
		d.Admin.Get("triggers/"+id+"/revisions/9", 404)
		d.Admin.Delete("triggers/"+id, 204)
		d.Admin.Delete("triggers/"+id, 404)
		d.Admin.Get("triggers/99/revisions", 404)
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("triggers", "triggers", 4, cursor); len(got) != before {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
		if active := d.Agent.Get("triggers/active", 200).List("triggers"); len(active) == 0 || len(active) >= before {
			t.Errorf("%d of %d are active", len(active), before)
		}
	})
}

// Values come back as they were sent, in both shapes of bodies and both spellings of operators.
func TestRuleValuesAreEchoed(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		all := array{line("comment_is_public", "is", true), line("status", "changed_to", "open"), line("status", "not_value_previous", "closed"),
			line("priority", "changed", nil), line("group_id", "is_not", "")}
		any := array{object{"field": "update_type", "value": "Create", "operator": ""}}
		actions := array{object{"field": "notification_user", "value": array{"assignee_id", "S", "B"}}, object{"field": "priority", "value": "high"}}
		for _, shape := range []object{{"title": "direct", "all": all, "any": any, "actions": actions},
			{"title": "below", "conditions": object{"all": all, "any": any}, "actions": actions}} {
			got := d.Admin.Post("triggers", wrapped("trigger", shape), 201)
			if diff := cmp.Diff(all, got.At("trigger.conditions.all")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(actions, got.At("trigger.actions")); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestTriggerFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		with := func(key string, value any) object {
			in := urgent("x")
			in[key] = value
			return in
		}
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"empty":           {object{}, []string{"actions", "conditions", "title"}},
			"field":           {with("all", array{line("nothing", "is", "x")}), []string{"conditions"}},
			"operator":        {with("all", array{line("status", "resembles", "x")}), []string{"conditions"}},
			"value":           {with("all", array{line("status", "is", "x")}), []string{"conditions"}},
			"views' only":     {with("all", array{line("NEW", "is", "2")}), []string{"conditions"}},
			"action":          {with("actions", array{object{"field": "explode", "value": "x"}}), []string{"actions"}},
			"action's value":  {with("actions", array{object{"field": "status", "value": "x"}}), []string{"actions"}},
			"agreement":       {with("actions", array{object{"field": "share_ticket", "value": "5"}}), []string{"actions"}},
			"category":        {with("category_id", "77"), []string{"category_id"}},
			"no lists":        {object{"title": "x", "all": "a", "actions": object{}, "conditions": 5}, []string{"actions", "all", "conditions"}},
			"far too long":    {with("title", strings.Repeat("x", 300)), []string{"title"}},
			"position's kind": {with("position", "first"), []string{"position"}},
		} {
			if got := faults(t, d.Admin.Post("triggers", wrapped("trigger", tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		d.Agent.Post("triggers", wrapped("trigger", urgent("x")), 403)
		d.EndUser.Get("triggers", 403)
		id := num(d.Admin.Post("triggers", wrapped("trigger", urgent("x")), 201).ID("trigger.id"))
		d.Agent.Put("triggers/"+id, wrapped("trigger", object{"active": false}), 403)
		d.Agent.Delete("triggers/"+id, 403)
		d.Admin.Put("triggers/99", wrapped("trigger", urgent("x")), 404)
	})
}

func TestManyTriggers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		category := d.Admin.Post("trigger_categories", wrapped("trigger_category", object{"name": "Mine"}), 201).Text("trigger_category.id")
		var ids []int64
		for _, title := range []string{"One", "Two", "Three"} {
			in := urgent(title)
			in["category_id"] = category
			ids = append(ids, d.Admin.Post("triggers", wrapped("trigger", in), 201).ID("trigger.id"))
		}
		mine := func(query string) []int64 {
			return d.Agent.Get("triggers?category_id="+category+query, 200).IDs("triggers")
		}
		slices.Reverse(ids)
		d.Admin.Put("triggers/reorder", object{"trigger_ids": ids}, 200)
		if got := mine(""); !cmp.Equal(got, ids) {
			t.Errorf("reordered %v, want %v", got, ids)
		}
		if got := mine("&sort_by=alphabetical"); !cmp.Equal(got, []int64{ids[2], ids[0], ids[1]}) {
			t.Errorf("alphabetical %v", got)
		}
		if got := faults(t, d.Admin.Put("triggers/reorder", object{"trigger_ids": array{5}}, 422)); !cmp.Equal(got, []string{"trigger_ids"}) {
			t.Errorf("%v", got)
		}
		d.Admin.Put("triggers/update_many", object{"triggers": array{object{"id": ids[0], "active": false}, object{"id": ids[1], "position": 1}}}, 200)
		if got := mine("&active=true"); !cmp.Equal(got, []int64{ids[1], ids[2]}) {
			t.Errorf("after update_many %v", got)
		}
		d.Admin.Put("triggers/update_many", object{"triggers": array{object{"id": ids[2], "active": false}, object{"id": 5}}}, 404)
		if got := mine("&active=true"); len(got) != 2 {
			t.Errorf("half of a refused update_many stands: %v", got)
		}
		if got := d.Agent.Get("triggers/search?query=THRE", 200).IDs("triggers"); !cmp.Equal(got, ids[:1]) {
			t.Errorf("search %v", got)
		}
		if got := d.Admin.Delete("trigger_categories/"+category, 400); got.Text("errors.0.code") != "TriggerCategoryNotEmpty" {
			t.Errorf("%s", got.Body)
		}
		d.Admin.Delete("triggers/destroy_many?ids="+num(ids[0])+",5", 404)
		d.Admin.Delete("triggers/destroy_many?ids="+num(ids[0])+","+num(ids[1])+","+num(ids[2]), 204)
		d.Admin.Delete("triggers/destroy_many", 400)
		d.Admin.Delete("trigger_categories/"+category, 204)
	})
}

func TestTriggerCategories(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post("trigger_categories.json", wrapped("trigger_category", object{"name": "First", "position": 1}), 201)
		id := made.Text("trigger_category.id")
		list := d.Agent.Get("trigger_categories?page%5Bsize%5D=2&include=rule_counts", 200)
		if list.Text("trigger_categories.0.id") != id || list.At("meta.has_more") != true || list.ID("trigger_categories.0.rule_counts.active_count") != 0 {
			t.Errorf("%s", list.Body)
		}
		if got := d.Admin.Patch("trigger_categories/"+id, wrapped("trigger_category", object{"name": "Last", "position": 99}), 200); got.Text("trigger_category.name") != "Last" || got.ID("trigger_category.position") != 3 {
			t.Errorf("%s", got.Body)
		}
		d.Admin.Post("trigger_categories", wrapped("trigger_category", object{"name": " "}), 422)
		d.Agent.Post("trigger_categories", wrapped("trigger_category", object{"name": "x"}), 403)
		d.Agent.Delete("trigger_categories/"+id, 403)
		d.Admin.Patch("trigger_categories/99", wrapped("trigger_category", object{"name": "x"}), 404)
		d.Admin.Delete("trigger_categories/"+id, 204)
		d.Agent.Get("trigger_categories/"+id, 404)
	})
}

func TestDefinitions(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for path, action := range map[string]string{"triggers/definitions": "share_ticket", "macros/definitions": "comment_value"} {
			got := d.Agent.Get(path, 200)
			if !slices.ContainsFunc(got.List("definitions.actions"), func(a any) bool { return a.(object)["subject"] == action }) {
				t.Errorf("%s: no %s", path, action)
			}
		}
		views := d.Agent.Get("views/definitions", 200)
		if len(views.List("definitions.conditions_all")) <= len(views.List("definitions.conditions_any")) {
			t.Error("times stand among any")
		}
		d.Agent.Get("macros/actions", 200)
		d.EndUser.Get("triggers/definitions", 403)
	})
}
