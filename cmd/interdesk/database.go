package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"interdesk/access"
	"interdesk/config"
	"interdesk/store"
	"interdesk/store/migration"
	"interdesk/store/sqldb"
)

// database is an installation's data, open and of the right schema.
type database struct {
	db      *sqldb.DB
	store   *store.Store
	secrets *access.Secrets
}

// connect opens and migrates, and no more.
func connect(ctx context.Context, c config.Database, log *slog.Logger) (*sqldb.DB, error) {
	if path := c.SQLitePath(); path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
	}
	db, err := sqldb.Open(ctx, c.Database, sqldb.Options{Logger: log})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := migration.Run(ctx, db, log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openDatabase also makes sure of the secret.
func openDatabase(ctx context.Context, c config.Database, log *slog.Logger) (*database, error) {
	db, err := connect(ctx, c, log)
	if err != nil {
		return nil, err
	}
	d := &database{db: db}
	if err := d.ready(ctx, c); err != nil {
		return nil, errors.Join(err, d.close(ctx))
	}
	return d, nil
}

func (d *database) ready(ctx context.Context, c config.Database) (err error) {
	if d.store, err = store.Open(ctx, d.db); err != nil {
		return err
	}
	used, err := access.Used(ctx, d.store)
	if err != nil {
		return err
	}
	if d.secrets, err = access.LoadSecrets(c.Secret, c.SecretFile, d.db.Path(), used); err != nil {
		return err
	}
	return d.secrets.Confirm(ctx, d.store)
}

func (d *database) close(ctx context.Context) error {
	var err error
	if d.store != nil {
		err = d.store.Close(context.WithoutCancel(ctx))
	}
	return errors.Join(err, d.db.Close())
}

type migrateCommand struct {
	config.Database
	config.Log
}

// Run migrates and says so.
func (c *migrateCommand) Run(ctx context.Context, t *terminal) error {
	db, err := connect(ctx, c.Database, newLog(t, c.Log))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = fmt.Fprintln(t.out, "The database has the schema of this program.")
	return err
}
