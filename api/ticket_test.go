package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

type (
	object = apitest.Object
	array  = apitest.List
)

// onDesk runs fn on a fresh account of each engine.
func onDesk(t *testing.T, fn func(t *testing.T, d *apitest.Desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { fn(t, apitest.Start(t, db).Desk(t, "acme")) })
}

// ticket makes one and gives its id.
func ticket(c *apitest.Client, more object) int64 {
	in := object{"subject": "Grey stripes", "comment": object{"body": "The right third is grey."}}
	for k, v := range more {
		in[k] = v
	}
	return c.Post("tickets", object{"ticket": in}, 201).ID("ticket.id")
}

func TestTicketLife(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Agent.Post("tickets.json", object{"ticket": object{"subject": "Grey stripes",
			"comment": object{"body": "The right third is grey.\n\nSince Monday."}, "tags": "camera, IMAGE_sensor", "priority": "high",
			"external_id": 4711, "requester": object{"name": "Ana", "email": "Ana@Example.com"}, "metadata": object{"shop": "north"}}}, 201)
		id := made.ID("ticket.id")
		url := fmt.Sprintf("http://%s/api/v2/tickets/%d.json", d.Host("acme"), id)
		if made.Text("ticket.url") != url || made.Header.Get("Location") != url {
			t.Errorf("url %q, Location %q, want %q", made.Text("ticket.url"), made.Header.Get("Location"), url)
		}
		if diff := cmp.Diff([]any{"camera", "image_sensor"}, made.At("ticket.tags")); diff != "" {
			t.Error(diff)
		}
		if made.Text("ticket.external_id") != "4711" || made.Text("audit.metadata.custom.shop") != "north" {
			t.Errorf("%s", made.Body)
		}
		ana := d.Agent.Get(fmt.Sprintf("users/%d.json", made.ID("ticket.requester_id")), 200)
		if ana.Text("user.email") != "ana@example.com" || ana.Text("user.role") != "end-user" {
			t.Errorf("requester: %s", ana.Body)
		}
		shown := d.Agent.Get(fmt.Sprintf("tickets/%d", id), 200)
		if diff := cmp.Diff(made.At("ticket"), shown.At("ticket")); diff != "" {
			t.Error(diff)
		}
		changed := d.Agent.Put(fmt.Sprintf("tickets/%d.json", id), object{"ticket": object{"status": "solved",
			"comment": object{"html_body": "<b>Fixed</b><script>x()</script>", "public": "false"}}}, 200)
		if changed.Text("ticket.status") != "solved" || changed.ID("ticket.assignee_id") != int64(d.Agent.User.ID) {
			t.Errorf("%s", changed.Body)
		}
		comments := d.Agent.Get(fmt.Sprintf("tickets/%d/comments?include=users", id), 200)
		if comments.At("comments.1.public") != false || comments.Text("comments.1.body") != "Fixed" || strings.Contains(string(comments.Body), "script") {
			t.Errorf("%s", comments.Body)
		}
		d.Agent.Delete(fmt.Sprintf("tickets/%d.json", id), 204)
		d.Agent.Get(fmt.Sprintf("tickets/%d", id), 404)
		d.Agent.Delete(fmt.Sprintf("tickets/%d", id), 404)
	})
}

// A client may send back all of what it got.
func TestWholeTicketComesBack(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"type": "incident", "collaborators": array{d.Admin.User.ID, "cc@example.com"}, "tags": array{"a"}})
		path := fmt.Sprintf("tickets/%d", id)
		was := d.Agent.Get(path, 200)
		answer := d.Agent.Put(path, object{"ticket": was.At("ticket")}, 200)
		if answer.At("audit.id") != nil || len(answer.List("audit.events")) != 0 {
			t.Errorf("something changed: %s", answer.Body)
		}
		if diff := cmp.Diff(was.At("ticket"), answer.At("ticket")); diff != "" {
			t.Error(diff)
		}
		warn := answer.Header.Get("X-Zendesk-API-Warn")
		if !strings.Contains(warn, `:unpermitted_keys=>[`) || !strings.Contains(warn, `"url"`) {
			t.Errorf("warning %q", warn)
		}
	})
}

func TestTicketFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, nil)
		closed := ticket(d.Agent, object{"assignee_id": d.Agent.User.ID, "status": "closed"})
		for name, c := range map[string]struct {
			path   string
			body   any
			status int
			want   string
		}{
			"no record":        {"tickets/1", object{"x": 1}, 400, "Parameter ticket is required"},
			"no JSON":          {"tickets/1", "{", 400, "InvalidJSON"},
			"wrong types":      {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"assignee_id": "me", "tags": object{}}}, 422, "Assignee id: must be a whole number"},
			"unknown status":   {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"status": "sleeping"}}, 422, "Status: sleeping is not valid"},
			"unknown assignee": {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"assignee_id": 77}}, 422, "is not an agent"},
			"unknown email":    {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"assignee_email": "x@y.z"}}, 422, "no agent has this email"},
			"closed":           {fmt.Sprintf("tickets/%d", closed), object{"ticket": object{"status": "open"}}, 422, "closed prevents ticket update"},
			"unknown field":    {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"custom_fields": array{object{"id": 9, "value": "x"}}}}, 422, "no custom field has the id 9"},
			"unknown upload":   {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"comment": object{"body": "x", "uploads": "abc"}}}, 422, "no upload of yours"},
			"unknown share":    {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"sharing_agreement_ids": array{5}}}, 422, "RecordInvalid"},
			"not there":        {"tickets/999999", object{"ticket": object{"status": "open"}}, 404, "RecordNotFound"},
			"no number":        {"tickets/abc", object{"ticket": object{"status": "open"}}, 404, "RecordNotFound"},
			"no stamp":         {fmt.Sprintf("tickets/%d", id), object{"ticket": object{"safe_update": true}}, 422, "updated_at that you saw"},
		} {
			t.Run(name, func(t *testing.T) {
				if got := d.Agent.In(t).Put(c.path, c.body, c.status); !strings.Contains(string(got.Body), c.want) {
					t.Errorf("got %s, want %q in it", got.Body, c.want)
				}
			})
		}
		d.Agent.Post("tickets", object{"ticket": object{"subject": ""}}, 422)
		d.Agent.Get("nothing/here", 404)
	})
}

func TestSafeUpdate(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, nil))
		seen := d.Agent.Get(path, 200).Text("ticket.updated_at")
		put := func(stamp, subject string, want int) *apitest.Answer {
			return d.Agent.Put(path, object{"ticket": object{"subject": subject, "safe_update": true, "updated_stamp": stamp}}, want)
		}
		put(seen, "first", 200)
		if got := put(seen, "second", 409); got.Text("error") != "UpdateConflict" {
			t.Errorf("%s", got.Body)
		}
		stamps := []string{seen}
		for i := range 10 { // far more than one a second
			stamps = append(stamps, d.Agent.Put(path, object{"ticket": object{"comment": object{"body": fmt.Sprint("more ", i)}}}, 200).Text("ticket.updated_at"))
		}
		for i, stamp := range stamps[:len(stamps)-1] {
			if put(stamp, "stale", 409); stamp >= stamps[i+1] {
				t.Errorf("%s came before %s", stamp, stamps[i+1])
			}
		}
		put(stamps[len(stamps)-1], "last", 200)
	})
}

func TestIdempotencyKey(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		agent := d.Agent.With(t, "Idempotency-Key", "k1")
		body := object{"ticket": object{"subject": "once", "comment": object{"body": "b"}}}
		first, second := agent.Post("tickets", body, 201), agent.Post("tickets", body, 201)
		if first.ID("ticket.id") != second.ID("ticket.id") || first.ID("audit.id") != second.ID("audit.id") {
			t.Errorf("%s\n%s", first.Body, second.Body)
		}
		if first.Header.Get("X-Idempotency-Lookup") != "miss" || second.Header.Get("X-Idempotency-Lookup") != "hit" {
			t.Errorf("%v %v", first.Header, second.Header)
		}
		agent.Post("tickets", object{"ticket": object{"subject": "other", "comment": object{"body": "b"}}}, 400)
		if n := d.Agent.Get("tickets/count", 200).ID("count.value"); n != 1 {
			t.Errorf("%d tickets", n)
		}
	})
}

