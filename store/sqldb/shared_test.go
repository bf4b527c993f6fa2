package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Many writers, some of whom fail, panic or give up: each outcome is its own, and the table holds what was promised.
func TestNeighboursInASharedCommit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		const writers, rounds = 12, 25
		var promised, rang atomic.Int64
		mine := errors.New("mine")
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for round := range rounds {
					id := w*rounds + round + 1
					err := attempt(t, db, id, mine, &rang)
					switch id % 5 {
					case 0:
						if !errors.Is(err, mine) {
							t.Errorf("error %v, want mine", err)
						}
					case 1:
						if !errors.Is(err, sqldb.ErrUnique) {
							t.Errorf("error %v, want ErrUnique", err)
						}
					case 2:
						if err == nil || err.Error() != "panicked with boom" {
							t.Errorf("error %v, want the panic", err)
						}
					default:
						if err != nil {
							t.Error(err)
						}
						promised.Add(1)
					}
				}
			})
		}
		all.Wait()
		if n := count(t, db, "parent"); int64(n) != promised.Load() || rang.Load() != promised.Load() {
			t.Errorf("%d rows, rang %d times, promised %d", n, rang.Load(), promised.Load())
		}
	})
}

func attempt(t *testing.T, db *sqldb.DB, id int, mine error, rang *atomic.Int64) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panicked with %v", v)
		}
	}()
	return db.Write(t.Context(), func(tx *sqldb.Tx) error {
		tx.AfterCommit(func() { rang.Add(1) })
		if _, err := tx.Exec(t.Context(), addParent, 1, id); err != nil {
			return err
		}
		switch id % 5 {
		case 0:
			return mine
		case 1:
			_, err := tx.Exec(t.Context(), addParent, 1, id)
			return err
		case 2:
			panic("boom")
		}
		return nil
	})
}

func TestRetry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		tries, rang := 0, 0
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			tries++
			tx.AfterCommit(func() { rang++ })
			if _, err := tx.Exec(t.Context(), addParent, 1, tries); err != nil {
				return err
			}
			if tries < 3 {
				return fmt.Errorf("not yet: %w", sqldb.ErrRetry)
			}
			return nil
		})
		if err != nil || tries != 3 || rang != 1 || count(t, db, "parent") != 1 {
			t.Errorf("error %v, %d tries, rang %d times, %d rows", err, tries, rang, count(t, db, "parent"))
		}
	})
}

// Two writers that lock the same rows in opposite order both succeed.
func TestDeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, `create table counter (account_id bigint not null primary key, n bigint not null)`)
		exec(t, db, `insert into counter (account_id, n) values (1, 0), (2, 0)`)
		var all sync.WaitGroup
		for w := range 4 {
			all.Go(func() {
				for range 10 {
					err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
						for i := range 2 {
							_, err := tx.Exec(t.Context(), `update counter set n = n + 1 where account_id = $1`, 1+(w+i)%2)
							if err != nil {
								return err
							}
							runtime.Gosched()
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		var n int
		err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(t.Context(), `select sum(n) from counter`).Scan(&n)
		})
		if err != nil || n != 80 {
			t.Errorf("error %v, counted %d, want 80", err, n)
		}
	})
}

func TestCancelledBeforeItsTurn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.Write(gone, func(*sqldb.Tx) error {
			t.Error("the function ran")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	})
}

func TestCancelledWhileItWaits(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.SQLite)
	holding, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		err := db.Write(t.Context(), func(*sqldb.Tx) error {
			close(holding)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	waiting, cancel := context.WithCancel(t.Context())
	all.Go(func() {
		err := db.Write(waiting, func(*sqldb.Tx) error {
			t.Error("the function ran")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
		close(release)
	})
	cancel()
	all.Wait()
}

// A test's FailNow ends the goroutine: it must be the caller's, and the writer goes on.
func TestExitOfTheGoroutine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		var all sync.WaitGroup
		for id := range 20 {
			all.Go(func() {
				err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
					if _, err := tx.Exec(t.Context(), addParent, 1, id); err != nil {
						return err
					}
					if id%4 == 0 {
						runtime.Goexit()
					}
					return nil
				})
				if err != nil || id%4 == 0 {
					t.Errorf("write %d returned %v", id, err)
				}
			})
		}
		all.Wait()
		if n := count(t, db, "parent"); n != 15 {
			t.Errorf("%d rows, want 15", n)
		}
	})
}

func TestListenHearsCommits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		rings, stop := db.Listen("tickets")
		defer stop()
		_ = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			tx.Notify("tickets")
			return errors.New("rolled back")
		})
		select {
		case <-rings:
			t.Error("a rollback rang")
		default:
		}
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			tx.Notify("tickets")
			tx.Notify("tickets")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		<-rings
	})
}
