package api_test

import (
	"fmt"
	"strings"
	"testing"

	"interdesk/api/apitest"
)

func TestMerge(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		into := ticket(d.Agent, object{"requester": object{"name": "Ana", "email": "ana@example.com"}})
		one := ticket(d.Agent, object{"subject": "Again", "requester": object{"name": "Bo", "email": "bo@example.com"}})
		two := ticket(d.Agent, object{"subject": "And again", "requester": object{"name": "Ana", "email": "ana@example.com"}})
		closed := ticket(d.Agent, object{"status": "closed"})
		at := fmt.Sprintf("tickets/%d/merge", into)
		for body, want := range map[string]int{`{}`: 422, fmt.Sprintf(`{"ids":[%d]}`, into): 422, fmt.Sprintf(`{"ids":[%d],"shares":"x"}`, one): 422} {
			d.Agent.Post(at, body, want)
		}
		d.Agent.Post("tickets/999/merge", object{"ids": array{one}}, 404)
		d.EndUser.Post(at, object{"ids": array{one}}, 403)
		job := finished(t, d.Agent, d.Agent.Post(at, object{"ids": array{closed, one, two, 999}, "source_comment": "Merged.", "source_comment_is_public": true,
			"target_comment": "Two more of these.", "target_comment_is_public": true}, 200))
		for i, want := range []bool{false, true, true, false} {
			if job.At(fmt.Sprintf("job_status.results.%d.success", i)) != want {
				t.Errorf("%d: %s", i, job.Body)
			}
		}
		got := d.Agent.Get(fmt.Sprintf("tickets/%d", one), 200)
		if got.Text("ticket.status") != "closed" || got.Text("ticket.tags.0") != "closed_by_merge" {
			t.Errorf("%s", got.Body)
		}
		bo := got.ID("ticket.requester_id")
		target := d.Agent.Get(fmt.Sprintf("tickets/%d", into), 200)
		if target.ID("ticket.email_cc_ids.0") != bo || len(target.List("ticket.email_cc_ids")) != 1 {
			t.Errorf("%s", target.Body)
		}
		comments := string(d.Agent.Get(fmt.Sprintf("tickets/%d/comments", into), 200).Body)
		if strings.Count(comments, `"body":"Two more of these."`) != 1 {
			t.Errorf("%s", comments)
		}
		audits := d.Agent.Get(fmt.Sprintf("tickets/%d/audits", into), 200)
		if audits.Text("audits.1.via.source.rel") != "merge" || audits.ID("audits.1.via.source.from.ticket_id") != one {
			t.Errorf("%s", audits.Body)
		}
		if again := finished(t, d.Agent, d.Agent.Post(at, object{"ids": array{one}}, 200)); again.At("job_status.results.0.success") != false {
			t.Errorf("%s", again.Body)
		}
	})
}
