package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestFormsShowFieldsDependingOnOthers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kind := d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("sensor", "strap")), 201).ID("ticket_field.id")
		serial := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "text", "title": "Serial"}), 201).ID("ticket_field.id")
		tick := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "checkbox", "title": "Insured", "tag": "insured"}), 201).ID("ticket_field.id")
		form := d.Admin.Get("ticket_forms", 200).IDs("ticket_forms")[0]
		path := "ticket_forms/" + num(form)
		shown := append(d.Admin.Get(path, 200).List("ticket_form.ticket_field_ids"), kind, serial, tick)
		rule := func(parent, child int64, value any, more object) array {
			one := object{"id": child, "is_required": true}
			for k, v := range more {
				one[k] = v
			}
			return array{object{"parent_field_id": parent, "value": value, "child_fields": array{one}}}
		}
		d.Admin.Put(path, wrapped("ticket_form", object{"agent_conditions": rule(kind, serial, "sensor", nil)}), 422) // not on the form yet
		pending := object{"required_on_statuses": object{"type": "SOME_STATUSES", "statuses": array{"pending", "solved"}}}
		set := d.Admin.Put(path, wrapped("ticket_form", object{"ticket_field_ids": shown, "agent_conditions": rule(kind, serial, "sensor", pending),
			"end_user_conditions": rule(tick, serial, true, nil)}), 200)
		for at, want := range map[string]any{"agent_conditions.0.parent_field_type": "tagger", "agent_conditions.0.value": "sensor",
			"agent_conditions.0.child_fields.0.required_on_statuses": pending["required_on_statuses"], "end_user_conditions.0.value": true,
			"end_user_conditions.0.parent_field_type": "checkbox"} {
			if diff := cmp.Diff(want, set.At("ticket_form."+at)); diff != "" {
				t.Errorf("%s: %s", at, diff)
			}
		}
		d.Admin.Put(path, wrapped("ticket_form", set.At("ticket_form").(object)), 200) // as clients send it back
		if len(d.EndUser.Get("ticket_forms", 200).List("ticket_forms.0.agent_conditions")) != 0 {
			t.Error("customers read what agents are asked for")
		}

		ticket := func(status, value string) object {
			return wrapped("ticket", object{"status": status, "subject": "S", "comment": object{"body": "x"},
				"custom_fields": array{object{"id": kind, "value": value}}})
		}
		id := num(d.Agent.Post("tickets", ticket("open", "sensor"), 201).ID("ticket.id"))
		refused := d.Agent.Put("tickets/"+id, wrapped("ticket", object{"status": "pending"}), 422)
		if !strings.Contains(string(refused.Body), "Serial: is required when the status is pending") {
			t.Errorf("%s", refused.Body)
		}
		d.Agent.Post("tickets", ticket("solved", "strap"), 201) // hidden, so not required
		d.Agent.Put("tickets/"+id, wrapped("ticket", object{"status": "solved", "custom_fields": array{object{"id": serial, "value": "A1"}}}), 200)

		never := object{"required_on_statuses": object{"type": "NO_STATUSES"}}
		d.Admin.Put(path, wrapped("ticket_form", object{"agent_conditions": rule(kind, serial, "sensor", never)}), 200)
		if got := d.Agent.Get(path, 200).At("ticket_form.agent_conditions.0.child_fields.0.required_on_statuses.type"); got != "NO_STATUSES" {
			t.Errorf("never required came back as %v", got)
		}
		d.Agent.Post("tickets", ticket("solved", "sensor"), 201)

		for _, wrong := range []object{{"type": "SOMETIMES"}, {"type": "SOME_STATUSES", "statuses": array{"closed"}}} {
			d.Admin.Put(path, wrapped("ticket_form", object{"agent_conditions": rule(kind, serial, "sensor", object{"required_on_statuses": wrong})}), 422)
		}
		d.Admin.Put(path, wrapped("ticket_form", object{"agent_conditions": rule(serial, kind, "A1", nil)}), 422)
		inUse := d.Admin.Delete("ticket_fields/"+num(serial), 422)
		if !strings.Contains(string(inUse.Body), "form ") {
			t.Errorf("%s", inUse.Body)
		}
		d.Admin.Put(path, wrapped("ticket_form", object{"agent_conditions": array{}, "end_user_conditions": array{}}), 200)
		d.Admin.Delete("ticket_fields/"+num(serial), 204)
	})
}

func TestADeletedFormCanStillBeRead(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "Repairs"}), 201).ID("ticket_form.id")
		path := "ticket_forms/" + num(id)
		d.Admin.Delete(path, 204)
		gone := d.Agent.Get(path, 200)
		if gone.At("ticket_form.active") != false || gone.At("ticket_form.deleted_at") == nil {
			t.Errorf("%s", gone.Body)
		}
		for _, left := range d.Admin.Get("ticket_forms", 200).IDs("ticket_forms") {
			if left == id {
				t.Error("it is listed still")
			}
		}
		d.EndUser.Get(path, 404)
		d.Admin.Put(path, wrapped("ticket_form", object{"name": "Back"}), 404)
		d.Admin.Delete(path, 404)
	})
}
