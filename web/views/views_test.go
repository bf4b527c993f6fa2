package views_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func unsolved() condition.Tree {
	return condition.Tree{All: condition.Conditions{{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("solved")}}}
}

// view stores a view of unsolved tickets.
func view(t *testing.T, d *apitest.Desk, v desk.View) string {
	t.Helper()
	v.Active = true
	if v.Conditions.All == nil {
		v.Conditions = unsolved()
	}
	webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertView(ctx, &v) }))
	return fmt.Sprintf("/agent/views/%d", v.ID)
}

// ticket makes a ticket and gives its number.
func ticket(t *testing.T, d *apitest.Desk, subject string, more apitest.Object) desk.TicketID {
	t.Helper()
	return webtest.NewTicket(t, d, subject, "about "+subject, more)
}

func TestWhoMaySeeLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		acme, other := s.Desk(t, "acme"), s.Desk(t, "other")
		shared := view(t, acme, desk.View{Title: "For all"})
		own := view(t, acme, desk.View{Title: "Ada's own", Restriction: desk.Restriction{Type: "User", IDs: []int64{int64(acme.Admin.User.ID)}}})
		foreign := view(t, other, desk.View{Title: "Elsewhere"})
		ticket(t, acme, "Here", nil)
		ticket(t, other, "Elsewhere", nil)
		there := ticket(t, other, "Elsewhere", nil) // a number that this desk has not reached
		webtest.Check(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertBulk(ctx, &store.BulkJob{ID: "V3-ada", User: acme.Admin.User.ID, Status: store.BulkCompleted})
		}))
		admin, agent := webtest.Open(t, acme, acme.Admin.User), webtest.Open(t, acme, acme.Agent.User)
		customer, nobody := webtest.Open(t, acme, acme.EndUser.User), webtest.Open(t, acme, desk.User{})
		for _, c := range []struct {
			name string
			who  *webtest.Browser
			path string
			want int
		}{
			{"agent", agent, shared, http.StatusOK},
			{"agent, rows", agent, shared + "/rows", http.StatusOK},
			{"agent, counts", agent, "/agent/views/counts", http.StatusOK},
			{"admin, own", admin, own, http.StatusOK},
			{"agent, somebody else's", agent, own, http.StatusNotFound},
			{"another desk's", agent, foreign, http.StatusNotFound},
			{"another desk's rows", agent, foreign + "/rows", http.StatusNotFound},
			{"no view", agent, "/agent/views/999", http.StatusNotFound},
			{"no number", agent, "/agent/views/x", http.StatusNotFound},
			{"another desk's ticket", agent, fmt.Sprintf("/agent/peek/%d", there), http.StatusNotFound},
			{"a cursor that is none", agent, shared + "?after=x", http.StatusUnprocessableEntity},
			{"admin, own job", admin, "/agent/bulk/V3-ada", http.StatusOK},
			{"agent, somebody else's job", agent, "/agent/bulk/V3-ada", http.StatusNotFound},
			{"no job", agent, "/agent/bulk/V3-none", http.StatusNotFound},
			{"customer", customer, shared, http.StatusForbidden},
			{"customer, peek", customer, "/agent/peek/1", http.StatusForbidden},
			{"customer, job", customer, "/agent/bulk/V3-ada", http.StatusForbidden},
		} {
			t.Run(c.name, func(t *testing.T) { c.who.In(t).Get(c.path, c.want) })
		}
		customer.Post("/agent/bulk", nil, http.StatusForbidden)
		nobody.Get(shared, http.StatusOK).ArrivedAt(t, "/signin")
		admin.Get(shared, http.StatusOK).Has(t, "Ada's own", "Manage views")
		agent.Get(shared, http.StatusOK).Lacks(t, "Ada's own", "Manage views", "Elsewhere")
	})
}

