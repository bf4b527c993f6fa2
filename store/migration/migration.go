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

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

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
	return run(ctx, db, files, steps(), log)
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
	// The lock is tried every second, for five minutes.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithSessionLocker(locker))
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
