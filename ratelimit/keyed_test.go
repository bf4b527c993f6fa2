package ratelimit_test

import (
	"testing"
	"time"

	"interdesk/ratelimit"
)

func TestTake(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	k := ratelimit.New[string](0.5, 2, 2)
	for _, step := range []struct {
		name  string
		after time.Duration
		key   string
		left  float64
		ok    bool
	}{
		{"the first", 0, "ann", 1, true},
		{"the burst", 0, "ann", 0, true},
		{"over it", 0, "ann", 0, false},
		{"somebody else", 0, "bob", 1, true},
		{"more than are remembered", 0, "cy", 0, false},
		{"too early", time.Second, "ann", 0.5, false},
		{"one has come back", time.Second, "ann", 0, true},
		{"somebody is forgotten, as they are full again", time.Second, "cy", 1, true},
		{"all have come back", 5 * time.Minute, "ann", 1, true},
	} {
		now = now.Add(step.after)
		if left, ok := k.Take(step.key, now); left != step.left || ok != step.ok {
			t.Errorf("%s: %v left, %v; want %v, %v", step.name, left, ok, step.left, step.ok)
		}
	}
}
