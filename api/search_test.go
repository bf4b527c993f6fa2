package api_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"interdesk/api/apitest"
)

func TestSearch(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var ids []int64
		for i := range 5 {
			ids = append(ids, ticket(d.Agent, object{"subject": fmt.Sprint("Zebra ", i), "tags": array{"striped"}}))
		}
		ticket(d.Agent, object{"subject": "Lion"})
		for query, want := range map[string][]int64{
			"type:ticket+zebra+order_by:created_at+sort:asc":             ids,
			"type:ticket+tags:striped&sort_by=created_at&sort_order=asc": ids,
			"type:ticket+zebra+-tags:striped":                            nil,
		} {
			if got := d.Agent.All("search?query="+query, "results", 2, false); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		if n := d.Agent.Get("search/count?query=type:ticket+zebra", 200).ID("count"); n != 5 {
			t.Errorf("%d", n)
		}
		export := d.Agent.All("search/export?query=zebra&filter%5Btype%5D=ticket", "results", 2, true)
		slices.Sort(export)
		if !slices.Equal(export, ids) {
			t.Errorf("%v", export)
		}
		user := d.Agent.Get("search?query=type:user+email:"+d.EndUser.User.Email, 200)
		if user.Text("results.0.result_type") != "user" || user.ID("count") != 1 {
			t.Errorf("%s", user.Body)
		}
		org := d.Admin.Post("organizations", object{"organization": object{"name": "Zoo"}}, 201).ID("organization.id")
		found := d.Agent.Get("search?query=type:organization+zoo", 200)
		if found.ID("results.0.id") != org || found.Text("results.0.result_type") != "organization" || found.ID("count") != 1 {
			t.Errorf("%s", found.Body)
		}
		if got := d.Agent.Get("search?query=type:group", 200); got.Text("results.0.result_type") != "group" {
			t.Errorf("%s", got.Body)
		}
		if got := d.Agent.All("search/export?query=zoo&filter%5Btype%5D=organization", "results", 2, true); !slices.Equal(got, []int64{org}) {
			t.Errorf("%v", got)
		}
		if n := d.Agent.Get("search/count?query=type:ticket+commenter:me", 200).ID("count"); n != 6 {
			t.Errorf("%d tickets that I commented on", n)
		}
		told := ticket(d.Agent, object{"subject": "RE: Kamera", "tags": array{"größe"},
			"comment": object{"body": "Serial 07731-5520981, part KIT-30-112. Linsenoberflächenfehler in der Straße; 私は日本人です 👍"}})
		for query, found := range map[string]bool{"RE: kamera": true, "kit30112": true, "kit-30": true, "077315520981": true, "0773": false, "0773*": true,
			"fläche": true, "STRASSE": true, "日本": true, "👍": true, "größe": true, "grosse": true, "Fehler: 12": false,
			"kamera order_by:created sort:asc": true, "kamera sort_by:commented": true} {
			got := d.Agent.Get("search?query="+url.QueryEscape("type:ticket "+query), 200)
			if (got.ID("count") == 1) != found || found && got.ID("results.0.id") != told {
				t.Errorf("%s: %s, want %v", query, got.Body, found)
			}
		}
		if got := d.Agent.Get("search?query=", 422); got.Text("error") != "invalid" {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Get("search?query=zebra&page=11", 422)
		d.Agent.Get("search/export?query=zebra", 422)
		d.EndUser.Get("search?query=zebra", 403)
		other := d.Server.Desk(t, "kongen")
		if n := other.Agent.Get("search/count?query=zebra", 200).ID("count"); n != 0 {
			t.Errorf("%d of another desk", n)
		}
	})
}
