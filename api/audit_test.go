package api_test

import (
	"fmt"
	"slices"
	"testing"

	"interdesk/api/apitest"
)

func TestAudits(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, object{"tags": array{"a"}}))
		for i := range 4 {
			d.Agent.Put(path, object{"ticket": object{"subject": fmt.Sprint("s", i)}}, 200)
		}
		first := d.Agent.Get(path+"/audits?include=users", 200)
		if first.Text("audits.0.events.0.type") != "Comment" || first.Text("audits.0.events.1.type") != "Create" || first.Text("audits.1.events.0.previous_value") != "Grey stripes" {
			t.Errorf("%s", first.Body)
		}
		if n := d.Agent.Get(path+"/audits/count", 200).ID("count.value"); n != 5 {
			t.Errorf("%d audits", n)
		}
		all := d.Agent.All(path+"/audits", "audits", 2, true)
		if len(all) != 5 || !slices.Equal(all, d.Agent.All(path+"/audits", "audits", 2, false)) || !slices.Equal(all, d.Agent.Back(path+"/audits", "audits", 2)) {
			t.Errorf("%v", all)
		}
		d.Agent.Get(fmt.Sprintf("%s/audits/%d", path, all[0]), 200)
		d.Agent.Get(fmt.Sprintf("%s/audits/%d", path, all[0]+1), 404)
		other := ticket(d.Agent, nil)
		d.Agent.Get(fmt.Sprintf("tickets/%d/audits/%d", other, all[0]), 404)
		d.EndUser.Get(path+"/audits", 403)
	})
}

// TestAuditsNameWhoStoodBehind: what an admin does in somebody's name bears that name, and says whose hand it was.
func TestAuditsNameWhoStoodBehind(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.Admin.With(t, "X-On-Behalf-Of", d.EndUser.User.Email), "Stripes")
		path := fmt.Sprintf("tickets/%d", id)
		d.Agent.Put(path, object{"ticket": object{"subject": "s"}}, 200)
		got := d.Agent.Get(path+"/audits", 200)
		if got.ID("audits.0.author_id") != int64(d.EndUser.User.ID) || got.ID("audits.0.metadata.system.on_behalf_by") != int64(d.Admin.User.ID) {
			t.Errorf("%s", got.Body)
		}
		if got.At("audits.1.metadata.system.on_behalf_by") != nil {
			t.Errorf("%s", got.Body)
		}
	})
}

// A trace says of each trigger what it made of the update, as the trigger was then.
func TestRuleTrace(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		trigger := func(title, tag string) int64 {
			return d.Admin.Post("triggers", object{"trigger": object{"title": title,
				"all":     array{object{"field": "current_tags", "operator": "includes", "value": tag}},
				"actions": array{object{"field": "priority", "value": "urgent"}}}}, 201).ID("trigger.id")
		}
		fires, rests := trigger("Hot", "hot"), trigger("Cold", "cold")
		made := d.Agent.Post("tickets", object{"ticket": object{"subject": "s", "comment": "c", "tags": array{"hot"}}}, 201)
		if made.Text("ticket.priority") != "urgent" {
			t.Errorf("%s", made.Body)
		}
		d.Admin.Put(fmt.Sprintf("triggers/%d", rests), object{"trigger": object{"title": "Renamed"}}, 200)
		path := fmt.Sprintf("tickets/%d/audits/%d", made.ID("ticket.id"), made.ID("audit.id"))
		got := d.Agent.Get(path+"/trace", 200)
		looks := map[int64]map[string]any{}
		for _, l := range got.List("trace.triggers") {
			look := l.(map[string]any)
			looks[int64(look["trigger_id"].(float64))] = look
		}
		if l := looks[fires]; l["verdict"] != "fired" || l["changed"] != true || l["title"] != "Hot" {
			t.Errorf("%v", l)
		}
		if l := looks[rests]; l["verdict"] != "condition_said_no" || l["title"] != "Cold" || l["condition"] == nil {
			t.Errorf("%v", l)
		}
		with := d.Agent.Get(path+"?include=rule_trace", 200)
		if len(with.List("audit.rule_trace.triggers")) != len(looks) {
			t.Errorf("%s", with.Body)
		}
	})
}
