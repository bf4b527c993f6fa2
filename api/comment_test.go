package api_test

import (
	"fmt"
	"slices"
	"testing"

	"interdesk/api/apitest"
)

func TestCommentLists(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := fmt.Sprintf("tickets/%d", ticket(d.Agent, nil))
		for i := range 4 {
			d.Agent.Put(path, object{"ticket": object{"comment": object{"value": fmt.Sprint("reply ", i)}}}, 200)
		}
		all := d.Agent.All(path+"/comments", "comments", 2, false)
		down := slices.Clone(all)
		slices.Reverse(down)
		for query, want := range map[string][]int64{"": all, "?sort=-created_at": down, "?sort_order=desc": down} {
			if got := d.Agent.All(path+"/comments"+query, "comments", 2, true); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
			if got := d.Agent.Back(path+"/comments"+query, "comments", 2); !slices.Equal(got, want) {
				t.Errorf("%s back: %v, want %v", query, got, want)
			}
		}
		if n := d.Agent.Get(path+"/comments/count", 200).ID("count.value"); n != 5 {
			t.Errorf("%d comments", n)
		}
	})
}

func TestMakeCommentPrivate(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := request(d.EndUser, "s")
		path := fmt.Sprintf("tickets/%d", id)
		d.Agent.Put(path, object{"ticket": object{"comment": object{"body": "oops"}}}, 200)
		oops := d.Agent.Get(path+"/comments", 200).ID("comments.1.id")
		hide := fmt.Sprintf("%s/comments/%d/make_private", path, oops)
		d.EndUser.Put(hide, object{}, 403)
		d.Agent.Put(hide, object{}, 200)
		d.Agent.Put(hide, object{}, 200)
		if n := len(d.EndUser.Get(fmt.Sprintf("requests/%d/comments", id), 200).List("comments")); n != 1 {
			t.Errorf("%d comments", n)
		}
		audits := d.Agent.Get(path+"/audits", 200)
		if audits.ID("count") != 3 || audits.Text("audits.2.events.0.type") != "CommentPrivacyChange" || audits.At("audits.2.events.0.public") != false {
			t.Errorf("%s", audits.Body)
		}
		d.Agent.Put(path+"/comments/1/make_private", object{}, 404)
	})
}

func TestTicketTags(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := fmt.Sprintf("tickets/%d/tags", ticket(d.Agent, object{"tags": array{"a"}}))
		tags := func(a *apitest.Answer) string { return fmt.Sprint(a.At("tags")) }
		if got := tags(d.Agent.Put(path, object{"tags": array{"B", "c"}}, 200)); got != "[a b c]" {
			t.Error(got)
		}
		d.Agent.Do("DELETE", path, object{"tags": array{"a"}}, 204)
		if got := tags(d.Agent.Get(path, 200)); got != "[b c]" {
			t.Error(got)
		}
		if got := tags(d.Agent.Post(path, object{"tags": "x,y"}, 201)); got != "[x y]" {
			t.Error(got)
		}
		d.Agent.Put(path, object{"tags": array{"z"}, "safe_update": true, "updated_stamp": "2020-01-01T00:00:00Z"}, 409)
		d.EndUser.Get(path, 403)
	})
}
