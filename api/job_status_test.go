package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
)

// finished waits for a job as clients do.
func finished(t *testing.T, c *apitest.Client, job *apitest.Answer) *apitest.Answer {
	t.Helper()
	path := "job_statuses/" + job.Text("job_status.id")
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if a := c.Get(path, 200); a.Text("job_status.status") != "queued" && a.Text("job_status.status") != "working" {
			return a
		}
	}
	t.Fatal("the job does not end")
	return nil
}

func TestBulkJobs(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := finished(t, d.Agent, d.Agent.Post("tickets/create_many", object{"tickets": array{
			object{"subject": "one", "comment": "1", "requester": object{"email": "new@example.com"}},
			object{"subject": "two", "comment": object{"body": "2"}, "status": "nonsense"},
			object{"subject": "three", "comment": "3"}}}, 200))
		if made.Text("job_status.status") != "completed" || made.ID("job_status.progress") != 3 || made.At("job_status.results.1.success") != false {
			t.Fatalf("%s", made.Body)
		}
		one, three := made.ID("job_status.results.0.id"), made.ID("job_status.results.2.id")
		changed := finished(t, d.Agent, d.Agent.Put(fmt.Sprintf("tickets/update_many?ids=%d,%d,999", one, three), object{"ticket": object{"additional_tags": array{"bulk"}}}, 200))
		if changed.At("job_status.results.0.success") != true || changed.Text("job_status.results.2.error") != "TicketUpdateFailed" {
			t.Errorf("%s", changed.Body)
		}
		finished(t, d.Agent, d.Agent.Put("tickets/update_many.json", object{"tickets": array{object{"id": one, "subject": "uno"}, object{"id": three, "subject": "tre"}}}, 200))
		if got := d.Agent.Get(fmt.Sprintf("tickets/%d", three), 200); got.Text("ticket.subject") != "tre" || got.Text("ticket.tags.0") != "bulk" {
			t.Errorf("%s", got.Body)
		}
		gone := finished(t, d.Agent, d.Agent.Delete(fmt.Sprintf("tickets/destroy_many?ids=%d", one), 200))
		if gone.Text("job_status.results.0.status") != "Deleted" {
			t.Errorf("%s", gone.Body)
		}
		d.Agent.Get(fmt.Sprintf("tickets/%d", one), 404)
		id := gone.Text("job_status.id")
		for job, want := range map[*apitest.Answer]string{made: "BulkCreateTicketsJob", changed: "BulkUpdateTicketsJob", gone: "BulkDeleteTicketsJob"} {
			if job.Text("job_status.job_type") != want {
				t.Errorf("%s", job.Body)
			}
		}
		people := d.Admin.Post("users/create_many", object{"users": array{object{"name": "Uma"}}}, 200)
		if got := d.Admin.Get("job_statuses/"+people.Text("job_status.id"), 200); got.Text("job_status.job_type") != "BulkCreateUsersJob" {
			t.Errorf("%s", got.Body)
		}
		if n := len(d.Agent.Get("job_statuses", 200).List("job_statuses")); n != 4 {
			t.Errorf("%d jobs", n)
		}
		d.Agent.Get("job_statuses/show_many?ids="+id+",other", 200)
		d.Person(t, "Cora Agent", "agent").Get("job_statuses/"+id, 404)
		d.Admin.Get("job_statuses/"+id, 200)
		d.EndUser.Get("job_statuses/"+id, 403)
	})
}

func TestBulkFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		many := make(array, 101)
		for i := range many {
			many[i] = object{"subject": "s", "comment": "c"}
		}
		if got := d.Agent.Post("tickets/create_many", object{"tickets": many}, 400); got.Text("error") != "TooManyValues" || got.ID("max_count") != 100 {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Post("tickets/create_many", object{"tickets": "x"}, 400)
		d.Agent.Put("tickets/update_many", object{"tickets": array{object{"subject": "no id"}}}, 400)
		d.Agent.Delete("tickets/destroy_many", 400)
		d.EndUser.Delete("tickets/destroy_many?ids=1", 403)
	})
}

