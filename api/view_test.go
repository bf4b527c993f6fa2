package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/condition"
)

func TestViews(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		before := len(d.Agent.Get("views.json", 200).List("views"))
		made := d.Admin.Post("views", wrapped("view", object{"title": "Hot", "all": array{line("status", "less_than", "solved"), line("current_tags", "includes", "hot")},
			"output": object{"columns": array{"nice_id", "description", "requester", "created"}, "group_by": "status", "sort_by": "created_at", "sort_order": "asc"}}), 201)
		id := num(made.ID("view.id"))
		for path, want := range map[string]any{"view.execution.columns.1.id": "subject", "view.execution.group.id": "status", "view.execution.sort.order": "asc", "view.execution.sort_by": "created",
			"view.restriction": nil, "view.active": true} {
			if diff := cmp.Diff(want, made.At(path)); diff != "" {
				t.Errorf("%s: %s\n%s", path, diff, made.Body)
			}
		}
		d.Admin.Put("views/"+id, wrapped("view", made.At("view").(object)), 200)
		one := d.Admin.Put("views/"+id, wrapped("view", object{"any": array{line("priority", "is", "high")}}), 200)
		if len(one.List("view.conditions.all")) != 2 || len(one.List("view.conditions.any")) != 1 || one.Text("view.execution.group_by") != "status" {
			t.Errorf("each branch is replaced by itself: %s", one.Body)
		}
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("views", "views", 3, cursor); len(got) != before+1 {
				t.Errorf("cursor %v: %v", cursor, got)
			}
		}
		for path, want := range map[string]int{"views/search?query=hot": 1, "views/show_many?ids=" + id + ",5": 1, "views?active=false": 2, "views?access=personal": 0} {
			if got := d.Agent.Get(path, 200).IDs("views"); len(got) != want {
				t.Errorf("%s: %v", path, got)
			}
		}
		d.Agent.Get("views/active", 200)
		d.Agent.Get("views/compact", 200)
		d.Agent.Get("views/count", 200)
		d.EndUser.Get("views", 403)
		d.Admin.Put("views/update_many", object{"views": array{object{"id": id, "active": false}}}, 200)
		d.Admin.Delete("views/"+id, 204)
		d.Admin.Get("views/"+id, 404)
	})
}

func TestViewFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		open := array{line("status", "is", "open")}
		for name, tt := range map[string]struct {
			in   object
			want []string
		}{
			"empty":      {object{}, []string{"conditions", "title"}},
			"only any":   {object{"title": "x", "any": open}, []string{"conditions"}},
			"too wide":   {object{"title": "x", "all": array{line("current_tags", "includes", "a")}}, []string{"conditions"}},
			"triggers'":  {object{"title": "x", "all": append(array{line("update_type", "is", "Create")}, open...)}, []string{"conditions"}},
			"columns":    {object{"title": "x", "all": open, "output": object{"columns": array{"nothing"}}}, []string{"output"}},
			"sort":       {object{"title": "x", "all": open, "output": object{"sort_by": "subject"}}, []string{"output"}},
			"shape":      {object{"title": "x", "all": open, "output": "x", "restriction": 5}, []string{"output", "restriction"}},
			"restricted": {object{"title": "x", "all": open, "restriction": object{"type": "User", "id": 5}}, []string{"restriction"}},
		} {
			if got := faults(t, d.Admin.Post("views", wrapped("view", tt.in), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
		d.Admin.Post("views/preview", wrapped("view", object{"any": open}), 422)
		mine := d.Agent.Post("views", wrapped("view", object{"title": "Mine", "all": open}), 201)
		if mine.Text("view.restriction.type") != "User" {
			t.Errorf("%s", mine.Body)
		}
		other := d.Person(t, "Cem Agent", "agent")
		other.Get("views/"+num(mine.ID("view.id")), 404)
		other.Get("views/"+num(mine.ID("view.id"))+"/tickets", 404)
		standard := d.Agent.Get("views", 200).IDs("views")[0]
		d.Agent.Put("views/"+num(standard), wrapped("view", object{"title": "x"}), 403)
		d.Agent.Delete("views/"+num(standard), 403)
		d.Agent.Delete("views/destroy_many?ids="+num(standard), 403)
	})
}

