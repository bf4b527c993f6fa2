package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
)

// request makes one as c and gives its id.
func request(c *apitest.Client, subject string) int64 {
	return c.Post("requests", object{"request": object{"subject": subject, "comment": object{"body": "It is grey."}}}, 201).ID("request.id")
}

func TestRequestLife(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.EndUser, "Stripes")
		path, asTicket := fmt.Sprintf("requests/%d", id), fmt.Sprintf("tickets/%d", id)
		d.Agent.Put(asTicket, object{"ticket": object{"status": "hold", "assignee_id": d.Agent.User.ID, "comment": object{"body": "secret", "public": false}}}, 200)
		if got := d.EndUser.Get(path, 200); got.Text("request.status") != "open" || got.At("request.can_be_solved_by_me") != true {
			t.Errorf("%s", got.Body)
		}
		comments := d.EndUser.Get(path+"/comments", 200)
		if comments.ID("count") != 1 || strings.Contains(string(comments.Body), "secret") {
			t.Errorf("%s", comments.Body)
		}
		all := d.Agent.Get(asTicket+"/comments", 200)
		d.EndUser.Get(fmt.Sprintf("%s/comments/%d", path, all.ID("comments.0.id")), 200)
		d.EndUser.Get(fmt.Sprintf("%s/comments/%d", path, all.ID("comments.1.id")), 404)
		solved := d.EndUser.Put(path, object{"request": object{"solved": "true", "comment": "Thanks"}}, 200)
		if solved.Text("request.status") != "solved" {
			t.Errorf("%s", solved.Body)
		}
		again := d.EndUser.Put(path, object{"request": object{"comment": object{"body": "Not yet", "public": false}}}, 422)
		if !strings.Contains(string(again.Body), "public comments") {
			t.Errorf("%s", again.Body)
		}
		if got := d.EndUser.Put(path, object{"request": object{"comment": object{"body": "Not yet"}}}, 200); got.Text("request.status") != "open" {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestRequestLists(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var ids []int64
		for i := range 5 {
			ids = append(ids, request(d.EndUser, fmt.Sprint("r", i)))
		}
		request(d.Person(t, "Uma Other", desk.EndUser), "foreign")
		hidden := ticket(d.Agent, object{"requester_id": d.EndUser.User.ID, "comment": object{"body": "note", "public": false}})
		d.Agent.Put(fmt.Sprintf("tickets/%d", ids[0]), object{"ticket": object{"status": "solved"}}, 200)
		for path, want := range map[string][]int64{"requests": ids, "requests/open": ids[1:], "requests/solved": ids[:1], "requests/ccd": nil} {
			for name, got := range map[string][]int64{"offset": d.EndUser.All(path, "requests", 2, false),
				"cursor": d.EndUser.All(path, "requests", 2, true), "back": d.EndUser.Back(path, "requests", 2)} {
				if !slices.Equal(got, want) {
					t.Errorf("%s by %s: %v, want %v", path, name, got, want)
				}
			}
		}
		d.EndUser.Get(fmt.Sprintf("requests/%d", hidden), 404)
		if got := d.Agent.All(fmt.Sprintf("users/%d/requests", d.EndUser.User.ID), "requests", 2, true); !slices.Equal(got, ids) {
			t.Errorf("%v", got)
		}
	})
}

func TestPrivateBeginningStaysPrivate(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"requester_id": d.EndUser.User.ID, "comment": object{"body": "he shouts", "public": false}})
		d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"comment": object{"body": "Hello", "public": true}}}, 200)
		for _, path := range []string{"requests", fmt.Sprintf("requests/%d", id)} {
			if got := d.EndUser.Get(path, 200); strings.Contains(string(got.Body), "shouts") {
				t.Errorf("%s: %s", path, got.Body)
			}
		}
	})
}

