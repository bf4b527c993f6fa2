package store

import (
	"context"
	"testing"
	"time"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// A process that comes after another goes on where the ids of that one ended, also when the clock was put back between
// them and whether the first one ended politely or not.
func TestIDsGoOnAfterTheClockWentBack(t *testing.T) {
	t.Parallel()
	for name, polite := range map[string]bool{"after a stop": true, "after a crash": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
				now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
				var last int64
				seen := map[int64]bool{}
				for range 4 {
					g, err := claimNode(t.Context(), db, func() time.Time { return now })
					if err != nil {
						t.Fatal(err)
					}
					for range 200 {
						id := g.next()
						if seen[id] || id <= last && (polite || db.Dialect() == sqldb.SQLite) {
							t.Fatalf("%d came after %d", id, last)
						}
						seen[id], last = true, id
					}
					if polite {
						if err := g.release(context.Background(), db); err != nil {
							t.Fatal(err)
						}
					}
					now = now.Add(-time.Hour)
				}
			})
		})
	}
}

func TestIDsOfATime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	fast, slow := generator{now: func() time.Time { return now }, node: 3}, generator{now: func() time.Time { return now.Add(-5 * time.Second) }, node: 1}
	first := fast.nextAt(now)
	if second := slow.nextAt(now.Add(time.Second)); second <= first {
		t.Errorf("%d of a second later came after %d", second, first)
	}
	if far := slow.nextAt(now.Add(100 * 365 * 24 * time.Hour)); far >= 1<<53 || !slow.reached().Before(now.Add(2*mostAhead)) {
		t.Errorf("a time far ahead took the ids along to %s", slow.reached())
	}
}

// Ids of a time to come are given once, and do not take along those of the present.
func TestIDsOfATimeToCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	busy, other := generator{now: func() time.Time { return now }, node: 3}, generator{now: func() time.Time { return now }, node: 1}
	seen := map[int64]bool{}
	last := int64(0)
	for range 200 { // more than a millisecond has
		id := busy.nextAt(now.Add(30 * time.Second))
		if seen[id] || id <= last {
			t.Fatalf("%d came after %d", id, last)
		}
		seen[id], last = true, id
	}
	first := busy.next()
	now = now.Add(time.Second)
	if second := other.next(); first >= second || second >= last {
		t.Errorf("%d of this moment, %d of a second later, %d of thirty seconds later", first, second, last)
	}
	now = now.Add(29 * time.Second)
	for range 200 {
		id := busy.next()
		if seen[id] {
			t.Fatalf("%d was given twice", id)
		}
		seen[id] = true
	}
}
