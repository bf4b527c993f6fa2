package api_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
)

// exportedBy asks for an export until it has so many records: on PostgreSQL what was written stands in it two seconds later.
func exportedBy(c *apitest.Client, path, key string, want int) *apitest.Answer {
	var got *apitest.Answer
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		got = c.Get(path, 200)
		if len(got.List(key)) >= want || time.Now().After(end) {
			return got
		}
	}
}

func TestExportsGoOnFromWhereTheyStood(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		first, second := ticket(d.Agent, object{"tags": "a"}), ticket(d.Agent, nil)
		got := exportedBy(d.Admin, "incremental/tickets/cursor?start_time=0&include=users", "tickets", 2)
		if ids := got.IDs("tickets"); !slices.Equal(ids, []int64{first, second}) || len(got.List("users")) == 0 || got.At("end_of_stream") != true {
			t.Fatalf("%s", got.Body)
		}
		d.Agent.Put(fmt.Sprintf("tickets/%d", first), object{"ticket": object{"tags": "b"}}, 200)
		d.Agent.Delete(fmt.Sprintf("tickets/%d", second), 204)
		next := exportedBy(d.Admin, got.Text("after_url"), "tickets", 2)
		if ids := next.IDs("tickets"); !slices.Equal(ids, []int64{first, second}) || next.Text("tickets.1.status") != "deleted" {
			t.Fatalf("%s", next.Body)
		}
		if left := d.Admin.Get(got.Text("after_url")+"&exclude_deleted=true", 200); !slices.Equal(left.IDs("tickets"), []int64{first}) {
			t.Errorf("%s", left.Body)
		}
		over := d.Admin.Get(next.Text("after_url"), 200)
		if len(over.List("tickets")) != 0 || over.Text("after_cursor") != next.Text("after_cursor") {
			t.Errorf("%s", over.Body)
		}
		one := d.Admin.Get("incremental/tickets/cursor?start_time=0&per_page=1", 200)
		if len(one.List("tickets")) != 1 || one.At("end_of_stream") != false {
			t.Errorf("%s", one.Body)
		}
	})
}

func TestExportsByTime(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for range 3 {
			ticket(d.Agent, nil)
		}
		all := exportedBy(d.Admin, "incremental/tickets?start_time=0", "tickets", 3)
		if all.ID("count") != 3 || all.At("end_of_stream") != true {
			t.Fatalf("%s", all.Body)
		}
		// A page that is full takes the rest of its second along, so that none is left out.
		seen := map[int64]int{}
		for path := "incremental/tickets?per_page=1&start_time=0"; ; {
			page := d.Admin.Get(path, 200)
			for _, id := range page.IDs("tickets") {
				seen[id]++
			}
			if path = page.Text("next_page"); page.At("end_of_stream") == true {
				break
			}
		}
		if len(seen) != 3 {
			t.Errorf("%v", seen)
		}
		last, err := url.Parse(all.Text("next_page"))
		if err != nil || last.Query().Get("start_time") < fmt.Sprint(time.Now().Unix()-60) {
			t.Errorf("%s", all.Text("next_page"))
		}
		if got := d.Admin.Get("incremental/tickets/sample?start_time=0", 200); len(got.List("tickets")) != 3 {
			t.Errorf("%s", got.Body)
		}
		for path, want := range map[string]int{"incremental/tickets": 400, "incremental/tickets?start_time=x": 400, "incremental/tickets?start_time=-1": 400,
			"incremental/tickets?start_time=99999999999": 422, "incremental/tickets/cursor": 400, "incremental/tickets/cursor?cursor=x": 400,
			"incremental/tickets?start_time=0&per_page=0": 400, "incremental/users?start_time=0": 200} {
			d.Admin.Get(path, want)
		}
		d.Agent.Get("incremental/tickets?start_time=0", 403)
	})
}

func TestExportedPeople(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		org := d.Admin.Post("organizations", object{"organization": object{"name": "Lens makers"}}, 201).ID("organization.id")
		who := d.Admin.Post("users", object{"user": object{"name": "Ana", "email": "ana@example.com", "organization_id": org}}, 201).ID("user.id")
		users := "incremental/users/cursor?start_time=0&include=organizations"
		all := exportedBy(d.Admin, users, "users", 5)
		if !slices.Contains(all.IDs("users"), who) || !slices.Equal(all.IDs("organizations"), []int64{org}) {
			t.Fatalf("%s", all.Body)
		}
		d.Admin.Put(fmt.Sprintf("users/%d", who), object{"user": object{"phone": "+45 1"}}, 200)
		if next := exportedBy(d.Admin, all.Text("after_url"), "users", 1); !slices.Equal(next.IDs("users"), []int64{who}) {
			t.Errorf("%s", next.Body)
		}
		d.Admin.Delete(fmt.Sprintf("users/%d", who), 200)
		gone := exportedBy(d.Admin, strings.Replace(users, "include=organizations", "per_page=100", 1), "users", 5)
		if n := len(gone.List("users")); gone.At(fmt.Sprintf("users.%d.active", n-1)) != false {
			t.Errorf("%s", gone.Body)
		}
		if got := exportedBy(d.Admin, "incremental/organizations?start_time=0", "organizations", 1); !slices.Contains(got.IDs("organizations"), org) {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestExportedEvents(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"tags": "a b"})
		d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"tags": "b c", "comment": object{"body": "Hush", "public": false}}}, 200)
		got := exportedBy(d.Admin, "incremental/ticket_events?start_time=0", "ticket_events", 2)
		text := string(got.Body)
		for _, want := range []string{`"added_tags":["c"]`, `"removed_tags":["a"]`, `"comment_present":true,"comment_public":false`, `"event_type":"Create"`,
			`"via":"Web service"`, `"comment_present":true,"comment_public":true`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s is missing: %s", want, text)
			}
		}
		if strings.Contains(text, "Hush") {
			t.Errorf("%s", text)
		}
		if with := d.Admin.Get("incremental/ticket_events?start_time=0&include=comment_events", 200); !strings.Contains(string(with.Body), `"body":"Hush"`) {
			t.Errorf("%s", with.Body)
		}
	})
}

func TestAllAudits(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		one, two := ticket(d.Agent, nil), ticket(d.Agent, nil)
		d.Agent.Put(fmt.Sprintf("tickets/%d", one), object{"ticket": object{"tags": "x"}}, 200)
		first := d.Agent.Get("ticket_audits?limit=2&include=users", 200)
		if first.ID("audits.0.ticket_id") != one || first.ID("audits.1.ticket_id") != two || len(first.List("users")) != 1 {
			t.Fatalf("%s", first.Body)
		}
		older := d.Agent.Get(first.Text("before_url"), 200)
		if len(older.List("audits")) != 1 || older.ID("audits.0.ticket_id") != one {
			t.Errorf("%s", older.Body)
		}
		if back := d.Agent.Get(older.Text("after_url"), 200); fmt.Sprint(back.IDs("audits")) != fmt.Sprint(first.IDs("audits")) {
			t.Errorf("%s", back.Body)
		}
		if end := d.Agent.Get(older.Text("before_url"), 200); len(end.List("audits")) != 0 || end.At("before_url") != nil {
			t.Errorf("%s", end.Body)
		}
		d.Agent.Get("ticket_audits?cursor=x", 400)
		d.EndUser.Get("ticket_audits", 403)
	})
}
