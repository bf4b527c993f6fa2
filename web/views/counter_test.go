package views

import (
	"testing"
	"time"

	"interdesk/store"
)

func TestCountsAreToldForAWhile(t *testing.T) {
	t.Parallel()
	k, noon := newCounter(), time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	asked := countKey{account: 1, version: 7, view: 5, viewer: 3}
	k.remember(asked, cachedCount{store.Count{N: 12}, noon})
	for _, c := range []struct {
		name  string
		ask   func(q *countKey)
		after time.Duration
		age   time.Duration
		kept  bool
	}{
		{"fresh", func(*countKey) {}, countFresh, countFresh, true},
		{"no longer fresh", func(*countKey) {}, countFresh + 1, countFresh, false},
		{"good enough for a page", func(*countKey) {}, countFresh + 1, countKept, true},
		{"too old for a page", func(*countKey) {}, countKept + 1, countKept, false},
		{"another account's", func(q *countKey) { q.account = 2 }, 0, countKept, false},
		{"somebody else's", func(q *countKey) { q.viewer = 4 }, 0, countKept, false},
		{"the view was changed", func(q *countKey) { q.changed = 1 }, 0, countKept, false},
		{"the desk was changed", func(q *countKey) { q.version = 8 }, 0, countKept, false},
	} {
		q := asked
		c.ask(&q)
		if n, ok := k.cached(q, noon.Add(c.after), c.age); ok != c.kept || ok && n.N != 12 {
			t.Errorf("%s: got %d (%v), want 12 (%v)", c.name, n.N, ok, c.kept)
		}
	}
	for i := range 2 * countsAtAll {
		k.remember(countKey{version: int64(i)}, cachedCount{})
	}
	if len(k.counts) > countsAtAll {
		t.Errorf("got %d counts, want %d at most", len(k.counts), countsAtAll)
	}
}
