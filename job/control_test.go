package job

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestRetryNowAndBackOff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		slow := Options{Base: time.Hour, Cap: time.Hour}
		r := NewRunner(db, fast())
		r.Handle("send", slow, func(_ context.Context, j Job) Outcome {
			if j.Party == "kongen" && j.Attempt == 1 {
				return Outcome{Err: errors.New("partner is away")}
			}
			return Outcome{}
		})
		start(t, r)
		insert(t, db, Insertion{Account: 1, Kind: "send", Lane: "a", Party: "kongen"},
			Insertion{Account: 1, Kind: "send", Lane: "a"}, Insertion{Account: 1, Kind: "send", Lane: "b"})
		await(t, "the head waits, the other lane is done", func() bool {
			return slices.Equal(states(find(t, db, Filter{Account: 1})), []string{"available", "queued"}) && find(t, db, Filter{Account: 1})[0].Error != ""
		})
		head := find(t, db, Filter{Account: 1})[0]
		if head.Error != "partner is away" || head.RunAt.Sub(head.CreatedAt) < 5*time.Minute {
			t.Errorf("the head is %+v", head)
		}
		write(t, db, func(tx *sqldb.Tx) error {
			n, err := RetryNow(t.Context(), tx, Filter{Account: 1, Party: "kongen"})
			if n != 1 && err == nil {
				t.Errorf("retried %d jobs, want 1", n)
			}
			return err
		})
		done(t, db, 1)
	})
}

func TestReplayKeepsThePlaceInTheLane(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ids := insert(t, db, Insertion{Account: 1, Kind: "send", Lane: "a", Payload: number(1)})
		var mu sync.Mutex
		var order []int64
		broken := true
		r := NewRunner(db, fast())
		r.Handle("send", quick, func(_ context.Context, j Job) Outcome {
			mu.Lock()
			defer mu.Unlock()
			if broken {
				return Outcome{Err: errors.New("gone"), Dead: true}
			}
			order = append(order, j.ID)
			return Outcome{}
		})
		start(t, r)
		await(t, "the job is dead", func() bool {
			return slices.Equal(states(find(t, db, Filter{Account: 1})), []string{"dead"})
		})
		write(t, db, func(tx *sqldb.Tx) error { return Pause(t.Context(), tx, 1, "", "a") })
		ids = append(ids, insert(t, db, Insertion{Account: 1, Kind: "send", Lane: "a", RunAt: time.Now().Add(time.Hour)})...)
		mu.Lock()
		broken = false
		mu.Unlock()
		write(t, db, func(tx *sqldb.Tx) error { return Replay(t.Context(), tx, 1, ids[0], time.Now()) })
		if got := states(find(t, db, Filter{Account: 1})); got[1] != "queued" {
			t.Errorf("after the replay the states are %v", got)
		}
		write(t, db, func(tx *sqldb.Tx) error { return Resume(t.Context(), tx, 1, "", "a") })
		await(t, "the replayed job is done", func() bool { return len(find(t, db, Filter{Account: 1})) == 1 })
		write(t, db, func(tx *sqldb.Tx) error {
			if err := Replay(t.Context(), tx, 1, ids[1], time.Now()); !errors.Is(err, ErrNotDead) {
				t.Errorf("replay of a living job: %v", err)
			}
			_, err := RetryNow(t.Context(), tx, Filter{Account: 1})
			return err
		})
		done(t, db, 1)
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(order, ids) {
			t.Errorf("ran %v, want %v", order, ids)
		}
	})
}

func TestPauseByAccountKindAndLane(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := NewRunner(db, fast())
		for _, kind := range []string{"send", "mail"} {
			r.Handle(kind, quick, func(context.Context, Job) Outcome { return Outcome{} })
		}
		start(t, r)
		write(t, db, func(tx *sqldb.Tx) error { return Pause(t.Context(), tx, 1, "send", "share/7/") })
		insert(t, db,
			Insertion{Account: 1, Kind: "send", Lane: "share/7/1"},
			Insertion{Account: 1, Kind: "send", Lane: "share/70/1"},
			Insertion{Account: 1, Kind: "mail", Lane: "share/7/2"},
			Insertion{Account: 2, Kind: "send", Lane: "share/7/1"})
		await(t, "the paused job is put aside", func() bool {
			return slices.Equal(states(find(t, db, Filter{Account: 1})), []string{"paused"})
		})
		done(t, db, 2)
		write(t, db, func(tx *sqldb.Tx) error { return Resume(t.Context(), tx, 1, "send", "share/7/") })
		done(t, db, 1)
	})
}

func TestCancelMovesTheLaneOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		later := time.Now().Add(time.Hour)
		insert(t, db,
			Insertion{Account: 1, Kind: "send", Lane: "a", RunAt: later},
			Insertion{Account: 1, Kind: "mail", Lane: "a"},
			Insertion{Account: 1, Kind: "send", Lane: "b", RunAt: later})
		write(t, db, func(tx *sqldb.Tx) error {
			n, err := Cancel(t.Context(), tx, Filter{Account: 1, Kind: "send"})
			if n != 2 && err == nil {
				t.Errorf("cancelled %d, want 2", n)
			}
			return err
		})
		if got := states(find(t, db, Filter{Account: 1})); !slices.Equal(got, []string{"available"}) {
			t.Errorf("states %v, want the next one available", got)
		}
		write(t, db, func(tx *sqldb.Tx) error {
			_, err := Cancel(t.Context(), tx, Filter{Account: 1, Lane: "a"})
			return err
		})
		var lanes int
		err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(t.Context(), `select count(*) from job_lanes`).Scan(&lanes)
		})
		if err != nil || lanes != 0 {
			t.Errorf("%d lanes are left, error %v", lanes, err)
		}
	})
}

func TestCounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		insert(t, db,
			Insertion{Account: 1, Kind: "send", Lane: "a", Now: at},
			Insertion{Account: 2, Kind: "send", Now: at.Add(time.Hour)},
			Insertion{Account: 1, Kind: "send", Lane: "a", Now: at.Add(time.Minute)})
		var got []Count
		err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
			got, err = Counts(t.Context(), tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []Count{
			{Kind: "send", State: "available", Jobs: 2, Oldest: at},
			{Kind: "send", State: "queued", Jobs: 1, Oldest: at.Add(time.Minute)},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
	})
}

// A held job keeps its place: nothing behind it overtakes, until it is tried again with success or taken away.
func TestHeldJobsHoldTheirLane(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		release func(ctx context.Context, tx *sqldb.Tx, held int64) error
		want    []int
	}{
		{"replayed", func(ctx context.Context, tx *sqldb.Tx, held int64) error { return Replay(ctx, tx, 1, held, time.Now()) }, []int{1, 2, 3}},
		{"taken away", func(ctx context.Context, tx *sqldb.Tx, held int64) error {
			_, err := Cancel(ctx, tx, Filter{Account: 1, ID: held})
			return err
		}, []int{2, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *sqldb.DB) { holdLane(t, db, test.release, test.want) })
		})
	}
}

func holdLane(t *testing.T, db *sqldb.DB, release func(ctx context.Context, tx *sqldb.Tx, held int64) error, want []int) {
	ledger(t, db)
	var refuse atomic.Bool
	refuse.Store(true)
	r := NewRunner(db, fast())
	r.Handle("write", quick, func(_ context.Context, j Job) Outcome {
		if binary.BigEndian.Uint64(j.Payload) == 1 && refuse.Load() {
			return Outcome{Err: errors.New("not now"), Hold: true}
		}
		return Outcome{Commit: entry(j)}
	})
	start(t, r)
	ids := insert(t, db, Insertion{Account: 1, Kind: "write", Lane: "a", Payload: number(1)}, Insertion{Account: 1, Kind: "write", Lane: "a", Payload: number(2)})
	await(t, "the hold", func() bool { return len(find(t, db, Filter{Account: 1, State: "held"})) == 1 })
	insert(t, db, Insertion{Account: 1, Kind: "write", Lane: "a", Payload: number(3)}, Insertion{Account: 1, Kind: "write", Lane: "b", Payload: number(9)})
	await(t, "another lane", func() bool { return len(entries(t, db)["b"]) == 1 })
	if got := entries(t, db)["a"]; len(got) != 0 {
		t.Fatalf("%v ran behind a held job, want none", got)
	}
	refuse.Store(false)
	write(t, db, func(tx *sqldb.Tx) error { return release(t.Context(), tx, ids[0]) })
	await(t, "the rest of the lane", func() bool { return len(entries(t, db)["a"]) == len(want) })
	if diff := cmp.Diff(want, entries(t, db)["a"]); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
