package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
)

// Dialect names the engine behind a DB.
type Dialect int

// The two engines.
const (
	SQLite Dialect = iota + 1
	Postgres
)

// String gives the name used in file names and logs: "sqlite" or "postgres".
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "sqlite"
	case Postgres:
		return "postgres"
	}
	return fmt.Sprintf("Dialect(%d)", int(d))
}

// Options tune a DB. The zero value is right for a server.
type Options struct {
	Readers int          // SQLite: connections that read at the same time; 0 means one per core, at least two
	Conns   int          // PostgreSQL: largest number of connections; 0 means 20
	Logger  *slog.Logger // told of retries, panics and failed commits; nil means silence

	// Observe is told of each statement before it runs, by whichever goroutine runs it; nil for nobody.
	Observe func(query string, args []any)
}

func (o Options) withDefaults() Options {
	if o.Readers <= 0 {
		o.Readers = max(2, runtime.GOMAXPROCS(0))
	}
	if o.Conns <= 0 {
		o.Conns = 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	engine  engine
	signals signals
	observe func(query string, args []any)
}

// engine is what the two databases do differently.
type engine interface {
	read(ctx context.Context, fn func(*Tx) error) error
	look(ctx context.Context, fn func(*Tx) error) error
	write(ctx context.Context, fn func(*Tx) error) (*Tx, error) // the Tx of the attempt that was committed
	ping(ctx context.Context) error
	pool() *sql.DB
	path() string
	close() error
}

// Open connects to "sqlite:PATH" or "postgres://…" (also "postgresql://…").
//
// An SQLite file belongs to one process at a time, by whatever path it is reached: Open locks it and fails at once, with
// an [ErrLocked] that says who has it, when another process does. A database in memory is not supported, as it could not keep its promises on a restart.
func Open(ctx context.Context, url string, opt Options) (*DB, error) {
	opt = opt.withDefaults()
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		e, err := openLite(ctx, strings.TrimPrefix(rest, "//"), opt)
		if err != nil {
			return nil, err
		}
		return &DB{dialect: SQLite, engine: e, observe: opt.Observe}, nil
	case "postgres", "postgresql":
		e, err := openPostgres(ctx, url, opt)
		if err != nil {
			return nil, err
		}
		return &DB{dialect: Postgres, engine: e, observe: opt.Observe}, nil
	}
	return nil, fmt.Errorf("database URL must start with sqlite: or postgres://")
}

// Dialect tells which engine this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Read runs fn on a consistent snapshot that it cannot change. The error of fn is returned, normalised.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	return outside(db.engine.read(ctx, db.observed(fn)))
}

// Look runs fn without a transaction, which saves PostgreSQL two of its round trips: each query sees what is committed when
// it begins, so two queries may show two moments. It is for what one query answers, or several whose answers need not
// agree. fn only queries: Exec is refused.
func (db *DB) Look(ctx context.Context, fn func(tx *Tx) error) error {
	return outside(db.engine.look(ctx, db.observed(fn)))
}

// Write runs fn in a transaction and returns when the commit is on disk, or with the error that prevented it. fn may
// run more than once. When ctx ends before fn had its turn, fn does not run. The package comment has the rules for fn.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	fn = db.observed(fn)
	for {
		var prepare func(context.Context) error
		tx, err := db.engine.write(ctx, func(tx *Tx) error {
			err := fn(tx)
			if prepare = tx.prepare; prepare != nil {
				return errPrepare
			}
			return err
		})
		if err == nil {
			db.committed(tx)
			return nil
		}
		if !errors.Is(err, errPrepare) {
			return outside(err)
		}
		if err := prepare(ctx); err != nil {
			return outside(err)
		}
	}
}

// observed is fn with somebody who is told of its statements.
func (db *DB) observed(fn func(tx *Tx) error) func(tx *Tx) error {
	if db.observe == nil {
		return fn
	}
	return func(tx *Tx) error {
		tx.observe = db.observe
		return fn(tx)
	}
}

func (db *DB) committed(tx *Tx) {
	if len(tx.notified) > 0 {
		db.signals.notify(tx.notified)
	}
	for _, fn := range tx.after {
		fn()
	}
}

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error { return normalise(db.engine.ping(ctx)) }

// Close waits for the running transactions, refuses the waiting ones with [ErrClosed], and gives the file's lock back.
func (db *DB) Close() error { return db.engine.close() }

// Pool is the bare database/sql handle for migrations and maintenance. On SQLite it is the only writing connection:
// while a caller holds it, no Write goes on.
func (db *DB) Pool() *sql.DB { return db.engine.pool() }

// Path is the SQLite file, "" on PostgreSQL.
func (db *DB) Path() string { return db.engine.path() }
