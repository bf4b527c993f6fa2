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
		webtest.StaffOnly(t, webtest.Start(t, db).Desk(t, "acme"), "/agent/search", "/agent/search?q=x", "/agent/search/complete?term=s", "/agent/command")
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		foggy := webtest.NewTicket(t, d, "The lens", "It is foggy since "+webtest.Hostile, apitest.Object{"tags": []string{"vip"}})
		webtest.NewTicket(t, d, webtest.Hostile, "dusty words", nil)
		webtest.NewTicket(t, d, "", "nothing of the sort", nil)
		webtest.NewTicket(t, d, "Secret", "", apitest.Object{"comment": apitest.Object{"body": "foggy too", "public": false}})
		webtest.NewTicket(t, other, "Foggy elsewhere", "foggy", nil)
		agent := webtest.Open(t, d, d.Agent.User)

		agent.Get("/agent/search", http.StatusOK).Has(t, "Find tickets, people and organizations", "status<solved assignee:me")
		a := agent.Get(find("foggy"), http.StatusOK)
		a.Escaped(t)
		a.Has(t, "The lens", "Secret", "Internal note:", "Tickets 2", "People 0")
		a.Lacks(t, "elsewhere")
		a.HasMarkup(t, "<mark>foggy</mark>")
		a = agent.Get(find("dusty"), http.StatusOK)
		a.Escaped(t)
		a.Has(t, webtest.Hostile, "dusty words")
		agent.Get(find(webtest.Hostile), http.StatusOK).Escaped(t)
		agent.Get(find("foggy -secret status<solved tags:vip"), http.StatusOK).Has(t, "The lens")
		a = agent.Get(find(fmt.Sprintf("#%d", foggy)), http.StatusOK)
		a.HasMarkup(t, "found-jump")
		agent.Get(find("eve"), http.StatusOK).Has(t, "People 1")
		agent.Get(find("eve", "type", "user"), http.StatusOK).Has(t, "Eve User", "eve@acme.example")
		agent.Get(find("role:agent"), http.StatusOK).Has(t, "Ben Agent")
		agent.Get(find("zzz"), http.StatusOK).Has(t, "Nothing found")
		agent.Get(find("nokey:1"), http.StatusOK).Has(t, "Nothing found")
		agent.Get(find("fogg"), http.StatusOK).HasMarkup(t, "<mark>foggy</mark>")
		for q, words := range map[string]string{"status:foo": "not a status", strings.Repeat("a ", 2000): "too long",
			"role:agent status:open": "different types", "status:" + webtest.Hostile: "not a status"} {
			a := agent.Get(find(q), http.StatusUnprocessableEntity)
			a.Has(t, words)
			a.Escaped(t)
		}
		agent.Get(find("foggy", "sort", "colour.desc"), http.StatusUnprocessableEntity)
	})
}

func TestSearchGoesOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		for i := range 43 {
			webtest.NewTicket(t, d, fmt.Sprintf("Lens %03d", i), "foggy", nil)
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
	webtest.Check(t, json.Unmarshal([]byte(a.Body), &all))
	return all
}

func TestCommand(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		id := webtest.NewTicket(t, d, "Foggy lens", "words", nil)
		webtest.NewTicket(t, other, "Foggy elsewhere", "words", nil)
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
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
			{agent, "trig", "/agent/search?q=trig"}, {agent, `"';--<>`, "/agent/search?q=%22%27%3B--%3C%3E"},
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
			t.Errorf("got %+v, want the organization first", all)
		}
		if all := offers(t, agent, "/agent/command?q=sign"); all[0].Do != "signout" {
			t.Errorf("got %+v, want signing out first", all)
		}
		recent := offers(t, agent, fmt.Sprintf("/agent/command?recent=999,x,%d", id))
		if recent[0].URL != at || recent[0].Label != "Foggy lens" {
			t.Errorf("got %+v, want Foggy lens at %s", recent[0], at)
		}
	})
}

func TestComplete(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		webtest.NewTicket(t, d, "x", "y", apitest.Object{"tags": []string{"image_sensor"}})
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
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
				t.Errorf("%.20q: got %+v, want nothing", term, all)
			}
		}
	})
}
