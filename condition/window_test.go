package condition_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"interdesk/condition"
	"interdesk/schedule"
)

// hoursCatalog has two instants that have been, one that is to come, and something that time alone changes.
func hoursCatalog() *condition.Catalog {
	return condition.NewCatalog([]condition.Field{
		{Name: "since", Kind: condition.Hours, Slot: 0, In: condition.Automation},
		{Name: "other", Kind: condition.Hours, Slot: 1, In: condition.Automation},
		{Name: "due", Kind: condition.Hours, Slot: 2, In: condition.Automation, MayLieAhead: true},
		{Name: "until", Kind: condition.HoursUntil, Slot: 2, In: condition.Automation},
		{Name: "open", Kind: condition.Flag, Slot: 3, In: condition.Automation, Passing: true},
	})
}

// TestWindowsAreWhenTreesHold: at any instant, a tree holds if that is in its window and all but the hours hold.
func TestWindowsAreWhenTreesHold(t *testing.T) {
	t.Parallel()
	c := hoursCatalog()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	hours := schedule.New(zone, []schedule.Interval{{Start: 540, End: 1020}, {Start: 1980, End: 2460}, {Start: 8000, End: 8100}}, nil)
	rapid.Check(t, func(t *rapid.T) {
		begin := time.Date(2026, 3, 28, 8, 0, 0, 0, zone).UnixMicro() // the night after it clocks change
		moment := func() int64 { return begin + rapid.Int64Range(-30*3600, 90*3600).Draw(t, "seconds")*1_000_000 }
		f := &condition.Facts{Now: []condition.Fact{
			{Number: moment(), Valid: true}, {Number: moment(), Valid: rapid.IntRange(0, 9).Draw(t, "unset") > 0}, {Number: moment(), Valid: true},
			condition.OfBool(rapid.Bool().Draw(t, "open"))}}
		if rapid.Bool().Draw(t, "with hours") {
			f.Business = func(from, to int64) int64 {
				return hours.Elapsed(time.UnixMicro(from), time.UnixMicro(to)).Microseconds()
			}
			f.AddBusiness = func(at, length int64) (int64, bool) {
				there := hours.Add(time.UnixMicro(at), time.Duration(length)*time.Microsecond)
				return there.UnixMicro(), !there.IsZero()
			}
		}
		var tree condition.Tree
		for range rapid.IntRange(1, 3).Draw(t, "n") {
			field, _ := c.Field(rapid.SampledFrom([]string{"since", "other", "due", "until"}).Draw(t, "field"))
			tree.All = append(tree.All, condition.Condition{Field: field.Name, Operator: rapid.SampledFrom(field.Operators).Draw(t, "operator"),
				Value: condition.ValueOf(rapid.IntRange(0, 20).Draw(t, "hours"))})
		}
		tree.All = append(tree.All, condition.Condition{Field: "open", Operator: condition.Is, Value: condition.ValueOf(true)})
		m, err := condition.Compile(tree, c, condition.Automation)
		if err != nil {
			t.Fatal(err)
		}
		low, high := m.Window(f)
		instants := []int64{moment(), moment(), moment()}
		for _, edge := range []int64{low, high} {
			if edge != condition.Earliest && edge != condition.Latest {
				instants = append(instants, edge-1, edge, edge+1)
			}
		}
		for _, at := range slices.Compact(instants) {
			f.At = at
			rest, _ := m.MatchBut(f, true)
			if got, _ := m.Match(f); got != (rest && low <= at && at <= high) {
				t.Fatalf("%+v of %+v: at %s it is %v, its window is %s to %s", tree.All, f.Now, time.UnixMicro(at).In(zone), got,
					time.UnixMicro(low).In(zone), time.UnixMicro(high).In(zone))
			}
		}
		if ok, _ := m.MatchBut(f, false); !ok || !m.Passes() {
			t.Fatal("what time alone changes is asked for")
		}
	})
}
