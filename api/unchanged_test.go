package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
)

// A whole ticket comes back though what it says is no longer what could be set: an option gone, a pattern narrower, a
// form switched off, a group deleted, an assignee who has left, a follower who is no agent any more.
func TestWhatDidNotChangeIsNotJudgedAgain(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		field := func(in object) int64 {
			return d.Admin.Post("ticket_fields", wrapped("ticket_field", in), 201).ID("ticket_field.id")
		}
		kind := field(dropdown("lens", "strap"))
		serial := field(object{"type": "regexp", "title": "Serial", "regexp_for_validation": "^[A-Z]+$"})
		form := d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "Old form", "ticket_field_ids": array{kind, serial}}), 201).ID("ticket_form.id")
		group := d.Admin.Post("groups", wrapped("group", object{"name": "Old group"}), 201).ID("group.id")
		leaving := d.Person(t, "Lea Leaving", desk.Agent)
		d.Admin.Post("group_memberships", wrapped("group_membership", object{"user_id": leaving.User.ID, "group_id": group}), 201)
		id := ticket(d.Agent, object{"ticket_form_id": form, "group_id": group, "assignee_id": leaving.User.ID, "status": "solved",
			"followers":     array{object{"user_id": leaving.User.ID}},
			"custom_fields": array{object{"id": kind, "value": "strap"}, object{"id": serial, "value": "ABC"}}})

		d.Admin.Put("ticket_fields/"+num(kind), wrapped("ticket_field", dropdown("lens")), 200)
		d.Admin.Put("ticket_fields/"+num(serial), wrapped("ticket_field", object{"regexp_for_validation": "^[0-9]+$"}), 200)
		d.Admin.Put("ticket_forms/"+num(form), wrapped("ticket_form", object{"active": false}), 200)
		d.Admin.Delete("users/"+userNum(leaving), 200)
		d.Admin.Delete("groups/"+num(group), 204)

		path := "tickets/" + num(id)
		was := d.Agent.Get(path, 200)
		if back := d.Agent.Put(path, object{"ticket": was.At("ticket")}, 200); back.At("audit.id") != nil || len(back.List("audit.events")) != 0 {
			t.Errorf("something changed: %s", back.Body)
		}
		changed := was.At("ticket").(object)
		changed["subject"], changed["additional_tags"] = "Grey stripes again", array{"seen"}
		got := d.Agent.Put(path, wrapped("ticket", changed), 200)
		for at, want := range map[string]any{"ticket.assignee_id": float64(leaving.User.ID), "ticket.group_id": float64(group), "ticket.subject": "Grey stripes again",
			"ticket.tags": array{"seen", "strap"}, "ticket.ticket_form_id": float64(form)} {
			if diff := cmp.Diff(want, got.At(at)); diff != "" {
				t.Errorf("%s: %s", at, diff)
			}
		}
		if diff := cmp.Diff(was.At("ticket.custom_fields"), got.At("ticket.custom_fields")); diff != "" {
			t.Errorf("custom fields: %s", diff)
		}
		d.Agent.Put(path, wrapped("ticket", object{"custom_fields": array{object{"id": kind, "value": "cap"}}}), 422)
		d.Agent.Put(path, wrapped("ticket", object{"custom_fields": array{object{"id": serial, "value": "DEF"}}}), 422)
	})
}

// Sending back what an unset checkbox shows is no change, and fires no trigger.
func TestUnsetCheckboxComesBackUnset(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		box := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "checkbox", "title": "Warranty", "tag": "warranty"}), 201).ID("ticket_field.id")
		path := "tickets/" + num(ticket(d.Agent, nil))
		set := func(v bool) *apitest.Answer {
			return d.Agent.Put(path, wrapped("ticket", object{"custom_fields": array{object{"id": box, "value": v}}}), 200)
		}
		if got := set(false); got.At("audit.id") != nil || len(got.List("audit.events")) != 0 {
			t.Errorf("a change of nothing: %s", got.Body)
		}
		set(true)
		if got := set(false); got.Text("audit.events.0.value") != "false" && got.Text("audit.events.1.value") != "false" {
			t.Errorf("unticked: %s", got.Body)
		}
	})
}

