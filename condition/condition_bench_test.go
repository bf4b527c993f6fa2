package condition

import "testing"

// shopMatcher is a trigger of four plain conditions, the usual shape.
func shopMatcher(b *testing.B, c *Catalog) *Matcher {
	b.Helper()
	m, err := Compile(Tree{All: Conditions{
		{"status", LessThan, ValueOf("solved")},
		{"update_type", Is, ValueOf("Create")},
		{"current_tags", Includes, ValueOf("image_sensor")},
		{"group_id", IsNot, ValueOf(7)},
	}}, c, Trigger)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func BenchmarkMatchFourConditions(b *testing.B) {
	c := shopCatalog()
	m := shopMatcher(b, c)
	facts := func(status, update string, tags ...string) *Facts {
		f := &Facts{Now: make([]Fact, c.Slots()), Before: make([]Fact, c.Slots())}
		put(c, f.Now, "status", OfText(status))
		put(c, f.Now, "update_type", OfText(update))
		put(c, f.Now, "current_tags", OfSet(tags))
		put(c, f.Now, "group_id", OfText("5"))
		return f
	}
	for _, bench := range []struct {
		name string
		f    *Facts
		want bool
	}{
		{"first fails", facts("solved", "Change", "camera", "vip"), false},
		{"second fails", facts("open", "Change", "camera", "vip"), false},
		{"third fails", facts("open", "Create", "camera", "vip"), false},
		{"all hold", facts("open", "Create", "camera", "image_sensor"), true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if ok, _ := m.Match(bench.f); ok != bench.want {
					b.Fatal("wrong answer")
				}
			}
		})
	}
}

func BenchmarkMatchThousandMatchers(b *testing.B) {
	c := shopCatalog()
	matchers := make([]*Matcher, 1000)
	for i := range matchers {
		m, err := Compile(Tree{All: Conditions{
			{"custom_fields_1", Is, ValueOf("option_" + string(rune('a'+i%26)))},
			{"status", IsNot, ValueOf("closed")},
			{"current_tags", NotIncludes, ValueOf("spam")},
			{"group_id", Is, ValueOf(7)},
		}}, c, Trigger)
		if err != nil {
			b.Fatal(err)
		}
		matchers[i] = m
	}
	f := &Facts{Now: make([]Fact, c.Slots()), Created: true}
	put(c, f.Now, "custom_fields_1", OfText("option_none"))
	b.ReportAllocs()
	for b.Loop() {
		for _, m := range matchers {
			if ok, _ := m.Match(f); ok {
				b.Fatal("wrong answer")
			}
		}
	}
}

func BenchmarkMatchWords(b *testing.B) {
	c := shopCatalog()
	m, err := Compile(Tree{All: Conditions{{"subject_includes_word", Includes, ValueOf("lens sensor")}}}, c, Trigger)
	if err != nil {
		b.Fatal(err)
	}
	f := &Facts{Now: make([]Fact, c.Slots()), Created: true}
	put(c, f.Now, "subject_includes_word", OfText("Purple fringe on every picture since the last update of the firmware"))
	b.ReportAllocs()
	for b.Loop() {
		if ok, _ := m.Match(f); ok {
			b.Fatal("wrong answer")
		}
	}
}