func TestViewTickets(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		field := d.Admin.Post("ticket_fields", wrapped("ticket_field", dropdown("lens", "body")), 201).ID("ticket_field.id")
		var hot []int64
		for i := range 5 {
			more := object{"tags": array{"hot"}, "priority": []string{"low", "high"}[i%2], "custom_fields": array{object{"id": field, "value": "lens"}}}
			hot = append(hot, ticket(d.Agent, more))
		}
		ticket(d.Agent, nil)
		definition := object{"title": "Hot", "all": array{line("status", "less_than", "solved"), line("current_tags", "includes", "hot")},
			"output": object{"columns": array{"nice_id", "subject", "group", "requester", "created", field}, "sort_by": "nice_id", "sort_order": "asc"}}
		id := d.Admin.Post("views", wrapped("view", definition), 201).ID("view.id")
		path := "views/" + num(id)
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All(path+"/tickets", "tickets", 2, cursor); !cmp.Equal(got, hot) {
				t.Errorf("cursor %v: %v, want %v", cursor, got, hot)
			}
		}
		if got := d.Agent.Back(path+"/tickets.json", "tickets", 2); !cmp.Equal(got, hot) {
			t.Errorf("backwards %v", got)
		}
		rows := d.Agent.Get(path+"/execute.json?per_page=2&sort_by=nice_id&sort_order=desc", 200)
		for at, want := range map[string]any{"rows.0.nice_id": float64(hot[4]), "rows.0.ticket.id": float64(hot[4]), "rows.0." + num(field): "lens",
			"rows.0.requester_id": float64(d.Agent.User.ID), "users.0.name": "Ben Agent", "columns.5.id": float64(field), "view.id": float64(id), "count": 5.0} {
			if diff := cmp.Diff(want, rows.At(at)); diff != "" {
				t.Errorf("%s: %s\n%s", at, diff, rows.Body)
			}
		}
		if got := d.Agent.Get(path+"/count", 200); got.ID("view_count.value") != 5 || got.Text("view_count.pretty") != "5" || got.At("view_count.fresh") != true {
			t.Errorf("%s", got.Body)
		}
		if got := d.Agent.Get("views/count_many?ids="+num(id)+",77", 200).List("view_counts"); len(got) != 1 {
			t.Errorf("count_many %v", got)
		}
		d.Agent.Get("views/count_many?ids=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21", 400)
		delete(definition, "title")
		preview := d.Agent.Post("views/preview?per_page=3", wrapped("view", definition), 200)
		if len(preview.List("rows")) != 3 || preview.ID("count") != 5 || preview.At("view.id") != nil {
			t.Errorf("%s", preview.Body)
		}
		if got := d.Agent.Post("views/preview/count", wrapped("view", definition), 200); got.ID("view_count.value") != 5 || got.At("view_count.view_id") != nil {
			t.Errorf("%s", got.Body)
		}
		for _, part := range []string{"/tickets", "/execute", "/count"} {
			d.Agent.Get("views/99"+part, 404)
			d.EndUser.Get(path+part, 403)
		}
	})
}

// A view means whoever looks at it.
func TestViewOfCurrentUser(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"assignee_id": int64(d.Agent.User.ID)})
		var mine int64
		for _, v := range d.Agent.Get("views", 200).List("views") {
			if v.(object)["title"] == "Your unsolved tickets" {
				mine = int64(v.(object)["id"].(float64))
			}
		}
		if got := d.Agent.Get("views/"+num(mine)+"/tickets", 200).IDs("tickets"); !cmp.Equal(got, []int64{id}) {
			t.Errorf("the agent's: %v", got)
		}
		if got := d.Admin.Get("views/"+num(mine)+"/tickets", 200).IDs("tickets"); got != nil {
			t.Errorf("the admin's: %v", got)
		}
	})
}

// TestLargestView: a view with as many conditions and words as may be runs on both engines, and one more is refused.
func TestLargestView(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"subject": "stripes", "tags": array{"t0"}, "comment": object{"body": "grey"}})
		many := func(n int, one func(n int) object) (out array) {
			for n := range n {
				out = append(out, one(n))
			}
			return out
		}
		words := func(n int) string {
			return strings.Join(slices.Collect(func(yield func(string) bool) {
				for n := range n {
					if !yield(fmt.Sprint("t", n)) {
						return
					}
				}
			}), " ")
		}
		unsolved := object{"field": "status", "operator": "less_than", "value": "solved"}
		lacks := func(n int) object {
			return object{"field": "current_tags", "operator": "not_includes", "value": fmt.Sprint("other", n)}
		}
		has := func(n int) object {
			return object{"field": "current_tags", "operator": "includes", "value": fmt.Sprint("t", n)}
		}
		for name, view := range map[string]object{
			"all":           {"all": append(many(condition.MaxConditions-1, lacks), unsolved)},
			"any":           {"all": array{unsolved}, "any": many(condition.MaxConditions-1, has)},
			"tags":          {"all": array{unsolved, object{"field": "current_tags", "operator": "includes", "value": words(condition.MaxTexts)}}},
			"subject words": {"all": array{unsolved, object{"field": "subject_includes_word", "operator": "includes", "value": "stripes " + words(condition.MaxTexts-1)}}},
		} {
			view["title"] = name
			made := d.Admin.Post("views", object{"view": view}, 201)
			if got := d.Agent.Get(fmt.Sprintf("views/%d/tickets", made.ID("view.id")), 200); got.ID("tickets.0.id") != id {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
		d.Admin.Post("views", object{"view": object{"title": "x", "all": append(many(condition.MaxConditions, lacks), unsolved)}}, 422)
		d.Admin.Post("views", object{"view": object{"title": "x", "all": array{unsolved, object{"field": "current_tags", "operator": "includes", "value": words(condition.MaxTexts + 1)}}}}, 422)
	})
}
