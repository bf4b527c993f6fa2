package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// attempts bounds how often one write is started again after a deadlock or a request for another try.
const attempts = 12

// postgres is one PostgreSQL server behind a pool. The driver keeps prepared statements per connection by itself.
type postgres struct {
	db  *sql.DB
	log *slog.Logger
}

func openPostgres(ctx context.Context, url string, opt Options) (*postgres, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "interdesk"
	}
	prepare := withoutCompiling
	pooled, err := isPooled(ctx, config)
	if err != nil {
		return nil, normalise(err)
	}
	if pooled {
		config.DefaultQueryExecMode, config.StatementCacheCapacity, prepare = pgx.QueryExecModeExec, 0, nothingToPrepare
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(prepare))
	db.SetMaxOpenConns(opt.Conns)
	db.SetMaxIdleConns(opt.Conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(normalise(err), db.Close())
	}
	if err := requireUTF8(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &postgres{db: db, log: opt.Logger}, nil
}

// requireUTF8 refuses a database that cannot hold every text.
func requireUTF8(ctx context.Context, db *sql.DB) error {
	var encoding string
	if err := db.QueryRowContext(ctx, "show server_encoding").Scan(&encoding); err != nil {
		return normalise(err)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database holds texts as %s: make one with encoding UTF8 (createdb -E UTF8 -T template0)", encoding)
	}
	return nil
}

// withoutCompiling keeps PostgreSQL from compiling statements to machine code, which it does for those that it believes to
// read much. It takes a second, and no statement of ours takes as long.
func withoutCompiling(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "set jit = off")
	return err
}

// isPooled tells whether something stands between that hands each transaction to another session, as PgBouncer does in its
// transaction mode: then nothing may be kept in a session, neither prepared statements nor settings nor locks. It is known by
// naming another process than the one that answers.
func isPooled(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	probe := config.Copy()
	probe.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(ctx, probe)
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var pid uint32
	err = conn.QueryRow(ctx, "select pg_backend_pid()").Scan(&pid)
	return pid != conn.PgConn().PID(), err
}

// nothingToPrepare is for sessions that are not ours alone.
func nothingToPrepare(context.Context, *pgx.Conn) error { return nil }

func (e *postgres) pool() *sql.DB { return e.db }

func (e *postgres) path() string { return "" }

func (e *postgres) ping(ctx context.Context) error { return e.db.PingContext(ctx) }

func (e *postgres) close() error { return e.db.Close() }

// read costs the same round trips at any isolation level, so it takes the one that gives a snapshot.
func (e *postgres) read(ctx context.Context, fn func(*Tx) error) error {
	_, err := e.attempt(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
	return err
}

func (e *postgres) look(ctx context.Context, fn func(*Tx) error) error {
	return look(ctx, e.db, Postgres, fn)
}

func (e *postgres) write(ctx context.Context, fn func(*Tx) error) (*Tx, error) {
	for attempt := 1; ; attempt++ {
		tx, err := e.attempt(ctx, nil, fn)
		if err == nil {
			return tx, nil
		}
		if err = normalise(err); !errors.Is(err, ErrRetry) || attempt == attempts {
			return nil, err
		}
		e.log.DebugContext(ctx, "transaction starts again", "attempt", attempt, "cause", err)
		if err := backOff(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

func (e *postgres) attempt(ctx context.Context, opt *sql.TxOptions, fn func(*Tx) error) (*Tx, error) {
	inner, err := e.db.BeginTx(ctx, opt)
	if err != nil {
		return nil, err
	}
	defer func() { _ = inner.Rollback() }() // does nothing after the commit; needed after a panic
	tx := &Tx{dialect: Postgres, on: inner}
	if err := tx.run(fn); err != nil {
		return nil, err
	}
	return tx, inner.Commit()
}

// backOff waits before another attempt: up to 1 ms at first, doubling, so that rivals drift apart.
func backOff(ctx context.Context, attempt int) error {
	limit := time.Millisecond << min(attempt-1, 8)
	select {
	case <-time.After(rand.N(limit) + limit/8):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
