package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
)

// Each runs fn once for each engine, as parallel subtests named after it.
func Each(t *testing.T, fn func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, New(t, d))
		})
	}
}

// New opens a fresh database that has the newest schema. It is closed and removed when the test ends.
func New(t testing.TB, d sqldb.Dialect) *sqldb.DB {
	t.Helper()
	return Open(t, Migrated(t, d))
}

// Migrated names a fresh database that has the newest schema. It is removed when the test ends.
func Migrated(t testing.TB, d sqldb.Dialect) string {
	t.Helper()
	if d == sqldb.SQLite {
		url := emptySQLite(t)
		copyTemplate(t, url)
		return url
	}
	return newPostgres(t, postgresTemplate(t))
}

// URL names a fresh, empty database, for programs that open it by themselves. It is removed when the test ends.
func URL(t testing.TB, d sqldb.Dialect) string {
	t.Helper()
	if d == sqldb.SQLite {
		return emptySQLite(t)
	}
	return newPostgres(t, "template0")
}

// Open opens a database and closes it when the test ends.
func Open(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	return OpenWith(t, url, sqldb.Options{})
}

// OpenWith is Open with options.
func OpenWith(t testing.TB, url string, opt sqldb.Options) *sqldb.DB {
	t.Helper()
	check := func(*sqldb.DB) {}
	if strings.HasPrefix(url, "sqlite:") {
		check = watchPlans(t, &opt)
	}
	db, err := sqldb.Open(t.Context(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		check(db)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func emptySQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "interdesk.db")
}

// liteTemplate holds the bytes of a migrated file: copying them is faster than migrating for each test.
type liteTemplate struct {
	once  sync.Once
	bytes []byte
	err   error
}

// The templates and the server are made once for a test process, by whichever test comes first.
var (
	liteOnce     liteTemplate
	postgresOnce server
)

func copyTemplate(t testing.TB, url string) {
	t.Helper()
	liteOnce.once.Do(func() { liteOnce.bytes, liteOnce.err = migratedFile() })
	if liteOnce.err != nil {
		t.Fatal(liteOnce.err)
	}
	if err := os.WriteFile(url[len("sqlite:"):], liteOnce.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
}

func migratedFile() ([]byte, error) {
	dir, err := os.MkdirTemp("", "interdesk-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate(context.Background(), "sqlite:"+path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// migrate opens, migrates and closes; closing an SQLite file moves all that is in its journal into the file.
func migrate(ctx context.Context, url string) error {
	db, err := sqldb.Open(ctx, url, sqldb.Options{})
	if err != nil {
		return err
	}
	if err := migration.Run(ctx, db, nil); err != nil {
		_ = db.Close()
		return err
	}
	return db.Close()
}
