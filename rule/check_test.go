package rule

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"interdesk/condition"
	"interdesk/desk"
)

// faulty asserts that an error tells of exactly the wanted faults: "field: words of the message".
func faulty(t *testing.T, err error, want []string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Errorf("unexpected: %v", err)
		}
		return
	}
	var e *desk.Error
	if !errors.As(err, &e) || e.Kind != desk.Invalid {
		t.Fatalf("error %v, want an Invalid one", err)
	}
	n := 0
	for _, list := range e.Details {
		n += len(list)
	}
	if n != len(want) {
		t.Errorf("%d faults, want %d: %v", n, len(want), err)
	}
	for _, w := range want {
		field, words, _ := strings.Cut(w, ": ")
		found := false
		for _, d := range e.Details[field] {
			found = found || strings.Contains(d.Message, words)
		}
		if !found {
			t.Errorf("no fault of %s says %q: %v", field, words, err)
		}
	}
}

func TestCheckTrigger(t *testing.T) {
	t.Parallel()
	good := act("status", "open")
	long := strings.Repeat("x", desk.MaxRule)
	for _, test := range []struct {
		name string
		tr   desk.Trigger
		want []string
	}{
		{"good", trigger(1, "T", opening(), good), nil},
		{"empty", desk.Trigger{}, []string{"title: cannot be blank", "conditions: At least one condition", "actions: at least one action"}},
		{"long title", trigger(1, long[:300], opening(), good), []string{"title: too long"}},
		{"conditions", trigger(1, "T", condition.Conditions{when("nonsense", condition.Is, 1), when("status", condition.Includes, "open"), when("status", condition.Is, "opne")}, good),
			[]string{`conditions: all[0].field: There is no condition "nonsense"`, "conditions: all[1].operator", "conditions: all[2].value"}},
		{"too large", trigger(1, "T", opening(), act("custom_fields_32", long[:40000]), act("custom_fields_32", long[:40000])), []string{"base: too large"}},
		{"unknown action", trigger(1, "T", opening(), good, act("sing", "song")), []string{`actions: actions[1]: There is no action "sing"`}},
		{"not in triggers", trigger(1, "T", opening(), act("comment_value", "hi")), []string{"actions: cannot be used in a trigger"}},
		{"unknown status", trigger(1, "T", opening(), act("status", "asleep")), []string{"actions: use new, open, pending"}},
		{"object", trigger(1, "T", opening(), act("current_tags", map[string]string{"a": "b"})), []string{"actions: not an object"}},
		{"not JSON", trigger(1, "T", opening(), desk.Action{Field: "status", Value: json.RawMessage("{")}), []string{"actions: is not JSON"}},
		{"list of statuses", trigger(1, "T", opening(), act("status", []string{"open", "new"})), []string{"actions: takes one value"}},
		{"unset priority", trigger(1, "T", opening(), act("priority", "")), []string{"actions: Priority"}},
		{"unknown group", trigger(1, "T", opening(), act("group_id", 99)), []string{"actions: use 11 (Support), 12 (Lab)"}},
		{"group by name", trigger(1, "T", opening(), act("group_id", "Lab")), []string{`actions: needs an id, not "Lab"`}},
		{"current groups", trigger(1, "T", opening(), act("group_id", "current_groups")), []string{"actions: needs an id"}},
		{"customer as assignee", trigger(1, "T", opening(), act("assignee_id", 23)), []string{"actions: Assignee"}},
		{"customer as follower", trigger(1, "T", opening(), act("follower", 23)), []string{"actions: Add follower"}},
		{"no tags", trigger(1, "T", opening(), act("current_tags", " ")), []string{"actions: at least one tag"}},
		{"bad tag", trigger(1, "T", opening(), act("set_tags", `<b>`)), []string{"actions: cannot be a tag"}},
		{"unknown field", trigger(1, "T", opening(), act("custom_fields_77", "x")), []string{`actions: There is no action "custom_fields_77"`}},
		{"unknown option", trigger(1, "T", opening(), act("custom_fields_31", "shutter")), []string{"actions: Problem type: \"shutter\" is not one of its options"}},
		{"bad date", trigger(1, "T", opening(), act("custom_fields_35", "soon")), []string{"actions: must be a date"}},
		{"bad days", trigger(1, "T", opening(), act("custom_fields_35", []string{"days_from_now", "soon"})), []string{"actions: whole number of days"}},
		{"pending agreement", trigger(1, "T", opening(), act("share_ticket", 42)), nil},
		{"ended agreement", trigger(1, "T", opening(), act("share_ticket", 44)), []string{"actions: the agreement with Old Optics is inactive"}},
		{"ended agreement is left", trigger(1, "T", opening(), act("unshare_ticket", 44)), nil},
		{"no partner chosen", trigger(1, "T", opening(), act("share_ticket", "")), []string{"actions: choose a partner, or nobody: end all sharing"}},
		{"null for a partner", trigger(1, "T", opening(), act("share_ticket", nil)), []string{"actions: choose a partner, or nobody"}},
		{"nothing for a partner", trigger(1, "T", opening(), desk.Action{Field: "share_ticket"}), []string{"actions: choose a partner, or nobody"}},
		{"an empty list for a partner", trigger(1, "T", opening(), act("share_ticket", []int{})), []string{"actions: choose a partner, or nobody"}},
		{"nobody", trigger(1, "T", opening(), act("share_ticket", "-")), nil},
		{"unknown agreement", trigger(1, "T", opening(), act("share_ticket", 99)), []string{"actions: no sharing agreement has the id 99"}},
		{"inbound agreement", trigger(1, "T", opening(), act("share_ticket", "43")), []string{"actions: lets them share with you"}},
		{"agreement by name", trigger(1, "T", opening(), act("share_ticket", "Kongen")), []string{"actions: needs an id"}},
		{"unshare nobody", trigger(1, "T", opening(), act("unshare_ticket", "")), []string{"actions: choose a partner"}},
		{"notice of two parts", trigger(1, "T", opening(), act("notification_user", []string{"requester_id", "s"})), []string{"actions: [recipient, subject, body]"}},
		{"notice to a word", trigger(1, "T", opening(), act("notification_user", []string{"everybody", "s", "b"})), []string{"actions: use requester_id"}},
		{"notice to a group", trigger(1, "T", opening(), act("notification_group", []any{99, "s", "b"})), []string{"actions: no group has the id 99"}},
		{"notice to a user", trigger(1, "T", opening(), act("notification_user", []any{99, "s", "b"})), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			faulty(t, CheckTrigger(acme(), test.tr), test.want)
		})
	}
}

