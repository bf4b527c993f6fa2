package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

// A connection test asks who it is: a wrong token is refused there, whichever way it is sent.
func TestWrongTokenIsToldByMe(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		basic := &http.Request{Header: http.Header{}}
		basic.SetBasicAuth(d.Admin.User.Email+"/token", "wrong")
		if got := d.Nobody.With(t, "Authorization", basic.Header.Get("Authorization")).Get("users/me", 401); got.Text("error") != "Couldn't authenticate you" {
			t.Errorf("token: %s", got.Body)
		}
		if got := d.Nobody.With(t, "Authorization", "Bearer wrong").Get("users/me", 401); got.Text("error") != "invalid_token" || got.Text("error_description") == "" {
			t.Errorf("bearer: %s", got.Body)
		}
	})
}

// A page with rows has links in both directions, and the page behind the last one has none.
func TestLinksOfCursorPagesEndWithAnEmptyPage(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for range 3 {
			ticket(d.Agent, nil)
		}
		for _, path := range []string{"tickets", "users", "groups", "search/export?filter[type]=ticket&query=status%3Csolved"} {
			sep := "?"
			if path[0] == 's' {
				sep = "&"
			}
			page := d.Agent.Get(path+sep+"page[size]=100", 200)
			if page.At("meta.has_more") != false || page.At("links.next") == nil || page.At("links.prev") == nil {
				t.Errorf("%s: %v %v", path, page.At("meta"), page.At("links"))
			}
			for _, way := range []string{"links.next", "links.prev"} {
				empty := d.Agent.Get(page.Text(way), 200)
				for _, at := range []string{"links.next", "links.prev", "meta.after_cursor", "meta.before_cursor"} {
					if empty.At(at) != nil {
						t.Errorf("%s behind %s: %s is %v", path, way, at, empty.At(at))
					}
				}
			}
		}
	})
}

// Exports have pages of a thousand; other lists do not.
func TestExportHasPagesOfAThousand(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for range 101 {
			ticket(d.Agent, nil)
		}
		got := d.Agent.Get("search/export?filter[type]=ticket&query=status%3Csolved&page[size]=1000", 200)
		if n := len(got.List("results")); n != 101 {
			t.Errorf("%d results", n)
		}
		d.Agent.Get("search/export?filter[type]=ticket&query=status%3Csolved&page[size]=1001", 400)
		d.Agent.Get("tickets?page[size]=101", 400)
	})
}

func TestPagesBehindTenThousandSayThatTheyAreTooDeep(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		got := d.Agent.Get("tickets?page=102&per_page=100", 400)
		if got.Text("errors.0.code") != "InvalidPaginationDepth" || got.At("error") != nil {
			t.Errorf("%s", got.Body)
		}
	})
}

// Count and pages are of memberships: people without an organization neither count nor take a place.
func TestOrganizationMembershipsCountMemberships(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		org := d.Admin.Post("organizations", wrapped("organization", object{"name": "Lens Ltd"}), 201).ID("organization.id")
		if got := d.Agent.Get("organization_memberships", 200); got.ID("count") != 0 {
			t.Errorf("none: %s", got.Body)
		}
		var in []int64
		for _, name := range []string{"Ana", "Bo", "Cy", "Di"} {
			user := object{"name": name}
			if name != "Bo" {
				user["organization_id"] = org
			}
			id := d.Agent.Post("users", wrapped("user", user), 201).ID("user.id")
			if name != "Bo" {
				in = append(in, id)
			}
		}
		for _, path := range []string{"organization_memberships", "organizations/" + num(org) + "/organization_memberships", "organization_memberships?organization_id=" + num(org)} {
			if got := d.Agent.Get(path, 200); got.ID("count") != 3 || !cmp.Equal(got.IDs("organization_memberships"), in) {
				t.Errorf("%s: %s", path, got.Body)
			}
		}
		first := d.Agent.Get("organization_memberships?page[size]=2", 200)
		if got := first.IDs("organization_memberships"); !cmp.Equal(got, in[:2]) || first.At("meta.has_more") != true {
			t.Errorf("first page: %s", first.Body)
		}
		for _, path := range []string{"organization_memberships?user_id=" + num(in[1]), "users/" + num(in[1]) + "/organization_memberships"} {
			if got := d.Agent.Get(path, 200); got.ID("count") != 1 || !cmp.Equal(got.IDs("organization_memberships"), in[1:2]) {
				t.Errorf("%s: %s", path, got.Body)
			}
		}
		d.Agent.Get("users/77/organization_memberships", 404)
	})
}

