package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
)

// linked makes an accepted agreement under which from shares with to, and gives from's id of it.
func linked(t *testing.T, from, to *apitest.Desk) int64 {
	t.Helper()
	return linkedBy(t, from, to, object{"allows_public_comments": true, "sync_tags": true})
}

// linkedBy does so on given terms.
func linkedBy(t *testing.T, from, to *apitest.Desk, terms object) int64 {
	t.Helper()
	terms["name"], terms["sharing_url"] = to.Account.Name, "http://"+to.Host(to.Account.Subdomain)+"/sharing"
	id := from.Admin.Post("sharing_agreements", object{"sharing_agreement": terms}, 201).ID("sharing_agreement.id")
	eventually(t, func() bool {
		for _, a := range to.Admin.Get("sharing_agreements", 200).List("sharing_agreements") {
			if in := a.(map[string]any); in["type"] == "inbound" && in["status"] == "pending" {
				to.Admin.Put(fmt.Sprintf("sharing_agreements/%.0f", in["id"]), object{"sharing_agreement": object{"status": "accepted"}}, 200)
				return true
			}
		}
		return false
	})
	eventually(t, func() bool {
		return from.Admin.Get(fmt.Sprintf("sharing_agreements/%d", id), 200).Text("sharing_agreement.status") == "accepted"
	})
	return id
}

func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("this does not come about")
		}
	}
}

func TestShareLife(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kongen := d.Server.Desk(t, "kongen")
		agreement := linked(t, d, kongen)
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, object{"tags": array{"hot"}}))
		preview := d.Agent.Get(fmt.Sprintf("%s/shares/preview?agreement_id=%d", path, agreement), 200)
		if preview.Text("preview.comments.0.body") != "The right third is grey." {
			t.Errorf("%s", preview.Body)
		}
		d.Agent.Post(path+"/shares", object{"share": object{"agreement_id": 5}}, 422)
		d.Agent.Post(path+"/shares", object{"share": object{}}, 422)
		share := d.Agent.Post(path+"/shares", object{"share": object{"agreement_id": fmt.Sprint(agreement)}}, 201).ID("share.id")
		one := fmt.Sprintf("%s/shares/%d", path, share)
		eventually(t, func() bool { return d.Agent.Get(one, 200).ID("share.waiting") == 0 })
		live := d.Agent.Get(one, 200)
		if live.Text("share.condition") != "step" || live.Text("share.by") != "person" || live.Text("share.last_attempt.state") != "done" || live.ID("share.episode") != 1 {
			t.Errorf("%s", live.Body)
		}
		timeline := d.Agent.Get(one+"/timeline", 200)
		if timeline.Text("timeline.0.state") != "done" || timeline.Text("timeline.0.direction") != "outbound" {
			t.Errorf("%s", timeline.Body)
		}
		copies := kongen.Agent.Get("tickets?include=sharing_agreements,users", 200)
		if copies.ID("count") != 1 || copies.Text("tickets.0.via.source.rel") != "ticket_sharing" || copies.Text("sharing_agreements.0.type") != "inbound" {
			t.Errorf("%s", copies.Body)
		}
		if !strings.Contains(string(copies.Body), `"shared":true`) {
			t.Errorf("no shared user in %s", copies.Body)
		}
		d.Agent.Post(one+"/retry", object{}, 200)
		d.Agent.Post(fmt.Sprintf("%s/timeline/%d/replay", one, timeline.ID("timeline.0.id")), object{}, 422)
		kongen.Agent.Get(one, 404)
		d.EndUser.Get(path+"/shares", 403)
		d.Agent.Post(one+"/skip", object{}, 409)
		if got := d.Agent.Delete(one+"?withdraw=true", 409); got.Text("error") != "ShareConflict" || got.Text("share.state") != "live" {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Delete(one+"?withdraw=perhaps", 400)
		if got := d.Agent.Delete(one, 202); got.Text("share.state") != "ending" || got.ID("share.waiting") != 1 {
			t.Errorf("%s", got.Body)
		}
		eventually(t, func() bool { return d.Agent.Get(one, 200).Text("share.state") == "ended" })
		d.Agent.Delete(one, 204)
		ended := d.Agent.Get(path+"/shares", 200)
		if ended.Text("shares.0.by") != "person" || ended.Text("shares.0.episodes.0.ended_by") != d.Agent.User.Name || len(d.Agent.Get(path, 200).List("ticket.sharing_agreement_ids")) != 0 {
			t.Errorf("%s", ended.Body)
		}
		other := ticket(d.Agent, nil)
		d.Agent.Get(fmt.Sprintf("tickets/%d/shares/%d/timeline", other, share), 404)
		d.Agent.Delete(fmt.Sprintf("tickets/%d/shares/%d", other, share), 404)
	})
}

