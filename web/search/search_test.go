package search_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const hostile = `<script>alert("x")</script>`

// ticket makes a ticket and gives its number.
func ticket(t *testing.T, d *apitest.Desk, subject, body string, more apitest.Object) desk.TicketID {
	t.Helper()
	record := apitest.Object{"subject": subject, "comment": apitest.Object{"body": body}}
	for k, v := range more {
		record[k] = v
	}
	return desk.TicketID(d.Admin.In(t).Post("tickets", apitest.Object{"ticket": record}, http.StatusCreated).ID("ticket.id"))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// escaped demands that what people wrote is text, not markup.
func escaped(t *testing.T, a *webtest.Answer) {
	t.Helper()
	if strings.Contains(a.Body, "<script>alert") {
		t.Errorf("%s lets a script through", a.Path)
	}
}

func find(q string, more ...string) string {
	v := url.Values{"q": {q}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "/agent/search?" + v.Encode()
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		stranger := fmt.Sprintf("/agent/users/%d", other.EndUser.User.ID)
		mine := fmt.Sprintf("/agent/users/%d", d.EndUser.User.ID)
		pages := []string{"/agent/search", "/agent/search?q=x", "/agent/search/complete?term=s", "/agent/command", "/agent/keys", "/agent/customers",
			"/agent/organizations", mine, "/agent/tickets/new", "/agent/tickets/new/fields"}
		customer, nobody, agent := webtest.Open(t, d, d.EndUser.User), webtest.Open(t, d, desk.User{}), webtest.Open(t, d, d.Agent.User)
		for _, path := range pages {
			agent.Get(path, http.StatusOK)
			customer.Get(path, http.StatusForbidden)
			if a := nobody.Get(path, http.StatusOK); !strings.HasPrefix(a.Path, "/signin") {
				t.Errorf("%s: nobody arrived at %s", path, a.Path)
			}
		}
		customer.Post("/agent/tickets/new", url.Values{"subject": {"x"}}, http.StatusForbidden)
		for _, path := range []string{stranger, "/agent/users/1", "/agent/users/x", "/agent/organizations/1", "/agent/customers?organization=1",
			fmt.Sprintf("/agent/tickets/new?requester=%d", other.EndUser.User.ID), "/agent/tickets/new?followup=999"} {
			agent.Get(path, http.StatusNotFound)
		}
		agent.Get("/agent/customers?after=rubbish", http.StatusUnprocessableEntity)
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		foggy := ticket(t, d, "The lens", "It is foggy since "+hostile, apitest.Object{"tags": []string{"vip"}})
		ticket(t, d, hostile, "dusty words", nil)
		ticket(t, d, "", "nothing of the sort", nil)
		ticket(t, d, "Secret", "", apitest.Object{"comment": apitest.Object{"body": "foggy too", "public": false}})
		ticket(t, other, "Foggy elsewhere", "foggy", nil)
		agent := webtest.Open(t, d, d.Agent.User)

		agent.Get("/agent/search", http.StatusOK).Has(t, "Find tickets, people and organizations", "status<solved assignee:me")
		a := agent.Get(find("foggy"), http.StatusOK)
		escaped(t, a)
		a.Has(t, "The lens", "Secret", "Internal note:", "Tickets 2", "People 0")
		a.Lacks(t, "elsewhere")
		if !strings.Contains(a.Body, "<mark>foggy</mark>") {
			t.Error("nothing is marked")
		}
		a = agent.Get(find("dusty"), http.StatusOK)
		escaped(t, a)
		a.Has(t, hostile, "dusty words")
		escaped(t, agent.Get(find(hostile), http.StatusOK))
		agent.Get(find("foggy -secret status<solved tags:vip"), http.StatusOK).Has(t, "The lens")
		a = agent.Get(find(fmt.Sprintf("#%d", foggy)), http.StatusOK)
		if !strings.Contains(a.Body, "found-jump") {
			t.Error("a number leads nowhere")
		}
		agent.Get(find("eve"), http.StatusOK).Has(t, "People 1")
		agent.Get(find("eve", "type", "user"), http.StatusOK).Has(t, "Eve User", "eve@acme.example")
		agent.Get(find("role:agent"), http.StatusOK).Has(t, "Ben Agent")
		agent.Get(find("zzz"), http.StatusOK).Has(t, "Nothing found")
		for q, words := range map[string]string{"status:foo": "not a status", "nokey:1": "There is no keyword", strings.Repeat("a ", 2000): "too long",
			"role:agent status:open": "different types", "x:" + hostile: "There is no keyword"} {
			a := agent.Get(find(q), http.StatusUnprocessableEntity)
			a.Has(t, words)
			escaped(t, a)
		}
		agent.Get(find("foggy", "sort", "colour.desc"), http.StatusUnprocessableEntity)
	})
}

func TestSearchGoesOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		for i := range 43 {
			ticket(t, d, fmt.Sprintf("Lens %03d", i), "foggy", nil)
		}
		agent := webtest.Open(t, d, d.Agent.User)
		a := agent.Get(find("foggy", "sort", "created_at.asc"), http.StatusOK)
		a.Has(t, "Lens 000", "Lens 039", "Load more")
		a.Lacks(t, "Lens 040")
		_, rest, _ := strings.Cut(a.Body, `hx-get="`)
		next, _, _ := strings.Cut(rest, `"`)
		next = strings.ReplaceAll(next, "&amp;", "&")
		more := agent.Htmx().Get(next, http.StatusOK)
		more.Has(t, "Lens 040", "Lens 042")
		more.Lacks(t, "Lens 039", "<html", "Load more")
		agent.Get(next, http.StatusOK).Has(t, "Lens 042", "Tickets 43")
	})
}

// offers reads what a script is answered.
func offers(t *testing.T, b *webtest.Browser, path string) (all []struct {
	Label, Hint, URL, Do, Insert string
}) {
	t.Helper()
	a := b.Get(path, http.StatusOK)
	check(t, json.Unmarshal([]byte(a.Body), &all))
	return all
}

func TestCommand(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		id := ticket(t, d, "Foggy lens", "words", nil)
		ticket(t, other, "Foggy elsewhere", "words", nil)
		check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertOrganization(ctx, &desk.Organization{Name: "Lumen Labs"})
		}))
		agent, admin := webtest.Open(t, d, d.Agent.User), webtest.Open(t, d, d.Admin.User)
		at := fmt.Sprintf("/agent/tickets/%d", id)
		cases := []struct {
			who         *webtest.Browser
			typed, want string // the address of the first offer
		}{
			{agent, "foggy", at}, {agent, "fog", at}, {agent, fmt.Sprintf("#%d", id), at}, {agent, "new", "/agent/tickets/new"},
			{agent, "eve", fmt.Sprintf("/agent/users/%d", d.EndUser.User.ID)}, {admin, "trig", "/admin/triggers"}, {admin, "tokens", "/admin/tokens"},
			{agent, "trig", "/agent/search?q=trig"}, {agent, `"';--<b>`, "/agent/search?q=%22%27%3B--%3Cb%3E"},
		}
		for _, c := range cases {
			all := offers(t, c.who, "/agent/command?q="+url.QueryEscape(c.typed))
			if len(all) == 0 || all[0].URL != c.want {
				t.Errorf("%s: got %+v, want first %s", c.typed, all, c.want)
			}
			for _, o := range all {
				if strings.Contains(o.Label, "elsewhere") {
					t.Errorf("%s: offers another desk's ticket", c.typed)
				}
			}
		}
		if all := offers(t, agent, "/agent/command?q=lumen"); !strings.HasPrefix(all[0].URL, "/agent/organizations/") {
			t.Errorf("got %+v", all)
		}
		if all := offers(t, agent, "/agent/command?q=sign"); all[0].Do != "signout" {
			t.Errorf("got %+v", all)
		}
		recent := offers(t, agent, fmt.Sprintf("/agent/command?recent=999,x,%d", id))
		if recent[0].URL != at || recent[0].Label != "Foggy lens" {
			t.Errorf("got %+v", recent[0])
		}
	})
}

func TestComplete(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		ticket(t, d, "x", "y", apitest.Object{"tags": []string{"image_sensor"}})
		check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertOrganization(ctx, &desk.Organization{Name: "Lumen Labs"})
		}))
		agent := webtest.Open(t, d, d.Agent.User)
		for term, want := range map[string]string{"sta": "status:", "-sta": "-status:", "status:p": "status:pending ", "status<so": "status<solved ",
			"priority:": "priority:low ", "tags:ima": "tags:image_sensor ", "requester:ev": "requester:eve@acme.example ", "assignee:": "assignee:me ",
			"organization:lu": `organization:"Lumen Labs" `, `organization:"lumen l`: `organization:"Lumen Labs" `, "group:sup": "group:Support "} {
			all := offers(t, agent, "/agent/search/complete?term="+url.QueryEscape(term))
			if len(all) == 0 || all[0].Insert != want {
				t.Errorf("%s: got %+v, want first %q", term, all, want)
			}
		}
		for _, term := range []string{"nothingthatis:x", "zzzz", "\x00", strings.Repeat("a", 5000)} {
			if all := offers(t, agent, "/agent/search/complete?term="+url.QueryEscape(term)); len(all) != 0 {
				t.Errorf("%.20q: got %+v", term, all)
			}
		}
	})
}
