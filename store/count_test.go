package store

import (
	"testing"
	"time"
)

func TestCountsAreKeptForAMoment(t *testing.T) {
	t.Parallel()
	c, noon := newCounts(), time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	c.remember("few", countHigh-1, noon, time.Millisecond)
	c.remember("many", 20_000, noon, time.Millisecond)
	c.remember("slow", 20_000, noon, time.Minute)
	c.remember("shrunk", 20_000, noon, time.Millisecond)
	c.remember("shrunk", 3, noon, time.Millisecond)
	for _, step := range []struct {
		name, question string
		after          time.Duration
		kept           bool
	}{
		{"a low count is made anew", "few", 0, false},
		{"a high one is kept", "many", 100 * time.Millisecond, true},
		{"the first to find it old counts", "many", 101 * time.Millisecond, false},
		{"and the others take what there is", "many", 102 * time.Millisecond, true},
		{"but not what is much too old", "many", 201 * time.Millisecond, false},
		{"however long it took", "slow", countAge, true},
		{"it is not kept for longer than that", "slow", countAge + 1, false},
		{"a count that became low is forgotten", "shrunk", 0, false},
		{"nothing is known of others", "other", 0, false},
	} {
		if _, kept := c.lookup(step.question, noon.Add(step.after)); kept != step.kept {
			t.Errorf("%s: kept is %v", step.name, kept)
		}
	}
	for i := range 2 * countsKept {
		c.remember(time.Duration(i).String(), countHigh, noon, time.Millisecond)
	}
	if len(c.kept) > countsKept {
		t.Errorf("%d are kept", len(c.kept))
	}
}
