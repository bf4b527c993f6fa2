package migration

import (
	"context"
	"io/fs"
	"strings"
	"testing/fstest"

	"interdesk/store/sqldb"
)

// RunBefore applies the files of an earlier program: all whose number is below that of the named one.
func RunBefore(ctx context.Context, db *sqldb.DB, first string) error {
	earlier := fstest.MapFS{}
	names, err := fs.Glob(embedded, "sql/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(embedded, name)
		if err != nil {
			return err
		}
		if short := strings.TrimPrefix(name, "sql/"); short < first {
			earlier[short] = &fstest.MapFile{Data: text}
		}
	}
	return run(ctx, db, earlier, nil, nil)
}
