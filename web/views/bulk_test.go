package views_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// finish waits until the job on whose page a form arrived is over.
func finish(t *testing.T, b *webtest.Browser, a *webtest.Answer) *webtest.Answer {
	t.Helper()
	if !strings.HasPrefix(a.Path, "/agent/bulk/") {
		t.Fatalf("arrived at %s, want /agent/bulk/…", a.Path)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if page := b.Get(a.Path, http.StatusOK); strings.Contains(page.Body, "data-over") {
			return page
		}
	}
	t.Fatal("the job does not end")
	return nil
}

func chosen(form url.Values, ids ...desk.TicketID) url.Values {
	for _, id := range ids {
		form.Add("ticket", fmt.Sprint(id))
	}
	return form
}

func TestManyTicketsAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		agent := webtest.Open(t, acme, acme.Agent.User)
		var ids []desk.TicketID
		for i := range 50 {
			ids = append(ids, ticket(t, acme, fmt.Sprintf("Old %d", i), apitest.Object{"tags": []string{"old"}}))
		}
		form := chosen(url.Values{"status": {"pending"}, "assignee": {"me"}, "add_tags": {"spring, Wave"}, "remove_tags": {"old"}, "back": {"/agent/views/7?sort=status"}}, ids...)
		done := finish(t, agent, agent.Post("/agent/bulk", form, http.StatusOK))
		done.Has(t, "50 of 50 changed", "Back to the list")
		done.HasMarkup(t, `href="/agent/views/7?sort=status"`)
		got := acme.Admin.Get(fmt.Sprintf("tickets/%d", ids[49]), http.StatusOK)
		if got.Text("ticket.status") != "pending" || got.ID("ticket.assignee_id") != int64(acme.Agent.User.ID) || fmt.Sprint(got.List("ticket.tags")) != "[spring wave]" {
			t.Errorf("got %s, want pending, assigned to the agent, tagged spring and wave", got.Body)
		}

		gone := chosen(url.Values{"status": {"open"}, "back": {"https://evil.example/"}}, ids[0], 9_999)
		done = finish(t, agent, agent.Post("/agent/bulk", gone, http.StatusOK))
		done.Has(t, "1 of 2 changed", "1 could not be changed", "#9999")
		done.Lacks(t, "evil.example")

		done = finish(t, agent, agent.Post("/agent/bulk", chosen(url.Values{"do": {"delete"}}, ids[1]), http.StatusOK))
		done.Has(t, "1 of 1 changed")
		acme.Admin.Get(fmt.Sprintf("tickets/%d", ids[1]), http.StatusNotFound)

		part := agent.Htmx().Post("/agent/bulk", chosen(url.Values{"status": {"open"}}, ids[2]), http.StatusOK)
		part.Lacks(t, "<html")
		part.HasMarkup(t, `hx-get="/agent/bulk/V3-`)
	})
}

func TestManyTicketsNothingDone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		agent := webtest.Open(t, acme, acme.Agent.User)
		id := ticket(t, acme, "One", nil)
		var many []desk.TicketID
		for i := range desk.MaxSelection + 1 {
			many = append(many, desk.TicketID(i+1))
		}
		for _, c := range []struct {
			name string
			form url.Values
			says string
		}{
			{"nothing ticked", url.Values{"status": {"open"}}, "Select at least one ticket"},
			{"no numbers", url.Values{"status": {"open"}, "ticket": {"x", "-1", "0"}}, "Select at least one ticket"},
			{"too many", chosen(url.Values{"status": {"open"}}, many...), "Select 5000 tickets at most"},
			{"nothing to do", chosen(url.Values{"add_tags": {" , "}}, id), "Choose what to change"},
			{"no status", chosen(url.Values{"status": {webtest.Hostile}}, id), "no such status"},
			{"no macro", chosen(url.Values{"macro": {"999"}, "add_tags": {webtest.Hostile}}, id), "This macro is gone"},
		} {
			t.Run(c.name, func(t *testing.T) {
				a := agent.In(t).Post("/agent/bulk", c.form, http.StatusUnprocessableEntity)
				a.Has(t, c.says)
				a.Escaped(t)
				part := agent.In(t).Htmx().Post("/agent/bulk", c.form, http.StatusUnprocessableEntity)
				part.Has(t, c.says)
				part.Lacks(t, "<html")
			})
		}
	})
}

