package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	_ "modernc.org/sqlite"             // registers the driver "sqlite"

	"interdesk/store/storetest/cluster"
)

// The engines.
const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

// engine makes fresh databases of one kind that wait for the disk.
type engine struct {
	name    string
	version string
	dir     string
	admin   *sql.DB          // PostgreSQL
	address string           // of the server
	own     *cluster.Cluster // nil when the server is somebody else's
	made    []string         // databases on it
}

func openEngine(ctx context.Context, name, dir string) (*engine, error) {
	e := &engine{name: name, dir: dir, version: "synchronous=FULL in " + dir}
	if name == sqlite {
		return e, nil
	}
	e.address = os.Getenv("INTERDESK_TEST_POSTGRES")
	if e.address != "" {
		if waits, err := e.connect(ctx); err != nil || waits {
			return e, err
		}
	}
	// The server that tests use does not wait for the disk, or there is none.
	var err error
	if e.own, err = cluster.Start(ctx, cluster.Options{Durable: true}); err != nil {
		return nil, err
	}
	e.address = e.own.URL
	if _, err = e.connect(ctx); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// connect tells whether the server waits for the disk.
func (e *engine) connect(ctx context.Context) (waits bool, err error) {
	if e.admin != nil {
		_ = e.admin.Close()
	}
	if e.admin, err = sql.Open("pgx", e.address); err != nil {
		return false, err
	}
	var fsync, commit string
	err = e.admin.QueryRowContext(ctx, `
		select version(), current_setting('fsync'), current_setting('synchronous_commit')`).Scan(&e.version, &fsync, &commit)
	return fsync == "on" && commit == "on", err
}

func (e *engine) close() error {
	var err error
	if e.admin != nil {
		for _, name := range e.made {
			_, drop := e.admin.Exec("drop database " + name + " with (force)")
			err = errors.Join(err, drop)
		}
		err = errors.Join(err, e.admin.Close())
	}
	if e.own != nil {
		err = errors.Join(err, e.own.Stop())
	}
	return err
}

// database makes an empty one and gives its address.
func (e *engine) database(ctx context.Context, name string) (string, error) {
	if e.name == sqlite {
		return "sqlite:" + filepath.Join(e.dir, name, "interdesk.db"), nil
	}
	name = "interdesk_bench_" + name + "_" + strings.ToLower(rand.Text())
	if _, err := e.admin.ExecContext(ctx, "create database "+name+" template template0"); err != nil {
		return "", err
	}
	e.made = append(e.made, name)
	u, err := url.Parse(e.address)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// bareOpen opens a database without any of our code, with the settings that ours uses: one connection to an SQLite
// file, eight to PostgreSQL.
func bareOpen(address string, connections int) (*sql.DB, error) {
	path, isLite := strings.CutPrefix(address, "sqlite:")
	if !isLite {
		db, err := sql.Open("pgx", address)
		if err == nil {
			db.SetMaxOpenConns(connections)
			db.SetMaxIdleConns(connections)
		}
		return db, err
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)"+
		"&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_pragma=temp_store(memory)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-16000)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// settle does by hand, before a measure, what PostgreSQL does by itself at some moment after much was written.
func (e *engine) settle(ctx context.Context, address string) error {
	if e.name == sqlite {
		return nil
	}
	db, err := bareOpen(address, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, step := range []string{"vacuum (analyze)", "checkpoint"} {
		if _, err := db.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return nil
}