// A partner that is paused gets nothing: the share says that it waits, and can be taken back.
func TestWithdrawShare(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kongen := d.Server.Desk(t, "kongen")
		agreement := linked(t, d, kongen)
		d.Admin.Put(fmt.Sprintf("sharing_agreements/%d", agreement), object{"sharing_agreement": object{"paused": true}}, 200)
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, nil))
		made := d.Agent.Post(path+"/shares", object{"share": object{"agreement_id": agreement}}, 201)
		if made.Text("share.state") != "sending" || made.Text("share.condition") != "paused" || made.Text("share.agreement_paused_by") != "admin" ||
			made.ID("share.held") != 1 || made.At("share.delivered_at") != nil || made.At("share.last_attempt") != nil {
			t.Errorf("%s", made.Body)
		}
		one := fmt.Sprintf("%s/shares/%d", path, made.ID("share.id"))
		d.Agent.Delete(one+"?withdraw=true", 204)
		gone := d.Agent.Get(one, 200)
		if gone.Text("share.state") != "ended" || gone.Text("share.cause") != "withdrawn" || gone.ID("share.waiting") != 0 {
			t.Errorf("%s", gone.Body)
		}
		d.Admin.Put(fmt.Sprintf("sharing_agreements/%d", agreement), object{"sharing_agreement": object{"paused": false}}, 200)
		if n := len(kongen.Agent.Get("tickets", 200).List("tickets")); n != 0 {
			t.Errorf("%d tickets at the partner", n)
		}
	})
}

// What the partner has no option for stands on the share, and comes in step by itself once the partner has one.
func TestNotHeldThere(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kongen := d.Server.Desk(t, "kongen")
		agreement := linkedBy(t, d, kongen, object{"sync_custom_fields": true})
		field := func(d *apitest.Desk, options ...string) int64 {
			list := array{}
			for _, o := range options {
				list = append(list, object{"name": strings.ToUpper(o), "value": o})
			}
			return d.Admin.Post("ticket_fields", object{"ticket_field": object{"type": "tagger", "title": "Problem type", "custom_field_options": list}}, 201).ID("ticket_field.id")
		}
		ours := field(d, "lens", "strap")
		theirs := field(kongen, "lens")
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, object{"custom_fields": array{object{"id": ours, "value": "strap"}}}))
		share := d.Agent.Post(path+"/shares", object{"share": object{"agreement_id": agreement}}, 201).ID("share.id")
		one := fmt.Sprintf("%s/shares/%d", path, share)
		eventually(t, func() bool { return len(d.Agent.Get(one, 200).List("share.not_held_there")) == 1 })
		got := d.Agent.Get(one, 200)
		if got.Text("share.not_held_there.0.title") != "Problem type" || got.Text("share.not_held_there.0.value") != "STRAP" || got.Text("share.not_held_there.0.reason") == "" {
			t.Errorf("%s", got.Body)
		}
		there := kongen.Agent.Get("tickets", 200)
		copied := fmt.Sprintf("tickets/%d", there.ID("tickets.0.id"))
		kongen.Admin.Post(fmt.Sprintf("ticket_fields/%d/options", theirs), object{"custom_field_option": object{"name": "Strap", "value": "strap"}}, 201)
		eventually(t, func() bool { return len(d.Agent.Get(one, 200).List("share.not_held_there")) == 0 })
		if got := kongen.Agent.Get(copied, 200); !strings.Contains(string(got.Body), `"value":"strap"`) {
			t.Errorf("%s", got.Body)
		}
		held := kongen.Agent.Get(copied+"/shares", 200)
		if len(held.List("shares.0.not_held_here")) != 0 {
			t.Errorf("%s", held.Body)
		}
		timeline := kongen.Agent.Get(fmt.Sprintf("%s/shares/%d/timeline", copied, held.ID("shares.0.id")), 200)
		if !strings.Contains(string(timeline.Body), "say that it can be held now") {
			t.Errorf("%s", timeline.Body)
		}
	})
}

// sharing_agreement_ids replaces the list, as clients know it.
func TestSharingAgreementIDs(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		agreement := linked(t, d, d.Server.Desk(t, "kongen"))
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, nil))
		shared := d.Agent.Put(path, object{"ticket": object{"sharing_agreement_ids": array{agreement}}}, 200)
		if got := shared.At("audit.events.0.action"); got != "shared" {
			t.Errorf("%s", shared.Body)
		}
		if got := shared.At("ticket.sharing_agreement_ids"); fmt.Sprint(got) != fmt.Sprint([]any{float64(agreement)}) {
			t.Errorf("%v", got)
		}
		gone := d.Agent.Put(path, object{"ticket": object{"sharing_agreement_ids": array{}}}, 200)
		if len(gone.List("ticket.sharing_agreement_ids")) != 0 || gone.At("audit.events.0.action") != "unshared" {
			t.Errorf("%s", gone.Body)
		}
	})
}
