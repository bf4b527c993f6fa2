package api_test

import (
	"fmt"
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
