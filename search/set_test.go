package search_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"interdesk/search"
)

// A set and its encoding hold what was put in and not taken out again, in order.
func TestSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slot := rapid.IntRange(0, search.BlockSize-1)
		in, out := rapid.SliceOfN(slot, 0, 1500).Draw(t, "in"), rapid.SliceOfN(slot, 0, 50).Draw(t, "out")
		s, want := &search.Set{}, map[int]bool{}
		for _, n := range in {
			s.Add(n)
			want[n] = true
		}
		for _, n := range out {
			s.Remove(n)
			delete(want, n)
		}
		back, err := search.DecodeSet(s.Encode())
		if err != nil || *back != *s || s.Count() != len(want) || s.Empty() != (len(want) == 0) {
			t.Fatalf("%v: %d of %d", err, s.Count(), len(want))
		}
		up, down := slices.Collect(s.All(false)), slices.Collect(s.All(true))
		slices.Reverse(down)
		if !slices.IsSorted(up) || !slices.Equal(up, down) || len(up) != len(want) {
			t.Fatalf("up %v, down %v", up, down)
		}
	})
}

func TestDamagedSets(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string][]byte{"odd": {1}, "long": make([]byte, search.BlockSize/8+2), "out of the block": {0xff, 0xff}} {
		if _, err := search.DecodeSet(raw); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