func TestRequestOfNobodyInParticular(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Nobody.Post("requests", object{"request": object{"subject": "x", "comment": "y"}}, 422)
		made := d.Nobody.Post("requests", object{"request": object{"subject": "Help", "comment": object{"body": "y"},
			"requester": object{"name": "Nora", "email": "nora@example.com"}, "collaborators": array{"x@example.com"}}}, 201)
		id := made.ID("request.id")
		shown := d.Agent.Get(fmt.Sprintf("tickets/%d?include=users", id), 200)
		if shown.Text("users.0.email") != "nora@example.com" || len(shown.List("ticket.email_cc_ids")) != 0 {
			t.Errorf("%s", shown.Body)
		}
		asAdmin := d.Nobody.Post("requests", object{"request": object{"subject": "I am Ada", "status": "solved", "comment": object{"body": "y", "author_id": d.Agent.User.ID},
			"requester": object{"email": d.Admin.User.Email}}}, 201)
		comments := d.Agent.Get(fmt.Sprintf("tickets/%d/comments", asAdmin.ID("request.id")), 200)
		author := comments.ID("comments.0.author_id")
		if author == int64(d.Admin.User.ID) || comments.At("comments.0.metadata.trusted") != false || comments.At("comments.0.metadata.flags_options.3.trusted") != false {
			t.Errorf("%s", comments.Body)
		}
		if who := d.Agent.Get(fmt.Sprintf("users/%d", author), 200); who.At("user.email") != nil || !strings.Contains(who.Text("user.details"), d.Admin.User.Email) {
			t.Errorf("an admin's address was given by nobody in particular: %s", who.Body)
		}
		audits := d.Agent.Get(fmt.Sprintf("tickets/%d/audits", asAdmin.ID("request.id")), 200)
		if audits.At("audits.0.metadata.trusted") != false || audits.At("audits.0.events.0.trusted") != false {
			t.Errorf("%s", audits.Body)
		}
		d.Admin.Put(fmt.Sprintf("users/%d", d.EndUser.User.ID), object{"user": object{"suspended": true}}, 200)
		suspended := d.Nobody.Post("requests", object{"request": object{"subject": "Me", "comment": object{"body": "y"}, "requester": object{"name": "Eve", "email": d.EndUser.User.Email}}}, 201)
		if got := d.Agent.Get(fmt.Sprintf("tickets/%d", suspended.ID("request.id")), 200); got.ID("ticket.requester_id") == int64(d.EndUser.User.ID) {
			t.Errorf("somebody suspended made a request: %s", got.Body)
		}
		d.Nobody.Get(fmt.Sprintf("requests/%d", id), 401)
		d.Nobody.With(t, "Authorization", "Bearer wrong").Post("requests", object{"request": object{"subject": "x", "comment": "y", "requester": object{"email": "a@b.c"}}}, 401)
	})
}

func TestEndUsersStayAmongThemselves(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.EndUser, "mine")
		other := d.Person(t, "Uma Other", desk.EndUser)
		other.Get(fmt.Sprintf("requests/%d", id), 404)
		other.Get(fmt.Sprintf("requests/%d/comments", id), 404)
		other.Put(fmt.Sprintf("requests/%d", id), object{"request": object{"comment": "x"}}, 404)
		d.EndUser.Put(fmt.Sprintf("requests/%d", id), object{"request": object{"email_ccs": array{object{"user_email": other.User.Email}}}}, 200)
		other.Get(fmt.Sprintf("requests/%d", id), 200)
		foreign := d.Server.Desk(t, "kongen")
		foreign.EndUser.Get(fmt.Sprintf("requests/%d", id), 404)
		foreign.Agent.Get(fmt.Sprintf("requests/%d", id), 404)
	})
}

