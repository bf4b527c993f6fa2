package rule

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestPackSize(t *testing.T) {
	t.Parallel()
	mixed := make([]Verdict, 1000)
	for i := range mixed {
		mixed[i] = Verdict(i * 7 % 4)
	}
	busy := slices.Clone(mixed)
	busy[17], busy[400], busy[999] = Fired, NoneOfAny, Broken
	for _, test := range []struct {
		name string
		tr   Trace
		most int
	}{
		{"nothing", Trace{}, 0},
		{"one trigger", Trace{Verdicts: []Verdict{2}}, 5},
		{"a thousand alike", Trace{Verdicts: make([]Verdict, 1000)}, 8},
		{"a thousand of four verdicts", Trace{Verdicts: mixed}, 260},
		{"one that could not share", Trace{Verdicts: []Verdict{1, NotDone, 1}, Obstacles: []Obstacle{{1, CannotShare, "it is closed"}}}, 25},
		{"every verdict there is", Trace{Verdicts: everyVerdict()}, 520},
		{"a thousand, one of which fired", Trace{Verdicts: busy, Firings: []Firing{{17, 1, true}}}, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			packed := test.tr.Pack()
			if len(packed) > test.most {
				t.Errorf("%d bytes, want %d at most", len(packed), test.most)
			}
			got, err := Unpack(packed)
			if diff := cmp.Diff(test.tr, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestPackKeepsEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		verdict := rapid.Map(rapid.IntRange(0, int(NotDone)), func(n int) Verdict { return Verdict(n) })
		few := rapid.SampledFrom(rapid.SliceOfN(verdict, 1, 5).Draw(t, "few"))
		tr := Trace{Verdicts: rapid.SliceOfN(rapid.OneOf(few, few, few, verdict), 1, 400).Draw(t, "verdicts")}
		for range rapid.IntRange(0, min(5, len(tr.Verdicts))).Draw(t, "firings") {
			tr.Firings = append(tr.Firings, Firing{Rule: rapid.IntRange(0, len(tr.Verdicts)-1).Draw(t, "rule"),
				Pass: rapid.IntRange(1, 1000).Draw(t, "pass"), Changed: rapid.Bool().Draw(t, "changed")})
		}
		for range rapid.IntRange(0, min(3, len(tr.Verdicts))).Draw(t, "obstacles") {
			tr.Obstacles = append(tr.Obstacles, Obstacle{Rule: rapid.IntRange(0, len(tr.Verdicts)-1).Draw(t, "held"),
				Kind: rapid.SampledFrom([]ObstacleKind{CannotShare, IsBarred}).Draw(t, "kind"), Reason: rapid.String().Draw(t, "reason")})
		}
		got, err := Unpack(tr.Pack())
		if diff := cmp.Diff(tr, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{})
	f.Add(Trace{Verdicts: []Verdict{0, 1, Fired}, Firings: []Firing{{2, 1, true}}}.Pack())
	f.Add(Trace{Verdicts: []Verdict{0, 1, 0, 3, 2, 1, 0, 1, 2, 3, 0, 1, 0, 2, 1, 0, 1, 0}}.Pack())
	f.Add(Trace{Verdicts: []Verdict{0, NotDone, 1}, Obstacles: []Obstacle{{1, CannotShare, "pending"}}}.Pack())
	f.Add([]byte{formBits | formObstacles, 2, 0, 1, 1, 1, 0x7f, 'x'})
	f.Add([]byte{formBits, 5, 0, 1, 0})
	f.Add([]byte{formRuns, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, packed []byte) {
		tr, err := Unpack(packed)
		if err != nil {
			return
		}
		again, err := Unpack(tr.Pack())
		if diff := cmp.Diff(tr, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

func everyVerdict() (out []Verdict) {
	for v := range 256 {
		out = append(out, Verdict(v))
	}
	return out
}
