package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
)

// writer is the only one that writes to an SQLite file. It takes all waiting writes into one transaction.
type writer struct {
	pool  *sql.DB
	log   *slog.Logger
	wake  chan struct{}
	done  chan struct{}
	usual int // requests in the last transaction

	mu      sync.Mutex
	waiting []*request
	closed  bool
}

// request is one call of Write.
type request struct {
	ctx   context.Context
	fn    func(*Tx) error
	state atomic.Int32
	ready chan struct{}
	alone bool // it was in a transaction that was lost: it gets one of its own

	tx       *Tx
	err      error
	panicked any  // what fn panicked with
	exited   bool // fn ended its goroutine
}

// The states of a request.
const (
	inQueue int32 = iota
	taken
	leftQueue
)

func newWriter(pool *sql.DB, log *slog.Logger) *writer {
	w := &writer{pool: pool, log: log, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// write queues fn and waits for its commit.
func (w *writer) write(ctx context.Context, fn func(*Tx) error) (*Tx, error) {
	for attempt := 1; ; attempt++ {
		r := &request{ctx: ctx, fn: fn, ready: make(chan struct{})}
		if err := w.submit(r); err != nil {
			return nil, err
		}
		if err := r.wait(); err == nil || !errors.Is(err, ErrRetry) || attempt == attempts {
			return r.tx, err
		}
		if err := backOff(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

func (w *writer) submit(r *request) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	w.waiting = append(w.waiting, r)
	w.ring()
	return nil
}

func (w *writer) ring() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// wait returns the outcome. A caller may give up only as long as its function has not had its turn.
func (r *request) wait() error {
	select {
	case <-r.ready:
	case <-r.ctx.Done():
		if r.state.CompareAndSwap(inQueue, leftQueue) {
			return r.ctx.Err()
		}
		<-r.ready
	}
	switch {
	case r.exited:
		runtime.Goexit()
	case r.panicked != nil:
		panic(r.panicked)
	}
	return r.err
}

// run is the writing goroutine. When a function ends its goroutine (as a test's FailNow does), the next one goes on.
func (w *writer) run() {
	ended := false
	defer func() {
		if !ended {
			go w.run()
		}
	}()
	for range w.wake {
		for r := w.next(); r != nil; r = w.next() {
			w.batch(r)
		}
		if w.isClosed() {
			break
		}
	}
	ended = true
	close(w.done)
}

// next takes the oldest waiting request whose caller still waits.
func (w *writer) next() *request {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.waiting) > 0 {
		r := w.waiting[0]
		w.waiting[0] = nil
		w.waiting = w.waiting[1:]
		if r.state.CompareAndSwap(inQueue, taken) || r.state.Load() == taken {
			return r
		}
	}
	w.waiting = nil
	return nil
}

func (w *writer) isClosed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed && len(w.waiting) == 0
}

// close refuses what waits, lets the transaction at hand end and stops the goroutine.
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		for _, r := range w.waiting {
			if r.state.CompareAndSwap(inQueue, taken) {
				r.answer(ErrClosed)
			}
		}
		w.waiting = nil
	}
	w.ring()
	w.mu.Unlock()
	<-w.done
}

func (r *request) answer(err error) {
	r.err = err
	close(r.ready)
}
