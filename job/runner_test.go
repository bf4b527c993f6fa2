package job

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestOrderWithinALaneIsTheOrderOfCommits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		const lanes, writers, each = 5, 6, 30
		var mu sync.Mutex
		ran := map[string][]int64{}
		running := map[string]bool{}
		handler := func(_ context.Context, j Job) Outcome {
			mu.Lock()
			defer mu.Unlock()
			if running[j.Lane] {
				t.Errorf("two jobs of lane %s run at once", j.Lane)
			}
			running[j.Lane] = true
			if rand.IntN(4) == 0 {
				running[j.Lane] = false
				return Outcome{Err: errors.New("this time not")}
			}
			return Outcome{Commit: func(context.Context, *sqldb.Tx) error {
				mu.Lock()
				defer mu.Unlock()
				if running[j.Lane] {
					ran[j.Lane] = append(ran[j.Lane], int64(binary.BigEndian.Uint64(j.Payload)))
				}
				running[j.Lane] = false
				return nil
			}}
		}
		runners := 2
		if db.Dialect() == sqldb.SQLite {
			runners = 1 // the file is one process's
		}
		for range runners {
			config := fast()
			config.Lease = time.Minute // a loaded machine may miss a short one, and then a job rightly runs twice
			r := NewRunner(db, config)
			r.Handle("send", Options{Base: time.Microsecond, Cap: time.Millisecond, MaxAttempts: -1}, handler)
			start(t, r)
		}
		write(t, db, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(t.Context(), `create table clock (account_id bigint not null primary key, n bigint not null)`); err != nil {
				return err
			}
			for lane := range lanes {
				if _, err := tx.Exec(t.Context(), `insert into clock (account_id, n) values ($1, 0)`, lane); err != nil {
					return err
				}
			}
			return nil
		})
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range each {
					lane := rand.IntN(lanes)
					err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return insertStamped(t.Context(), tx, lane) })
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		done(t, db, 1)
		total := 0
		mu.Lock()
		defer mu.Unlock()
		for lane, numbers := range ran {
			total += len(numbers)
			if !slices.IsSorted(numbers) {
				t.Errorf("lane %s ran in the order %v", lane, numbers)
			}
		}
		if total != writers*each {
			t.Errorf("%d jobs were settled, want %d", total, writers*each)
		}
	})
}

