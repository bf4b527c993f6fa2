package condition

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	open := Condition{"status", Is, ValueOf("open")}
	stale := Condition{"updated_at", GreaterThan, ValueOf(96)}
	for _, test := range []struct {
		name  string
		place Place
		tree  Tree
		want  []string
	}{
		{"sound trigger", Trigger, Tree{All: Conditions{open}, Any: Conditions{{"priority", Changed, ValueOf(nil)}}}, nil},
		{"sound automation", Automation, Tree{All: Conditions{open, stale}}, nil},
		{"sound view", View, Tree{All: Conditions{open, {"group_id", Is, ValueOf("current_groups")}}}, nil},
		{"trigger with any only", Trigger, Tree{Any: Conditions{open}}, nil},
		{"empty", Trigger, Tree{}, []string{"all: At least one condition is needed"}},
		{"unknown field", Trigger, Tree{All: Conditions{{"colour", Is, ValueOf("red")}}},
			[]string{`all[0].field: There is no condition "colour"`}},
		{"field of another place", View, Tree{All: Conditions{open, {"update_type", Is, ValueOf("Create")}}},
			[]string{"all[1].field: Ticket cannot be used here"}},
		{"operator of another field", Trigger, Tree{Any: Conditions{{"current_tags", LessThan, ValueOf("a")}}},
			[]string{`any[0].operator: Tags cannot be compared by "less_than"`}},
		{"operator not declared", Trigger, Tree{All: Conditions{{"update_type", IsNot, ValueOf("Create")}}},
			[]string{`all[0].operator: Ticket cannot be compared by "is_not"`}},
		{"unknown operator", Trigger, Tree{All: Conditions{{"status", "resembles", ValueOf("open")}}},
			[]string{`all[0].operator: Status cannot be compared by "resembles"`}},
		{"change outside triggers", View, Tree{All: Conditions{{"status", ChangedToAlias, ValueOf("open")}, open}},
			[]string{`all[0].operator: Status cannot be compared by "changed_to"`}},
		{"value not listed", Trigger, Tree{All: Conditions{{"status", Is, ValueOf("opened")}}},
			[]string{`all[0].value: "opened" is not a value of Status`}},
		{"value not listed among several", Trigger, Tree{All: Conditions{{"status", Includes, ValueOf("open closd")}}},
			[]string{`all[0].value: "closd" is not a value of Status`}},
		{"no value where there is always one", Trigger, Tree{All: Conditions{{"status", Is, ValueOf("")}}},
			[]string{`all[0].value: Choose a value for Status`}},
		{"empty is a value of priority", Trigger, Tree{All: Conditions{{"priority", Is, ValueOf("")}}}, nil},
		{"empty is a value of a nullable field", Trigger, Tree{All: Conditions{{"custom_fields_1", IsNot, ValueOf(nil)}}}, nil},
		{"not present asks no value", Trigger, Tree{All: Conditions{{"status", NotPresent, ValueOf(nil)}}}, nil},
		{"member not listed", Trigger, Tree{All: Conditions{{"comment_is_public", Is, ValueOf("maybe")}}},
			[]string{`all[0].value: "maybe" is not a value of Comment`}},
		{"member of an open list", Trigger, Tree{All: Conditions{{"role", Is, ValueOf(77)}}}, nil},
		{"rank of nothing", Trigger, Tree{All: Conditions{{"status", LessThan, ValueOf("")}}},
			[]string{`all[0].value: Status cannot be compared with ""`}},
		{"not an id", Trigger, Tree{All: Conditions{{"group_id", Is, ValueOf("support")}}},
			[]string{`all[0].value: Group needs an id, not "support"`}},
		{"a reference of another field", Trigger, Tree{All: Conditions{{"group_id", Is, ValueOf("current_user")}}},
			[]string{`all[0].value: Group needs an id, not "current_user"`}},
		{"the viewer's groups outside views", Trigger, Tree{All: Conditions{{"group_id", Is, ValueOf("current_groups")}}},
			[]string{`all[0].value: Group needs an id, not "current_groups"`}},
		{"list for one value", Trigger, Tree{All: Conditions{{"group_id", Is, ValueOf([]int{1, 2})}}},
			[]string{"all[0].value: Group takes one value, not a list"}},
		{"list of one", Trigger, Tree{All: Conditions{{"group_id", Is, ValueOf([]int{1})}}}, nil},
		{"object", Trigger, Tree{All: Conditions{{"group_id", Is, ValueOf(map[string]int{"id": 1})}}},
			[]string{"all[0].value: Group takes a plain value, not an object"}},
		{"no tags", Trigger, Tree{All: Conditions{{"current_tags", Includes, ValueOf(" , ")}}},
			[]string{"all[0].value: Tags needs at least one value"}},
		{"empty string", Trigger, Tree{All: Conditions{{"custom_fields_3", IncludesString, ValueOf("")}}},
			[]string{"all[0].value: custom_fields_3 needs a text"}},
		{"zero byte", Trigger, Tree{All: Conditions{{"custom_fields_3", Is, ValueOf("a\x00b")}}},
			[]string{"all[0].value: custom_fields_3 cannot be compared with a value that holds a zero byte"}},
		{"not a whole number", Trigger, Tree{All: Conditions{{"replies", LessThan, ValueOf(1.5)}}},
			[]string{"all[0].value: replies needs a whole number"}},
		{"not a number", Trigger, Tree{All: Conditions{{"custom_fields_4", LessThan, ValueOf("1e3")}}},
			[]string{"all[0].value: custom_fields_4 needs a number"}},
		{"not a date", Trigger, Tree{All: Conditions{{"custom_fields_5", Is, ValueOf("2026-02-30")}}},
			[]string{`all[0].value: custom_fields_5 needs a date as YYYY-MM-DD, not "2026-02-30"`}},
		{"not a number of days", Trigger, Tree{All: Conditions{{"custom_fields_5", WithinNextDays, ValueOf(-1)}}},
			[]string{"all[0].value: custom_fields_5 needs a number of days from 0 to 36500"}},
		{"neither true nor false", Trigger, Tree{All: Conditions{{"custom_fields_6", Is, ValueOf("")}}},
			[]string{"all[0].value: custom_fields_6 needs true or false"}},
		{"not a number of hours", View, Tree{All: Conditions{open, {"updated_at", Is, ValueOf("soon")}}},
			[]string{"all[1].value: Hours since update needs a number of hours from 0 to 876000"}},
		{"time among any", Automation, Tree{All: Conditions{open, stale}, Any: Conditions{stale}},
			[]string{"any[0].field: Hours since update can only stand among the conditions that must all be met"}},
		{"automation without a time", Automation, Tree{All: Conditions{open}},
			[]string{"all: At least one condition on a time is needed"}},
		{"view of everything", View, Tree{All: Conditions{{"priority", Is, ValueOf("high")}}},
			[]string{"all: At least one condition on Status is needed"}},
		{"view of any only", View, Tree{Any: Conditions{open}},
			[]string{"all: At least one condition that must always be met is needed"}},
		{"every problem is told", Trigger, Tree{All: Conditions{{"colour", Is, ValueOf("")}, open, {"replies", Is, ValueOf("x")}}},
			[]string{`all[0].field: There is no condition "colour"`, "all[2].value: replies needs a whole number"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range shopCatalog().Check(test.tree, test.place) {
				got = append(got, p.Path+": "+p.Message)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompileTellsWhatCannotBeEvaluated(t *testing.T) {
	t.Parallel()
	_, err := Compile(Tree{
		All: Conditions{{"status", Is, ValueOf("open")}, {"colour", Is, ValueOf("red")}},
		Any: Conditions{{"replies", Is, ValueOf("x")}},
	}, shopCatalog(), Trigger)
	var invalid *Invalid
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	want := []Problem{{"all[1].field", `There is no condition "colour"`}, {"any[0].value", "replies needs a whole number"}}
	if diff := cmp.Diff(want, invalid.Problems); diff != "" {
		t.Error(diff)
	}
	if got := err.Error(); got != `all[1].field: There is no condition "colour"; any[0].value: replies needs a whole number` {
		t.Error(got)
	}
}

func TestCompileOutlivesItsChoices(t *testing.T) {
	t.Parallel()
	f := &Facts{Now: make([]Fact, shopCatalog().Slots())}
	put(shopCatalog(), f.Now, "custom_fields_1", OfText("lens"))
	if ask(t, Condition{"custom_fields_1", Is, ValueOf("flash")}, Trigger, f) {
		t.Error("an option that was taken away must match nothing")
	}
	if !ask(t, Condition{"custom_fields_1", IsNot, ValueOf("flash")}, Trigger, f) {
		t.Error("every ticket has another option than one that was taken away")
	}
}
