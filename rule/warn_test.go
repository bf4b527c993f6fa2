package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

func TestConditionWarnings(t *testing.T) {
	t.Parallel()
	c := acme()
	is, isNot := condition.Is, condition.IsNot
	type list = condition.Conditions
	for _, tt := range []struct {
		name     string
		all, any list
		want     WarningKind
	}{
		{"ordinary", list{when("status", is, "open"), when("current_tags", condition.Includes, "vip")}, nil, ""},
		{"two statuses", list{when("status", is, "open"), when("status", is, "solved")}, nil, NeverTrue},
		{"between ranks", list{when("status", condition.LessThan, "open"), when("status", condition.GreaterThan, "new")}, nil, NeverTrue},
		{"a tag with and without", list{when("current_tags", condition.Includes, "a"), when("current_tags", condition.NotIncludes, "a b")}, nil, NeverTrue},
		{"one of two tags", list{when("current_tags", condition.Includes, "a b"), when("current_tags", condition.NotIncludes, "a")}, nil, ""},
		{"public and private comment", list{when("comment_is_public", is, "true"), when("comment_is_public", is, "false")}, nil, NeverTrue},
		{"a public comment is one", list{when("comment_is_public", is, "true"), when("comment_is_public", is, "not_relevant")}, nil, ""},
		{"any contradicts all", list{when("status", is, "open")}, list{when("status", is, "new"), when("status", is, "hold")}, NeverTrue},
		{"one of any is possible", list{when("status", is, "open")}, list{when("status", is, "new"), when("priority", is, "high")}, ""},
		{"changed to what it is not", list{when("status", condition.ChangedTo, "open"), when("status", isNot, "open")}, nil, NeverTrue},
		{"changed and not", list{when("group_id", condition.Changed, nil), when("group_id", condition.NotChanged, nil)}, nil, NeverTrue},
		{"changed from and to", list{when("status", condition.ChangedTo, "open"), when("status", condition.ChangedFrom, "new")}, nil, ""},
		{"contrary texts", list{when("custom_fields_32", is, "a"), when("custom_fields_32", isNot, "a")}, nil, NeverTrue},
		{"who knows with texts", list{when("custom_fields_32", is, "a"), when("custom_fields_32", is, "b")}, nil, ""},
		{"counts", list{when("reopens", condition.GreaterThan, 3), when("reopens", condition.LessThan, 4)}, nil, NeverTrue},
		{"made or changed", nil, list{when("update_type", is, "Create"), when("update_type", is, "Change")}, AlwaysTrue},
		{"every status but the first", list{when("status", condition.GreaterThan, "new")}, list{when("status", is, "open"), when("status", isNot, "open")}, ""},
		{"no status is less than new", list{when("status", condition.LessThan, "new")}, nil, NeverTrue},
		{"somebody or nobody", nil, list{when("assignee_id", is, ""), when("assignee_id", isNot, "")}, AlwaysTrue},
		{"the current user is unknown", list{when("assignee_id", is, "current_user"), when("assignee_id", is, 21)}, nil, ""},
		{"changed or not", nil, list{when("group_id", condition.Changed, nil), when("group_id", condition.NotChanged, nil)}, AlwaysTrue},
		{"broken", list{when("nonsense", is, 1), when("status", condition.LessThan, "new")}, nil, ""},
		{"none", nil, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got WarningKind
			for _, w := range ConditionWarnings(c, condition.Tree{All: tt.all, Any: tt.any}, condition.Trigger) {
				got += w.Kind
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTriggerWarnings(t *testing.T) {
	t.Parallel()
	tagged := condition.Conditions{when("current_tags", condition.Includes, "image_sensor")}
	back := trigger(2, "Back", condition.Conditions{when("priority", condition.Is, "high")}, act("current_tags", "image_sensor"))
	solves := trigger(3, "Solves", condition.Conditions{when("status", condition.Changed, nil)}, act("priority", "low"))
	c := acme(back, solves)
	for _, tt := range []struct {
		name string
		t    desk.Trigger
		want []Warning
	}{
		{"fine", trigger(1, "t", tagged, act("share_ticket", "41")), nil},
		{"not accepted", trigger(1, "t", tagged, act("share_ticket", "42")), []Warning{{Kind: NotAccepted, Name: "Nordic Lenses"}}},
		{"adds the tag it asks for", trigger(1, "t", tagged, act("current_tags", "image_sensor")), []Warning{{Kind: NothingNew}}},
		{"and one more", trigger(1, "t", tagged, act("current_tags", "image_sensor more")), nil},
		{"removes what is not there", trigger(1, "t", condition.Conditions{when("current_tags", condition.NotIncludes, "x y")}, act("remove_tags", "x")),
			[]Warning{{Kind: NothingNew}}},
		{"same status", trigger(1, "t", condition.Conditions{when("status", condition.ChangedTo, "open")}, act("status", "open")),
			[]Warning{{Kind: NothingNew}, {Kind: MayTrigger, Trigger: 3, Name: "Solves"}}},
		{"in a circle", trigger(1, "t", tagged, act("priority", "high")), []Warning{{Kind: MayLoop, Trigger: 2, Name: "Back"}}},
		{"wakes one", trigger(1, "t", condition.Conditions{when("type", condition.Is, "task")}, act("status", "hold")),
			[]Warning{{Kind: MayTrigger, Trigger: 3, Name: "Solves"}}},
		{"mail changes nothing here", trigger(1, "t", tagged, act("notification_user", []string{"requester_id", "s", "b"})), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, TriggerWarnings(c, tt.t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
