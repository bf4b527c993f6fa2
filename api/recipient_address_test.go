package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestRecipientAddresses(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		first := d.Agent.Get("recipient_addresses.json", 200)
		if len(first.List("recipient_addresses")) != 1 || first.At("recipient_addresses.0.default") != true ||
			first.Text("recipient_addresses.0.forwarding_status") != "verified" {
			t.Fatalf("first day: %s", first.Body)
		}
		group := d.Admin.Post("groups", wrapped("group", object{"name": "Repairs"}), 201).ID("group.id")
		made := d.Admin.Post("recipient_addresses", wrapped("recipient_address", object{"email": " Repairs@Lens.example ", "name": "Lens repairs",
			"group_id": group, "tags": array{"Repair"}}), 201)
		id := made.ID("recipient_address.id")
		for path, want := range map[string]any{"email": "repairs@lens.example", "name": "Lens repairs", "default": false, "forwarding_status": "unknown",
			"tags": array{"repair"}} {
			if diff := cmp.Diff(want, made.At("recipient_address."+path)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		path := "recipient_addresses/" + num(id)
		changed := d.Admin.Put(path, wrapped("recipient_address", object{"email": "other@lens.example", "default": true, "tags": array{}}), 200)
		if changed.Text("recipient_address.email") != "repairs@lens.example" || changed.At("recipient_address.default") != true {
			t.Errorf("changed: %s", changed.Body)
		}
		if all := d.Agent.Get("recipient_addresses", 200); all.ID("recipient_addresses.0.id") != id || all.At("recipient_addresses.1.default") != false {
			t.Errorf("one default: %s", all.Body)
		}
		d.Admin.Put(path, wrapped("recipient_address", object{"default": false}), 422)
		d.Admin.Delete(path, 422)
		old := "recipient_addresses/" + num(first.ID("recipient_addresses.0.id"))
		d.Admin.Delete(old, 204)
		d.Agent.Get(old, 404)
		again := d.Admin.Post("recipient_addresses", wrapped("recipient_address", object{"email": "support@" + d.Account.Subdomain + ".localhost"}), 201)
		if again.Text("recipient_address.forwarding_status") != "verified" {
			t.Errorf("at the desk's own host: %s", again.Body)
		}
	})
}

func TestRecipientAddressFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for _, c := range []struct {
			name    string
			address object
			want    []string
		}{
			{"no address", object{"email": "support"}, []string{"email"}},
			{"none", object{"name": "x"}, []string{"email"}},
			{"with a plus", object{"email": "a+b@lens.example"}, []string{"email"}},
			{"a user's", object{"email": d.EndUser.User.Email}, []string{"email"}},
			{"twice", object{"email": d.Agent.Get("recipient_addresses", 200).Text("recipient_addresses.0.email")}, []string{"email"}},
			{"group, tags and brand", object{"email": "a@lens.example", "group_id": 5, "tags": array{"a<b"}, "brand_id": 7}, []string{"brand_id", "group_id", "tags"}},
		} {
			if got := faults(t, d.Admin.Post("recipient_addresses", wrapped("recipient_address", c.address), 422)); !cmp.Equal(got, c.want) {
				t.Errorf("%s: faults %v, want %v", c.name, got, c.want)
			}
		}
		d.Admin.Post("users", wrapped("user", object{"name": "Desk", "email": d.Agent.Get("recipient_addresses", 200).Text("recipient_addresses.0.email")}), 422)
		d.Agent.Post("recipient_addresses", wrapped("recipient_address", object{"email": "a@lens.example"}), 403)
		d.EndUser.Get("recipient_addresses", 403)
	})
}
