package api_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

const policiesPath = "slas/policies"

// target is a target of a policy in minutes.
func target(metric, priority string, minutes int) object {
	return object{"metric": metric, "priority": priority, "target": minutes, "business_hours": false}
}

func policy(title string, all array, targets ...any) object {
	return wrapped("sla_policy", object{"title": title, "filter": object{"all": all, "any": array{}}, "policy_metrics": array(targets)})
}

func TestPolicies(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		vip := array{line("current_tags", "includes", array{"vip"}), line("ticket_type_id", "is", "2")}
		made := d.Admin.Post(policiesPath, policy("VIP", vip, target("first_reply_time", "urgent", 30), target("agent_work_time", "high", 90)), 201)
		id := num(made.ID("sla_policy.id"))
		if made.At("sla_policy.partner_replies") != true || made.At("sla_policy.partner_pauses") != false || made.At("sla_policy.position") != 1.0 ||
			made.At("sla_policy.policy_metrics.1.target_in_seconds") != 5400.0 {
			t.Errorf("made: %s", made.Body)
		}
		other := num(d.Admin.Post(policiesPath, policy("All", array{}), 201).ID("sla_policy.id"))
		changed := d.Admin.Put(policiesPath+"/"+id, wrapped("sla_policy", object{"description": "Our best", "partner_pauses": "true",
			"policy_metrics": array{object{"metric": "next_reply_time", "priority": "low", "target_in_seconds": 90, "business_hours": true}}}), 200)
		if changed.Text("sla_policy.title") != "VIP" || len(changed.List("sla_policy.filter.all")) != 2 || changed.At("sla_policy.partner_pauses") != true {
			t.Errorf("changed: %s", changed.Body)
		}
		d.Admin.Put(policiesPath+"/reorder?sla_policy_ids="+other+","+id, nil, 200)
		if list := d.Agent.All(policiesPath, "sla_policies", 1, true); len(list) != 2 || num(list[0]) != other {
			t.Errorf("in order: %v", list)
		}
		d.Admin.Put(policiesPath+"/reorder", object{"sla_policy_ids": array{id}}, 200)
		if list := d.Agent.Get(policiesPath, 200); list.Text("sla_policies.0.title") != "VIP" {
			t.Errorf("in order: %s", list.Body)
		}
		field := num(d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "text", "title": "Serial"}), 201).ID("ticket_field.id"))
		d.Admin.Put(policiesPath+"/"+other, policy("All", array{line("ticket_fields_"+field, "is", "7")}), 200)
		d.Admin.Delete("ticket_fields/"+field, 422)
		d.Agent.Get(policiesPath+"/"+id, 200)
		d.Agent.Post(policiesPath, policy("Mine", array{}), 403)
		d.Agent.Delete(policiesPath+"/"+id, 403)
		d.Admin.Delete(policiesPath+"/"+id, 204)
		d.Admin.Get(policiesPath+"/"+id, 404)
		d.Admin.Put(policiesPath+"/"+id, policy("Gone", array{}), 404)
	})
}

func TestPoliciesRefuseWhatCannotBe(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for name, c := range map[string]struct {
			body  object
			field string
		}{
			"no title":           {policy("", array{}), "title"},
			"no such metric":     {policy("x", array{}, target("tea_time", "low", 1)), "policy_metrics"},
			"no such priority":   {policy("x", array{}, target("agent_work_time", "", 1)), "policy_metrics"},
			"no time":            {policy("x", array{}, target("agent_work_time", "low", 0)), "policy_metrics"},
			"too long":           {policy("x", array{}, target("agent_work_time", "low", 1_000_000_000)), "policy_metrics"},
			"twice":              {policy("x", array{}, target("agent_work_time", "low", 1), target("agent_work_time", "low", 2)), "policy_metrics"},
			"priority filters":   {policy("x", array{line("priority", "is", "low")}), "filter"},
			"nobody is current":  {policy("x", array{line("assignee_id", "is", "current_user")}), "filter"},
			"no time of the day": {policy("x", array{line("exact_created_at", "greater_than", "soon")}), "filter"},
			"a change":           {policy("x", array{line("status", "changed", nil)}), "filter"},
		} {
			if got := d.Admin.Post(policiesPath, c.body, 422); len(got.List("details."+c.field)) == 0 {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
		if got := d.Admin.Get(policiesPath, 200); len(got.List("sla_policies")) != 0 {
			t.Errorf("stored: %s", got.Body)
		}
		definitions := d.Agent.Get(policiesPath+"/definitions", 200)
		if len(definitions.List("definitions.all")) < 10 || definitions.Text("definitions.all.0.value") != "status" {
			t.Errorf("definitions: %s", definitions.Body)
		}
	})
}

