package merge_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func each(t *testing.T, test func(t *testing.T, d *apitest.Desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, webtest.Start(t, db).Desk(t, "acme")) })
}

func at(id desk.TicketID) string { return fmt.Sprintf("/agent/tickets/%d", id) }

// asked makes a ticket of the desk's customer.
func asked(t *testing.T, d *apitest.Desk, subject, body string) desk.TicketID {
	t.Helper()
	return webtest.NewTicket(t, d, subject, body, apitest.Object{"requester_id": d.EndUser.User.ID})
}

func into(id desk.TicketID, more ...string) url.Values {
	form := url.Values{"into": {fmt.Sprint(id)}}
	for i := 0; i < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	return form
}

func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		one, two := asked(t, d, "One", "1"), asked(t, d, "Two", "2")
		webtest.StaffOnly(t, d, at(one)+"/merge", fmt.Sprintf("%s/merge?into=%d", at(one), two), fmt.Sprintf("/agent/merge?ticket=%d&ticket=%d", one, two))
		agent := webtest.Open(t, d, d.Agent.User)
		for _, path := range []string{at(999) + "/merge", at(0) + "/merge", "/agent/merge", "/agent/merge?ticket=x", "/agent/merge?ticket=998&ticket=999"} {
			agent.Get(path, http.StatusNotFound)
		}
		agent.Post(at(999)+"/merge", into(one), http.StatusNotFound)
		webtest.Open(t, d, d.EndUser.User).Post(at(one)+"/merge", into(two), http.StatusForbidden)
		other := d.Server.Desk(t, "other")
		webtest.Open(t, other, other.Agent.User).Post(at(one)+"/merge", into(two), http.StatusNotFound)
		agent.Get(at(one), http.StatusOK).Lacks(t, "was merged")
	})
}

func TestChoosing(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		one, two := asked(t, d, "One", "1"), asked(t, d, "Two "+webtest.Hostile, "2")
		done, own := asked(t, d, "Done", "3"), webtest.NewTicket(t, d, "Own", "4", nil)
		closed := asked(t, d, "Closed", "5")
		d.Admin.Put(fmt.Sprintf("tickets/%d", done), apitest.Object{"ticket": apitest.Object{"status": "solved"}}, http.StatusOK)
		d.Admin.Put(fmt.Sprintf("tickets/%d", closed), apitest.Object{"ticket": apitest.Object{"status": "closed"}}, http.StatusOK)
		agent := webtest.Open(t, d, d.Agent.User)
		agent.Get(at(one), http.StatusOK).Has(t, "Merge into another ticket…")
		agent.Get(at(closed), http.StatusOK).Lacks(t, "Merge into another ticket…")
		page := at(one) + "/merge"
		list := agent.Get(page, http.StatusOK).Escaped(t).Has(t, "Unsolved tickets of Eve User", "Two <script>")
		list.Lacks(t, "Done", "Own")
		recent := agent.Htmx().Get(fmt.Sprintf("%s?recent=%d,%d,%d,x,999", page, one, own, closed), http.StatusOK).Has(t, "Opened lately", "Own")
		recent.Lacks(t, "One", "Closed", "<html")
		for typed, want := range map[string]string{fmt.Sprint(one): "cannot be merged into itself", "999": "There is no ticket 999", "none": "There is no ticket none",
			fmt.Sprint(closed): "is closed: nothing can be merged into it"} {
			agent.Get(page+"?into="+typed, http.StatusUnprocessableEntity).Has(t, want, "Unsolved tickets")
		}
		agent.Get(fmt.Sprintf("%s/merge?into=%d", at(closed), one), http.StatusUnprocessableEntity).Has(t, "closed tickets cannot be merged")
		agent.Get(fmt.Sprintf("%s?into=%%23%d", page, two), http.StatusOK).Has(t, fmt.Sprintf("Merge #%d into #%d", one, two))
	})
}

func TestOneTicketIsMerged(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		one, two := asked(t, d, "Again "+webtest.Hostile, "Still dark"), asked(t, d, "Dark", "2")
		d.Agent.Put(fmt.Sprintf("tickets/%d", one), apitest.Object{"ticket": apitest.Object{"comment": apitest.Object{"body": "Between us", "public": false}}}, http.StatusOK)
		agent := webtest.Open(t, d, d.Agent.User)
		page := fmt.Sprintf("%s/merge?into=%d", at(one), two)
		shown := agent.Get(page, http.StatusOK).Escaped(t).Has(t, "Between us", "Internal note", "Goes on", fmt.Sprintf("This request was merged into #%d.", two), "The last that was said there: Still dark",
			"Then Eve User reads it")
		shown.Lacks(t, "What becomes of sharing")
		form := into(two, "source_comment", "It goes on there", "source_public", "true", "target_comment", "From the other one")
		agent.Post(at(one)+"/merge", form, http.StatusOK).ArrivedAt(t, at(two)).Escaped(t).Has(t, fmt.Sprintf("#%d is merged into this ticket.", one), "From the other one", "Merged into this one",
			fmt.Sprintf("by merging with #%d", one))
		agent.Get(at(one), http.StatusOK).Has(t, fmt.Sprintf("This ticket was merged into #%d Dark.", two), "It goes on there").Lacks(t, "This ticket is closed")
		agent.Post(at(one)+"/merge", form, http.StatusOK).ArrivedAt(t, at(two)).Has(t, "was merged into this ticket already")
		all := d.EndUser.Get(fmt.Sprintf("requests/%d/comments", one), http.StatusOK)
		if got := string(all.Body); !strings.Contains(got, "It goes on there") || strings.Contains(got, "Between us") {
			t.Errorf("the requester reads %s", got)
		}
		three := asked(t, d, "Third", "3")
		agent.Post(at(one)+"/merge", into(three), http.StatusUnprocessableEntity).Has(t, "closed tickets cannot be merged")
		agent.Post(at(three)+"/merge", into(999), http.StatusUnprocessableEntity).Has(t, "There is no ticket 999")
		long := into(two, "target_comment", strings.Repeat("long ", 20_000), "source_comment", "Kept words")
		agent.Post(at(three)+"/merge", long, http.StatusUnprocessableEntity).Has(t, "Kept words")
		agent.Get(at(three), http.StatusOK).Lacks(t, "was merged")
	})
}

