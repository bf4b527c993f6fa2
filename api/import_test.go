package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
)

// old is a ticket as another help desk had it.
func old(d *apitest.Desk, more object) object {
	in := object{"subject": "An old one", "requester_id": d.EndUser.User.ID, "assignee_id": d.Agent.User.ID, "status": "closed", "tags": array{"imported"},
		"created_at": "2024-03-01T09:00:00Z", "updated_at": "2024-03-05T10:00:00Z", "solved_at": "2024-03-04T10:00:00Z",
		"comments": array{object{"author_id": d.EndUser.User.ID, "value": "It is grey", "created_at": "2024-03-01T09:00:00Z"},
			object{"author_id": d.Agent.User.ID, "html_body": "<p>Turn it <b>on</b></p><script>x</script>", "created_at": "2024-03-02T09:00:00Z"},
			object{"author_id": d.Agent.User.ID, "body": "He means it", "public": false, "created_at": "2024-03-02T09:05:00Z"}}}
	for k, v := range more {
		in[k] = v
	}
	return in
}

func TestImportRefusesTimesThatCannotBe(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for _, wrong := range []object{{"solved_at": "2001-01-01T00:00:00Z"}, {"created_at": "0001-06-01T00:00:00Z"}, {"updated_at": "2999-01-01T00:00:00Z"}} {
			d.Admin.Post("imports/tickets", object{"ticket": old(d, wrong)}, 422)
		}
	})
}

func TestImportKeepsWhatWas(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Admin.Post("triggers", object{"trigger": object{"title": "Mark", "conditions": object{"all": array{object{"field": "update_type", "value": "Create"}}},
			"actions": array{object{"field": "current_tags", "value": "touched"}, object{"field": "notification_user", "value": array{"requester_id", "s", "b"}}}}}, 201)
		made := d.Admin.Post("imports/tickets?archive_immediately=true", object{"ticket": old(d, nil)}, 201)
		path := fmt.Sprintf("tickets/%d", made.ID("ticket.id"))
		got := d.Agent.Get(path, 200)
		for member, want := range map[string]string{"status": "closed", "created_at": "2024-03-01T09:00:00Z", "updated_at": "2024-03-05T10:00:00Z", "description": "It is grey"} {
			if got.Text("ticket."+member) != want {
				t.Errorf("%s is %q, want %q", member, got.Text("ticket."+member), want)
			}
		}
		if strings.Contains(string(got.Body), "touched") {
			t.Errorf("a rule ran: %s", got.Body)
		}
		comments := d.Agent.Get(path+"/comments", 200)
		var times, authors []string
		for i := range comments.List("comments") {
			at := fmt.Sprintf("comments.%d.", i)
			times, authors = append(times, comments.Text(at+"created_at")), append(authors, fmt.Sprint(comments.ID(at+"author_id")))
		}
		if want := []string{"2024-03-01T09:00:00Z", "2024-03-02T09:00:00Z", "2024-03-02T09:05:00Z"}; !slices.Equal(times, want) || authors[0] == authors[1] || authors[1] != authors[2] {
			t.Errorf("%s", comments.Body)
		}
		if strings.Contains(string(comments.Body), "script") || comments.At("comments.2.public") != false {
			t.Errorf("%s", comments.Body)
		}
		audits := d.Agent.Get(path+"/audits", 200)
		if len(audits.List("audits")) != 3 || strings.Contains(string(audits.Body), "Notification") || audits.Text("audits.1.created_at") != "2024-03-02T09:00:00Z" {
			t.Errorf("%s", audits.Body)
		}
		if seen := d.EndUser.Get(fmt.Sprintf("requests/%d/comments", made.ID("ticket.id")), 200); seen.ID("count") != 2 {
			t.Errorf("%s", seen.Body)
		}
		metrics := d.Agent.Get(path+"/metrics", 200)
		if metrics.Text("ticket_metric.solved_at") != "2024-03-04T10:00:00Z" {
			t.Errorf("%s", metrics.Body)
		}
		if found := d.Agent.Get("search?query=type:ticket+solved:2024-03-04", 200); found.ID("count") != 1 {
			t.Errorf("%s", found.Body)
		}
	})
}

func TestImportRefuses(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		later := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
		for name, in := range map[string]object{
			"no words":                  old(d, object{"comments": array{}}),
			"a time to come":            old(d, object{"created_at": later}),
			"a comment of time to come": old(d, object{"comments": array{object{"body": "a"}, object{"body": "b", "created_at": later}}}),
			"an empty comment":          old(d, object{"comments": array{object{"body": "a"}, object{"created_at": "2024-03-02T09:00:00Z"}}}),
			"an unknown author":         old(d, object{"comments": array{object{"body": "a"}, object{"body": "b", "author_id": 5}}}),
			"no status":                 old(d, object{"status": "sleeping"}),
		} {
			if got := d.Admin.Post("imports/tickets", object{"ticket": in}, 422); !strings.Contains(string(got.Body), "details") {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
		d.Agent.Post("imports/tickets", object{"ticket": old(d, nil)}, 403)
		if n := d.Agent.Get("tickets/count", 200).ID("count.value"); n != 0 {
			t.Errorf("%d tickets are half stored", n)
		}
	})
}

func TestImportOfMany(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		begun := d.Admin.Post("imports/tickets/create_many", object{"tickets": array{old(d, nil), old(d, object{"status": "sleeping"}), old(d, object{"status": "open", "solved_at": nil})}}, 200)
		done := finished(t, d.Admin, begun)
		all := d.Agent.Get("tickets", 200)
		if all.ID("count") != 2 || all.Text("tickets.0.created_at") != "2024-03-01T09:00:00Z" || all.Text("tickets.1.status") != "open" {
			t.Errorf("%s\n%s", done.Body, all.Body)
		}
		d.Agent.Put(fmt.Sprintf("tickets/%d", all.ID("tickets.1.id")), object{"ticket": object{"comment": object{"body": "Hello again"}, "status": string(desk.Pending)}}, 200)
	})
}
