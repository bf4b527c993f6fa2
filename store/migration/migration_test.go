package migration

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"interdesk/store/sqldb"
)

// files makes migrations out of statements, by name.
func files(pairs ...string) fstest.MapFS {
	made := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		made[pairs[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + pairs[i+1] + ";\n")}
	}
	return made
}

func open(t *testing.T, path string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), "sqlite:"+path, sqldb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func ids(t *testing.T, db *sqldb.DB) (got []int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		rows, err := tx.Query(t.Context(), `select id from t order by id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int
			if err := rows.Scan(&id); err != nil {
				return err
			}
			got = append(got, id)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRunAppliesEachFileOnceAndKeepsCopies(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	db := open(t, path)
	steps := files("0001_t.sql", `create table t (id bigint not null)`)
	for n := 2; n <= 6; n++ {
		if err := run(t.Context(), db, steps, nil, nil); err != nil {
			t.Fatal(err)
		}
		if err := run(t.Context(), db, steps, nil, nil); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%04d_row.sql", n)
		steps[name] = files(name, fmt.Sprintf(`insert into t (id) values (%d)`, n))[name]
	}
	if diff := cmp.Diff([]int{2, 3, 4, 5}, ids(t, db)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	copies, err := filepath.Glob(path + ".before-*")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{path + ".before-0003.bak", path + ".before-0004.bak", path + ".before-0005.bak"}
	if diff := cmp.Diff(want, copies); diff != "" {
		t.Fatalf("copies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{2, 3, 4}, ids(t, open(t, copies[2]))); diff != "" {
		t.Errorf("rows of the copy (-want +got):\n%s", diff)
	}
}

func TestAFailedFileChangesNothing(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "desk.db"))
	steps := files(
		"0001_t.sql", `create table t (id bigint not null)`,
		"0002_bad.sql", "insert into t (id) values (1);\ninsert into nowhere (id) values (1)")
	if err := run(t.Context(), db, steps, nil, nil); err == nil {
		t.Fatal("a bad migration succeeded")
	}
	steps["0002_bad.sql"] = files("", `insert into t (id) values (2)`)[""]
	if err := run(t.Context(), db, steps, nil, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{2}, ids(t, db)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "desk.db"))
	newer := files("0001_t.sql", `create table t (id bigint)`, "0002_u.sql", `create table u (id bigint)`)
	if err := run(t.Context(), db, newer, nil, nil); err != nil {
		t.Fatal(err)
	}
	delete(newer, "0002_u.sql")
	if err := run(t.Context(), db, newer, nil, nil); !errors.Is(err, ErrNewer) {
		t.Errorf("error %v, want ErrNewer", err)
	}
}

func TestSelection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		names  []string
		sqlite []string
		wrong  bool
	}{
		"for both":       {[]string{"0001_a.sql"}, []string{"0001_a.sql"}, false},
		"a pair":         {[]string{"0001_a.sqlite.sql", "0001_a.postgres.sql"}, []string{"0001_a.sqlite.sql"}, false},
		"half a pair":    {[]string{"0001_a.sqlite.sql"}, []string{"0001_a.sqlite.sql"}, true},
		"a number twice": {[]string{"0001_a.sql", "0001_b.sql"}, []string{"0001_a.sql", "0001_b.sql"}, true},
		"a strange name": {[]string{"1_a.sql"}, []string{"1_a.sql"}, true},
		"another engine": {[]string{"0001_a.mysql.sql"}, []string{"0001_a.mysql.sql"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := fstest.MapFS{}
			for _, n := range c.names {
				made[n] = &fstest.MapFile{}
			}
			s := selection{made, sqldb.SQLite}
			got, err := fs.Glob(s, "*.sql")
			if diff := cmp.Diff(c.sqlite, got); diff != "" || err != nil {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
			if err := s.check(); (err != nil) != c.wrong {
				t.Errorf("check gives %v", err)
			}
		})
	}
}

func TestTheEmbeddedFilesAreSound(t *testing.T) {
	t.Parallel()
	sub, err := fs.Sub(embedded, "sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := (selection{sub, sqldb.SQLite}).check(); err != nil {
		t.Error(err)
	}
	lite, err := Fingerprint(sqldb.SQLite)
	if err != nil || len(lite) != 16 {
		t.Errorf("fingerprint %q, error %v", lite, err)
	}
}