func TestTickedTicketsAreMerged(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		one, two, three := asked(t, d, "One", "1"), webtest.NewTicket(t, d, "Two", "2", nil), asked(t, d, "Three", "3")
		agent := webtest.Open(t, d, d.Agent.User)
		ticked := url.Values{"do": {"merge"}, "back": {"/agent/views/7"}}
		agent.Post("/agent/bulk", url.Values{"do": {"merge"}, "ticket": {fmt.Sprint(one)}}, http.StatusUnprocessableEntity).Has(t, "Select from 2 to 100 tickets")
		for _, id := range []desk.TicketID{one, two, three} {
			ticked.Add("ticket", fmt.Sprint(id))
		}
		agent.Post("/agent/bulk", ticked, http.StatusOK).ArrivedAt(t, "/agent/merge?").Has(t, "Which one goes on?", "One", "Two", "Three").HasMarkup(t, `href="/agent/views/7"`)
		query := url.Values{"ticket": ticked["ticket"], "into": {fmt.Sprint(two)}}
		agent.Get("/agent/merge?"+query.Encode(), http.StatusOK).Has(t, fmt.Sprintf("Merge 2 tickets into #%d", two), "Different people asked: Eve User in what is closed", "Said on each of the 2")
		query.Set("target_comment", "All of them")
		started := agent.Post("/agent/merge", query, http.StatusOK).ArrivedAt(t, "/agent/bulk/").Has(t, "2 tickets are being merged")
		for end := time.Now().Add(20 * time.Second); !strings.Contains(started.Body, "data-over"); time.Sleep(20 * time.Millisecond) {
			if started = agent.Get(started.Path, http.StatusOK); time.Now().After(end) {
				t.Fatal("the job does not end")
			}
		}
		agent.Get(at(two), http.StatusOK).Has(t, "All of them", "Merged into this one", "One", "Three")
		agent.Get(at(three), http.StatusOK).Has(t, fmt.Sprintf("merged into #%d Two", two))
		agent.Post("/agent/merge", query, http.StatusUnprocessableEntity).Has(t, "closed tickets cannot be merged")
	})
}

// linked has two desks share tickets from the first to the second.
func linked(t *testing.T, from, to *apitest.Desk) desk.AgreementID {
	t.Helper()
	actor := func(c *apitest.Client) desk.Actor {
		return desk.Actor{ID: c.User.ID, Name: c.User.Name, Role: c.User.Role}
	}
	a, err := from.Agreements.Invite(t.Context(), from.Account.ID, actor(from.Admin), agreement.Invitation{RemoteSubdomain: to.Account.Subdomain,
		Name: "Kongen", Terms: desk.Terms{PublicComments: true}})
	webtest.Check(t, err)
	var theirs desk.AgreementID
	for end := time.Now().Add(20 * time.Second); theirs == 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		all, err := to.Agreements.Agreements(t.Context(), to.Account.ID)
		webtest.Check(t, err)
		for i := range all {
			theirs = all[i].ID
		}
	}
	_, err = to.Agreements.Accept(t.Context(), to.Account.ID, actor(to.Admin), theirs)
	webtest.Check(t, err)
	at := fmt.Sprintf("sharing_agreements/%d", a.ID)
	for end := time.Now().Add(20 * time.Second); from.Admin.Get(at, 200).Text("sharing_agreement.status") != "accepted" && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	return a.ID
}

func TestSharingEndsOrGoesOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, kongen := s.Desk(t, "acme"), s.Desk(t, "kongen")
		id := linked(t, d, kongen)
		agent := webtest.Open(t, d, d.Agent.User)
		one, two, three := asked(t, d, "One", "1"), asked(t, d, "Two", "2"), asked(t, d, "Three", "3")
		for _, shared := range []desk.TicketID{one, two} {
			agent.Post(at(shared)+"/share", url.Values{"agreement": {fmt.Sprint(id)}}, http.StatusOK)
		}
		agent.Get(fmt.Sprintf("%s/merge?into=%d", at(one), three), http.StatusOK).Has(t, "What becomes of sharing", fmt.Sprintf("Kongen is told that #%d is no longer shared", one),
			fmt.Sprintf("Sharing goes on with #%d", three), fmt.Sprintf("Kongen gets #%d as a ticket of its own", three))
		agent.Get(fmt.Sprintf("%s/merge?into=%d", at(one), two), http.StatusOK).Has(t, fmt.Sprintf("Kongen has #%d already.", two), fmt.Sprintf("Kongen has a part in #%d", two))
		agent.Post(at(one)+"/merge", into(three, "shares", "move"), http.StatusOK).ArrivedAt(t, at(three)).Has(t, "Kongen", "Stop sharing")
		agent.Get(at(one), http.StatusOK).Lacks(t, "Stop sharing")
		agent.Post(at(two)+"/merge", into(three, "shares", "end"), http.StatusOK)
		agent.Get(at(two), http.StatusOK).Lacks(t, "Stop sharing")
	})
}
