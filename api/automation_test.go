package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func remind(title string) object {
	return object{"title": title, "all": array{line("PENDING", "greater_than", "24"), line("current_tags", "not_includes", "reminded")},
		"actions": array{object{"field": "current_tags", "value": "reminded"}}}
}

func TestAutomations(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		first := d.Agent.Get("automations.json", 200)
		if first.Text("automations.0.title") != "Close ticket 4 days after status is set to solved" || first.At("automations.0.default") != true || first.At("count") != 1.0 {
			t.Errorf("a desk begins with %s", first.Body)
		}
		made := d.Admin.Post("automations", wrapped("automation", remind("Remind")), 201)
		id := num(made.ID("automation.id"))
		if got := d.Agent.Get("automations/"+id+".json", 200); !cmp.Equal(got.At("automation"), made.At("automation")) {
			t.Errorf("%s", cmp.Diff(made.At("automation"), got.At("automation")))
		}
		d.Admin.Put("automations/"+id, wrapped("automation", object{"active": "false"}), 200)
		twin := num(d.Admin.Post("automations", wrapped("automation", remind("Twin")), 201).ID("automation.id"))
		again := d.Admin.Put("automations/"+id, wrapped("automation", object{"active": true}), 422)
		if len(again.List("details.base")) != 1 {
			t.Errorf("two that do the same: %s", again.Body)
		}
		d.Admin.Put("automations/update_many", object{"automations": array{object{"id": twin, "position": 1}, object{"id": id, "title": "Later"}}}, 200)
		if got := d.Agent.Get("automation.json", 200); got.Text("automations.0.title") != "Twin" || len(got.List("automations")) != 3 {
			t.Errorf("in order: %s", got.Body)
		}
		if got := d.Agent.Get("automations/active", 200).List("automations"); len(got) != 2 {
			t.Errorf("active: %v", got)
		}
		if got := d.Agent.Get("automations/search?query=LATE", 200).List("automations"); len(got) != 1 {
			t.Errorf("found: %v", got)
		}
		d.Agent.Post("automations", wrapped("automation", remind("x")), 403)
		d.Agent.Get("automations/runs", 403)
		if got := d.Admin.Get("automations/runs", 200).List("automation_runs"); len(got) != 0 {
			t.Errorf("runs: %v", got)
		}
		d.Admin.Get("automations/"+id+"/runs", 200)
		d.Admin.Delete("automations/destroy_many?ids="+id+","+twin, 204)
		d.Admin.Delete("automations/"+id, 404)
	})
}

func TestAutomationsAreChecked(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		tag, close := object{"field": "current_tags", "value": "x"}, object{"field": "status", "value": "closed"}
		for name, c := range map[string]struct {
			all, any array
			actions  array
			status   int
		}{
			"no time":                {all: array{line("status", "is", "open")}, actions: array{close}, status: 422},
			"only a time":            {all: array{line("updated_at", "greater_than", "5")}, actions: array{tag}, status: 422},
			"a time in any":          {all: array{line("status", "is", "open"), line("NEW", "is", "5")}, any: array{line("NEW", "is", "6")}, actions: array{tag}, status: 422},
			"nothing ends it":        {all: array{line("OPEN", "greater_than", "5")}, actions: array{tag}, status: 422},
			"another tag ends it":    {all: array{line("OPEN", "greater_than", "5"), line("current_tags", "not_includes", "y")}, actions: array{tag}, status: 422},
			"a trigger's field":      {all: array{line("OPEN", "is", "5"), line("update_type", "is", "Create")}, actions: array{tag}, status: 422},
			"closed is not seen":     {all: array{line("CLOSED", "is", "5"), line("status", "is", "closed")}, actions: array{tag}, status: 422},
			"the current user":       {all: array{line("OPEN", "is", "5")}, actions: array{object{"field": "assignee_id", "value": "current_user"}}, status: 422},
			"once":                   {all: array{line("PENDING", "is", "100")}, actions: array{tag}, status: 201},
			"the status ends it":     {all: array{line("SOLVED", "greater_than", "5")}, actions: array{close}, status: 201},
			"the update ends it":     {all: array{line("updated_at", "greater_than", "5"), line("type", "is", "task")}, actions: array{tag}, status: 201},
			"the priority ends it":   {all: array{line("OPEN", "greater_than", "5"), line("priority", "less_than", "high")}, actions: array{object{"field": "priority", "value": "high"}}, status: 201},
			"a removed tag ends it":  {all: array{line("OPEN", "greater_than", "5"), line("current_tags", "includes", "x")}, actions: array{object{"field": "remove_tags", "value": "x"}}, status: 201},
			"business hours, due_at": {all: array{line("due_at", "is_business_hours", "1"), line("status", "less_than", "solved")}, actions: array{tag}, status: 201},
		} {
			rule := object{"title": name, "all": c.all, "actions": c.actions}
			if c.any != nil {
				rule["any"] = c.any
			}
			d.Admin.Post("automations", wrapped("automation", rule), c.status)
		}
		times := 0
		for _, one := range d.Agent.Get("automations/definitions", 200).List("definitions.conditions_any") {
			if one.(object)["subject"] == "SOLVED" {
				times++
			}
		}
		if times != 0 {
			t.Error("times are offered among any")
		}
	})
}
