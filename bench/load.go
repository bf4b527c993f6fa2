package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// loaded is what a load did.
type loaded struct {
	rate  float64 // a second
	times []time.Duration
	all   int // operations, with those of the warm-up
}

// maxTimed bounds the operations of one load.
const maxTimed = 2_000_000

// apply has so many workers do something over and over for a while. The first fifth of the time warms up and does not
// count. n rises over all workers.
func apply(ctx context.Context, workers int, span time.Duration, do func(ctx context.Context, n int) error) (loaded, error) {
	warm := time.Now().Add(span / 5)
	end := warm.Add(span)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var working sync.WaitGroup
	times := make([][]time.Duration, workers)
	for w := range workers {
		working.Go(func() {
			for ctx.Err() == nil {
				begun := time.Now()
				if begun.After(end) {
					return
				}
				n := next.Add(1)
				if n > maxTimed {
					return
				}
				if err := do(ctx, int(n)); err != nil {
					cancel(err)
					return
				}
				if ended := time.Now(); begun.After(warm) && ended.Before(end) {
					times[w] = append(times[w], ended.Sub(begun))
				}
			}
		})
	}
	working.Wait()
	if err := context.Cause(ctx); err != nil {
		return loaded{}, err
	}
	all := slices.Concat(times...)
	slices.Sort(all)
	return loaded{rate: float64(len(all)) / span.Seconds(), times: all, all: int(next.Load())}, nil
}

// spread reads the percentiles off sorted times.
func spreadOf(sorted []time.Duration) *spread {
	if len(sorted) == 0 {
		return nil
	}
	at := func(share float64) float64 {
		return float64(sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]) / float64(time.Millisecond)
	}
	return &spread{P50: at(0.50), P95: at(0.95), P99: at(0.99)}
}
