package sqldb

import (
	"context"
	"database/sql"
	"errors"
)

var (
	errLooking = errors.New("nothing can be changed by Look: use Write")
	errPrepare = errors.New("the transaction starts again after a preparation")
)

// Tx is a transaction while the function given to Read or Write runs. It belongs to that function's goroutine.
type Tx struct {
	dialect       Dialect
	on            querier
	after         []func()
	notified      []string                    // see Notify
	prepare       func(context.Context) error // see RetryAfter
	failed        error                       // the first statement that failed; the transaction can only end now
	open          *sql.Rows                   // of the last query, closed when the transaction ends should fn have forgotten it
	looking       bool                        // there is no transaction: see Look
	query         string                      // the last statement, for a Fault
	args          []any
	observe       func(query string, args []any)
	uninterrupted bool // SQLite: a statement must not be interrupted, since that would end a shared transaction
}

// querier is *sql.Conn or *sql.Tx.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Dialect tells which engine this is.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// Exec runs a statement and gives the number of rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.ready(ctx); err != nil {
		return 0, err
	}
	if tx.looking {
		return 0, tx.fail(errLooking)
	}
	tx.note(query, args)
	result, err := tx.on.ExecContext(tx.shield(ctx), query, args...)
	if err != nil {
		return 0, tx.fail(err)
	}
	return result.RowsAffected()
}

// Query runs a statement that gives rows. The caller closes them before the next statement.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := tx.ready(ctx); err != nil {
		return nil, err
	}
	tx.note(query, args)
	rows, err := tx.on.QueryContext(tx.shield(ctx), query, args...)
	if err != nil {
		return nil, tx.fail(err)
	}
	tx.open = rows
	return rows, nil
}

// note keeps the statement that runs now, and tells of it.
func (tx *Tx) note(query string, args []any) {
	tx.query, tx.args = query, args
	if tx.observe != nil {
		tx.observe(query, args)
	}
}

// QueryRow runs a statement that gives at most one row. Its errors come from Scan.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := tx.Query(ctx, query, args...)
	return &Row{tx: tx, rows: rows, err: err}
}

// AfterCommit has fn run once after the commit is durable, in the goroutine that called Write. It never runs after a
// rollback, and what an attempt asked for is dropped when the attempt is repeated.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// RetryAfter takes this transaction back, whatever its function makes of that, runs prepare outside of any transaction
// and starts the function again. It is for what a transaction lacks and must not fetch itself: with a second connection
// of the pool it would wait for one that, when all wait so, nobody ever gives back. It returns ErrRetry, to be passed on.
func (tx *Tx) RetryAfter(prepare func(ctx context.Context) error) error {
	tx.prepare = prepare
	return ErrRetry
}

// Savepoint runs fn so that its failure takes back only what fn did. The error of fn is returned and the transaction
// goes on.
func (tx *Tx) Savepoint(ctx context.Context, fn func() error) error {
	kept := len(tx.after)
	if _, err := tx.Exec(ctx, "savepoint inner_part"); err != nil {
		return err
	}
	err := fn()
	if err == nil && tx.failed != nil {
		err = tx.failed
	}
	if err != nil {
		tx.after = tx.after[:kept]
		return errors.Join(normalise(err), tx.rollbackToSavepoint(ctx))
	}
	_, err = tx.Exec(ctx, "release savepoint inner_part")
	return err
}

// rollbackToSavepoint undoes the work behind the innermost savepoint, which is the one both engines find by its name. When even that fails, the whole transaction is lost and stays failed.
func (tx *Tx) rollbackToSavepoint(ctx context.Context) error {
	if isLost(tx.failed) {
		return nil
	}
	tx.closeRows()
	undo := context.WithoutCancel(ctx)
	for _, query := range []string{"rollback to savepoint inner_part", "release savepoint inner_part"} {
		if _, err := tx.on.ExecContext(tx.shield(undo), query); err != nil {
			tx.failed = normalise(err)
			return tx.failed
		}
	}
	tx.failed = nil
	return nil
}

// run calls fn and tells how that went; a failed statement counts even when fn made nothing of it.
func (tx *Tx) run(fn func(*Tx) error) error {
	defer tx.closeRows()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.failed
}

// look runs fn on a connection without a transaction.
func look(ctx context.Context, pool *sql.DB, d Dialect, fn func(*Tx) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return (&Tx{dialect: d, on: conn, looking: true}).run(fn)
}

func (tx *Tx) closeRows() {
	if tx.open != nil {
		_ = tx.open.Close()
		tx.open = nil
	}
}

func (tx *Tx) ready(ctx context.Context) error {
	if tx.failed != nil {
		return tx.failed
	}
	return ctx.Err()
}

func (tx *Tx) fail(err error) error {
	tx.failed = newFault(normalise(err), tx.query, tx.args)
	return tx.failed
}

// shield keeps database/sql from starting a goroutine per statement to watch ctx on SQLite. Reading statements are
// watched by the driver instead; writing ones are short and never interrupted.
func (tx *Tx) shield(ctx context.Context) context.Context {
	if tx.dialect != SQLite {
		return ctx
	}
	if tx.uninterrupted || ctx.Done() == nil {
		return context.Background()
	}
	return shielded{ctx}
}

// shielded hides the end of a context from database/sql; the connection below unwraps it.
type shielded struct{ context.Context }

func (shielded) Done() <-chan struct{} { return nil }

// Row is the result of QueryRow.
type Row struct {
	tx   *Tx
	rows *sql.Rows
	err  error
}

// Scan copies the columns of the row, or returns [ErrNoRows] when there is none.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return r.tx.fail(err)
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return newFault(err, r.tx.query, r.tx.args)
	}
	if err := r.rows.Close(); err != nil {
		return r.tx.fail(err)
	}
	return nil
}
