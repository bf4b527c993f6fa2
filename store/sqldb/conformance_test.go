package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// each runs a test on a database of each engine with the two tables that these tests use.
func each(t *testing.T, fn func(t *testing.T, db *sqldb.DB)) {
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, `create table parent (account_id bigint not null, id bigint not null, primary key (account_id, id))`)
		exec(t, db, `
			create table child (
				account_id bigint not null, id bigint not null, parent_id bigint, name text not null,
				yes boolean, data bytea, real double precision,
				primary key (account_id, id),
				unique (account_id, name),
				check (name <> 'forbidden'),
				foreign key (account_id, parent_id) references parent (account_id, id))`)
		fn(t, db)
	})
}

func exec(t *testing.T, db *sqldb.DB, query string, args ...any) {
	t.Helper()
	if err := write(t, db, query, args...); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, db *sqldb.DB, query string, args ...any) error {
	return db.Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), query, args...)
		return err
	})
}

const addParent = `insert into parent (account_id, id) values ($1, $2)`

const addChild = `insert into child (account_id, id, parent_id, name) values (1, $1, $2, $3)`

func count(t *testing.T, db *sqldb.DB, table string) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `select count(*) from `+table).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

type value struct {
	Name string
	Yes  *bool
	Data []byte
	Real *float64
}

func TestTypesRoundTrip(t *testing.T) {
	t.Parallel()
	yes, no, pi, huge, whole := true, false, math.Pi, math.MaxFloat64, 3.0
	for name, v := range map[string]value{
		"nulls":      {Name: ""},
		"true":       {"a", &yes, []byte("x"), &pi},
		"false":      {"größe 写", &no, []byte{0, 255, '\''}, &huge},
		"empty data": {"$1 'quoted' ? -- x", &no, []byte{}, &whole},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, db *sqldb.DB) {
				exec(t, db, `insert into child (account_id, id, name, yes, data, real) values (1, $1, $2, $3, $4, $5)`,
					int64(1)<<53-1, v.Name, v.Yes, v.Data, v.Real)
				var got value
				var id int64
				err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
					return tx.QueryRow(t.Context(), `
						select id, name, yes, data, real from child
						where name = $1 and (yes = $2 or yes is null)`, v.Name, v.Yes).
						Scan(&id, &got.Name, &got.Yes, &got.Data, &got.Real)
				})
				if err != nil || id != 1<<53-1 {
					t.Fatalf("id %d, error %v", id, err)
				}
				if diff := cmp.Diff(v, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		})
	}
}

func TestErrorsAreNormalised(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query string
		args  []any
		want  error
	}{
		"primary key":  {addParent, []any{1, 1}, sqldb.ErrUnique},
		"unique":       {addChild, []any{2, nil, "taken"}, sqldb.ErrUnique},
		"foreign key":  {addChild, []any{2, 99, "orphan"}, sqldb.ErrForeignKey},
		"still needed": {`delete from parent`, nil, sqldb.ErrForeignKey},
		"check":        {addChild, []any{2, nil, "forbidden"}, sqldb.ErrConstraint},
		"not null":     {addChild, []any{2, nil, nil}, sqldb.ErrConstraint},
		"NUL":          {addChild, []any{2, nil, "a\x00b"}, sqldb.ErrText},
		"not UTF-8":    {addChild, []any{2, nil, "a\xffb"}, sqldb.ErrText},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, db *sqldb.DB) {
				exec(t, db, addParent, 1, 1)
				exec(t, db, addChild, 1, 1, "taken")
				if err := write(t, db, c.query, c.args...); !errors.Is(err, c.want) {
					t.Errorf("error %v, want %v", err, c.want)
				}
			})
		})
	}
}

func TestUniqueErrorNamesTheKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, addChild, 1, nil, "taken")
		err := write(t, db, addChild, 2, nil, "taken")
		unique, ok := errors.AsType[*sqldb.UniqueError](err)
		if !ok {
			t.Fatalf("error %v", err)
		}
		if unique.Table != "child" || !cmp.Equal(unique.Columns, []string{"account_id", "name"}) {
			t.Errorf("table %q, columns %q", unique.Table, unique.Columns)
		}
	})
}

func TestNoRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			var n int
			if err := tx.QueryRow(t.Context(), `select id from parent`).Scan(&n); !errors.Is(err, sqldb.ErrNoRows) {
				t.Errorf("error %v, want ErrNoRows", err)
			}
			_, err := tx.Exec(t.Context(), addParent, 1, 1) // no row is no failure of the transaction
			return err
		})
		if err != nil || count(t, db, "parent") != 1 {
			t.Errorf("error %v", err)
		}
	})
}

func TestAFailedStatementEndsTheTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for range 3 {
				_, _ = tx.Exec(t.Context(), addParent, 1, 1) // the errors are swallowed
			}
			_, _ = tx.Exec(t.Context(), addParent, 1, 2)
			return nil
		})
		if !errors.Is(err, sqldb.ErrUnique) || count(t, db, "parent") != 0 {
			t.Errorf("error %v, %d rows; want ErrUnique and none", err, count(t, db, "parent"))
		}
	})
}

