package migration

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"interdesk/store/sqldb"
)

// copiesKept is how many copies of former schemas stay beside an SQLite file.
const copiesKept = 3

// keepCopy writes PATH.before-NNNN.bak, where NNNN is the first migration that is to come. It gets its name only when
// it is complete.
func keepCopy(ctx context.Context, db *sqldb.DB, pending int64, log *slog.Logger) error {
	final := fmt.Sprintf("%s.before-%04d.bak", db.Path(), pending)
	unfinished := final + ".part"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makePrivate(unfinished); err != nil {
		return err
	}
	if _, err := db.Pool().ExecContext(ctx, "vacuum into $1", unfinished); err != nil {
		return errors.Join(err, os.Remove(unfinished))
	}
	if err := syncFile(unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, final); err != nil {
		return err
	}
	log.Info("kept a copy of the database", "file", final)
	return dropOldCopies(db.Path())
}

// makePrivate makes an empty file that its owner alone may read; SQLite would let everybody.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// dropOldCopies keeps the newest ones; their numbers have equal length, so their names sort by age.
func dropOldCopies(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	var copies []string
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), filepath.Base(path)+".before-")
		if number, ok := strings.CutSuffix(rest, ".bak"); ours && ok && len(number) == 4 {
			copies = append(copies, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	slices.Sort(copies)
	for len(copies) > copiesKept {
		if err := os.Remove(copies[0]); err != nil {
			return err
		}
		copies = copies[1:]
	}
	return nil
}