// Closing needs what solving needs, at creation, by update and in bulk; required system fields count as well.
func TestClosingNeedsWhatSolvingNeeds(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kind := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "text", "title": "Cause", "required": true}), 201).ID("ticket_field.id")
		fields := d.Admin.Get("ticket_fields", 200)
		form := d.Admin.Get("ticket_forms", 200).ID("ticket_forms.0.id")
		d.Admin.Put("ticket_forms/"+num(form), wrapped("ticket_form", object{"ticket_field_ids": fields.IDs("ticket_fields")}), 200)
		for i, f := range fields.List("ticket_fields") {
			if f.(object)["type"] == "priority" {
				d.Admin.Put("ticket_fields/"+num(fields.ID(fmt.Sprintf("ticket_fields.%d.id", i))), wrapped("ticket_field", object{"required": true}), 200)
			}
		}
		refused := func(a *apitest.Answer) {
			t.Helper()
			for _, want := range []string{"Cause: is required when solving a ticket", "Priority: is required when solving a ticket", `"ticket_field_id":` + num(kind), `"ticket_field_type":"FieldText"`} {
				if !strings.Contains(string(a.Body), want) {
					t.Errorf("no %q in %s", want, a.Body)
				}
			}
		}
		refused(d.Agent.Post("tickets", wrapped("ticket", object{"subject": "x", "comment": "y", "status": "closed"}), 422))
		id := ticket(d.Agent, nil)
		refused(d.Agent.Put("tickets/"+num(id), wrapped("ticket", object{"status": "closed"}), 422))
		job := d.Agent.Put("tickets/update_many?ids="+num(id), wrapped("ticket", object{"status": "closed"}), 200)
		done := finished(t, d.Agent, job)
		if got := done.At("job_status.results.0.success"); got != false || !strings.Contains(string(done.Body), "Cause: is required") {
			t.Errorf("closed in bulk: %s", done.Body)
		}
		closed := d.Agent.Put("tickets/"+num(id), wrapped("ticket", object{"status": "closed", "priority": "low",
			"custom_fields": array{object{"id": kind, "value": "Dust"}}}), 200)
		if closed.ID("ticket.assignee_id") != int64(d.Agent.User.ID) {
			t.Errorf("closed by nobody: %s", closed.Body)
		}
	})
}

// A tag moves nothing; who cannot work on a ticket any more is taken off when it opens again.
func TestWhoHasLeftIsTakenOffWhenATicketOpens(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		group := d.Admin.Post("groups", wrapped("group", object{"name": "Lenses"}), 201).ID("group.id")
		person := func(name string) (*apitest.Client, int64) {
			p := d.Person(t, name, desk.Agent)
			m := d.Admin.Post("group_memberships", wrapped("group_membership", object{"user_id": p.User.ID, "group_id": group}), 201)
			return p, m.ID("group_membership.id")
		}
		left, membership := person("Lea Left")
		gone, _ := person("Gus Gone")
		demoted, _ := person("Dan Demoted")
		of := map[string]int64{}
		for name, p := range map[string]*apitest.Client{"left": left, "gone": gone, "demoted": demoted} {
			id := ticket(d.Agent, object{"requester_id": d.EndUser.User.ID, "assignee_id": p.User.ID, "group_id": group, "status": "solved"})
			of[name] = id
		}
		d.Admin.Delete("group_memberships/"+num(membership), 204)
		d.Admin.Delete("users/"+userNum(gone), 200)
		d.Admin.Put("users/"+userNum(demoted), wrapped("user", object{"role": "end-user"}), 200)
		for name, id := range of {
			path := "tickets/" + num(id)
			tagged := d.Agent.Put(path, wrapped("ticket", object{"additional_tags": array{"seen"}}), 200)
			if tagged.ID("ticket.group_id") != group || tagged.At("ticket.assignee_id") == nil {
				t.Errorf("%s: a tag moved the ticket: %s", name, tagged.Body)
			}
			d.EndUser.Put("requests/"+num(id), wrapped("request", object{"comment": object{"body": "Again!"}}), 200)
			open := d.Agent.Get(path, 200)
			if open.Text("ticket.status") != "open" || open.At("ticket.assignee_id") != nil || open.ID("ticket.group_id") != group {
				t.Errorf("%s: reopened as %s", name, open.Body)
			}
		}
	})
}