// The dropdown's tag comes from the field, whoever sets it.
func TestRequestFieldBringsItsTag(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		f := desk.TicketField{Type: desk.FieldTagger, Title: "Problem type", Active: true, VisibleInPortal: true, EditableInPortal: true,
			Options: []desk.FieldOption{{Name: "Image sensor", Value: "image_sensor"}}}
		hidden := desk.TicketField{Type: desk.FieldText, Title: "Margin", Active: true}
		if err := d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertField(ctx, &hidden); err != nil {
				return err
			}
			return tx.InsertField(ctx, &f)
		}); err != nil {
			t.Fatal(err)
		}
		made := d.EndUser.Post("requests", object{"request": object{"subject": "s", "comment": "c",
			"custom_fields": array{object{"id": f.ID, "value": "image_sensor"}}}}, 201)
		if n := len(made.List("request.custom_fields")); n != 1 {
			t.Errorf("%s", made.Body)
		}
		shown := d.Agent.Get(fmt.Sprintf("tickets/%d", made.ID("request.id")), 200)
		if shown.Text("ticket.tags.0") != "image_sensor" {
			t.Errorf("%s", shown.Body)
		}
		d.EndUser.Post("requests", object{"request": object{"subject": "s", "comment": "c", "custom_fields": object{fmt.Sprint(hidden.ID): "9"}}}, 422)
	})
}

func TestRequestSearch(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		mine := []int64{request(d.EndUser, "Stripes one"), request(d.EndUser, "Stripes two"), request(d.EndUser, "Stripes three")}
		foreign := request(d.Person(t, "Uma Other", desk.EndUser), "Stripes")
		ticket(d.Agent, object{"requester_id": d.EndUser.User.ID, "comment": object{"body": "Stripes", "public": false}})
		d.Agent.Put(fmt.Sprintf("tickets/%d", mine[0]), object{"ticket": object{"comment": object{"body": "moonlight", "public": false}}}, 200)
		for name, got := range map[string][]int64{
			"offset": d.EndUser.All("requests/search?query=stripes&sort_by=created_at&sort_order=asc", "requests", 2, false),
			"cursor": d.EndUser.All("requests/search?query=stripes&sort_by=created_at&sort_order=asc", "requests", 2, true),
		} {
			if !slices.Equal(got, mine) {
				t.Errorf("%s: %v, want %v", name, got, mine)
			}
		}
		if got := d.EndUser.Get("requests/search?query=moonlight", 200).IDs("requests"); len(got) > 0 {
			t.Errorf("found by a private note: %v", got)
		}
		if got := d.Agent.Get("requests/search?query=subject:stripes", 200).IDs("requests"); !slices.Contains(got, foreign) {
			t.Errorf("an agent finds %v", got)
		}
		d.EndUser.Get("requests/search?query=", 422)
		d.EndUser.Get("requests/search?query=assignee:me", 422)
		d.Nobody.Get("requests/search?query=stripes", 401)
	})
}

func TestRequestsOfOrganization(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := d.Admin.Post("organizations", wrapped("organization", object{"name": "Kongen"}), 201).ID("organization.id")
		d.Agent.Put("users/"+num(int64(d.EndUser.User.ID)), wrapped("user", object{"organization_id": id}), 200)
		made := request(d.EndUser, "Stripes")
		if got := d.Agent.Get("organizations/"+num(id)+"/requests", 200).IDs("requests"); !slices.Equal(got, []int64{made}) {
			t.Errorf("%v, want %d", got, made)
		}
	})
}

// TestRequestersFindTheirOrganization: whoever writes from a company's domain belongs to it from the first request on.
func TestRequestersFindTheirOrganization(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		org := d.Admin.Post("organizations", object{"organization": object{"name": "Photo", "domain_names": array{"photo.example"}}}, 201).ID("organization.id")
		got := d.Nobody.Post("requests", object{"request": object{"subject": "Grey", "comment": object{"body": "It is grey."},
			"requester": object{"name": "Pia", "email": "pia@photo.example"}}}, 201)
		shown := d.Agent.Get(fmt.Sprintf("tickets/%d?include=users", got.ID("request.id")), 200)
		if shown.ID("ticket.organization_id") != org {
			t.Errorf("%s", shown.Body)
		}
	})
}
