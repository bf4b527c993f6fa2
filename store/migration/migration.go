package migration

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"interdesk/store/sqldb"
)

//go:embed sql/*.sql
var embedded embed.FS

// ErrNewer means that a newer program has already changed this database.
var ErrNewer = errors.New("the database was written by a newer version of this program")

// Run applies what is missing. It is safe when several processes start at once on one PostgreSQL: one works, the others
// wait. log, which may be nil, is told of each file applied.
func Run(ctx context.Context, db *sqldb.DB, log *slog.Logger) error {
	files, err := fs.Sub(embedded, "sql")
	if err != nil {
		return err
	}
	if err := refuseForeign(ctx, db); err != nil {
		return err
	}
	return run(ctx, db, files, steps(), log)
}

// Check makes sure that a database still has the schema to which Run brought it: another program may have changed it since,
// or taken a table away.
func Check(ctx context.Context, db *sqldb.DB) error {
	return db.Look(ctx, func(tx *sqldb.Tx) error {
		var current int64
		if err := tx.QueryRow(ctx, `select max(version_id) from goose_db_version`).Scan(&current); err != nil {
			return err
		}
		if newest := newestNumber(); current > newest {
			return fmt.Errorf("%w: it has schema %d, this program knows %d", ErrNewer, current, newest)
		}
		var none int
		err := tx.QueryRow(ctx, `
			select count(*) from accounts, users, tickets, comments, audits, attachments, triggers, jobs, shares where 1 = 0`).Scan(&none)
		return err
	})
}

// newestNumber is that of the last migration.
func newestNumber() (newest int64) {
	for _, s := range steps() {
		newest = max(newest, s.Version)
	}
	names, _ := fs.Glob(embedded, "sql/*.sql")
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		n, _ := strconv.ParseInt(number, 10, 64)
		newest = max(newest, n)
	}
	return newest
}

// ErrForeign means that the database belongs to another program.
var ErrForeign = errors.New("the database belongs to another program: name one that is empty, or Interdesk's")

// refuseForeign finds a database that another program migrates before anything is written to it. Another process of ours may
// migrate meanwhile, so our table is looked for last.
func refuseForeign(ctx context.Context, db *sqldb.DB) error {
	return db.Look(ctx, func(tx *sqldb.Tx) error {
		versions, err := hasTable(ctx, tx, "goose_db_version")
		if err != nil || !versions {
			return err
		}
		var applied int
		if err := tx.QueryRow(ctx, `select count(*) from goose_db_version where version_id > 0`).Scan(&applied); err != nil || applied == 0 {
			return err
		}
		ours, err := hasTable(ctx, tx, "installation")
		if err == nil && !ours {
			err = ErrForeign
		}
		return err
	})
}

func hasTable(ctx context.Context, tx *sqldb.Tx, name string) (bool, error) {
	query := `select count(*) from sqlite_master where type = 'table' and name = $1`
	if tx.Dialect() == sqldb.Postgres {
		query = `select count(*) from pg_tables where schemaname = any (current_schemas(false)) and tablename = $1`
	}
	var n int
	err := tx.QueryRow(ctx, query, name).Scan(&n)
	return n > 0, err
}

// Fingerprint changes whenever the schema of the engine does.
func Fingerprint(dialect sqldb.Dialect) (string, error) {
	files, err := fs.Sub(embedded, "sql")
	if err != nil {
		return "", err
	}
	names, err := fs.Glob(selection{files, dialect}, "*.sql")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func run(ctx context.Context, db *sqldb.DB, files fs.FS, steps []*goose.Migration, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return alone(ctx, db, func() error { return runAlone(ctx, db, files, steps, log) })
}

// aloneLock is the advisory lock of whoever migrates.
const aloneLock = 7_051_966_213

// alone lets one process at a time work on the schema of a PostgreSQL; others wait for five minutes. The lock is a transaction's,
// not a session's: behind a pool sessions are anybody's.
func alone(ctx context.Context, db *sqldb.DB, work func() error) error {
	if db.Dialect() == sqldb.SQLite {
		return work()
	}
	tx, err := db.Pool().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, statement := range []string{
		"set local idle_in_transaction_session_timeout = 0", "set local statement_timeout = 0", "set local lock_timeout = '5min'",
		fmt.Sprintf("select pg_advisory_xact_lock(%d)", aloneLock),
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("wait for another process that migrates: %w", err)
		}
	}
	return work()
}

func runAlone(ctx context.Context, db *sqldb.DB, files fs.FS, steps []*goose.Migration, log *slog.Logger) error {
	provider, err := newProvider(db, files, steps)
	if err != nil {
		return err
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > newest {
		return fmt.Errorf("%w: it has schema %d, this program knows %d", ErrNewer, current, newest)
	}
	pending, err := firstPending(ctx, provider)
	if err != nil || pending == 0 {
		return err
	}
	if current > 0 && db.Path() != "" {
		if err := keepCopy(ctx, db, pending, log); err != nil {
			return fmt.Errorf("keep a copy before migrating: %w", err)
		}
	}
	return up(ctx, provider, log)
}

func up(ctx context.Context, provider *goose.Provider, log *slog.Logger) error {
	results, err := provider.Up(ctx)
	for _, r := range results {
		log.Info("migrated", "number", r.Source.Version, "file", r.Source.Path, "took", r.Duration)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func newProvider(db *sqldb.DB, files fs.FS, steps []*goose.Migration) (*goose.Provider, error) {
	chosen := selection{files, db.Dialect()}
	if err := chosen.check(); err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(steps...)}
	if db.Dialect() == sqldb.SQLite {
		return goose.NewProvider(goose.DialectSQLite3, db.Pool(), chosen, options...)
	}
	return goose.NewProvider(goose.DialectPostgres, db.Pool(), chosen, options...)
}

// firstPending is the number of the next file to apply, 0 when there is none.
func firstPending(ctx context.Context, provider *goose.Provider) (int64, error) {
	status, err := provider.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	for _, s := range status {
		if s.State == goose.StatePending {
			return s.Source.Version, nil
		}
	}
	return 0, nil
}
