package condition

import "testing"

func operators() []Operator {
	return []Operator{Is, IsNot, LessThan, GreaterThan, LessThanEqual, GreaterThanEqual, Includes, NotIncludes,
		IncludesString, NotIncludesString, Present, NotPresent, Changed, NotChanged, ChangedTo, ChangedFrom,
		NotChangedTo, NotChangedFrom, ChangedToAlias, ChangedFromAlias, NotChangedToAlias, NotChangedFromAlias,
		WithinPreviousDays, WithinNextDays, IsBusinessHours, LessThanBusinessHours, GreaterThanBusinessHours}
}

func TestOperatorAliasesHaveOneCanonicalSpelling(t *testing.T) {
	t.Parallel()
	want := map[Operator]Operator{"": "is", "changed_to": "value", "changed_from": "value_previous",
		"not_changed_to": "not_value", "not_changed_from": "not_value_previous"}
	for _, op := range operators() {
		canonical, alias := want[op]
		if !alias {
			canonical = op
		}
		if got := op.Canonical(); got != canonical {
			t.Errorf("%q.Canonical() = %q, want %q", op, got, canonical)
		}
		if op.Title() == "" {
			t.Errorf("%q has no title", op)
		}
	}
	if got := Operator("").Canonical(); got != Is {
		t.Errorf("the empty operator is %q, want is", got)
	}
	if got := Operator("sounds_like").Title(); got != "" {
		t.Errorf("an unknown operator has the title %q", got)
	}
}

func TestOperatorTerminal(t *testing.T) {
	t.Parallel()
	terminal := map[Operator]bool{Changed: true, NotChanged: true, Present: true, NotPresent: true}
	for _, op := range operators() {
		if op.Terminal() != terminal[op] {
			t.Errorf("%q.Terminal() = %v", op, op.Terminal())
		}
	}
}

func TestOperatorTitleFollowsTheField(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind Kind
		op   Operator
		want string
	}{
		{Words, Is, "Contains the following string"},
		{Words, IsNot, "Does not contain the following string"},
		{Text, Is, "Is"},
		{Hours, LessThan, "Less than (calendar hours)"},
		{Hours, LessThanBusinessHours, "Less than (business hours)"},
		{Choice, "changed_to", "Changed to"},
	} {
		if got := (Field{Kind: test.kind}).OperatorTitle(test.op); got != test.want {
			t.Errorf("%v %q: %q, want %q", test.kind, test.op, got, test.want)
		}
	}
}

func TestEveryOperatorOfAKindHasAMeaning(t *testing.T) {
	t.Parallel()
	values := map[Kind]string{Choice: "open", ID: "5", Tags: "a", Multi: "red", Member: "5", Text: "a", Words: "a",
		Number: "5", Decimal: "5", Date: "2026-01-02", Checkbox: "true", Flag: "true", Hours: "5", HoursUntil: "5"}
	for kind, value := range values {
		if kind.String() == "" {
			t.Errorf("kind %d has no name", kind)
		}
		c := NewCatalog([]Field{{Name: "f", Kind: kind, In: Trigger, Choices: options("open", "closed", "a", "red", "5")}})
		for _, op := range kind.Operators() {
			v := value
			if op == WithinPreviousDays || op == WithinNextDays {
				v = "5"
			}
			if _, err := Compile(Tree{All: Conditions{{"f", op, ValueOf(v)}}}, c, Trigger); err != nil {
				t.Errorf("%v %s: %v", kind, op, err)
			}
		}
	}
}