// TestPromises: a ticket comes under the first policy that matches, and tells how its clocks stand.
func TestPromises(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		begun := time.Now().Unix()
		ticket := object{"subject": "x", "comment": object{"body": "y", "author_id": d.Agent.User.ID}, "requester_id": d.EndUser.User.ID, "priority": "high"}
		before := d.Agent.Post("tickets", wrapped("ticket", ticket), 201).ID("ticket.id")
		d.Admin.Post(policiesPath, policy("Later", array{line("exact_created_at", "greater_than", "2100-01-01T00:00:00Z")}, target("agent_work_time", "high", 1)), 201)
		d.Admin.Post(policiesPath, policy("All", array{}, target("first_reply_time", "high", 60), target("requester_wait_time", "high", 600)), 201)
		ticket["comment"] = object{"body": "y", "author_id": d.EndUser.User.ID}
		asked := d.Agent.Post("tickets", wrapped("ticket", ticket), 201).ID("ticket.id")
		path := fmt.Sprintf("tickets/%d?include=slas,metric_sets,metric_events", asked)
		got := d.Agent.Get(path, 200)
		if got.Text("ticket.slas.policy_metrics.0.metric") != "first_reply_time" || got.Text("ticket.slas.policy_metrics.0.stage") != "active" ||
			len(got.List("ticket.slas.policy_metrics")) != 2 || len(got.List("ticket.metric_events.reply_time")) != 2 || got.At("ticket.metric_set.replies") != 0.0 {
			t.Errorf("asked: %s", got.Body)
		}
		d.Agent.Put(fmt.Sprint("tickets/", asked), wrapped("ticket", object{"status": "pending", "comment": object{"body": "There"}}), 200)
		got = d.Agent.Get(path, 200)
		if got.Text("ticket.slas.policy_metrics.0.stage") != "achieved" || got.Text("ticket.slas.policy_metrics.1.stage") != "paused" ||
			got.At("ticket.slas.policy_metrics.1.breach_at") != nil || got.At("ticket.metric_set.reply_time_in_minutes.calendar") != 0.0 {
			t.Errorf("answered: %s", got.Body)
		}
		d.Agent.Put(fmt.Sprint("tickets/", before), wrapped("ticket", object{"additional_tags": array{"again"}}), 200)
		old := d.Agent.Get(fmt.Sprintf("tickets/show_many?include=slas&ids=%d", before), 200)
		if len(old.List("tickets.0.slas.policy_metrics")) != 1 { // an agent opened it: no first reply is awaited
			t.Errorf("old: %s", old.Body)
		}
		want := []string{"reply_time apply_sla", "reply_time activate", "requester_wait_time apply_sla", "requester_wait_time activate",
			"reply_time update_status", "reply_time fulfill", "requester_wait_time pause", "requester_wait_time update_status",
			"requester_wait_time apply_sla", "requester_wait_time activate"}
		events := exportedBy(d.Admin, fmt.Sprint("incremental/ticket_metric_events?start_time=", begun-1), "ticket_metric_events", len(want))
		var told []string
		for i := range events.List("ticket_metric_events") {
			told = append(told, events.Text(fmt.Sprintf("ticket_metric_events.%d.metric", i))+" "+events.Text(fmt.Sprintf("ticket_metric_events.%d.type", i)))
		}
		if diff := cmp.Diff(want, told); diff != "" || events.At("end_of_stream") != true {
			t.Errorf("%s\n%s", diff, events.Body)
		}
		if events.Text("ticket_metric_events.0.sla.policy.title") != "All" || events.At("ticket_metric_events.0.sla.target") != 60.0 {
			t.Errorf("applied: %s", events.Body)
		}
		d.Agent.Get(fmt.Sprint("incremental/ticket_metric_events?start_time=", begun), 403)
		d.Admin.Get("incremental/ticket_metric_events?start_time=soon", 400)
		if all := d.Admin.All(fmt.Sprint("incremental/ticket_metric_events?start_time=", begun-1), "ticket_metric_events", 3, true); len(all) != len(want) {
			t.Errorf("by cursor: %d events", len(all))
		}
	})
}

// TestTicketMetrics are told of every ticket, under a policy or not.
func TestTicketMetrics(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		asked := d.EndUser.Post("requests", wrapped("request", object{"subject": "x", "comment": object{"body": "y"}}), 201).ID("request.id")
		path := fmt.Sprintf("tickets/%d/metrics", asked)
		if got := d.Agent.Get(path, 200); got.At("ticket_metric.reply_time_in_minutes.calendar") != nil || got.At("ticket_metric.solved_at") != nil ||
			got.At("ticket_metric.initially_assigned_at") != nil || got.At("ticket_metric.requester_wait_time_in_minutes.business") != 0.0 {
			t.Errorf("new: %s", got.Body)
		}
		d.Agent.Put(fmt.Sprint("tickets/", asked), wrapped("ticket", object{"status": "solved", "assignee_id": d.Agent.User.ID, "comment": object{"body": "There"}}), 200)
		got := d.Agent.Get(path, 200)
		if got.At("ticket_metric.reply_time_in_minutes.calendar") != 0.0 || got.At("ticket_metric.full_resolution_time_in_minutes.business") != 0.0 ||
			got.At("ticket_metric.initially_assigned_at") == nil || got.At("ticket_metric.replies") != 1.0 || got.At("ticket_metric.assignee_stations") != 1.0 {
			t.Errorf("solved: %s", got.Body)
		}
		d.Agent.Get(fmt.Sprint("ticket_metrics/", asked), 200)
		d.Agent.Get("ticket_metrics/999", 404)
		d.EndUser.Get(path, 403)
		if got := d.Agent.All("ticket_metrics", "ticket_metrics", 1, true); len(got) != 1 {
			t.Errorf("listed: %v", got)
		}
	})
}
