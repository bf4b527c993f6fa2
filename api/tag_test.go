package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestTagsOfPeople(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		organization := d.Admin.Post("organizations", wrapped("organization", object{"name": "Kongen"}), 201).ID("organization.id")
		for _, path := range []string{"users/" + num(int64(d.EndUser.User.ID)) + "/tags", "organizations/" + num(organization) + "/tags"} {
			for _, step := range []struct {
				name string
				do   func() *apitest.Answer
				want array
			}{
				{"set", func() *apitest.Answer { return d.Agent.Post(path, object{"tags": array{"b", "a"}}, 201) }, array{"a", "b"}},
				{"add", func() *apitest.Answer { return d.Agent.Put(path, object{"tags": array{"c", "a"}}, 200) }, array{"a", "b", "c"}},
				{"remove", func() *apitest.Answer {
					d.Agent.Do("DELETE", path, object{"tags": array{"b", "x"}}, 204)
					return d.Agent.Get(path, 200)
				}, array{"a", "c"}},
			} {
				if diff := cmp.Diff(step.want, array(step.do().List("tags"))); diff != "" {
					t.Errorf("%s %s: %s", path, step.name, diff)
				}
			}
			d.Agent.Post(path, object{"tag": array{"a"}}, 400)
			d.EndUser.Put(path, object{"tags": array{"a"}}, 403)
		}
		d.Agent.Put("organizations/1/tags", object{"tags": array{"a"}}, 404)
	})
}