func TestSavepoint(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		rang := 0
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			rang = 0
			add := func(id int) error {
				tx.AfterCommit(func() { rang += id })
				_, err := tx.Exec(t.Context(), addParent, 1, id)
				return err
			}
			err := tx.Savepoint(t.Context(), func() error {
				if err := tx.Savepoint(t.Context(), func() error { return add(1) }); err != nil {
					return err
				}
				if err := tx.Savepoint(t.Context(), func() error { return add(1) }); !errors.Is(err, sqldb.ErrUnique) {
					t.Errorf("error %v, want ErrUnique", err)
				}
				return add(2)
			})
			if err != nil {
				return err
			}
			mine := errors.New("mine")
			err = tx.Savepoint(t.Context(), func() error { return errors.Join(add(4), mine) })
			if !errors.Is(err, mine) {
				t.Errorf("error %v, want mine", err)
			}
			return add(8)
		})
		if err != nil || count(t, db, "parent") != 3 || rang != 11 {
			t.Errorf("error %v, %d rows, rang %d", err, count(t, db, "parent"), rang)
		}
	})
}

func TestRowsAreClosedBeforeTheNextStatement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, addParent, 1, 1)
		exec(t, db, addParent, 1, 2)
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			rows, err := tx.Query(t.Context(), `select id from parent`)
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			_, err = tx.Exec(t.Context(), addParent, 1, 3)
			return err
		})
		if err == nil {
			t.Error("a statement ran while rows were open")
		}
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			rows, err := tx.Query(t.Context(), `select id from parent`) // and forgotten
			if err == nil {
				rows.Next()
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		exec(t, db, addParent, 1, 3)
	})
}

func TestReadIsASnapshotThatCannotBeChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, addParent, 1, 1)
		err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			var before, after int
			const query = `select count(*) from parent`
			if err := tx.QueryRow(t.Context(), query).Scan(&before); err != nil {
				return err
			}
			exec(t, db, addParent, 1, 2)
			if err := tx.QueryRow(t.Context(), query).Scan(&after); err != nil {
				return err
			}
			if before != 1 || after != 1 {
				t.Errorf("counted %d, then %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), addParent, 1, 3)
			return err
		})
		if err == nil || count(t, db, "parent") != 2 {
			t.Errorf("a read wrote, error %v", err)
		}
	})
}

func TestLookShowsWhatIsCommittedAndChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Look(t.Context(), func(tx *sqldb.Tx) error {
			for want := range 3 {
				var n int
				if err := tx.QueryRow(t.Context(), `select count(*) from parent`).Scan(&n); err != nil {
					return err
				}
				if n != want {
					t.Errorf("counted %d, want %d", n, want)
				}
				exec(t, db, addParent, 1, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Look(t.Context(), func(tx *sqldb.Tx) error {
			_, _ = tx.Exec(t.Context(), addParent, 1, 3)
			return nil
		})
		if err == nil || count(t, db, "parent") != 3 {
			t.Errorf("a look wrote, error %v", err)
		}
	})
}

func TestTimeIsRefused(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.SQLite)
	exec(t, db, `create table moment (account_id bigint not null, at bigint not null)`)
	if err := write(t, db, `insert into moment (account_id, at) values (1, $1)`, time.Now()); err == nil {
		t.Error("a time.Time was stored")
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "sqlite:", "sqlite::memory:", "mysql://x", "interdesk.db", "postgres://127.0.0.1:1/x?connect_timeout=1"} {
		if db, err := sqldb.Open(t.Context(), url, sqldb.Options{}); err == nil {
			t.Errorf("Open(%q) succeeded", url)
			_ = db.Close()
		}
	}
}

// More different statements than a connection keeps.
func TestManyStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		exec(t, db, addParent, 1, 1)
		err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
			for n := range 1000 {
				var got int
				err := tx.QueryRow(t.Context(), fmt.Sprintf(`select %d from parent where id = $1`, n%600), 1).Scan(&got)
				if err != nil || got != n%600 {
					return fmt.Errorf("statement %d gave %d: %w", n, got, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A transaction that lacks something is taken back, and its function runs again once that was fetched outside.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, through := range map[string]func(tx *sqldb.Tx, fn func() error) error{
		"plainly":        func(_ *sqldb.Tx, fn func() error) error { return fn() },
		"in a savepoint": func(tx *sqldb.Tx, fn func() error) error { _ = tx.Savepoint(t.Context(), fn); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, db *sqldb.DB) {
				fetched, commits := 0, 0
				err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
					tx.AfterCommit(func() { commits++ })
					if _, err := tx.Exec(t.Context(), addParent, 1, fetched); err != nil {
						return err
					}
					return through(tx, func() error {
						if fetched == 2 {
							return nil
						}
						return tx.RetryAfter(func(ctx context.Context) error {
							fetched++
							return db.Write(ctx, func(tx *sqldb.Tx) error {
								_, err := tx.Exec(ctx, addParent, 2, fetched)
								return err
							})
						})
					})
				})
				if err != nil || commits != 1 {
					t.Fatalf("%d commits, error %v", commits, err)
				}
				if n := count(t, db, "parent where account_id = 1"); n != 1 {
					t.Errorf("%d rows of the transaction, want those of its last attempt alone", n)
				}
				if n := count(t, db, "parent where account_id = 2"); n != 2 {
					t.Errorf("%d rows were fetched, want 2", n)
				}
			})
		})
	}
}

func TestRetryAfterFailure(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		trouble := errors.New("nothing to be had")
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(t.Context(), addParent, 1, 1); err != nil {
				return err
			}
			return tx.RetryAfter(func(context.Context) error { return trouble })
		})
		if !errors.Is(err, trouble) || count(t, db, "parent") != 0 {
			t.Errorf("got %v and %d rows", err, count(t, db, "parent"))
		}
	})
}
