package api_test

import (
	"fmt"
	"testing"

	"interdesk/api/apitest"
)

func TestMergedUsers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		one := ticket(d.Agent, object{"requester": object{"name": "Ana", "email": "ana@example.com"}})
		closed := ticket(d.Agent, object{"status": "closed", "requester": object{"email": "ana@example.com"}})
		trashed := ticket(d.Agent, object{"requester": object{"email": "ana@example.com"}})
		copied := ticket(d.Agent, object{"email_ccs": array{object{"user_email": "ana@example.com"}, object{"user_email": "ana@work.example"}}})
		d.Agent.Delete(fmt.Sprintf("tickets/%d", trashed), 204)
		ana := d.Agent.Get(fmt.Sprintf("tickets/%d", one), 200).ID("ticket.requester_id")
		stays := d.Agent.Post("users", object{"user": object{"name": "Ana Silva", "email": "ana.silva@example.com"}}, 201).ID("user.id")
		at := fmt.Sprintf("users/%d/merge", ana)
		for id, want := range map[int64]int{ana: 422, 99: 422, int64(d.Agent.User.ID): 422, 0: 422} {
			d.Agent.Put(at, object{"user": object{"id": id}}, want)
		}
		d.EndUser.Put(at, object{"user": object{"id": stays}}, 403)
		d.Agent.Put(fmt.Sprintf("users/%d/merge", d.Agent.User.ID), object{"user": object{"id": stays}}, 422)
		if got := d.Agent.Put(at, object{"user": object{"id": stays}}, 200); got.ID("user.id") != stays || got.Text("user.email") != "ana.silva@example.com" {
			t.Fatalf("%s", got.Body)
		}
		d.Agent.Put(fmt.Sprintf("deleted_tickets/%d/restore", trashed), nil, 200)
		for _, id := range []int64{one, closed, trashed} {
			if got := d.Agent.Get(fmt.Sprintf("tickets/%d", id), 200); got.ID("ticket.requester_id") != stays {
				t.Errorf("%s", got.Body)
			}
		}
		if got := d.Agent.Get(fmt.Sprintf("tickets/%d", copied), 200); len(got.List("ticket.email_cc_ids")) != 2 {
			t.Errorf("%s", got.Body)
		}
		if names := d.Agent.Get(fmt.Sprintf("users/%d/identities", stays), 200); len(names.List("identities")) != 2 {
			t.Errorf("%s", names.Body)
		}
		if gone := d.Agent.Get(fmt.Sprintf("users/%d", ana), 200); gone.At("user.active") != false {
			t.Errorf("%s", gone.Body)
		}
		found := d.Agent.Get("users/search?query=ana@example.com", 200)
		if ids := found.IDs("users"); len(ids) != 1 || ids[0] != stays {
			t.Errorf("%s", found.Body)
		}
		d.Agent.Put(at, object{"user": object{"id": stays}}, 404)
	})
}

func TestLastAudits(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		one, two := ticket(d.Agent, nil), ticket(d.Agent, nil)
		d.Agent.Put(fmt.Sprintf("tickets/%d", one), object{"ticket": object{"comment": object{"body": "Later"}}}, 200)
		got := d.Agent.Get("tickets?include=last_audits&sort=id", 200)
		if got.ID("last_audits.0.ticket_id") != one || got.Text("last_audits.0.events.0.body") != "Later" || got.ID("last_audits.1.ticket_id") != two {
			t.Errorf("%s", got.Body)
		}
	})
}
