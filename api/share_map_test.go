package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestShareMap(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kongen := d.Server.Desk(t, "kongen")
		made := d.Admin.Post("sharing_agreements", agreement(object{"remote_subdomain": "kongen"}), 201)
		id := num(made.ID("sharing_agreement.id"))
		at := "sharing_agreements/" + id + "/map"
		m := func(detectors ...any) object { return wrapped("map", object{"redaction": detectors}) }
		if got := d.Admin.Get(at, 200); len(got.List("map.redaction")) != 0 {
			t.Errorf("%s", got.Body)
		}
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"kind":    {object{"detector": "ssn", "action": "mask"}, []string{"redaction[0].detector"}},
			"action":  {object{"detector": "email"}, []string{"redaction[0].action"}},
			"pattern": {object{"detector": "pattern", "name": "x", "pattern": "(", "action": "mask"}, []string{"redaction[0].pattern"}},
			"shape":   {object{"detector": []any{}, "action": "mask"}, []string{"redaction"}},
		} {
			if got := faults(t, d.Admin.Put(at, m(tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v", name, got)
			}
		}
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"customers": {object{"customers": "nickname"}, []string{"customers"}},
			"files":     {object{"attachments": object{"send": "few"}}, []string{"attachments"}},
			"types":     {object{"attachments": object{"send": "some", "types": []any{"png"}}}, []string{"attachments.types[0]"}},
			"tags":      {object{"tags": object{"rename": object{"a": "x", "b": "x"}}, "fields": []any{object{"field": ""}}}, []string{"fields[0].field", "tags.rename.b"}},
			"shapes":    {object{"tags": []any{}, "fields": object{}}, []string{"fields", "tags"}},
		} {
			if got := faults(t, d.Admin.Put(at, wrapped("map", tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v", name, got)
			}
		}
		words := object{"customers": "initials", "attachments": object{"send": "some", "types": []any{"image/*"}, "max_size": 5}, "tags": object{"allow": []any{"lens"}, "prefix": "a_", "rename": object{"lens": "optic"}},
			"fields": []any{object{"field": "Severity", "as": "Priority", "values": object{"1": "high"}, "default": "low", "owner": "ours"}}}
		said := d.Admin.Put(at, wrapped("map", words), 200)
		for path, want := range map[string]any{"customers": "initials", "attachments.send": "some", "tags.rename.lens": "optic", "fields.0.values.1": "high", "fields.0.owner": "ours"} {
			if got := said.At("map." + path); got != want {
				t.Errorf("%s: %v", path, got)
			}
		}
		d.Admin.Put(at, wrapped("map", object{"customers": "full_name", "attachments": object{"send": "all"}, "tags": object{}, "fields": []any{}}), 200)
		own := object{"detector": "pattern", "name": "case number", "pattern": `CASE-\d+`, "action": "hold"}
		d.Admin.Put(at, m(object{"detector": "email", "action": "mask"}, own), 200)
		whole := d.Admin.Put(at, m(object{"detector": "email", "action": "drop"}, own), 200)
		d.Admin.Put(at, wrapped("map", whole.At("map").(object)), 200) // as it is: no revision
		d.Admin.Put(at, wrapped("map", object{}), 200)
		list := d.Admin.Get(at+"/revisions", 200)
		if len(list.List("revisions")) != 4 || list.ID("revisions.0.revision") != 4 || list.Text("revisions.0.changes.0.path") != "redaction[email].action" ||
			list.Text("revisions.0.changes.0.previous") != "mask" || list.Text("revisions.0.changes.0.value") != "drop" || len(list.List("revisions.0.changes")) != 1 {
			t.Errorf("%s", list.Body)
		}
		page := d.Admin.Get(at+"/revisions?page[size]=1&page[after]="+d.Admin.Get(at+"/revisions?page[size]=1", 200).Text("meta.after_cursor"), 200)
		if page.ID("revisions.0.revision") != 3 || page.At("meta.has_more") != true {
			t.Errorf("%s", page.Body)
		}
		if got := d.Admin.Post(at+"/revisions/3/revert", nil, 200); got.Text("map.redaction.0.action") != "mask" {
			t.Errorf("%s", got.Body)
		}
		d.Admin.Post(at+"/revisions/9/revert", nil, 404)
		d.Agent.Get(at, 403)
		d.Agent.Put(at, m(), 403)
		d.Agent.Get(at+"/revisions", 403)
		d.Admin.Get("sharing_agreements/99/map", 404)

		var there string
		eventually(t, func() bool {
			list := kongen.Agent.Get("sharing_agreements", 200)
			if len(list.List("sharing_agreements")) > 0 {
				there = num(list.ID("sharing_agreements.0.id"))
			}
			return there != ""
		})
		kongen.Admin.Put("sharing_agreements/"+there, agreement(object{"status": "accepted"}), 200)
		eventually(t, func() bool {
			return d.Agent.Get("sharing_agreements/"+id, 200).Text("sharing_agreement.status") == "accepted"
		})
		for name, in := range map[string]object{"many": {"limit": 51}, "none": {"limit": 0}, "wrong": {"map": object{"customers": "x"}}} {
			if got := faults(t, d.Admin.Post(at+"/test_run", wrapped("test_run", in), 422)); len(got) != 1 {
				t.Errorf("%s: %v", name, got)
			}
		}
		d.Agent.Post(at+"/test_run", wrapped("test_run", object{}), 403)
		ticket := num(d.Agent.Post("tickets", object{"ticket": object{"subject": "About CASE-17", "comment": object{"body": "Write to ana@example.org"}}}, 201).ID("ticket.id"))
		preview := d.Agent.Get("tickets/"+ticket+"/shares/preview?agreement_id="+id, 200)
		if preview.Text("preview.comments.0.body") != "Write to [e-mail address hidden]" || preview.At("preview.needs_review") != true || !strings.Contains(string(preview.Body), "has to be looked at first (case number)") {
			t.Errorf("%s", preview.Body)
		}
		tested := d.Admin.Post(at+"/test_run", wrapped("test_run", object{"limit": 1, "map": object{"redaction": []any{object{"detector": "email", "action": "drop"}}}}), 200)
		if num(tested.ID("test_run.0.ticket_id")) != ticket || len(tested.List("test_run.0.preview.comments")) != 0 || tested.Text("test_run.0.preview.subject") != "About CASE-17" ||
			len(tested.List("test_run.0.changes")) != 0 || len(tested.List("test_run")) != 1 {
			t.Errorf("%s", tested.Body)
		}
		if got := d.Admin.Post(at+"/test_run", wrapped("test_run", object{}), 200); got.Text("test_run.0.preview.subject") != "About [case number hidden]" || len(got.List("test_run.0.changes")) != 0 {
			t.Errorf("%s", got.Body)
		}
		share := num(d.Agent.Post("tickets/"+ticket+"/shares", wrapped("share", object{"agreement_id": made.ID("sharing_agreement.id")}), 201).ID("share.id"))
		path := "tickets/" + ticket + "/shares/" + share
		eventually(t, func() bool { return d.Agent.Get(path, 200).Text("share.condition") == "review" })
		d.Agent.Post(path+"/review", object{"answer": "burn"}, 422)
		d.Agent.Post(path+"/review", object{"answer": []any{}}, 422)
		d.Agent.Post(path+"/review", object{"answer": "leave_out"}, 409)
		d.Agent.Post(path+"/review", object{"answer": "send"}, 200)
		eventually(t, func() bool { return d.Agent.Get(path, 200).Text("share.state") == "live" })
		d.Agent.Post(path+"/review", object{"answer": "send"}, 409)
		if got := kongen.Agent.Get("tickets", 200); got.Text("tickets.0.subject") != "About CASE-17" || got.Text("tickets.0.description") != "Write to [e-mail address hidden]" {
			t.Errorf("%s", got.Body)
		}
	})
}
