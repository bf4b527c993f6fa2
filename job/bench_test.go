package job

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// BenchmarkDrain is the rate at which jobs that do nothing are claimed and settled from a full queue.
func BenchmarkDrain(b *testing.B) {
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		for _, lanes := range []int{0, 100} {
			b.Run(fmt.Sprintf("%s/lanes=%d", d, lanes), func(b *testing.B) {
				db := storetest.New(b, d)
				fillQueue(b, db, b.N, lanes)
				var n atomic.Int64
				all := make(chan struct{})
				r := NewRunner(db, Config{})
				r.Handle("nothing", Options{}, func(context.Context, Job) Outcome {
					return Outcome{Commit: func(context.Context, *sqldb.Tx) error {
						if n.Add(1) == int64(b.N) {
							close(all)
						}
						return nil
					}}
				})
				b.ResetTimer()
				if err := r.Start(b.Context()); err != nil {
					b.Fatal(err)
				}
				<-all
				b.StopTimer()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
				if err := r.Stop(context.Background()); err != nil {
					b.Error(err)
				}
			})
		}
	}
}

func fillQueue(b *testing.B, db *sqldb.DB, jobs, lanes int) {
	b.Helper()
	for from := 0; from < jobs; from += 1000 {
		err := db.Write(b.Context(), func(tx *sqldb.Tx) error {
			for n := from; n < min(jobs, from+1000); n++ {
				j := Insertion{Account: 1, Kind: "nothing"}
				if lanes > 0 {
					j.Lane = fmt.Sprint("lane", n%lanes)
				}
				if _, err := Insert(b.Context(), tx, j); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLatency is the time from the commit of an insertion to the start of its handler when nothing else is to do.
func BenchmarkLatency(b *testing.B) {
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		b.Run(d.String(), func(b *testing.B) {
			db := storetest.New(b, d)
			var mu sync.Mutex
			var began time.Time
			ran := make(chan struct{})
			r := NewRunner(db, Config{})
			r.Handle("nothing", Options{}, func(context.Context, Job) Outcome {
				mu.Lock()
				began = time.Now()
				mu.Unlock()
				ran <- struct{}{}
				return Outcome{}
			})
			if err := r.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			var sum time.Duration
			for b.Loop() {
				err := db.Write(b.Context(), func(tx *sqldb.Tx) error {
					_, err := Insert(b.Context(), tx, Insertion{Account: 1, Kind: "nothing", Lane: "a"})
					return err
				})
				committed := time.Now()
				if err != nil {
					b.Fatal(err)
				}
				<-ran
				mu.Lock()
				sum += began.Sub(committed)
				mu.Unlock()
			}
			b.ReportMetric(float64(sum.Microseconds())/float64(b.N), "µs-to-start")
			if err := r.Stop(context.Background()); err != nil {
				b.Error(err)
			}
		})
	}
}