func TestTicketLists(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var ids, mine []int64
		for i := range 7 {
			more := object{"priority": []string{"low", "high", "normal"}[i%3]}
			if i%2 == 0 {
				more["assignee_id"] = d.Agent.User.ID
			}
			id := ticket(d.Agent, more)
			ids = append(ids, id)
			if i%2 == 0 {
				mine = append(mine, id)
			}
		}
		down := slices.Clone(ids)
		slices.Reverse(down)
		for path, want := range map[string][]int64{
			"tickets":                 ids,
			"tickets?sort=-id":        down,
			"tickets?sort=updated_at": ids,
			"tickets?sort_by=created_at&sort_order=desc":               down,
			"tickets?sort=-priority":                                   {ids[4], ids[1], ids[5], ids[2], ids[6], ids[3], ids[0]},
			"tickets?sort_by=assignee":                                 {ids[1], ids[3], ids[5], ids[0], ids[2], ids[4], ids[6]},
			"tickets?sort_by=requester.name":                           ids,
			"tickets?sort_by=subject&sort_order=desc":                  down,
			"tickets?sort=-group":                                      down,
			fmt.Sprintf("users/%d/tickets/assigned", d.Agent.User.ID):  mine,
			fmt.Sprintf("users/%d/tickets/requested", d.Agent.User.ID): ids,
			fmt.Sprintf("users/%d/tickets/ccd", d.Agent.User.ID):       nil,
		} {
			for name, got := range map[string][]int64{
				"offset": d.Agent.All(path, "tickets", 3, false), "cursor": d.Agent.All(path, "tickets", 3, true), "back": d.Agent.Back(path, "tickets", 3),
			} {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s by %s: %s", path, name, diff)
				}
			}
		}
		page := d.Agent.Get("tickets.json?per_page=3&page=2", 200)
		if page.ID("count") != 7 || page.Text("next_page") != fmt.Sprintf("http://%s/api/v2/tickets.json?page=3&per_page=3", d.Host("acme")) {
			t.Errorf("%v %v", page.At("count"), page.At("next_page"))
		}
		last := d.Agent.Get("tickets?page[size]=7", 200)
		if last.At("meta.has_more") != false || last.At("links.prev") == nil {
			t.Errorf("%s", last.Body)
		}
		for _, bad := range []string{"page=0", "per_page=x", "page[size]=0", "page[size]=101", "page[after]=x"} {
			if got := d.Agent.Get("tickets?"+bad, 400); got.Text("error") != "InvalidPaginationParameter" {
				t.Errorf("%s: %s", bad, got.Body)
			}
		}
		d.Agent.Get("tickets?sort=colour", 400)
		many := d.Agent.Get(fmt.Sprintf("tickets/show_many?ids=%d,%d,999&include=users,groups,comment_count", ids[3], ids[1]), 200)
		if diff := cmp.Diff([]int64{ids[3], ids[1]}, many.IDs("tickets")); diff != "" || many.ID("tickets.0.comment_count") != 1 {
			t.Errorf("%s %s", diff, many.Body)
		}
		if got := d.Agent.Get("tickets/show_many?ids="+strings.Repeat("1,", 101), 400); got.Text("error") != "TooManyValues" {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestWhoMaySeeTickets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, nil)
		path := fmt.Sprintf("tickets/%d", id)
		d.EndUser.Get(path, 403)
		d.EndUser.Get("tickets", 403)
		d.EndUser.Put(path, object{"ticket": object{"status": "solved"}}, 403)
		d.EndUser.Post("tickets", object{"ticket": object{"comment": "x"}}, 403)
		d.Nobody.Get(path, 401)
		other := d.Server.Desk(t, "kongen")
		other.Agent.Get(path, 404)
		other.Agent.Get(path+"/comments", 404)
		other.Agent.Get(path+"/audits", 404)
		other.Agent.Put(path, object{"ticket": object{"status": "open"}}, 404)
		other.Agent.Get(fmt.Sprintf("users/%d/tickets/requested", d.Agent.User.ID), 404)
		wrong := &apitest.Client{}
		*wrong = *other.Agent
		wrong.Token = d.Agent.Token
		wrong.Get("tickets", 401)
	})
}

func TestPeopleOnTickets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"email_ccs": array{object{"user_email": "cc@example.com", "user_name": "Cece"}},
			"followers": array{object{"user_id": d.Admin.User.ID}}, "additional_collaborators": array{"more@example.com"}})
		path := fmt.Sprintf("tickets/%d", id)
		if n := len(d.Agent.Get(path+"/email_ccs", 200).List("users")); n != 2 {
			t.Errorf("%d copied", n)
		}
		if got := d.Agent.Get(path+"/followers", 200).IDs("users"); !slices.Equal(got, []int64{int64(d.Admin.User.ID)}) {
			t.Errorf("followers %v", got)
		}
		answer := d.Agent.Put(path, object{"ticket": object{"email_ccs": array{object{"user_email": "cc@example.com", "action": "delete"}},
			"followers": array{object{"user_id": fmt.Sprint(d.Admin.User.ID), "action": "delete"}}}}, 200)
		if len(answer.List("ticket.email_cc_ids")) != 1 || len(answer.List("ticket.follower_ids")) != 0 {
			t.Errorf("%s", answer.Body)
		}
		if got := d.Agent.Get(path+"/collaborators", 200).IDs("users"); len(got) != 1 {
			t.Errorf("collaborators %v", got)
		}
		d.Agent.Put(path, object{"ticket": object{"collaborators": array{"no address"}}}, 422)
		related := d.Agent.Get(path+"/related", 200)
		if related.ID("incidents") != 0 {
			t.Errorf("%s", related.Body)
		}
	})
}

func TestCustomFieldShapes(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var f desk.TicketField
		err := d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			f = desk.TicketField{Type: desk.FieldMultiselect, Title: "Parts", Active: true,
				Options: []desk.FieldOption{{Name: "Lens", Value: "lens"}, {Name: "Sensor", Value: "sensor"}}}
			return tx.InsertField(ctx, &f)
		})
		if err != nil {
			t.Fatal(err)
		}
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, object{"custom_fields": array{object{"id": f.ID, "value": array{"lens"}}}}))
		for name, c := range map[string]struct{ in, want any }{
			"object": {object{fmt.Sprint(f.ID): array{"sensor", "lens"}}, array{"lens", "sensor"}},
			"list":   {array{object{"id": fmt.Sprint(f.ID), "value": "sensor"}}, array{"sensor"}},
			"null":   {array{object{"id": f.ID, "value": nil}}, nil},
		} {
			got := d.Agent.Put(path, object{"ticket": object{"fields": c.in}}, 200)
			if diff := cmp.Diff(c.want, got.At("ticket.custom_fields.0.value")); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}