// insertStamped inserts a job whose payload is its place in the order of commits: the lane's lock is held when it is
// drawn.
func insertStamped(ctx context.Context, tx *sqldb.Tx, lane int) error {
	id, err := Insert(ctx, tx, Insertion{Account: 1, Kind: "send", Lane: fmt.Sprint("lane", lane), RunAt: time.Unix(1, 0)})
	if err != nil {
		return err
	}
	var n int
	err = tx.QueryRow(ctx, `update clock set n = n + 1 where account_id = $1 returning n`, lane).Scan(&n)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update jobs set payload = $1 where account_id = 1 and id = $2`, number(n), id)
	return err
}

func TestAnAbandonedRunnersJobsAreSettledOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ledger(t, db)
		const jobs = 120
		want := map[string][]int{}
		var all []Insertion
		for n := range jobs {
			lane := fmt.Sprint("lane", n%7)
			if n%7 == 0 {
				lane = ""
			}
			want[lane] = append(want[lane], n)
			all = append(all, Insertion{Account: 1, Kind: "note", Lane: lane, Payload: number(n)})
		}
		insert(t, db, all...)

		// The first runner hangs in some of its jobs and is left alone without Stop, pulse or release.
		hang, reached := make(chan struct{}), make(chan struct{})
		var once sync.Once
		var seen atomic.Int64
		lost := NewRunner(db, fast())
		lost.Handle("note", quick, func(_ context.Context, j Job) Outcome {
			if seen.Add(1) > 20 {
				once.Do(func() { close(reached) })
				<-hang
			}
			return Outcome{Commit: entry(j)}
		})
		if err := lost.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		<-reached
		lost.stop()
		abandonLoops(lost)

		next := NewRunner(db, fast())
		next.Handle("note", quick, func(_ context.Context, j Job) Outcome { return Outcome{Commit: entry(j)} })
		start(t, next)
		done(t, db, 1)
		close(hang) // the hanging handlers come back and must settle nothing
		lost.handlers.Wait()
		if diff := cmp.Diff(want, entries(t, db)); diff != "" {
			t.Errorf("settled (-want +got):\n%s", diff)
		}
	})
}

// abandonLoops waits for the loops of a runner that was not stopped in order. It leaves its row and its jobs.
func abandonLoops(r *Runner) { r.loops.Wait() }

func TestAPanicIsAFailedAttempt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var died atomic.Int64
		options := quick
		options.MaxAttempts = 3
		options.Died = func(context.Context, *sqldb.Tx, Job, error) error { died.Add(1); return nil }
		r := NewRunner(db, fast())
		r.Handle("poison", options, func(context.Context, Job) Outcome { panic("bad payload") })
		r.Handle("good", quick, func(context.Context, Job) Outcome { return Outcome{} })
		start(t, r)
		ids := insert(t, db,
			Insertion{Account: 1, Kind: "poison", Lane: "a"},
			Insertion{Account: 1, Kind: "good", Lane: "a"})
		await(t, "one dead job is left", func() bool {
			return slices.Equal(states(find(t, db, Filter{Account: 1})), []string{"dead"})
		})
		got := find(t, db, Filter{Account: 1})[0]
		if got.ID != ids[0] || got.Error != "panic: bad payload" || got.Attempt != 3 || died.Load() != 1 {
			t.Errorf("the dead job is %+v, told %d times", got, died.Load())
		}
	})
}

func TestKeepRetentionSnoozeAndCoalesce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var clock atomic.Int64
		begin := time.Now()
		clock.Store(begin.UnixMicro())
		config := fast()
		config.Now = func() time.Time { return time.UnixMicro(clock.Load()) }
		r := NewRunner(db, config)
		kept := quick
		kept.Keep = time.Hour
		r.Handle("report", kept, func(context.Context, Job) Outcome { return Outcome{} })
		r.Handle("broken", quick, func(context.Context, Job) Outcome { return Outcome{Err: errors.New("no"), Dead: true} })
		r.Handle("later", quick, func(context.Context, Job) Outcome { return Outcome{Snooze: 24 * time.Hour} })
		start(t, r)
		ids := insert(t, db,
			Insertion{Account: 1, Kind: "report", Now: begin},
			Insertion{Account: 1, Kind: "broken", Now: begin},
			Insertion{Account: 1, Kind: "later", Lane: "l", Now: begin},
			Insertion{Account: 1, Kind: "later", Lane: "l", Now: begin, Coalesce: true})
		if ids[2] != ids[3] {
			t.Errorf("the second job of the lane is %d, want it coalesced into %d", ids[3], ids[2])
		}
		await(t, "all have run", func() bool {
			got := states(find(t, db, Filter{Account: 1}))
			slices.Sort(got)
			snoozed := find(t, db, Filter{Account: 1, Kind: "later"})
			return slices.Equal(got, []string{"available", "dead", "done"}) && snoozed[0].Attempt == 0 && snoozed[0].RunAt.After(snoozed[0].CreatedAt)
		})
		clock.Add((2 * time.Hour).Microseconds())
		r.cleanup(t.Context())
		if got := find(t, db, Filter{Account: 1, State: "done"}); len(got) != 0 {
			t.Errorf("kept %v", got)
		}
		clock.Add((31 * 24 * time.Hour).Microseconds())
		r.cleanup(t.Context())
		if got := find(t, db, Filter{Account: 1, State: "dead"}); len(got) != 0 {
			t.Errorf("kept %v", got)
		}
	})
}

func TestSettleThatFailsIsAFailedAttempt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ledger(t, db)
		r := NewRunner(db, fast())
		r.Handle("note", quick, func(_ context.Context, j Job) Outcome {
			return Outcome{Commit: func(ctx context.Context, tx *sqldb.Tx) error {
				if err := entry(j)(ctx, tx); err != nil {
					return err
				}
				if j.Attempt < 3 {
					return errors.New("not yet")
				}
				return nil
			}}
		})
		start(t, r)
		insert(t, db, Insertion{Account: 1, Kind: "note", Payload: number(1)})
		done(t, db, 1)
		if diff := cmp.Diff(map[string][]int{"": {1}}, entries(t, db)); diff != "" {
			t.Errorf("settled (-want +got):\n%s", diff)
		}
	})
}

func TestPeriodicWorkIsInsertedOncePerInterval(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var clock atomic.Int64
		clock.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMicro())
		config := fast()
		config.Now = func() time.Time { return time.UnixMicro(clock.Load()) }
		var runners []*Runner
		for range 3 {
			r := NewRunner(db, config)
			r.Every("automations", time.Hour, func(ctx context.Context, tx *sqldb.Tx, slot time.Time) error {
				_, err := Insert(ctx, tx, Insertion{Kind: "automate", Payload: number(slot.Hour())})
				return err
			})
			runners = append(runners, r)
		}
		for range 3 {
			var all sync.WaitGroup
			for _, r := range runners {
				all.Go(func() {
					for range 3 {
						if err := r.runPeriod(t.Context(), r.periods[0]); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			clock.Add(time.Hour.Microseconds())
		}
		var hours []int
		for _, i := range find(t, db, Filter{}) {
			hours = append(hours, int(binary.BigEndian.Uint64(i.Payload)))
		}
		if !slices.Equal(hours, []int{3, 4, 5}) {
			t.Errorf("inserted for the hours %v", hours)
		}
	})
}

func TestASlowPartyDoesNotTakeAllWorkers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		options := quick
		options.PerParty = 2
		var atOnce, most atomic.Int64
		block := make(chan struct{})
		r := NewRunner(db, fast())
		r.Handle("send", options, func(_ context.Context, j Job) Outcome {
			if j.Party == "slow" {
				if n := atOnce.Add(1); n > most.Load() {
					most.Store(n)
				}
				<-block
				atOnce.Add(-1)
			}
			return Outcome{}
		})
		start(t, r)
		var jobs []Insertion
		for n := range 60 {
			jobs = append(jobs, Insertion{Account: 1, Kind: "send", Lane: fmt.Sprint("slow", n), Party: "slow"})
		}
		insert(t, db, jobs...)
		for n := range 30 {
			insert(t, db, Insertion{Account: 2, Kind: "send", Lane: fmt.Sprint(n), Party: fmt.Sprint(n % 3)})
		}
		done(t, db, 2)
		close(block)
		done(t, db, 1)
		if most.Load() > 2 {
			t.Errorf("%d jobs of the slow party ran at once", most.Load())
		}
	})
}

// What waits for a place at its party stands aside, outlives the process, and is done once, party by party in turns.
func TestABacklogStandsAside(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ledger(t, db)
		options := quick
		options.PerParty = 2
		stuck := NewRunner(db, fast())
		stuck.Handle("send", options, func(ctx context.Context, _ Job) Outcome {
			<-ctx.Done()
			return Outcome{Err: ctx.Err()}
		})
		if err := stuck.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		const each = 100
		parties := []string{"a", "b", "c"}
		var jobs []Insertion
		for n := range each * len(parties) {
			jobs = append(jobs, Insertion{Account: 1, Kind: "send", Party: parties[n%len(parties)], Payload: number(n)})
		}
		insert(t, db, jobs...)
		await(t, "all that is due is taken up or stands aside", func() bool { return countJobs(t, db, "state = 'available' and crowded = 0") == 0 })
		if n := countJobs(t, db, "crowded = 1"); n < 200 {
			t.Errorf("%d jobs stand aside", n)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := stuck.Stop(ended); err != nil {
			t.Fatal(err)
		}
		config := fast()
		config.Poll = time.Hour // nothing is found by chance
		heir := NewRunner(db, config)
		heir.Handle("send", options, func(_ context.Context, j Job) Outcome { return Outcome{Commit: entry(j)} })
		start(t, heir)
		done(t, db, 1)
		got := entries(t, db)[""]
		want := make([]int, len(jobs))
		for n := range want {
			want[n] = n
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d of %d jobs were done: %v", len(got), len(jobs), got)
		}
	})
}

func countJobs(t *testing.T, db *sqldb.DB, where string) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `select count(*) from jobs where `+where).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A pause that comes while jobs stand aside is for them, too.
func TestAPauseIsForWhatStandsAside(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		options := quick
		options.PerParty = 1
		release := make(chan struct{})
		r := NewRunner(db, fast())
		r.Handle("send", options, func(context.Context, Job) Outcome {
			<-release
			return Outcome{}
		})
		start(t, r)
		var jobs []Insertion
		for n := range 100 {
			jobs = append(jobs, Insertion{Account: 1, Kind: "send", Lane: fmt.Sprint("share/7/", n), Party: "slow"})
		}
		insert(t, db, jobs...)
		await(t, "the backlog stands aside", func() bool { return countJobs(t, db, "crowded = 1") > 50 })
		write(t, db, func(tx *sqldb.Tx) error { return Pause(t.Context(), tx, 1, "send", "share/7/") })
		close(release)
		await(t, "what has not begun is paused", func() bool { return countJobs(t, db, "state <> 'paused'") == 0 })
		write(t, db, func(tx *sqldb.Tx) error { return Resume(t.Context(), tx, 1, "send", "share/7/") })
		done(t, db, 1)
	})
}

func TestAKindWithPlacesTakesNoWorkers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		config := fast()
		config.Workers = 1
		options := quick
		options.Places = 3
		var atOnce, most atomic.Int64
		var once sync.Once
		block, full := make(chan struct{}), make(chan struct{})
		r := NewRunner(db, config)
		r.Handle("call", options, func(context.Context, Job) Outcome {
			n := atOnce.Add(1)
			if most.Store(max(n, most.Load())); n == 3 {
				once.Do(func() { close(full) })
			}
			<-block
			atOnce.Add(-1)
			return Outcome{}
		})
		r.Handle("send", quick, func(context.Context, Job) Outcome { return Outcome{} })
		start(t, r)
		var jobs []Insertion
		for range 40 {
			jobs = append(jobs, Insertion{Account: 1, Kind: "call"})
		}
		insert(t, db, jobs...)
		<-full
		for range 20 {
			insert(t, db, Insertion{Account: 2, Kind: "send"})
		}
		done(t, db, 2)
		close(block)
		done(t, db, 1)
		if most.Load() != 3 {
			t.Errorf("%d calls ran at once, want 3", most.Load())
		}
	})
}

func TestStopReturnsWhatHasNotRun(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		began := make(chan struct{}, 100)
		r := NewRunner(db, fast())
		r.Handle("wait", quick, func(ctx context.Context, _ Job) Outcome {
			began <- struct{}{}
			<-ctx.Done()
			return Outcome{Err: ctx.Err()}
		})
		if err := r.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		var jobs []Insertion
		for range 40 {
			jobs = append(jobs, Insertion{Account: 1, Kind: "wait"})
		}
		insert(t, db, jobs...)
		<-began
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Stop(ended); err != nil {
			t.Fatal(err)
		}
		for _, i := range find(t, db, Filter{Account: 1}) {
			if i.State != "available" || i.Attempt != 0 || i.Error != "" {
				t.Errorf("left behind: %+v", i)
			}
		}
	})
}

// Another process does not hear the wake-up: it finds the job by looking.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, sqldb.Postgres)
	near, far := storetest.Open(t, url), storetest.Open(t, url)
	if err := migration.Run(t.Context(), near, nil); err != nil {
		t.Fatal(err)
	}
	ran := make(chan Job, 1)
	r := NewRunner(far, fast())
	r.Handle("send", quick, func(_ context.Context, j Job) Outcome {
		ran <- j
		return Outcome{}
	})
	start(t, r)
	ids := insert(t, near, Insertion{Account: 1, Kind: "send"})
	if got := <-ran; got.ID != ids[0] {
		t.Errorf("ran job %d, want %d", got.ID, ids[0])
	}
}
