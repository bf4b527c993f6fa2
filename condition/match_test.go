package condition

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const at = 1_790_000_000_000_000 // some instant, microseconds UTC

func hoursAgo(h float64) Fact { return OfNumber(at - int64(h*hour)) }

// TestEveryOperatorNow is the table of the package comment, kind by kind, for the operators that look at now only.
// The facts are those for which the operator holds and those for which it does not.
func TestEveryOperatorNow(t *testing.T) {
	t.Parallel()
	text := func(list ...string) (facts []Fact) {
		for _, s := range list {
			facts = append(facts, OfText(s))
		}
		return facts
	}
	set := func(list ...[]string) (facts []Fact) {
		for _, s := range list {
			facts = append(facts, OfSet(s))
		}
		return facts
	}
	number := func(list ...int64) (facts []Fact) {
		for _, n := range list {
			facts = append(facts, OfNumber(n))
		}
		return facts
	}
	hours := func(list ...float64) (facts []Fact) {
		for _, h := range list {
			facts = append(facts, hoursAgo(h))
		}
		return facts
	}
	none := []Fact{{}}
	both := func(lists ...[]Fact) (facts []Fact) {
		for _, l := range lists {
			facts = append(facts, l...)
		}
		return facts
	}
	type s = []string
	for _, test := range []struct {
		field   string
		op      Operator
		value   any
		yes, no []Fact
	}{
		{"status", Is, "open", text("open"), text("new", "solved", "")},
		{"status", Is, "OPEN", text("open"), text("new")},
		{"status", "", "open", text("open"), text("new")},
		{"status", IsNot, "open", text("new", "solved", ""), text("open")},
		{"status", LessThan, "solved", text("new", "open", "pending", "hold"), text("solved", "closed", "", "odd")},
		{"status", GreaterThan, "pending", text("hold", "solved", "closed"), text("new", "open", "pending", "")},
		{"status", LessThanEqual, "open", text("new", "open"), text("pending", "")},
		{"status", GreaterThanEqual, "solved", text("solved", "closed"), text("hold", "")},
		{"status", LessThan, "new", nil, text("new", "open", "")},
		{"status", Includes, "new, open", text("new", "open"), text("pending", "")},
		{"status", NotIncludes, s{"new", "open"}, text("pending", ""), text("new", "open")},
		{"priority", LessThan, "normal", text("", "low"), text("normal", "high", "urgent")},
		{"priority", Is, "", text(""), text("low")},
		{"priority", IsNot, nil, text("low", "urgent"), text("")},
		{"priority", GreaterThan, "", text("low", "urgent"), text("")},
		{"satisfaction_score", Is, true, text("unoffered"), text("offered", "true")},
		{"satisfaction_score", LessThan, "good", text("unoffered", "offered", "bad"), text("good", "")},
		{"custom_fields_1", Present, nil, text("lens"), text("")},
		{"custom_fields_1", NotPresent, nil, text(""), text("lens")},
		{"ticket_fields_1", Is, "lens", text("lens"), text("image_sensor", "")},

		{"group_id", Is, 5, text("5"), text("55", "")},
		{"group_id", Is, "05", text("5"), text("55")},
		{"group_id", IsNot, "5", text("55", ""), text("5")},
		{"group_id", Is, "", text(""), text("5")},
		{"group_id", IsNot, "", text("5"), text("")},
		{"group_id", Includes, "5 6", text("5", "6"), text("7", "")},
		{"group_id", NotIncludes, []int{5, 6}, text("7", ""), text("5", "6")},
		{"group_id", Present, "", text("5"), text("")},
		{"organization_id", IsNot, "5", text("6"), text("5", "")},
		{"organization_id", NotIncludes, "5 6", text("7"), text("5", "")},
		{"organization_id", IsNot, "", text("5"), text("")},
		{"organization_id", Is, "", text(""), text("5")},

		{"current_tags", Includes, "a b", set(s{"a"}, s{"b", "c"}, s{"a", "b"}), set(nil, s{"ab"}, s{"c"})},
		{"current_tags", Includes, "A,B", set(s{"a"}, s{"b"}), set(s{"c"})},
		{"current_tags", NotIncludes, "a b", set(nil, s{"ab"}, s{"c"}), set(s{"a"}, s{"b", "c"})},
		{"current_tags", Is, "a", set(s{"a"}, s{"a", "b"}), set(nil, s{"b"})},
		{"current_tags", Is, "", set(nil, s{}), set(s{"b"})},
		{"current_tags", Present, nil, set(s{"b"}), set(nil)},
		{"custom_fields_2", Is, "red", set(s{"red"}, s{"Green", "red"}), set(nil, s{"Green"})},
		{"custom_fields_2", Includes, "green blue", set(s{"Green"}, s{"blue"}), set(nil, s{"red"})},
		{"sent_to", Is, 3, set(s{"3"}, s{"3", "4"}), set(nil, s{"33"})},
		{"sent_to", IsNot, "3", set(nil, s{"33"}), set(s{"3"}, s{"3", "4"})},
		{"sent_to", Is, "", set(nil), set(s{"3"})},
		{"comment_is_public", Is, true, set(s{"not_relevant", "true"}), set(nil, s{"false", "not_relevant"})},
		{"comment_is_public", Is, "not_relevant", set(s{"false", "not_relevant"}), set(nil)},
		{"role", IsNot, "end_user", set(s{"agent"}, nil), set(s{"12", "end_user"})},
		{"role", Is, 12, set(s{"12", "end_user"}), set(s{"agent"})},

		{"custom_fields_3", Is, "Nikon F", text("nikon f", "NIKON F"), text("nikon", "")},
		{"custom_fields_3", Is, "Über", text("ÜBER"), text("über")},
		{"custom_fields_3", IsNot, "a", text("b", ""), text("A")},
		{"custom_fields_3", Is, "", text(""), text("a", " ")},
		{"custom_fields_3", Includes, "lens none", text("The LENS", "nonetheless"), text("le ns", "")},
		{"custom_fields_3", NotIncludes, "lens", text("camera", ""), text("lenses")},
		{"custom_fields_3", IncludesString, "100% a_b", text("is 100% A_B"), text("100 a_b", "100% a-b", "")},
		{"custom_fields_3", NotIncludesString, "a b", text("ab", ""), text("xa bx")},
		{"subject_includes_word", Is, "dead pixel", text("A Dead Pixel!"), text("pixel dead", "")},
		{"subject_includes_word", IsNot, "dead pixel", text("pixel dead", ""), text("A Dead Pixel!")},
		{"subject_includes_word", Includes, "dead pixel", text("undead", "PIXEL"), text("lens", "")},
		{"subject_includes_word", Includes, s{"dead pixel"}, text("Dead pixel"), text("dead")},
		{"subject_includes_word", NotIncludes, "dead pixel", text("lens", ""), text("undead", "PIXEL")},
		{"subject_includes_word", Is, "", text(""), text("lens")},

		{"replies", Is, "5", number(5), both(number(4), none)},
		{"replies", IsNot, 5, both(number(4), none), number(5)},
		{"replies", LessThan, 5, number(4, -1), both(number(5, 6), none)},
		{"replies", GreaterThan, 5.0, number(6), both(number(5, 4), none)},
		{"replies", LessThanEqual, "5", number(5, 4), both(number(6), none)},
		{"replies", GreaterThanEqual, "5", number(5, 6), both(number(4), none)},
		{"replies", LessThan, "-9223372036854775808", nil, both(number(-1<<63, 0), none)},
		{"replies", GreaterThan, "9223372036854775807", nil, both(number(1<<63-1, 0), none)},
		{"replies", Is, "", none, number(0)},
		{"replies", Present, "", number(0), none},
		{"custom_fields_4", Is, "1.50", number(1_500_000), number(1_500_001)},
		{"custom_fields_4", LessThan, -0.5, number(-500_001), both(number(-500_000, 0), none)},

		{"custom_fields_5", Is, "2026-03-01", text("2026-03-01"), text("2026-03-02", "")},
		{"custom_fields_5", LessThan, "2026-03-01", text("2026-02-28", "1999-12-31"), text("2026-03-01", "2026-03-02", "")},
		{"custom_fields_5", GreaterThan, "2024-02-28", text("2024-02-29"), text("2024-02-28", "")},
		{"custom_fields_5", LessThanEqual, "2026-03-01", text("2026-03-01"), text("2026-03-02", "")},
		{"custom_fields_5", GreaterThanEqual, "2026-03-01", text("2026-03-01", "9999-12-31"), text("2026-02-28", "")},
		{"custom_fields_5", LessThan, "0001-01-01", nil, text("0001-01-01", "")},
		{"custom_fields_5", GreaterThan, "9999-12-31", nil, text("9999-12-31", "")},
		{"custom_fields_5", WithinPreviousDays, "2", text("2026-03-02", "2026-03-01", "2026-02-28"), text("2026-03-03", "2026-02-27", "")},
		{"custom_fields_5", WithinNextDays, 1, text("2026-03-02", "2026-03-03"), text("2026-03-01", "2026-03-04", "")},
		{"custom_fields_5", WithinPreviousDays, 0, text("2026-03-02"), text("2026-03-01", "2026-03-03")},

		{"custom_fields_6", Is, true, text("true"), text("false", "")},
		{"custom_fields_6", Is, "1", text("true"), text("false", "")},
		{"custom_fields_6", Is, "false", text("false", ""), text("true")},
		{"custom_fields_6", IsNot, "Yes", text("false", ""), text("true")},
		{"custom_fields_6", IsNot, false, text("true"), text("false", "")},
		{"custom_fields_6", Present, nil, text("true"), text("false", "")},
		{"attachment", Is, true, text("true"), text("false", "")},

		{"updated_at", Is, "2", hours(2, 2.5, 2.99), both(hours(1.99, 3, -2), none)},
		{"updated_at", LessThan, "2", hours(0, 1, 1.99, -0.1, -30), both(hours(2, 3), none)},
		{"updated_at", Is, "0", hours(0, 0.99, -0.1, -30), both(hours(1, 3), none)},
		{"due_at", LessThan, "2", hours(0, 1, 1.99), both(hours(2, 3, -0.1, -30), none)},
		{"due_at", Is, "0", hours(0, 0.99), both(hours(1, 3, -0.1, -30), none)},
		{"updated_at", GreaterThan, 96, hours(97, 200), both(hours(96, 96.99, 0, -97), none)},
		{"updated_at", Is, "2.9", hours(2, 2.5), hours(3)},
		{"updated_at", LessThan, "0", nil, both(hours(0, 1, -1), none)},
		{"until_due_date", Is, "2", hours(-2, -2.5), both(hours(-1.99, -3, 2), none)},
		{"until_due_date", LessThan, "2", hours(0, -1, -2, -2.99), both(hours(-3, 0.1), none)},
		{"until_due_date", GreaterThan, "2", hours(-3, -9), both(hours(-2.99, 3), none)},
	} {
		t.Run(fmt.Sprintf("%s %s %v", test.field, test.op, test.value), func(t *testing.T) {
			t.Parallel()
			c := shopCatalog()
			field, _ := c.Field(test.field)
			place := Trigger
			if !field.In.Has(place) {
				place = View
			}
			answer := func(x Fact) bool {
				f := &Facts{Now: make([]Fact, c.Slots()), At: at, Today: "2026-03-02"}
				f.Now[field.Slot] = x
				return ask(t, Condition{test.field, test.op, ValueOf(test.value)}, place, f)
			}
			for _, x := range test.yes {
				if !answer(x) {
					t.Errorf("must hold for %+v", x)
				}
			}
			for _, x := range test.no {
				if answer(x) {
					t.Errorf("must not hold for %+v", x)
				}
			}
		})
	}
}