// Only the requester says that a request is solved, and only once somebody works on it; otherwise nothing changes.
func TestOnlyWhoMaySolvesARequest(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		copied := d.Person(t, "Cora Copied", desk.EndUser)
		id := ticket(d.Agent, object{"requester_id": d.EndUser.User.ID, "email_ccs": array{object{"user_id": copied.User.ID}}})
		path := "requests/" + num(id)
		solve := func(c *apitest.Client) string {
			return c.Put(path, wrapped("request", object{"solved": true}), 200).Text("request.status")
		}
		if got := solve(d.EndUser); got != "new" {
			t.Errorf("unassigned: %s, want new", got)
		}
		d.Agent.Put("tickets/"+num(id), wrapped("ticket", object{"assignee_id": d.Agent.User.ID}), 200)
		if got := solve(copied); got != "open" {
			t.Errorf("by who is copied: %s, want open", got)
		}
		if got := solve(d.EndUser); got != "solved" {
			t.Errorf("by the requester: %s, want solved", got)
		}
	})
}

// Colleagues write on each other's requests where their organization has it so, and only there.
func TestColleaguesCommentWhereTheOrganizationSharesComments(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		org := d.Admin.Post("organizations", wrapped("organization", object{"name": "North", "shared_tickets": true}), 201).ID("organization.id")
		colleague := d.Person(t, "Col League", desk.EndUser)
		for _, p := range []*apitest.Client{d.EndUser, colleague} {
			d.Admin.Put("users/"+userNum(p), wrapped("user", object{"organization_id": org}), 200)
		}
		path := "requests/" + num(request(d.EndUser, "Stripes"))
		say := wrapped("request", object{"comment": object{"body": "Same here."}})
		colleague.Get(path, 200)
		colleague.Put(path, say, 404)
		d.Admin.Put("organizations/"+num(org), wrapped("organization", object{"shared_comments": true}), 200)
		colleague.Put(path, say, 200)
		d.Person(t, "Max Elsewhere", desk.EndUser).Put(path, say, 404)
	})
}

// The people of a request know little of each other.
func TestPeopleOfARequestKnowLittleOfEachOther(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Admin.Put("users/"+userNum(d.Agent), wrapped("user", object{"phone": "+45 1234", "alias": "Benny"}), 200)
		id := ticket(d.Agent, object{"requester_id": d.EndUser.User.ID, "assignee_id": d.Agent.User.ID})
		d.Agent.Put("tickets/"+num(id), wrapped("ticket", object{"comment": object{"body": "Hello"}}), 200)
		for _, path := range []string{"requests/" + num(id), "requests", "requests/" + num(id) + "/comments"} {
			got := d.EndUser.Get(path+"?include=users", 200)
			if len(got.List("users")) == 0 {
				t.Errorf("%s: nobody: %s", path, got.Body)
			}
			for _, u := range got.List("users") {
				var keys []string
				for key := range u.(object) {
					keys = append(keys, key)
				}
				if len(keys) != 5 {
					t.Errorf("%s tells %v", path, keys)
				}
			}
			for _, secret := range []string{"1234", d.Agent.User.Email, `"role"`, "Ben Agent"} {
				if strings.Contains(string(got.Body), secret) {
					t.Errorf("%s tells %s: %s", path, secret, got.Body)
				}
			}
		}
	})
}

// In requests agents are end users: their reply reopens, and notes are not there.
func TestAgentsAreEndUsersInTheirRequests(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.Agent, "My own laptop")
		d.Admin.Put("tickets/"+num(id), wrapped("ticket", object{"status": "solved", "comment": object{"body": "secret", "public": false}}), 200)
		path := "requests/" + num(id)
		if got := d.Agent.Get(path+"/comments", 200); strings.Contains(string(got.Body), "secret") {
			t.Errorf("notes in a request: %s", got.Body)
		}
		d.Agent.Put(path, wrapped("request", object{"comment": object{"body": "A note", "public": false}}), 422)
		if got := d.Agent.Put(path, wrapped("request", object{"comment": object{"body": "Still broken"}}), 200); got.Text("request.status") != "open" {
			t.Errorf("not reopened: %s", got.Body)
		}
		if last := d.Admin.Get("tickets/"+num(id)+"/comments?sort=-created_at", 200); last.At("comments.0.public") != true {
			t.Errorf("a private reply: %s", last.Body)
		}
		d.Admin.Put(path, wrapped("request", object{"comment": object{"body": "Not mine"}}), 404)
	})
}

