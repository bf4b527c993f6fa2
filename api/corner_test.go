package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
)

// Tickets without a number stand together at the end of a view that is sorted by numbers, in either direction.
func TestTicketsWithoutANumberComeLast(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for _, kind := range []string{"integer", "decimal"} {
			field := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": kind, "title": kind}), 201).ID("ticket_field.id")
			for _, v := range []any{-5, nil, 0, nil, 7} {
				ticket(d.Agent, object{"tags": array{kind}, "custom_fields": array{object{"id": field, "value": v}}})
			}
			for order, want := range map[string]string{"asc": "[-5 0 7 <nil> <nil>]", "desc": "[7 0 -5 <nil> <nil>]"} {
				view := num(d.Admin.Post("views", wrapped("view", object{"title": kind + order, "all": array{object{"field": "status", "operator": "less_than", "value": "solved"},
					object{"field": "current_tags", "operator": "includes", "value": kind}},
					"output": object{"columns": array{"subject"}, "sort_by": num(field), "sort_order": order}}), 201).ID("view.id"))
				var got []any
				for _, id := range d.Agent.All("views/"+view+"/tickets", "tickets", 2, true) {
					shown := d.Agent.Get("tickets/"+num(id), 200)
					for i := range shown.List("ticket.custom_fields") {
						if at := fmt.Sprintf("ticket.custom_fields.%d", i); shown.ID(at+".id") == field {
							got = append(got, shown.At(at+".value"))
						}
					}
				}
				if fmt.Sprint(got) != want {
					t.Errorf("%s %s: %v, want %v", kind, order, got, want)
				}
			}
		}
	})
}

// A view that speaks of what is gone is named; the others are counted.
func TestABrokenViewDoesNotKeepOthersFromBeingCounted(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		ticket(d.Agent, nil)
		good := d.Admin.Get("views/active", 200).ID("views.0.id")
		var broken desk.View
		if err := d.Write(t, func(ctx context.Context, tx *store.Tx) (err error) { // as older versions let happen
			if broken, err = tx.View(ctx, desk.ViewID(good)); err != nil {
				return err
			}
			broken.ID, broken.Title = 0, "Broken"
			broken.Conditions.All[0].Field = "custom_fields_9"
			return tx.InsertView(ctx, &broken)
		}); err != nil {
			t.Fatal(err)
		}
		got := d.Agent.Get(fmt.Sprintf("views/count_many?ids=%d,%d", broken.ID, good), 200)
		for i := range got.List("view_counts") {
			at := fmt.Sprintf("view_counts.%d", i)
			isBroken := got.ID(at+".view_id") == int64(broken.ID)
			if (got.At(at+".value") == nil) != isBroken || (got.Text(at+".error") != "") != isBroken {
				t.Errorf("%v", got.At(at))
			}
		}
		if len(got.List("view_counts")) != 2 {
			t.Errorf("%s", got.Body)
		}
	})
}

// A date without time is that day where the account is.
func TestADateIsADayWhereTheAccountIs(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for zone, want := range map[string]string{"America/Los_Angeles": "2026-12-24T20:00:00Z", "Pacific/Auckland": "2026-12-23T23:00:00Z"} {
			d.Admin.Put("account/settings", wrapped("settings", object{"localization": object{"time_zone": zone}}), 200)
			id := ticket(d.Agent, object{"type": "task", "due_at": "2026-12-24"})
			if got := d.Agent.Get("tickets/"+num(id), 200); got.Text("ticket.due_at") != want {
				t.Errorf("%s: due %s, want %s", zone, got.Text("ticket.due_at"), want)
			}
		}
	})
}

// A trigger that asks for a status in another letter case means that status.
func TestATriggersValueMeansTheSameInAnyLetterCase(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Admin.Post("triggers", wrapped("trigger", object{"title": "Solved (bot)", "conditions": object{"all": array{object{"field": "status", "operator": "value", "value": "SOLVED"}}},
			"actions": array{object{"field": "current_tags", "value": "seen"}}}), 201)
		id := num(ticket(d.Agent, nil))
		got := d.Agent.Put("tickets/"+id, wrapped("ticket", object{"status": "solved"}), 200)
		if len(got.List("ticket.tags")) != 1 {
			t.Errorf("the trigger did not fire: %s", got.Body)
		}
		d.Admin.Post("triggers", wrapped("trigger", object{"title": "No status", "conditions": object{"all": array{object{"field": "status", "operator": "is", "value": "sleeping"}}},
			"actions": array{object{"field": "current_tags", "value": "seen"}}}), 422)
	})
}

// HTML of a comment is stored whole: what it closes too much or leaves open never meets the page's own elements.
func TestHTMLOfACommentIsWellFormed(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := num(ticket(d.Agent, object{"comment": object{"html_body": "</div></div></main><p>Hello <b>you</p><pre>if x {\n    y()\n}</pre><ul><li>one</li></ul>"}}))
		got := d.Agent.Get("tickets/"+id+"/comments", 200)
		if html := got.Text("comments.0.html_body"); strings.Count(html, "</div>") != strings.Count(html, "<div") || !strings.Contains(html, "</b>") {
			t.Errorf("stored %s", html)
		}
		if body := got.Text("comments.0.body"); !strings.Contains(body, "\n    y()\n") || !strings.Contains(body, "- one") {
			t.Errorf("as text %q", body)
		}
	})
}

// What restricts people is kept or refused, never dropped: nobody may think that a limit holds.
func TestRestrictionsAreRefusedWhileNothingKeepsThem(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		ben := "users/" + userNum(d.Agent)
		for _, limit := range []object{{"ticket_restriction": "assigned"}, {"only_private_comments": true}, {"restricted_agent": true}} {
			d.Admin.Put(ben, wrapped("user", limit), 422)
		}
		for _, who := range []string{ben, "users/" + userNum(d.EndUser)} { // a whole user comes back
			d.Admin.Put(who, object{"user": d.Admin.Get(who, 200).At("user")}, 200)
		}
		if got := d.Admin.Get(ben, 200); got.At("user.restricted_agent") != false {
			t.Errorf("%s", got.Body)
		}
		form := "ticket_forms/" + num(d.Admin.Get("ticket_forms", 200).ID("ticket_forms.0.id"))
		for _, limit := range []object{{"agent_conditions": array{object{"parent_field_id": 1}}}, {"end_user_conditions": array{object{"parent_field_id": 1}}},
			{"in_all_brands": false}, {"restricted_brand_ids": array{1}}} {
			d.Admin.Put(form, wrapped("ticket_form", limit), 422)
		}
		d.Admin.Put(form, object{"ticket_form": d.Admin.Get(form, 200).At("ticket_form")}, 200)
		group := "groups/" + num(d.Admin.Get("groups", 200).ID("groups.0.id"))
		d.Admin.Put(group, wrapped("group", object{"is_public": false}), 422)
		d.Admin.Put(group, wrapped("group", object{"is_public": true}), 200)
	})
}

// A name cannot turn the direction of what follows around, to read as another one.
func TestANameReadsAsItIs(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Admin.Post("users", wrapped("user", object{"name": "evil \u202eexe.fdp\u2069", "email": "evil@cam.example"}), 201)
		if made.Text("user.name") != "evil exe.fdp" {
			t.Errorf("%q", made.Text("user.name"))
		}
		hebrew := d.Admin.Post("users", wrapped("user", object{"name": "\u200fשלום"}), 201)
		if hebrew.Text("user.name") != "\u200fשלום" {
			t.Errorf("%q", hebrew.Text("user.name"))
		}
	})
}
