package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

// The bounds of one shared transaction: what comes later waits for the next one.
const (
	batchCount = 256
	batchTime  = 20 * time.Millisecond
	lingerTime = 50 * time.Microsecond
)

// batch is one shared transaction.
type batch struct {
	conn    *sql.Conn
	first   *request
	members []*request
	begun   time.Time
	running *request
}

// nextInBatch takes another request for the transaction at hand, unless that has to be alone.
func (w *writer) nextInBatch(b *batch) *request {
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

// linger waits a moment for those who were answered together by the last commit and are likely to come again:
// waiting for the disk costs many times as much.
func (w *writer) linger(b *batch) *request {
	r := w.nextInBatch(b)
	for begun := time.Now(); r == nil && !b.first.alone && len(b.members) < w.usual && time.Since(begun) < lingerTime; r = w.nextInBatch(b) {
		runtime.Gosched()
	}
	return r
}

// batch runs first and all that wait in one transaction and answers them after the commit.
func (w *writer) batch(first *request) {
	b := &batch{first: first, begun: time.Now()}
	defer w.afterExit(b)
	if err := b.begin(w.pool); err != nil {
		first.answer(normalise(err))
		return
	}
	for r := first; r != nil; r = w.linger(b) {
		b.members = append(b.members, r)
		if err := w.runOne(b, r); err != nil {
			w.failBatch(b, r, err)
			return
		}
	}
	w.usual = len(b.members)
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
	r.tx = &Tx{dialect: SQLite, on: b.conn, uninterrupted: true}
	r.panicked, r.err = w.call(r)
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
func (w *writer) call(r *request) (panicked any, err error) {
	defer func() {
		if v := recover(); v != nil {
			w.log.Error("a write panicked", "panic", v, "stack", string(debug.Stack()))
			err, panicked = fmt.Errorf("panic: %v", v), v
		}
	}()
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	err = r.fn(r.tx)
	if err == nil {
		err = r.tx.failed
	}
	return nil, normalise(err)
}

// failBatch answers the request in whose turn the transaction went (a full disk, say) and has the others run again alone.
func (w *writer) failBatch(b *batch, guilty *request, cause error) {
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
	w.failBatch(b, guilty, errors.New("a write ended its goroutine"))
}
