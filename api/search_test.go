package api_test

import (
	"fmt"
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