func TestCheckMacro(t *testing.T) {
	t.Parallel()
	m := func(r desk.Restriction, actions ...desk.Action) desk.Macro {
		return desk.Macro{ID: 1, Title: "M", Actions: actions, Restriction: r}
	}
	hi := act("comment_value", "Hi {{ticket.requester.first_name}}")
	for _, test := range []struct {
		name string
		m    desk.Macro
		want []string
	}{
		{"good", m(desk.Restriction{}, hi, act("status", "solved"), act("group_id", "current_groups"), act("comment_mode_is_public", false), act("share_ticket", 41), act("subject", "x")), nil},
		{"channels", m(desk.Restriction{Type: "Group", IDs: []int64{11}}, act("comment_value", []string{"channel:all", "Hi"}), act("comment_value_html", "<p>Hi</p>")), nil},
		{"empty", desk.Macro{}, []string{"title: blank", "actions: at least one"}},
		{"new", m(desk.Restriction{}, act("status", "new"), act("status", "closed")), []string{"actions: actions[0]: Status", "actions: actions[1]: Status"}},
		{"not in macros", m(desk.Restriction{}, act("notification_user", []string{"requester_id", "s", "b"}), act("brand_id", 5)),
			[]string{"actions: Email user cannot be used in a macro", "actions: Brand cannot be used in a macro"}},
		{"empty comment", m(desk.Restriction{}, act("comment_value", ""), act("comment_value", []string{"channel:chat", "x"})),
			[]string{"actions: needs a text", "actions: channel:all"}},
		{"mode", m(desk.Restriction{}, act("comment_mode_is_public", "loud")), []string{"actions: use true (Public), false (Private)"}},
		{"restriction", m(desk.Restriction{Type: "Group", IDs: []int64{99}}, hi), []string{"restriction: no group has the id 99"}},
		{"restriction to nobody", m(desk.Restriction{Type: "User"}, hi), []string{"restriction: the id of the user is missing"}},
		{"restriction of a kind", m(desk.Restriction{Type: "Club"}, hi), []string{"restriction: Group or User"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			faulty(t, CheckMacro(acme(), test.m), test.want)
		})
	}
}

func TestCheckView(t *testing.T) {
	t.Parallel()
	v := func(o desk.Output, all ...condition.Condition) desk.View {
		return desk.View{Title: "V", Conditions: condition.Tree{All: all}, Output: o}
	}
	status := when("status", condition.LessThan, "solved")
	for _, test := range []struct {
		name string
		v    desk.View
		want []string
	}{
		{"good", v(desk.Output{Columns: []string{"description", "requester", "31", "custom_fields_32"}, SortBy: "nice_id", SortOrder: "desc", GroupBy: "status", GroupOrder: "asc"}, status), nil},
		{"by every name", v(desk.Output{Columns: []string{"id", "created_at", "updated_at", "due_at"}, SortBy: "updated_at", GroupBy: "due_at"}, status), nil},
		{"sent to", v(desk.Output{}, status, when("sent_to", condition.Is, 41)), nil},
		{"by tag alone", v(desk.Output{}, when("current_tags", condition.Includes, "a")), []string{"conditions: At least one condition on"}},
		{"none at all", v(desk.Output{}), []string{"conditions: At least one condition"}},
		{"change", v(desk.Output{}, when("status", condition.Changed, nil)), []string{"conditions: cannot be compared"}},
		{"columns", v(desk.Output{Columns: strings.Fields("subject requester created updated group assignee status priority type brand weather")}, status),
			[]string{"output: 10 columns", `output: there is no column "weather"`}},
		{"order", v(desk.Output{SortBy: "subject", GroupBy: "34", SortOrder: "up"}, status),
			[]string{`output: sorted by "subject"`, `output: grouped by "34"`, "output: asc or desc"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			faulty(t, CheckView(acme(), test.v), test.want)
		})
	}
}