func TestAList(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		field := acme.Admin.Post("ticket_fields", apitest.Object{"ticket_field": apitest.Object{"type": "tagger", "title": "Part " + webtest.Hostile,
			"custom_field_options": []apitest.Object{{"name": "Lens " + webtest.Hostile, "value": "lens"}}}}, http.StatusCreated).ID("ticket_field.id")
		ticket(t, acme, "Foggy "+webtest.Hostile, apitest.Object{"priority": "urgent", "custom_fields": []apitest.Object{{"id": field, "value": "lens"}}})
		for i := range 34 {
			ticket(t, acme, fmt.Sprintf("Plain %d", i), nil)
		}
		path := view(t, acme, desk.View{Title: "Mixed " + webtest.Hostile, Description: webtest.Hostile, Output: desk.Output{
			Columns: []string{"nice_id", "status", "description", "requester", "priority", "created", "type", "brand", "999", fmt.Sprint(field)},
			GroupBy: "priority", GroupOrder: "desc", SortBy: "nice_id", SortOrder: "asc"}})
		agent := webtest.Open(t, acme, acme.Agent.User)

		a := agent.Get(path, http.StatusOK)
		a.Has(t, "Mixed "+webtest.Hostile, "Foggy "+webtest.Hostile, "about Foggy", "Lens "+webtest.Hostile, "Part "+webtest.Hostile, "Ada Admin", "Urgent", "Priority: none", "Load more", "35")
		a.Lacks(t, "Plain 33")
		a.Escaped(t)
		if n := strings.Count(a.Body, `class="q-row q-strong"`); n != 30 {
			t.Errorf("%d tickets are new to the agent, want 30", n)
		}
		_, rest, _ := strings.Cut(a.Body, `hx-get="`)
		rest, _, _ = strings.Cut(rest, `"`)
		part := agent.Htmx().Get(strings.ReplaceAll(rest, "&amp;", "&"), http.StatusOK)
		part.Has(t, "Plain 33")
		part.Lacks(t, "Priority: none", "<html", "Load more", "Plain 3 ")
		agent.Get(strings.Replace(strings.ReplaceAll(rest, "&amp;", "&"), "/rows", "", 1), http.StatusOK).Has(t, "Plain 33", "Mixed")
		agent.Htmx().Get(path+"/rows?shown=35", http.StatusOK).Has(t, "Plain 0", "Plain 33")

		sorted := agent.Get(path+"?sort=nice_id&order=desc", http.StatusOK)
		if !strings.Contains(sorted.Body, `aria-sort="descending"`) || strings.Index(sorted.Body, "Plain 33") > strings.Index(sorted.Body, "Plain 20") {
			t.Error("Plain 33 does not stand before Plain 20, want the highest number first")
		}
		agent.Get(path+"?sort=subject&order=sideways", http.StatusOK).Has(t, "Foggy")

		webtest.Check(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.RecordAttendance(ctx, store.Attendance{User: acme.Agent.User.ID, Ticket: 1, Version: 1})
		}))
		if n := strings.Count(agent.Get(path, http.StatusOK).Body, `class="q-row q-strong"`); n != 29 {
			t.Errorf("%d tickets are new to the agent who saw one, want 29", n)
		}
		peek := agent.Htmx().Get("/agent/peek/1", http.StatusOK)
		peek.Has(t, "Foggy "+webtest.Hostile, "From Ada Admin", "nobody assigned")
		peek.Lacks(t, "<html")
		peek.Escaped(t)
		agent.Htmx().Get("/agent/views/counts", http.StatusOK).Has(t, "35")
	})
}

func TestEmptyPlacesTeach(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		admin, agent := webtest.Open(t, acme, acme.Admin.User), webtest.Open(t, acme, acme.Agent.User)
		agent.Get("/agent", http.StatusOK).Has(t, "Your unsolved tickets", "Nothing is waiting here")
		shared := view(t, acme, desk.View{Title: "Shared", Conditions: condition.Tree{All: append(unsolved().All,
			condition.Condition{Field: "sent_to", Operator: condition.Is, Value: condition.ValueOf("1")})}})
		a := agent.Get(shared, http.StatusOK)
		a.Has(t, "No shared tickets yet")
		a.Lacks(t, "Look at the triggers")
		admin.Get(shared, http.StatusOK).Has(t, "Look at the triggers →")
		broken := view(t, acme, desk.View{Title: "Broken", Conditions: condition.Tree{All: condition.Conditions{{Field: "no_such", Operator: condition.Is}}}})
		admin.Get(broken, http.StatusOK).Has(t, "This view cannot be shown", "Mend the view")
		webtest.Check(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			views, err := tx.Views(ctx, store.RuleFilter{})
			for _, v := range views {
				if err == nil {
					err = tx.DeleteView(ctx, v.ID)
				}
			}
			return err
		}))
		agent.Get("/agent", http.StatusOK).Has(t, "No views yet")
		admin.Get("/agent", http.StatusOK).Has(t, "Make the first view")
	})
}

// A view that an older version left, which nothing can run, says so on its page and takes down nothing else.
func TestABrokenViewHarmsNoOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		admin := webtest.Open(t, acme, acme.Admin.User)
		ticket(t, acme, "Here", nil)
		good := view(t, acme, desk.View{Title: "Good"})
		for name, conditions := range map[string]string{"Unreadable": `{"all": 7}`, "Unknown": `{"all":[{"field":"custom_fields_9","operator":"is","value":"1"}]}`} {
			bad := view(t, acme, desk.View{Title: name})
			id := strings.TrimPrefix(bad, "/agent/views/")
			webtest.Check(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `update views set conditions = $3 where account_id = $1 and view_id = $2`, tx.Account(), id, conditions)
				return err
			}))
			admin.Get(good, http.StatusOK).Has(t, "Here", name, "This view cannot be shown")
			admin.Get(bad, http.StatusOK).Has(t, name, "This view cannot be shown", "Mend the view").HasMarkup(t, `href="/admin/views/`+id)
			admin.Get("/admin/views/"+id, http.StatusOK).Has(t, name)
			if got := acme.Agent.Get("views/count_many?ids="+id+","+strings.TrimPrefix(good, "/agent/views/"), http.StatusOK); len(got.List("view_counts")) != 2 {
				t.Errorf("%s: got %s, want both views", name, got.Body)
			}
			acme.Agent.Get("views.json", http.StatusOK)
		}
	})
}