// time_zone speaks Rails's names and iana_time_zone the others; either fills both.
func TestUsersHaveTimeZonesUnderBothNames(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := "users/" + userNum(d.EndUser)
		for _, c := range []struct {
			in         object
			name, iana string
		}{
			{object{"time_zone": "Eastern Time (US & Canada)"}, "Eastern Time (US & Canada)", "America/New_York"},
			{object{"time_zone": "Berlin"}, "Berlin", "Europe/Berlin"},
			{object{"iana_time_zone": "Europe/Copenhagen"}, "Copenhagen", "Europe/Copenhagen"},
			{object{"time_zone": "Europe/Oslo"}, "Europe/Oslo", "Europe/Oslo"},
			{object{"time_zone": "Copenhagen", "iana_time_zone": "Europe/Rome"}, "Rome", "Europe/Rome"},
			{object{"time_zone": "UTC"}, "UTC", "Etc/UTC"},
		} {
			got := d.Admin.Put(path, wrapped("user", c.in), 200)
			if got.Text("user.time_zone") != c.name || got.Text("user.iana_time_zone") != c.iana {
				t.Errorf("%v: %v, %v", c.in, got.At("user.time_zone"), got.At("user.iana_time_zone"))
			}
		}
		d.Admin.Put(path, wrapped("user", object{"time_zone": "Mars"}), 422)
	})
}

// What a declarative client does not say stays empty, and what it says is kept, 0 too.
func TestTicketFormsComeBackAsTheyWereSent(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for range 2 {
			made := d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "Repairs", "position": 0}), 201)
			for _, got := range []*apitest.Answer{made, d.Admin.Get("ticket_forms/"+num(made.ID("ticket_form.id")), 200)} {
				if got.At("ticket_form.position") != 0.0 || got.At("ticket_form.display_name") != "" || got.At("ticket_form.raw_display_name") != "" {
					t.Errorf("%s", got.Body)
				}
			}
		}
		last := d.Admin.Post("ticket_forms", wrapped("ticket_form", object{"name": "Last"}), 201).ID("ticket_form.id")
		if all := d.Admin.Get("ticket_forms", 200).IDs("ticket_forms"); all[len(all)-1] != last {
			t.Errorf("%v, want %d last", all, last)
		}
	})
}

func TestNotificationsNameTheirRecipients(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for _, to := range []string{"requester_and_ccs", "assignee_id"} {
			d.Admin.Post("triggers", wrapped("trigger", object{"title": "Tell " + to, "conditions": object{"all": array{object{"field": "update_type", "operator": "is", "value": "Create"}}},
				"actions": array{object{"field": "notification_user", "value": array{to, "S", "B"}}}}), 201)
		}
		asks := d.Admin.Post("users", wrapped("user", object{"name": "Asks", "email": "asks@cam.example"}), 201).ID("user.id")
		id := ticket(d.Agent, object{"requester_id": asks, "email_ccs": array{object{"user_email": "cc@cam.example"}}})
		cc := d.Agent.Get("tickets/"+num(id), 200).At("ticket.email_cc_ids.0")
		var got []any
		audits := d.Agent.Get("tickets/"+num(id)+"/audits", 200)
		for i, e := range audits.List("audits.0.events") {
			if e.(object)["type"] == "Notification" && e.(object)["subject"] == "S" {
				got = append(got, audits.At("audits.0.events."+num(int64(i))+".recipients"))
			}
		}
		if diff := cmp.Diff([]any{array{float64(asks), cc}}, got); diff != "" { // there is no assignee: nobody was told
			t.Error(diff)
		}
	})
}