// A job names the rows that are wrong and does the others; the first answer is always that it is queued.
func TestJobsNameTheRowsThatFail(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		one, two := ticket(d.Agent, nil), ticket(d.Agent, nil)
		org := d.Admin.Post("organizations", wrapped("organization", object{"name": "North"}), 201).ID("organization.id")
		user := int64(d.EndUser.User.ID)
		for _, tt := range []struct {
			method, path string
			body         any
			good         []object // what clients read of rows that are right, in order; nil: failed
		}{
			{"POST", "tickets/create_many", object{"tickets": array{
				object{"subject": "a", "comment": "a", "assignee_email": "nobody@acme.example"},
				object{"subject": "b", "comment": "b", "due_at": "tomorrow"},
				object{"subject": "c", "comment": "c"}}},
				[]object{nil, nil, {"index": 2.0, "account_id": float64(d.Account.ID)}}},
			{"PUT", "tickets/update_many", object{"tickets": array{
				object{"id": one, "due_at": "tomorrow"}, object{"id": two, "assignee_email": "nobody@acme.example"}, object{"id": two, "subject": "new"}, object{"id": 999, "subject": "x"}}},
				[]object{nil, nil, {"id": float64(two), "action": "update", "status": "Updated", "success": true}, nil}},
			{"POST", "users/create_many", object{"users": array{object{"name": "Zoe", "organization_id": "x"}, object{"name": "Una", "email": "una@acme.example", "external_id": 7},
				object{"name": "Eve again", "email": d.EndUser.User.Email}}},
				[]object{nil, {"status": "Created", "email": "una@acme.example", "external_id": "7"}, nil}},
			{"POST", "users/create_or_update_many", object{"users": array{object{"name": "Una B", "email": "una@acme.example"}}},
				[]object{{"status": "Updated", "email": "una@acme.example", "external_id": "7"}}},
			{"PUT", "users/update_many", object{"users": array{object{"id": user, "organization_id": "x"}, object{"id": user, "notes": "n"}, object{"id": 999}}},
				[]object{nil, {"id": float64(user), "action": "update", "status": "Updated", "success": true}, nil}},
			{"POST", "organizations/create_many", object{"organizations": array{object{"name": "North"}, object{"name": "South"}}},
				[]object{nil, {"status": "Created"}}},
			{"PUT", "organizations/update_many", object{"organizations": array{object{"id": org, "group_id": "x"}, object{"id": org, "notes": "n"}}},
				[]object{nil, {"id": float64(org), "action": "update", "status": "Updated", "success": true}}},
			{"POST", "group_memberships/create_many", object{"group_memberships": array{object{"user_id": user, "group_id": 1}, object{"user_id": d.Admin.User.ID, "group_id": "x"}}},
				[]object{nil, nil}},
			{"POST", "organization_memberships/create_many", object{"organization_memberships": array{object{"user_id": user, "organization_id": org}}},
				[]object{{"index": 0.0, "id": float64(user)}}},
		} {
			first := d.Admin.Do(tt.method, tt.path, tt.body, 200)
			if first.Text("job_status.status") != "queued" || first.At("job_status.progress") != nil || first.At("job_status.results") != nil {
				t.Errorf("%s answers %s", tt.path, first.Body)
			}
			done := finished(t, d.Admin, first)
			for i, want := range tt.good {
				got := done.At(fmt.Sprintf("job_status.results.%d", i)).(object)
				if want == nil && (got["index"] != float64(i) || got["error"] == "" || got["details"] == "" || got["success"] != false) {
					t.Errorf("%s: row %d is not told to have failed: %v", tt.path, i, got)
				}
				if want == nil && strings.HasSuffix(tt.path, "create_many") && got["id"] != nil {
					t.Errorf("%s: row %d has an id of nothing: %v", tt.path, i, got)
				}
				for k, v := range want {
					if got[k] != v {
						t.Errorf("%s: row %d: %s is %v, want %v", tt.path, i, k, got[k], v)
					}
				}
				if want != nil && len(got) > 4 {
					t.Errorf("%s: row %d tells more: %v", tt.path, i, got)
				}
			}
		}
		d.Agent.Do("POST", "tickets/create_many", `{"tickets":[{"subject":`, 400)
	})
}
