package api_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/sharing/sharetest"
)

func agreement(more object) object { return wrapped("sharing_agreement", more) }

func TestSharingAgreements(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kongen := d.Server.Desk(t, "kongen")
		made := d.Admin.Post("sharing_agreements.json", agreement(object{"remote_subdomain": "kongen", "sync_tags": false}), 201)
		id := num(made.ID("sharing_agreement.id"))
		for path, want := range map[string]any{"sharing_agreement.type": "outbound", "sharing_agreement.status": "pending",
			"sharing_agreement.remote_subdomain": "kongen", "sharing_agreement.name": "Kongen", "sharing_agreement.sync_tags": false,
			"sharing_agreement.allows_public_comments": true, "sharing_agreement.partner_name": nil} {
			if diff := cmp.Diff(want, made.At(path)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		var there string
		eventually(t, func() bool {
			list := kongen.Agent.Get("sharing_agreements", 200)
			if len(list.List("sharing_agreements")) == 0 {
				return false
			}
			there = num(list.ID("sharing_agreements.0.id"))
			return list.Text("sharing_agreements.0.type") == "inbound" && list.At("sharing_agreements.0.sync_tags") == false
		})
		kongen.Agent.Put("sharing_agreements/"+there, agreement(object{"status": "accepted"}), 403)
		d.Admin.Put("sharing_agreements/"+id, agreement(object{"status": "accepted"}), 422)
		if got := kongen.Admin.Put("sharing_agreements/"+there, agreement(object{"status": "accepted", "name": "Acme Cameras"}), 200); got.Text("sharing_agreement.status") != "accepted" || got.Text("sharing_agreement.name") != "Acme Cameras" {
			t.Errorf("%s", got.Body)
		}
		status := func(want string) func() bool {
			return func() bool {
				return d.Agent.Get("sharing_agreements/"+id, 200).Text("sharing_agreement.status") == want
			}
		}
		eventually(t, status("accepted"))
		whole := d.Admin.Get("sharing_agreements/"+id, 200).At("sharing_agreement").(object)
		d.Admin.Put("sharing_agreements/"+id, agreement(whole), 200)
		paused := d.Admin.Put("sharing_agreements/"+id, agreement(object{"paused": "true", "share_private_notes": false, "status_map": object{"stalled": "hold"}}), 200)
		if paused.At("sharing_agreement.paused") != true || paused.At("sharing_agreement.share_private_notes") != false || paused.Text("sharing_agreement.status_map.stalled") != "hold" {
			t.Errorf("%s", paused.Body)
		}
		if health := d.Agent.Get("sharing_agreements/"+id+"/health", 200); health.At("health.paused") != true || health.ID("health.dead") != 0 {
			t.Errorf("%s", health.Body)
		}
		d.Admin.Put("sharing_agreements/"+id, agreement(object{"paused": false}), 200)
		if got := d.Admin.Put("sharing_agreements/"+id, agreement(object{"verify": true}), 200); got.At("sharing_agreement.verified") != true {
			t.Errorf("%s", got.Body)
		}
		if got := d.Admin.Post("sharing_agreements/"+id+"/replay", nil, 200); len(got.List("replayed")) != 0 {
			t.Errorf("%s", got.Body)
		}
		kongen.Admin.Put("sharing_agreements/"+there, agreement(object{"status": "inactive"}), 200)
		eventually(t, status("inactive"))
		d.Admin.Put("sharing_agreements/"+id, agreement(object{"status": "accepted"}), 422)
		kongen.Admin.Put("sharing_agreements/"+there, agreement(object{"status": "accepted"}), 200)
		eventually(t, status("accepted"))
		d.Admin.Delete("sharing_agreements/"+id, 204)
		d.Admin.Get("sharing_agreements/"+id, 404)
		d.Admin.Delete("sharing_agreements/"+id, 404)
	})
}

func TestSharingAgreementFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Server.Desk(t, "kongen")
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"nobody":       {object{}, []string{"base"}},
			"unknown":      {object{"remote_subdomain": "nowhere"}, []string{"remote_subdomain"}},
			"no address":   {object{"sharing_url": "ftp://x"}, []string{"sharing_url"}},
			"oneself":      {object{"remote_subdomain": "acme"}, []string{"sharing_url"}},
			"kinds":        {object{"remote_subdomain": "kongen", "sync_tags": "perhaps", "status_map": 5}, []string{"status_map", "sync_tags"}},
			"name's sizes": {object{"remote_subdomain": "kongen", "name": string(make([]byte, 300))}, []string{"name"}},
		} {
			if got := faults(t, d.Admin.Post("sharing_agreements", agreement(tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		id := num(d.Admin.Post("sharing_agreements", agreement(object{"remote_subdomain": "kongen"}), 201).ID("sharing_agreement.id"))
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"terms":   {object{"sync_tags": false, "allows_public_comments": false}, []string{"allows_public_comments", "sync_tags"}},
			"status":  {object{"status": "failed"}, []string{"status"}},
			"dialect": {object{"dialect": "latin"}, []string{"dialect"}},
			"words":   {object{"status_map": object{"gone": "closed"}}, []string{"status_map"}},
			"name":    {object{"name": " "}, []string{"name"}},
		} {
			if got := faults(t, d.Admin.Put("sharing_agreements/"+id, agreement(tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		d.Agent.Get("sharing_agreements/"+id, 200)
		d.EndUser.Get("sharing_agreements", 403)
		d.Agent.Post("sharing_agreements", agreement(object{"remote_subdomain": "kongen"}), 403)
		d.Agent.Delete("sharing_agreements/"+id, 403)
		d.Agent.Post("sharing_agreements/"+id+"/replay", nil, 403)
		d.Admin.Post("sharing_agreements/"+id+"/replay", object{"delivery_id": 5}, 404)
		d.Admin.Put("sharing_agreements/99", agreement(object{"name": "x"}), 404)
		d.Admin.Get("sharing_agreements/99/health", 404)
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("sharing_agreements", "sharing_agreements", 1, cursor); len(got) != 1 {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
	})
}

func TestTrackerAgreements(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		k := sharetest.NewTracker(t, "github")
		in := func(more object) object {
			all := object{"kind": "github", "url": k.URL(), "project": k.Project(), "token": k.Token}
			maps.Copy(all, more)
			return agreement(object{"name": "Firmware bugs", "tracker": all})
		}
		for name, tt := range map[string]struct {
			in   object
			want string
		}{
			"kind":    {object{"kind": "bugzilla"}, "kind"},
			"address": {object{"url": "ftp://x"}, "url"},
			"nobody":  {object{"url": "http://127.0.0.1:1"}, "url"},
			"project": {object{"project": "acme"}, "project"},
			"unknown": {object{"project": "acme/other"}, "project"},
			"none":    {object{"project": ""}, "project"},
			"token":   {object{"token": "wrong"}, "token"},
			"blank":   {object{"token": " "}, "token"},
			"status":  {object{"closed_status": "closed"}, "closed_status"},
			"labels":  {object{"labels": []string{" x"}}, "labels"},
		} {
			if got := faults(t, d.Admin.Post("sharing_agreements", in(tt.in), 422)); !cmp.Equal(got, []string{tt.want}) {
				t.Errorf("%s: %v", name, got)
			}
		}
		d.Agent.Post("sharing_agreements", in(nil), 403)
		made := d.Admin.Post("sharing_agreements", in(object{"labels": "customer", "closed_status": "open"}), 201)
		for path, want := range map[string]any{"status": "accepted", "type": "outbound", "name": "Firmware bugs", "share_private_notes": false, "allows_public_comments": false,
			"sharing_url": k.URL() + "/" + k.Project(), "tracker.user": "deskbot", "tracker.labels.0": "customer", "tracker.closed_status": "open", "tracker.reopened_status": "open"} {
			if diff := cmp.Diff(want, made.At("sharing_agreement."+path)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		id := num(made.ID("sharing_agreement.id"))
		if secret := made.Text("sharing_agreement.tracker.webhook_secret"); len(secret) != 40 {
			t.Errorf("the secret is %q", secret)
		}
		seen := d.Agent.Get("sharing_agreements/"+id, 200)
		if seen.At("sharing_agreement.tracker.webhook_secret") != nil || strings.Contains(string(seen.Body), k.Token) {
			t.Errorf("an agent sees a secret: %s", seen.Body)
		}
		whole := made.At("sharing_agreement").(object)
		d.Admin.Put("sharing_agreements/"+id, agreement(whole), 200)
		d.Admin.Put("sharing_agreements/"+id, agreement(object{"tracker": object{"project": "acme/other"}}), 422)
		d.Admin.Put("sharing_agreements/"+id, agreement(object{"tracker": object{"token": "wrong"}}), 422)
		if got := d.Admin.Put("sharing_agreements/"+id, agreement(object{"verify": true, "tracker": object{"keep_open": true, "token": k.Token}}), 200); got.At("sharing_agreement.tracker.keep_open") != true ||
			got.At("sharing_agreement.tracker.labels.0") != "customer" {
			t.Errorf("%s", got.Body)
		}
		k.Deny(true)
		d.Admin.Put("sharing_agreements/"+id, agreement(object{"verify": true}), 422)
		k.Deny(false)
		d.Admin.Post("sharing_agreements/"+id+"/compare", nil, 422)
		d.Admin.Post("sharing_agreements/"+id+"/both_ways", nil, 422)
		ticket := num(d.Agent.Post("tickets", object{"ticket": object{"subject": "Dark", "comment": object{"body": "It is dark"}, "sharing_agreement_ids": []any{made.ID("sharing_agreement.id")}}}, 201).ID("ticket.id"))
		eventually(t, func() bool { return len(k.Issues()) == 1 })
		eventually(t, func() bool {
			return d.Agent.Get("tickets/"+ticket+"/shares", 200).At("shares.0.remote_url") == k.URL()+"/"+k.Project()+"/issues/1"
		})
		d.Admin.Delete("sharing_agreements/"+id, 204)
		eventually(t, func() bool { return len(k.Said(1)) == 1 })
	})
}
