package condition

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"interdesk/calendar"
)

// words are few, so that conditions and facts meet often.
func words() []string {
	return []string{"", "new", "open", "solved", "Lens", "lens", "image_sensor", "red", "Green", "a", "b", "ab", "5", "7", "9", "true", "false"}
}

func days() []string {
	return []string{"", "2024-02-28", "2024-02-29", "2024-03-01", "2026-03-01", "2026-03-02", "2026-03-05"}
}

func anyFact(t *rapid.T, f Field) Fact {
	switch {
	case f.Kind.isSet():
		set := rapid.SliceOfDistinct(rapid.SampledFrom(words()[1:]), func(s string) string { return s }).Draw(t, "set")
		slices.Sort(set)
		return OfSet(set)
	case f.Kind.isHours():
		return Fact{Number: at + rapid.Int64Range(-5*hour, 5*hour).Draw(t, "instant"), Valid: rapid.Bool().Draw(t, "valid")}
	case f.Kind.isNumber():
		n := rapid.Int64Range(-3, 10).Draw(t, "number")
		if f.Kind == Decimal {
			n *= micros / 2
		}
		return Fact{Number: n, Valid: rapid.Bool().Draw(t, "valid")}
	case f.Kind == Date:
		return OfText(rapid.SampledFrom(days()).Draw(t, "day"))
	}
	return OfText(rapid.SampledFrom(words()).Draw(t, "text"))
}

func anyFacts(t *rapid.T, c *Catalog) *Facts {
	f := &Facts{At: at, Today: "2026-03-02", CurrentUser: rapid.SampledFrom([]string{"", "5"}).Draw(t, "user"),
		CurrentGroups: []string{"7"}, Created: rapid.Bool().Draw(t, "created")}
	for _, field := range c.Fields() {
		f.Now = append(f.Now, anyFact(t, field))
		f.Before = append(f.Before, anyFact(t, field))
	}
	return f
}

func anyValue(t *rapid.T, f Field) Value {
	switch {
	case f.Kind == Date:
		return ValueOf(rapid.SampledFrom(append(days(), "0", "1", "3")).Draw(t, "value"))
	case f.Kind == ID:
		return ValueOf(rapid.SampledFrom([]string{"", "5", "7", "5 9", "current_user", "current_groups", "requester_id"}).Draw(t, "value"))
	case f.Kind.isNumber():
		return ValueOf(rapid.SampledFrom([]any{nil, "", "5", 0, 3, -2, 1.5}).Draw(t, "value"))
	}
	list := rapid.SliceOfN(rapid.SampledFrom(words()), 0, 3).Draw(t, "list")
	if rapid.Bool().Draw(t, "as a list") {
		return ValueOf(list)
	}
	return ValueOf(strings.Join(list, " "))
}

// anyCondition makes a condition that can be evaluated at a place.
func anyCondition(t *rapid.T, c *Catalog, place Place) Condition {
	for {
		f := rapid.SampledFrom(c.Fields()).Draw(t, "field")
		cond := Condition{f.Name, rapid.SampledFrom(f.Operators).Draw(t, "operator"), anyValue(t, f)}
		if _, err := c.Plan(cond, place); err == nil {
			return cond
		}
	}
}

func answer(t *rapid.T, tree Tree, c *Catalog, place Place, f *Facts) (bool, int) {
	m, err := Compile(tree, c, place)
	if err != nil {
		t.Fatal(err)
	}
	return m.Match(f)
}

func TestATreeIsItsConditions(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.SampledFrom([]Place{Trigger, Automation, View}).Draw(t, "place")
		f := anyFacts(t, c)
		var tree Tree
		single := func(branch *Conditions) (truths []bool) {
			for range rapid.IntRange(0, 4).Draw(t, "n") {
				cond := anyCondition(t, c, place)
				*branch = append(*branch, cond)
				ok, _ := answer(t, Tree{All: Conditions{cond}}, c, place, f)
				truths = append(truths, ok)
			}
			return truths
		}
		all, any := single(&tree.All), single(&tree.Any)
		no := slices.Index(all, false)
		if no < 0 && len(any) > 0 && !slices.Contains(any, true) {
			no = len(all)
		}
		if ok, got := answer(t, tree, c, place, f); ok != (no < 0) || got != no {
			t.Fatalf("%v: Match = %v, %d; want %d (all %v, any %v)", tree, ok, got, no, all, any)
		}
	})
}

