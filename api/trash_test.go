package api_test

import (
	"fmt"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/ticketing"
)

func TestTheTrash(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"tags": array{"camera"}, "status": "open"})
		other := ticket(d.Agent, object{"subject": "Another"})
		at := fmt.Sprintf("tickets/%d", id)
		d.Agent.Delete(at, 204)
		d.Agent.Delete(fmt.Sprintf("tickets/%d", other), 204)
		d.Agent.Get(at, 404)
		for query, want := range map[string]int64{"": other, "?sort_by=id&sort_order=asc": id, "?sort=subject": other, "?sort=-deleted_at&page[size]=1": other} {
			if got := d.Agent.Get("deleted_tickets"+query, 200); got.ID("deleted_tickets.0.id") != want {
				t.Errorf("%s: %s", query, got.Body)
			}
		}
		row := d.Agent.Get("deleted_tickets?sort_by=id&sort_order=asc", 200)
		if row.ID("deleted_tickets.0.actor.id") != int64(d.Agent.User.ID) || row.Text("deleted_tickets.0.previous_state") != "open" || row.ID("count") != 2 {
			t.Errorf("%s", row.Body)
		}
		d.EndUser.Get("deleted_tickets", 403)
		d.EndUser.Put(fmt.Sprintf("deleted_tickets/%d/restore", id), nil, 403)
		d.Agent.Delete(fmt.Sprintf("deleted_tickets/%d", id), 403)
		d.Agent.Put(fmt.Sprintf("deleted_tickets/restore_many?ids=%d,99", id), nil, 404) // all or nothing
		d.Agent.Get(at, 404)
		d.Agent.Put(fmt.Sprintf("deleted_tickets/%d/restore", id), nil, 200)
		d.Agent.Put(fmt.Sprintf("deleted_tickets/%d/restore", id), nil, 404)
		if got := d.Agent.Get(at, 200); got.Text("ticket.status") != "open" || fmt.Sprint(got.At("ticket.tags")) != "[camera]" {
			t.Errorf("%s", got.Body)
		}
		audits := d.Agent.Get(at+"/audits?sort=-created_at", 200)
		if n := len(audits.List("audits")); n != 3 || audits.Text("audits.1.events.0.value") != "deleted" || audits.Text("audits.2.events.0.value") != "open" {
			t.Errorf("%s", audits.Body)
		}
	})
}

func TestErasedTicketsAreGone(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		up := d.Agent.Post("uploads?filename=a.txt", []byte("secret"), 201)
		id := ticket(d.Agent, object{"comment": object{"body": "My card is 4111", "uploads": array{up.Text("upload.token")}}})
		file := up.Text("upload.attachment.content_url")
		d.Agent.Get(file, 200)
		d.Admin.Delete(fmt.Sprintf("deleted_tickets/%d", id), 404) // not in the trash
		d.Agent.Delete(fmt.Sprintf("tickets/%d", id), 204)
		if got := finished(t, d.Admin, d.Admin.Delete(fmt.Sprintf("deleted_tickets/%d", id), 200)); got.Text("job_status.status") != "completed" || got.At("job_status.results.0.success") != true {
			t.Fatalf("%s", got.Body)
		}
		d.Agent.Put(fmt.Sprintf("deleted_tickets/%d/restore", id), nil, 404)
		if got := d.Agent.Get("deleted_tickets", 200); len(got.List("deleted_tickets")) != 0 {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Get(file, 404)
		shown := exportedBy(d.Admin, "incremental/tickets?start_time=0", "tickets", 1)
		if shown.Text("tickets.0.status") != "deleted" || shown.Text("tickets.0.subject") != "SCRUBBED" || shown.Text("tickets.0.description") != "SCRUBBED" {
			t.Errorf("%s", shown.Body)
		}
		if got := ticket(d.Agent, nil); got != id+1 {
			t.Errorf("the number is given again: %d", got)
		}
	})
}

func TestTheTrashEmptiesItself(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, nil)
		d.Agent.Delete(fmt.Sprintf("tickets/%d", id), 204)
		for after, want := range map[time.Duration]int{ticketing.TrashKept - time.Hour: 1} {
			if err := d.Tickets.EmptyTrash(t.Context(), d.Account.ID, time.Now().Add(after)); err != nil {
				t.Fatal(err)
			}
			if got := d.Agent.Get("deleted_tickets", 200); len(got.List("deleted_tickets")) != want {
				t.Errorf("after %s: %s", after, got.Body)
			}
		}
		if err := d.Tickets.EmptyTrash(t.Context(), d.Account.ID, time.Now().Add(ticketing.TrashKept+time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := d.Agent.Get("deleted_tickets", 200); len(got.List("deleted_tickets")) != 0 {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestSpam(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"requester": object{"name": "Spammer", "email": "spam@example.com"}})
		who := d.Agent.Get(fmt.Sprintf("tickets/%d", id), 200).ID("ticket.requester_id")
		own := ticket(d.Agent, nil)
		d.EndUser.Put(fmt.Sprintf("tickets/%d/mark_as_spam", id), nil, 403)
		d.Agent.Put(fmt.Sprintf("tickets/%d/mark_as_spam", id), nil, 200)
		d.Agent.Get(fmt.Sprintf("tickets/%d", id), 404)
		if got := d.Agent.Get(fmt.Sprintf("users/%d", who), 200); got.At("user.suspended") != true {
			t.Errorf("%s", got.Body)
		}
		job := finished(t, d.Agent, d.Agent.Put(fmt.Sprintf("tickets/mark_many_as_spam?ids=%d,99", own), nil, 200))
		if job.At("job_status.results.0.success") != true || job.At("job_status.results.1.success") != false {
			t.Errorf("%s", job.Body)
		}
		if got := d.Agent.Get(fmt.Sprintf("users/%d", d.Agent.User.ID), 200); got.At("user.suspended") != false {
			t.Errorf("an agent was suspended: %s", got.Body)
		}
	})
}