// A follow-up has the tags that it is given; what it follows up has to be closed, or nothing follows.
func TestFollowUpTakesItsOwnTags(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		kind := d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("lens", "strap")), 201).ID("ticket_field.id")
		parent := ticket(d.Agent, object{"tags": array{"old"}, "status": "closed", "custom_fields": array{object{"id": kind, "value": "strap"}}})
		d.Admin.Put("ticket_fields/"+num(kind), wrapped("ticket_field", dropdown("lens")), 200)
		follow := func(more object) *apitest.Answer {
			in := object{"subject": "Again", "comment": "Again", "via_followup_source_id": parent}
			for k, v := range more {
				in[k] = v
			}
			return d.Agent.Post("tickets", wrapped("ticket", in), 201)
		}
		if got := follow(nil); !cmp.Equal(got.At("ticket.tags"), any(array{"old", "strap"})) {
			t.Errorf("inherited %v", got.At("ticket.tags"))
		}
		if got := follow(object{"tags": array{"new"}}); !cmp.Equal(got.At("ticket.tags"), any(array{"new"})) || got.At("ticket.via.channel") != "closed_ticket" && got.ID("ticket.via.source.from.ticket_id") != parent {
			t.Errorf("given tags: %s", got.Body)
		}
		open := ticket(d.Agent, object{"tags": array{"running"}})
		got := follow(object{"via_followup_source_id": open})
		if len(got.List("ticket.tags")) != 0 || got.At("ticket.via.source.rel") != nil {
			t.Errorf("followed up an open ticket: %s", got.Body)
		}
	})
}

// What a form hides from customers they cannot set by the API either.
func TestCustomersSetOnlyWhatThePortalOpens(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		form := d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "For us", "end_user_visible": false}), 201).ID("ticket_form.id")
		ask := func(status int, more object) {
			t.Helper()
			in := object{"subject": "Stripes", "comment": object{"body": "It is grey."}}
			for k, v := range more {
				in[k] = v
			}
			d.EndUser.Post("requests", wrapped("request", in), status)
		}
		ask(422, object{"ticket_form_id": form})
		ask(422, object{"priority": "urgent"})
		ask(422, object{"type": "task"})
		if err := d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			fields, err := tx.Fields(ctx)
			for _, f := range fields {
				if err == nil && f.Type == desk.FieldPriority {
					f.VisibleInPortal, f.EditableInPortal = true, true
					err = tx.UpdateField(ctx, &f)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		ask(201, object{"priority": "urgent"})
	})
}

// Whoever is named as requester also speaks, unless somebody else is named for that.
func TestRequesterIsSubmitterAndAuthor(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for name, tt := range map[string]struct {
			more object
			want desk.UserID
		}{
			"requester by id":      {object{"requester_id": d.EndUser.User.ID}, d.EndUser.User.ID},
			"requester by address": {object{"requester": object{"email": d.EndUser.User.Email}}, d.EndUser.User.ID},
			"another submitter":    {object{"requester_id": d.EndUser.User.ID, "submitter_id": d.Admin.User.ID}, d.Admin.User.ID},
			"nobody named":         {nil, d.Agent.User.ID},
			"the caller submits":   {object{"requester_id": d.EndUser.User.ID, "submitter_id": d.Agent.User.ID}, d.Agent.User.ID},
		} {
			t.Run(name, func(t *testing.T) {
				agent := d.Agent.In(t)
				path := "tickets/" + num(ticket(agent, tt.more))
				if got := agent.Get(path, 200); got.ID("ticket.submitter_id") != int64(tt.want) {
					t.Errorf("submitter %d, want %d", got.ID("ticket.submitter_id"), tt.want)
				}
				if got := agent.Get(path+"/comments", 200); got.ID("comments.0.author_id") != int64(tt.want) {
					t.Errorf("author %d, want %d", got.ID("comments.0.author_id"), tt.want)
				}
			})
		}
		d.Agent.Post("tickets", wrapped("ticket", object{"subject": "x", "comment": "y", "submitter_id": 77}), 422)
		d.Agent.Put("tickets/"+num(ticket(d.Agent, nil)), wrapped("ticket", object{"organization_id": 77}), 422)
	})
}

func userNum(c *apitest.Client) string { return num(int64(c.User.ID)) }