func TestNegationsAreNegations(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	negation := map[Operator]Operator{Is: IsNot, Includes: NotIncludes, IncludesString: NotIncludesString,
		Present: NotPresent, Changed: NotChanged, ChangedTo: NotChangedTo, ChangedFrom: NotChangedFrom}
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts(t, c)
		cond := anyCondition(t, c, Trigger)
		field, _ := c.Field(cond.Field)
		negated := Condition{cond.Field, negation[cond.Operator], cond.Value}
		if negated.Operator == "" || !field.Offers(negated.Operator, Trigger) {
			return
		}
		yes, _ := answer(t, Tree{All: Conditions{cond}}, c, Trigger, f)
		no, _ := answer(t, Tree{All: Conditions{negated}}, c, Trigger, f)
		missing := field.NotNeedsValue && field.Kind.none(f.now(field.Slot)) && (cond.Operator == Is || cond.Operator == Includes)
		if missing && no || !missing && yes == no {
			t.Fatalf("%v is %v and its negation %v, with %+v", cond, yes, no, *f.now(field.Slot))
		}
	})
}

func TestChangesAreBeforeAndNow(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts(t, c)
		cond := anyCondition(t, c, Trigger)
		field, _ := c.Field(cond.Field)
		if cond.Operator != Is || !field.Offers(ChangedTo, Trigger) {
			return
		}
		before := *f // the same ticket as it was, but for what "current user" and "requester" mean now
		before.Now = slices.Clone(f.Now)
		before.Now[field.Slot] = *f.before(field.Slot)
		was, _ := answer(t, Tree{All: Conditions{cond}}, c, Trigger, &before)
		is, _ := answer(t, Tree{All: Conditions{cond}}, c, Trigger, f)
		for op, want := range map[Operator]bool{ChangedTo: is && !was, ChangedToAlias: is && !was, ChangedFrom: was && !is,
			NotChangedTo: !is || was, NotChangedFromAlias: !was || is} {
			if got, _ := answer(t, Tree{All: Conditions{{cond.Field, op, cond.Value}}}, c, Trigger, f); got != want {
				t.Fatalf("%s %s %v: %v; was %v, is %v", cond.Field, op, cond.Value, got, was, is)
			}
		}
	})
}

func TestWhatIsRequiredMustBeSo(t *testing.T) {
	t.Parallel()
	c := shopCatalog()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts(t, c)
		cond := anyCondition(t, c, Trigger)
		m, err := Compile(Tree{All: Conditions{cond}}, c, Trigger)
		if err != nil {
			t.Fatal(err)
		}
		ok, _ := m.Match(f)
		for _, r := range m.Required() {
			x := f.now(r.Slot)
			met := slices.Contains(r.Values, x.Text)
			if r.Set {
				met = slices.ContainsFunc(r.Values, func(v string) bool { return slices.Contains(x.Set, v) })
			}
			if met != ok {
				t.Fatalf("%v: requirement %+v met %v, but the condition is %v for %+v", cond, r, met, ok, *x)
			}
		}
	})
}

func TestWithinIsTheSameByNumberAndByText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Unix(rapid.Int64Range(-60_000_000_000, 250_000_000_000).Draw(t, "seconds"), 0).UTC().Format(time.DateOnly)
		other := calendar.Shift(day, rapid.IntRange(-200, 200).Draw(t, "days"))
		span := rapid.Int64Range(0, 100).Draw(t, "span")
		text := calendar.Shift(day, int(-span)) <= other && other <= day
		if got := within(other, day, -span, 0); got != text {
			t.Fatalf("%s within the %d days before %s: %v by number, %v by text", other, span, day, got, text)
		}
	})
}

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"0": 0, "5": 5_000_000, "-1.5": -1_500_000, "+.25": 250_000, "3.": 3_000_000,
		"0.0000019": 1, "9223372036854.775807": 1<<63 - 1} {
		if got, ok := ParseDecimal(in); !ok || got != want {
			t.Errorf("%q: %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", ".", "-", "1e3", "1,5", "--1", "-+1", "0x1", "9223372036854.775808", "NaN", "٣"} {
		if got, ok := ParseDecimal(in); ok {
			t.Errorf("%q was read as %d", in, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1<<62, 1<<62).Draw(t, "millionths")
		sign, m := "", n
		if n < 0 {
			sign, m = "-", -n
		}
		text := fmt.Sprintf("%s%d.%06d", sign, m/micros, m%micros)
		if got, ok := ParseDecimal(text); !ok || got != n {
			t.Fatalf("%s: %d, %v", text, got, ok)
		}
	})
}

func TestContainsFoldIsContainmentOfFoldedTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aAbBüÜ ")), 0, 12, -1).Draw(t, "text")
		needle := rapid.StringOfN(rapid.SampledFrom([]rune("aAbBüÜ ")), 0, 3, -1).Draw(t, "needle")
		if got, want := containsFold(text, Fold(needle)), strings.Contains(Fold(text), Fold(needle)); got != want {
			t.Fatalf("%q in %q: %v", needle, text, got)
		}
		if got, want := sameFold(text, needle), Fold(text) == Fold(needle); got != want {
			t.Fatalf("%q and %q: %v", text, needle, got)
		}
	})
}