func TestTicketsSortByLocale(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := map[string]int64{}
		for _, locale := range []string{"de", "en-US"} {
			user := d.Admin.Post("users", wrapped("user", object{"name": locale, "locale": locale}), 201).ID("user.id")
			made[locale] = ticket(d.Agent, object{"requester_id": user})
		}
		for query, want := range map[string][]int64{"sort_by=locale": {made["de"], made["en-US"]}, "sort_by=locale&sort_order=desc": {made["en-US"], made["de"]}} {
			if got := d.Agent.Get("tickets?"+query, 200).IDs("tickets"); !cmp.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
	})
}

func TestWhatClientsReadBesideTheirOwn(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := num(ticket(d.Agent, nil))
		if got := d.Agent.Get("tickets/"+id, 200); got.Text("ticket.satisfaction_rating.score") != "unoffered" {
			t.Errorf("%s", got.Body)
		}
		related := d.Agent.Get("tickets/"+id+"/related", 200)
		if related.Text("url") == "" || related.At("twitter") == nil {
			t.Errorf("%s", related.Body)
		}
		org := d.Admin.Post("organizations", wrapped("organization", object{"name": "Two", "domain_names": "a.example, B.example"}), 201)
		if diff := cmp.Diff(array{"a.example", "b.example"}, org.At("organization.domain_names")); diff != "" {
			t.Error(diff)
		}
	})
}

// Whoever looks through the events of an update that changed nothing finds none.
func TestUpdateWithoutEffectHasAnAuditWithoutEvents(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := "tickets/" + num(ticket(d.Agent, object{"priority": "high"}))
		got := d.Agent.Put(path, wrapped("ticket", object{"priority": "high"}), 200)
		if events, ok := got.At("audit.events").(array); !ok || len(events) != 0 || got.At("audit.id") != nil {
			t.Errorf("%s", got.Body)
		}
		if n := len(d.Agent.Get(path+"/audits", 200).List("audits")); n != 1 {
			t.Errorf("%d audits", n)
		}
	})
}

// Comments tell staff which program they came from, as their audits do, and nobody else.
func TestCommentsSayWhatProgramTheyCameFrom(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := num(ticket(d.Agent.With(t, "User-Agent", "exporter/1"), object{"requester_id": d.EndUser.User.ID}))
		want := d.Agent.Get("tickets/"+id+"/audits", 200).At("audits.0.metadata.system")
		got := d.Agent.Get("tickets/"+id+"/comments", 200)
		if diff := cmp.Diff(want, got.At("comments.0.metadata.system")); diff != "" || got.Text("comments.0.metadata.system.client") != "exporter/1" {
			t.Errorf("%s %s", diff, got.Body)
		}
		if got := d.EndUser.Get("requests/"+id+"/comments", 200).At("comments.0.metadata.system.client"); got != nil {
			t.Errorf("end users read %v", got)
		}
	})
}

// Columns of custom fields say what they are, and stand among custom_fields only.
func TestViewsTellColumnsOfCustomFieldsApart(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		field := d.Admin.Post("ticket_fields", wrapped("ticket_field", object{"type": "text", "title": "Serial"}), 201).ID("ticket_field.id")
		got := d.Admin.Post("views", wrapped("view", object{"title": "V", "all": array{object{"field": "status", "operator": "less_than", "value": "solved"}},
			"output": object{"columns": array{"subject", num(field)}, "group_by": "status"}}), 201)
		for at, want := range map[string]any{"view.execution.columns.1.type": "text", "view.execution.fields.0.id": "subject",
			"view.execution.custom_fields.0.id": float64(field), "view.execution.group.sortable": true} {
			if diff := cmp.Diff(want, got.At(at)); diff != "" {
				t.Errorf("%s: %s", at, diff)
			}
		}
		if n := len(got.List("view.execution.fields")); n != 1 || got.Text("view.execution.columns.1.url") == "" {
			t.Errorf("%s", got.Body)
		}
	})
}
