package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
	"interdesk/store/storetest/cluster"
)

// templateLock is the advisory lock under which one test process makes the template for all.
const templateLock = 5210713

// server is the PostgreSQL of this test process.
type server struct {
	once     sync.Once
	cluster  *cluster.Cluster // kept, as it ends when it is forgotten
	admin    *sql.DB
	url      string
	template string
	err      error
}

func (s *server) get() (*server, error) {
	s.once.Do(func() { s.err = s.start(context.Background()) })
	return s, s.err
}

func (s *server) start(ctx context.Context) error {
	s.url = os.Getenv("INTERDESK_TEST_POSTGRES")
	if s.url == "" {
		c, err := cluster.Start(ctx, cluster.Options{Source: os.Getenv("INTERDESK_TEST_POSTGRES_SOURCE")})
		if err != nil {
			return err
		}
		s.cluster, s.url = c, c.URL
	}
	admin, err := sql.Open("pgx", s.url)
	if err != nil {
		return err
	}
	admin.SetMaxOpenConns(4)
	s.admin = admin
	fingerprint, err := migration.Fingerprint(sqldb.Postgres)
	if err != nil {
		return err
	}
	s.template = "interdesk_template_" + fingerprint
	return s.makeTemplate(ctx)
}

// makeTemplate migrates a database under a passing name and renames it when it is complete.
func (s *server) makeTemplate(ctx context.Context) error {
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", templateLock); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "select pg_advisory_unlock($1)", templateLock) }()
	var exists bool
	err = conn.QueryRowContext(ctx, "select exists (select 1 from pg_database where datname = $1)", s.template).Scan(&exists)
	if err != nil || exists {
		return err
	}
	unfinished := databaseName()
	if _, err := conn.ExecContext(ctx, "create database "+unfinished+" template template0"); err != nil {
		return err
	}
	if err := migrate(ctx, s.address(unfinished)); err != nil {
		_, _ = conn.ExecContext(ctx, "drop database "+unfinished+" with (force)")
		return err
	}
	_, err = conn.ExecContext(ctx, "alter database "+unfinished+" rename to "+s.template)
	return err
}

// address is the server's URL with another database.
func (s *server) address(database string) string { return withDatabase(s.url, database) }

func withDatabase(address, database string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Path = "/" + database
	return u.String()
}

func databaseName() string { return "interdesk_test_" + strings.ToLower(rand.Text()) }

func postgresTemplate(t testing.TB) string {
	t.Helper()
	return startedServer(t).template
}

func startedServer(t testing.TB) *server {
	t.Helper()
	s, err := postgresOnce.get()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// newPostgres makes a database from a template and drops it when the test ends.
func newPostgres(t testing.TB, template string) string {
	t.Helper()
	s := startedServer(t)
	name := databaseName()
	if _, err := s.admin.ExecContext(t.Context(), fmt.Sprintf("create database %s template %s", name, template)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.ExecContext(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	if pooled := os.Getenv("INTERDESK_TEST_POSTGRES_POOLED"); pooled != "" {
		return withDatabase(pooled, name)
	}
	return s.address(name)
}