func TestChangeOperators(t *testing.T) {
	t.Parallel()
	text, set := OfText, func(list ...string) Fact { return OfSet(list) }
	for _, test := range []struct {
		field       string
		op          Operator
		value       any
		before, now Fact
		want        bool
	}{
		{"status", Changed, nil, text("new"), text("open"), true},
		{"status", Changed, "", text("open"), text("open"), false},
		{"status", NotChanged, nil, text("open"), text("open"), true},
		{"status", ChangedTo, "open", text("new"), text("open"), true},
		{"status", ChangedTo, "open", text("open"), text("open"), false},
		{"status", ChangedTo, "open", text("open"), text("new"), false},
		{"status", ChangedToAlias, "open", text("new"), text("open"), true},
		{"status", ChangedFrom, "solved", text("solved"), text("open"), true},
		{"status", ChangedFrom, "solved", text("solved"), text("solved"), false},
		{"status", ChangedFromAlias, "solved", text("solved"), text("open"), true},
		{"status", NotChangedTo, "open", text("new"), text("open"), false},
		{"status", NotChangedTo, "open", text("open"), text("open"), true},
		{"status", NotChangedFrom, "solved", text("new"), text("open"), true},
		{"status", NotChangedFrom, "solved", text("solved"), text("open"), false},
		{"status", NotChangedFromAlias, "solved", text("solved"), text("open"), false},
		{"group_id", ChangedTo, "", text("5"), text(""), true},
		{"group_id", ChangedTo, "", text(""), text(""), false},
		{"group_id", ChangedFrom, nil, text(""), text("5"), true},
		{"assignee_id", ChangedTo, "current_user", text("1"), text("9"), true},
		{"assignee_id", ChangedTo, "current_user", text("9"), text("9"), false},
		{"assignee_id", ChangedFrom, "requester_id", text("7"), text("9"), true},
		{"current_tags", Changed, nil, set("a"), set("a", "b"), true},
		{"current_tags", Changed, nil, set("a", "b"), set("a", "b"), false},
		{"current_tags", NotChanged, nil, set(), Fact{}, true},
		{"current_tags", ChangedTo, "b", set("a"), set("a", "b"), true},
		{"current_tags", ChangedFrom, "b", set("a", "b"), set("a"), true},
		{"custom_fields_3", ChangedTo, "ABC", text("x"), text("abc"), true},
		{"custom_fields_3", Changed, nil, text("abc"), text("ABC"), true},
		{"subject_includes_word", ChangedTo, "lens", text("camera"), text("a lens"), true},
		{"replies", Changed, nil, Fact{}, OfNumber(0), true},
		{"replies", Changed, nil, OfNumber(1), OfNumber(1), false},
		{"replies", ChangedTo, 3, OfNumber(2), OfNumber(3), true},
		{"custom_fields_4", ChangedFrom, "2.5", OfNumber(2_500_000), OfNumber(0), true},
		{"custom_fields_5", ChangedTo, "2026-03-02", text(""), text("2026-03-02"), true},
		{"custom_fields_6", Changed, nil, text(""), text("false"), false},
		{"custom_fields_6", ChangedTo, true, text("false"), text("true"), true},
		{"custom_fields_6", ChangedTo, false, text("true"), text("false"), true},
		{"custom_fields_6", ChangedTo, false, text("false"), text("true"), false},
		{"custom_fields_6", ChangedFrom, "false", text(""), text("true"), true},
		{"custom_fields_6", NotChangedTo, "false", text("true"), text(""), false},
	} {
		t.Run(fmt.Sprintf("%s %s %v, %v to %v", test.field, test.op, test.value, test.before, test.now), func(t *testing.T) {
			t.Parallel()
			c := shopCatalog()
			f := &Facts{Now: make([]Fact, c.Slots()), Before: make([]Fact, c.Slots()), CurrentUser: "9"}
			put(c, f.Now, "requester_id", text("7"))
			put(c, f.Before, test.field, test.before)
			put(c, f.Now, test.field, test.now)
			if got := ask(t, Condition{test.field, test.op, ValueOf(test.value)}, Trigger, f); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestOnCreationEverythingWasEmptyBefore(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	f := &Facts{Now: make([]Fact, c.Slots()), Before: make([]Fact, c.Slots()), Created: true}
	put(c, f.Now, "status", OfText("new"))
	put(c, f.Before, "status", OfText("new")) // left over; must not be read
	for _, test := range []struct {
		field string
		op    Operator
		value string
		want  bool
	}{
		{"status", Changed, "", true},
		{"status", ChangedTo, "new", true},
		{"status", ChangedFrom, "solved", false},
		{"status", NotChangedFrom, "solved", true},
		{"group_id", Changed, "", false},
		{"group_id", NotChanged, "", true},
		{"group_id", ChangedTo, "", false},
	} {
		if got := ask(t, Condition{test.field, test.op, ValueOf(test.value)}, Trigger, f); got != test.want {
			t.Errorf("%s %s %q: got %v", test.field, test.op, test.value, got)
		}
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name                          string
		assignee, requester, user     string
		isUser, isRequester, inGroups bool
	}{
		{name: "the user's own", assignee: "9", requester: "7", user: "9", isUser: true},
		{name: "someone else's", assignee: "8", requester: "7", user: "9"},
		{name: "the requester is assigned", assignee: "7", requester: "7", user: "9", isRequester: true},
		{name: "nobody is nobody's", requester: ""},
		{name: "no current user", assignee: "9", requester: "7"},
		{name: "in the user's groups", assignee: "3", user: "9", inGroups: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := shopCatalog()
			f := &Facts{Now: make([]Fact, c.Slots()), CurrentUser: test.user, CurrentGroups: []string{"2", "3"}}
			put(c, f.Now, "assignee_id", OfText(test.assignee))
			put(c, f.Now, "requester_id", OfText(test.requester))
			put(c, f.Now, "group_id", OfText(test.assignee))
			for _, q := range []struct {
				field, value string
				want         bool
			}{
				{"assignee_id", "current_user", test.isUser},
				{"assignee_id", "requester_id", test.isRequester},
				{"requester_id", "assignee_id", test.isRequester},
				{"group_id", "current_groups", test.inGroups},
			} {
				if got := ask(t, Condition{q.field, Is, ValueOf(q.value)}, View, f); got != q.want {
					t.Errorf("%s is %s: %v", q.field, q.value, got)
				}
				if got := ask(t, Condition{q.field, IsNot, ValueOf(q.value)}, View, f); got == q.want {
					t.Errorf("%s is_not %s: %v", q.field, q.value, got)
				}
			}
		})
	}
}

func TestBusinessHours(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	half := func(from, to int64) int64 { return (to - from) / 2 }
	f := &Facts{Now: make([]Fact, c.Slots()), At: at, Business: half}
	put(c, f.Now, "updated_at", hoursAgo(5))
	put(c, f.Now, "until_due_date", hoursAgo(-5))
	for _, test := range []struct {
		field string
		op    Operator
		value int
		want  bool
	}{
		{"updated_at", IsBusinessHours, 2, true},
		{"updated_at", Is, 5, true},
		{"updated_at", LessThanBusinessHours, 3, true},
		{"updated_at", LessThanBusinessHours, 2, false},
		{"updated_at", GreaterThanBusinessHours, 1, true},
		{"updated_at", GreaterThanBusinessHours, 2, false},
		{"until_due_date", IsBusinessHours, 2, true},
		{"until_due_date", LessThanBusinessHours, 2, true},
		{"until_due_date", GreaterThanBusinessHours, 2, false},
	} {
		if got := ask(t, Condition{test.field, test.op, ValueOf(test.value)}, View, f); got != test.want {
			t.Errorf("%s %s %d: got %v", test.field, test.op, test.value, got)
		}
	}
	f.Business = nil
	if !ask(t, Condition{"updated_at", IsBusinessHours, ValueOf(5)}, View, f) {
		t.Error("without a schedule every hour is a working hour")
	}
}

func TestMatchTellsWhichConditionSaidNo(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	open, high := Condition{"status", Is, ValueOf("open")}, Condition{"priority", Is, ValueOf("high")}
	vip, spam := Condition{"current_tags", Includes, ValueOf("vip")}, Condition{"current_tags", Includes, ValueOf("spam")}
	f := &Facts{Now: make([]Fact, c.Slots())}
	put(c, f.Now, "status", OfText("open"))
	put(c, f.Now, "current_tags", OfSet([]string{"vip"}))
	for _, test := range []struct {
		name string
		tree Tree
		no   int
	}{
		{"no conditions", Tree{}, -1},
		{"all hold", Tree{All: Conditions{open, vip}}, -1},
		{"the first fails", Tree{All: Conditions{high, open}}, 0},
		{"the second fails", Tree{All: Conditions{open, high, spam}}, 1},
		{"one of any", Tree{All: Conditions{open}, Any: Conditions{spam, vip}}, -1},
		{"only any", Tree{Any: Conditions{spam, vip}}, -1},
		{"none of any", Tree{All: Conditions{open}, Any: Conditions{spam, high}}, 1},
		{"none of only any", Tree{Any: Conditions{spam, high}}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, err := Compile(test.tree, c, Trigger)
			if err != nil {
				t.Fatal(err)
			}
			if ok, no := m.Match(f); ok != (test.no == -1) || no != test.no {
				t.Errorf("Match = %v, %d; want %d", ok, no, test.no)
			}
		})
	}
}

func TestRequired(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	slot := func(name string) Slot { f, _ := c.Field(name); return f.Slot }
	m, err := Compile(Tree{All: Conditions{
		{"current_tags", Includes, ValueOf("a b")},
		{"current_tags", NotIncludes, ValueOf("c")},
		{"status", Is, ValueOf("open")},
		{"status", IsNot, ValueOf("closed")},
		{"status", Changed, ValueOf(nil)},
		{"status", ChangedTo, ValueOf("open")},
		{"priority", LessThan, ValueOf("normal")},
		{"group_id", Is, ValueOf("")},
		{"group_id", IsNot, ValueOf("")},
		{"assignee_id", Is, ValueOf("current_user")},
		{"sent_to", Is, ValueOf(3)},
		{"sent_to", Is, ValueOf("")},
		{"replies", Is, ValueOf("")},
		{"custom_fields_3", Is, ValueOf("a")},
		{"custom_fields_6", Is, ValueOf(true)},
		{"custom_fields_6", Is, ValueOf(false)},
	}, Any: Conditions{{"status", Is, ValueOf("new")}}}, c, Trigger)
	if err != nil {
		t.Fatal(err)
	}
	want := []Requirement{
		{Index: 0, Slot: slot("current_tags"), Set: true, Values: []string{"a", "b"}},
		{Index: 2, Slot: slot("status"), Values: []string{"open"}},
		{Index: 6, Slot: slot("priority"), Values: []string{"", "low"}},
		{Index: 7, Slot: slot("group_id"), Values: []string{""}},
		{Index: 10, Slot: slot("sent_to"), Set: true, Values: []string{"3"}},
		{Index: 14, Slot: slot("custom_fields_6"), Values: []string{"true"}},
	}
	if diff := cmp.Diff(want, m.Required()); diff != "" {
		t.Error(diff)
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	c := shopCatalog()
	m, err := Compile(Tree{All: Conditions{
		{"custom_fields_5", WithinPreviousDays, ValueOf(3)},
		{"subject_includes_word", Includes, ValueOf("lens sensor")},
		{"current_tags", Changed, ValueOf(nil)},
		{"replies", GreaterThan, ValueOf(1)},
		{"custom_fields_3", Is, ValueOf("ABC")},
	}}, c, Trigger)
	if err != nil {
		t.Fatal(err)
	}
	f := &Facts{Now: make([]Fact, c.Slots()), Created: true, Today: "2026-03-02"}
	put(c, f.Now, "custom_fields_5", OfText("2026-03-01"))
	put(c, f.Now, "subject_includes_word", OfText("The SENSOR is dirty"))
	put(c, f.Now, "current_tags", OfSet([]string{"a"}))
	put(c, f.Now, "replies", OfNumber(2))
	put(c, f.Now, "custom_fields_3", OfText("aBc"))
	if ok, no := m.Match(f); !ok {
		t.Fatalf("condition %d says no", no)
	}
	if n := testing.AllocsPerRun(100, func() { m.Match(f) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