func TestMacroOnManyTickets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		agent := webtest.Open(t, acme, acme.Agent.User)
		first, closed := ticket(t, acme, "First", nil), ticket(t, acme, "Closed", nil)
		acme.Admin.Put(fmt.Sprintf("tickets/%d", closed), apitest.Object{"ticket": apitest.Object{"status": "closed"}}, http.StatusOK)
		m := desk.Macro{Title: "Thank " + webtest.Hostile, Active: true, Actions: []desk.Action{
			{Field: "comment_value", Value: json.RawMessage(`"Thank you for #{{ticket.id}}, {{ticket.requester.first_name}}."`)},
			{Field: "current_tags", Value: json.RawMessage(`"thanked"`)}, {Field: "status", Value: json.RawMessage(`"pending"`)}}}
		webtest.Check(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMacro(ctx, &m) }))
		agent.Get("/agent", http.StatusOK).Has(t, "Thank "+webtest.Hostile)

		form := chosen(url.Values{"macro": {fmt.Sprint(m.ID)}, "status": {"solved"}, "add_tags": {"by_form"}}, first, closed, 9_999)
		finish(t, agent, agent.Post("/agent/bulk", form, http.StatusOK)).Has(t, "1 of 3 changed", "2 could not be changed", "closed prevents ticket update", "#9999")
		got := acme.Admin.Get(fmt.Sprintf("tickets/%d", first), http.StatusOK)
		if got.Text("ticket.status") != "solved" || fmt.Sprint(got.List("ticket.tags")) != "[by_form thanked]" {
			t.Errorf("got %s, want solved, tagged by_form and thanked", got.Body)
		}
		said := acme.Admin.Get(fmt.Sprintf("tickets/%d/comments", first), http.StatusOK)
		if want := fmt.Sprintf("Thank you for #%d, Ada.", first); said.Text("comments.1.body") != want {
			t.Errorf("said %q, want %q", said.Text("comments.1.body"), want)
		}
	})
}

// All of a view is more than what its page shows, and no more than the view has.
func TestAllTicketsOfAView(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		agent := webtest.Open(t, acme, acme.Agent.User)
		for i := range 34 {
			ticket(t, acme, fmt.Sprintf("Lot %d", i), apitest.Object{"tags": []string{"lot"}})
		}
		other := ticket(t, acme, "Other", nil)
		v := view(t, acme, desk.View{Title: "Lots", Conditions: condition.Tree{All: condition.Conditions{
			{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}, {Field: "current_tags", Operator: condition.Includes, Value: condition.ValueOf("lot")}}}})
		whole := strings.TrimPrefix(v, "/agent/views/")
		agent.Get(v, http.StatusOK).Has(t, "Select all 34 tickets in this view")

		form := url.Values{"whole": {whole}, "add_tags": {"recalled"}}
		agent.Post("/agent/bulk", url.Values{"whole": {whole}}, http.StatusUnprocessableEntity).Has(t, "All tickets in this view", "Choose what to change").
			HasMarkup(t, fmt.Sprintf(`name="whole" value="%s"`, whole))
		finish(t, agent, agent.Post("/agent/bulk", form, http.StatusOK)).Has(t, "34 of 34 changed")
		if got := acme.Admin.Get(fmt.Sprintf("tickets/%d", other), http.StatusOK).List("ticket.tags"); len(got) != 0 {
			t.Errorf("got tags %v of a ticket outside the view, want none", got)
		}
		finish(t, agent, agent.Post("/agent/bulk", url.Values{"whole": {whole}, "status": {"solved"}}, http.StatusOK))
		agent.Post("/agent/bulk", form, http.StatusUnprocessableEntity).Has(t, "This view has no tickets any more")
		agent.Post("/agent/bulk", url.Values{"whole": {"999"}, "status": {"solved"}}, http.StatusNotFound)
	})
}

// What one changes oneself is not new to oneself; what one never read stays so, and for others it is new.
func TestOwnChangesAreNotNew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		agent, admin := webtest.Open(t, acme, acme.Agent.User), webtest.Open(t, acme, acme.Admin.User)
		read, unread := ticket(t, acme, "Read", nil), ticket(t, acme, "Unread", nil)
		v := view(t, acme, desk.View{Title: "All"})
		for _, b := range []*webtest.Browser{agent, admin} {
			b.Post("/live/attend", url.Values{"ticket": {fmt.Sprint(read)}, "version": {"1"}}, http.StatusOK)
		}
		strong := func(b *webtest.Browser, want ...desk.TicketID) {
			t.Helper()
			page := b.Get(v, http.StatusOK)
			for _, id := range want {
				page.HasMarkup(t, fmt.Sprintf(`class="q-row q-strong" id="q-%d"`, id))
			}
			if n := strings.Count(page.Body, `class="q-row q-strong"`); n != len(want) {
				t.Errorf("got %d tickets that are new, want %d", n, len(want))
			}
		}
		strong(agent, unread)
		finish(t, agent, agent.Post("/agent/bulk", chosen(url.Values{"add_tags": {"spring"}}, read, unread), http.StatusOK))
		strong(agent, unread)
		strong(admin, read, unread)
		acme.Agent.Put(fmt.Sprintf("tickets/%d", read), apitest.Object{"ticket": apitest.Object{"priority": "high"}}, http.StatusOK)
		strong(agent, unread)
	})
}
