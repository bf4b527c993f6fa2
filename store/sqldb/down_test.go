package sqldb_test

import (
	"context"
	"errors"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Whoever's connection is cut hears that the database is down, which passes, and not that something is wrong with what they
// asked; the next one finds a connection that works.
func TestACutConnection(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.Postgres)
	exec(t, db, `create table page (account_id bigint not null, id bigint not null primary key)`)
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		var process int
		if err := tx.QueryRow(t.Context(), `select pg_backend_pid()`).Scan(&process); err != nil {
			return err
		}
		if _, err := db.Pool().ExecContext(t.Context(), `select pg_terminate_backend($1)`, process); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `insert into page (account_id, id) values (1, 1)`)
		return err
	})
	if !errors.Is(err, sqldb.ErrDown) || !sqldb.Unavailable(err) {
		t.Errorf("a cut connection: got %v, want ErrDown", err)
	}
	if err := write(t, db, `insert into page (account_id, id) values (1, 2)`); err != nil {
		t.Errorf("the write after it: %v", err)
	}
	if n := count(t, db, "page"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestNoDatabase(t *testing.T) {
	t.Parallel()
	_, err := sqldb.Open(context.Background(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", sqldb.Options{})
	if !errors.Is(err, sqldb.ErrDown) {
		t.Errorf("nobody listens: got %v, want ErrDown", err)
	}
}

// A statement that takes longer than the operator allows, and a database that only reads, are the database's trouble, which passes.
func TestLimitsOfTheServer(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.Postgres)
	exec(t, db, `create table page (account_id bigint not null, id bigint not null primary key)`)
	for name, c := range map[string]struct {
		limit, statement string
		want             error
	}{
		"time":      {`set local statement_timeout = 20`, `select pg_sleep(5)`, sqldb.ErrBusy},
		"read-only": {`set transaction read only`, `insert into page (account_id, id) values (1, 1)`, sqldb.ErrDown},
	} {
		t.Run(name, func(t *testing.T) {
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(t.Context(), c.limit); err != nil {
					return err
				}
				_, err := tx.Exec(t.Context(), c.statement)
				return err
			})
			if !errors.Is(err, c.want) || !sqldb.Unavailable(err) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}
