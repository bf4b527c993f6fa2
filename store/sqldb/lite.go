package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// lite is SQLite: one file, one writing connection, a pool of reading ones.
type lite struct {
	file    string
	lock    *fileLock
	readers *sql.DB
	writer  *writer
}

func openLite(ctx context.Context, path string, opt Options) (*lite, error) {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, errors.New("sqlite: needs the path of a file; a database in memory is not supported")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// As durable as fsync: what is left out is only the time of the file. Saves a third of a commit's wait on ext4.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, err
	}
	real, lock, err := lockDatabase(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	e, err := openLocked(ctx, real, opt)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, normalise(err)), lock.close())
	}
	e.lock = lock
	return e, nil
}

func openLocked(ctx context.Context, path string, opt Options) (*lite, error) {
	writing := sql.OpenDB(liteConnector{inner: &sqlite.Driver{}, dsn: liteDSN(path, "_txlock=immediate")})
	writing.SetMaxOpenConns(1)
	if err := writing.PingContext(ctx); err != nil {
		return nil, errors.Join(err, writing.Close())
	}
	readers := sql.OpenDB(liteConnector{inner: &sqlite.Driver{}, dsn: liteDSN(path, "_pragma=query_only(1)")})
	readers.SetMaxOpenConns(opt.Readers)
	readers.SetMaxIdleConns(opt.Readers)
	return &lite{file: path, readers: readers, writer: newWriter(writing, opt.Logger)}, nil
}

// liteDSN names the file with the settings of every connection. The journal's mode stays with the file; synchronous
// FULL makes each commit wait for the disk. The journal goes back into the file after 4,000 pages, not 1,000: pages that
// every write changes then go back less often.
func liteDSN(path, extra string) string {
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}
	return name.String() + "?" + strings.Join([]string{
		"_pragma=busy_timeout(10000)",
		"_pragma=journal_mode(wal)",
		"_pragma=synchronous(full)",
		"_pragma=foreign_keys(1)",
		"_pragma=temp_store(memory)",
		"_pragma=wal_autocheckpoint(4000)",
		"_pragma=cache_size(-16000)",
		"_pragma=journal_size_limit(67108864)",
		"_dqs=0",
		extra,
	}, "&")
}

func (e *lite) pool() *sql.DB { return e.writer.pool }

func (e *lite) path() string { return e.file }

func (e *lite) ping(ctx context.Context) error { return e.readers.PingContext(ctx) }

func (e *lite) close() error {
	e.writer.close()
	return errors.Join(e.readers.Close(), e.writer.pool.Close(), e.lock.close())
}

func (e *lite) write(ctx context.Context, fn func(*Tx) error) (*Tx, error) {
	return e.writer.write(ctx, fn)
}

// read holds the snapshot by a deferred transaction: its first statement takes it.
func (e *lite) read(ctx context.Context, fn func(*Tx) error) (err error) {
	conn, err := e.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	plain := context.Background()
	if _, err := conn.ExecContext(plain, "begin"); err != nil {
		return err
	}
	defer func() {
		if _, end := conn.ExecContext(plain, "rollback"); err == nil {
			err = end
		}
	}()
	return (&Tx{dialect: SQLite, on: conn}).run(fn)
}

func (e *lite) look(ctx context.Context, fn func(*Tx) error) error {
	return look(ctx, e.readers, SQLite, fn)
}
