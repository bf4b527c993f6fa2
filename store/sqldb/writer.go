package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// The bounds of one shared transaction: what comes later waits for the next one.
const (
	batchCount = 256
	batchTime  = 20 * time.Millisecond
)

// writer is the only one that writes to an SQLite file. It takes all waiting writes into one transaction.
type writer struct {
	pool *sql.DB
	log  *slog.Logger
	wake chan struct{}
	done chan struct{}

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
		if err := pause(ctx, attempt); err != nil {
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

// company takes another request for the transaction at hand, unless that has to be alone.
func (w *writer) company(b *batch) *request {
	if b.first.alone || len(b.members) >= batchCount || time.Since(b.begun) > batchTime {
		return nil
	}
	w.mu.Lock()
	alone := len(w.waiting) > 0 && w.waiting[0].alone
	w.mu.Unlock()
	if alone {
		return nil
	}
	return w.next()
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

// batch is one shared transaction.
type batch struct {
	conn    *sql.Conn
	first   *request
	members []*request
	begun   time.Time
	running *request
}

// batch runs first and all that wait in one transaction and answers them after the commit.
func (w *writer) batch(first *request) {
	b := &batch{first: first, begun: time.Now()}
	defer w.afterExit(b)
	if err := b.begin(w.pool); err != nil {
		first.answer(normalise(err))
		return
	}
	for r := first; r != nil; r = w.company(b) {
		b.members = append(b.members, r)
		if err := w.runOne(b, r); err != nil {
			w.lost(b, r, err)
			return
		}
	}
	err := b.end("commit")
	if err != nil {
		w.log.Error("commit failed", "writes", len(b.members), "cause", err)
	}
	for _, r := range b.members {
		if err != nil {
			r.err = normalise(err)
		}
		close(r.ready)
	}
}

func (b *batch) begin(pool *sql.DB) error {
	conn, err := pool.Conn(context.Background())
	if err != nil {
		return err
	}
	b.conn = conn
	if err := b.exec("begin immediate"); err != nil {
		return errors.Join(err, conn.Close())
	}
	return nil
}

func (b *batch) exec(query string) error {
	_, err := b.conn.ExecContext(context.Background(), query)
	return err
}

// end commits or rolls back and gives the connection back. After a failed commit nothing of it stays.
func (b *batch) end(how string) error {
	err := b.exec(how)
	if err != nil && how != "rollback" {
		_ = b.exec("rollback")
	}
	return errors.Join(err, b.conn.Close())
}

// runOne runs one function. Its own failure is kept in r; the error returned means that the whole transaction is gone.
// The first function needs no savepoint: nothing is there yet that its failure could spoil.
func (w *writer) runOne(b *batch, r *request) error {
	only := len(b.members) == 1
	if !only {
		if err := b.exec("savepoint one"); err != nil {
			return err
		}
	}
	b.running = r
	r.tx = &Tx{dialect: SQLite, on: b.conn, quiet: true}
	r.err, r.panicked = w.call(r)
	b.running = nil
	r.tx.closeRows()
	switch {
	case isLost(r.tx.failed):
		return r.tx.failed
	case r.err != nil && only:
		return b.restart()
	case r.err != nil:
		return errors.Join(b.exec("rollback to one"), b.exec("release one"))
	case !only:
		return b.exec("release one")
	}
	return nil
}

func (b *batch) restart() error {
	if err := b.exec("rollback"); err != nil {
		return err
	}
	return b.exec("begin immediate")
}

// call runs the function and turns a panic into an error that the caller's goroutine raises again.
func (w *writer) call(r *request) (err error, panicked any) {
	defer func() {
		if v := recover(); v != nil {
			w.log.Error("a write panicked", "panic", v, "stack", string(debug.Stack()))
			err, panicked = fmt.Errorf("panic: %v", v), v
		}
	}()
	if err := r.ctx.Err(); err != nil {
		return err, nil
	}
	err = r.fn(r.tx)
	if err == nil {
		err = r.tx.failed
	}
	return normalise(err), nil
}

// lost answers the request in whose turn the transaction went (a full disk, say) and has the others run again alone.
func (w *writer) lost(b *batch, guilty *request, cause error) {
	_ = b.end("rollback")
	w.log.Error("shared transaction lost", "writes", len(b.members), "cause", cause)
	var again []*request
	for _, r := range b.members {
		if r != guilty {
			r.alone = true
			again = append(again, r)
		}
	}
	w.mu.Lock()
	w.waiting = append(again, w.waiting...)
	w.ring()
	w.mu.Unlock()
	if guilty.err == nil {
		guilty.err = normalise(cause)
	}
	close(guilty.ready)
}

// afterExit runs when a function has ended its goroutine: the caller's goroutine ends in its stead.
func (w *writer) afterExit(b *batch) {
	if b.running == nil {
		return
	}
	guilty := b.running
	guilty.tx.closeRows()
	guilty.exited = true
	w.lost(b, guilty, errors.New("a write ended its goroutine"))
}
