package api_test

import (
	"fmt"
	"testing"

	"interdesk/api/apitest"
)

func TestFieldsOfPeople(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		add := func(path, one string, in object, want int) *apitest.Answer {
			return d.Admin.Post(path, object{one: in}, want)
		}
		plan := add("user_fields", "user_field", object{"type": "dropdown", "key": "Plan", "title": "Plan", "custom_field_options": array{
			object{"name": "Gold", "value": "gold"}, object{"name": "Basic", "value": "basic"}}}, 201)
		if plan.Text("user_field.key") != "plan" || plan.Text("user_field.type") != "dropdown" || plan.Text("user_field.custom_field_options.0.value") != "gold" {
			t.Fatalf("%s", plan.Body)
		}
		for name, in := range map[string]object{"the key is taken": {"type": "text", "key": "plan", "title": "x"}, "no key": {"type": "text", "title": "x"},
			"no options": {"type": "dropdown", "key": "x", "title": "x"}, "a type of tickets": {"type": "partialcreditcard", "key": "x", "title": "x"}, "digits": {"type": "text", "key": "12", "title": "x"}} {
			if got := add("user_fields", "user_field", in, 422); len(got.Body) == 0 {
				t.Error(name)
			}
		}
		add("user_fields", "user_field", object{"type": "integer", "key": "seats", "title": "Seats"}, 201)
		add("user_fields", "user_field", object{"type": "checkbox", "key": "vip", "title": "VIP", "tag": "vip"}, 201)
		add("user_fields", "user_field", object{"type": "date", "key": "since", "title": "Since"}, 201)
		d.Agent.Post("user_fields", object{"user_field": object{"type": "text", "key": "y", "title": "y"}}, 403)
		d.EndUser.Get("user_fields", 403)
		made := d.Agent.Post("users", object{"user": object{"name": "Ana", "email": "ana@example.com", "user_fields": object{"plan": "gold", "seats": "12", "vip": true, "since": "2026-01-31"}}}, 201)
		at := fmt.Sprintf("users/%d", made.ID("user.id"))
		got := d.Agent.Get(at, 200)
		if got.Text("user.user_fields.plan") != "gold" || got.ID("user.user_fields.seats") != 12 || got.At("user.user_fields.vip") != true ||
			got.Text("user.user_fields.since") != "2026-01-31T00:00:00+00:00" || fmt.Sprint(got.At("user.tags")) != "[gold vip]" {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Put(at, object{"user": object{"user_fields": object{"plan": "platinum"}}}, 422)
		d.Agent.Put(at, object{"user": object{"user_fields": object{"unknown": "x"}}}, 422)
		changed := d.Agent.Put(at, object{"user": object{"user_fields": object{"plan": "basic", "seats": nil}}}, 200)
		if changed.Text("user.user_fields.plan") != "basic" || changed.At("user.user_fields.seats") != nil || fmt.Sprint(changed.At("user.tags")) != "[basic vip]" {
			t.Errorf("%s", changed.Body)
		}
		id := plan.ID("user_field.id")
		d.Admin.Put(fmt.Sprintf("user_fields/%d", id), object{"user_field": object{"key": "other"}}, 422)
		renamed := d.Admin.Put(fmt.Sprintf("user_fields/%d", id), object{"user_field": object{"title": "Tariff"}}, 200)
		if renamed.Text("user_field.title") != "Tariff" || len(renamed.List("user_field.custom_field_options")) != 2 {
			t.Errorf("%s", renamed.Body)
		}
		all := d.Admin.Get("user_fields", 200).IDs("user_fields")
		d.Admin.Put("user_fields/reorder", object{"user_field_ids": array{all[3], all[0]}}, 200)
		if now := d.Admin.Get("user_fields", 200).IDs("user_fields"); now[0] != all[3] || now[1] != all[0] || now[2] != all[1] {
			t.Errorf("%v", now)
		}
		d.Admin.Get(fmt.Sprintf("organization_fields/%d", id), 404)
		d.Admin.Delete(fmt.Sprintf("user_fields/%d", id), 204)
		if left := d.Agent.Get(at, 200); left.At("user.user_fields.plan") != nil {
			t.Errorf("%s", left.Body)
		}
		add("organization_fields", "organization_field", object{"type": "text", "key": "region", "title": "Region"}, 201)
		org := d.Admin.Post("organizations", object{"organization": object{"name": "Lens makers", "organization_fields": object{"region": "North"}}}, 201)
		if org.Text("organization.organization_fields.region") != "North" {
			t.Errorf("%s", org.Body)
		}
		d.Agent.Put(fmt.Sprintf("organizations/%d", org.ID("organization.id")), object{"organization": object{"organization_fields": object{"region": "South"}}}, 200)
		if now := d.Agent.Get(fmt.Sprintf("organizations/%d", org.ID("organization.id")), 200); now.Text("organization.organization_fields.region") != "South" {
			t.Errorf("%s", now.Body)
		}
	})
}
