package migration_test

import (
	"context"
	"testing"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
)

// Names that were stored before they had a form to sort by get it, however many there are.
func TestSortNamesAreFilledIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		if err := migration.RunBefore(ctx, db, "0012"); err != nil {
			t.Fatal(err)
		}
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			for n := range int64(2400) {
				_, err := tx.Exec(ctx, `
					insert into groups (account_id, group_id, name, description, is_default, is_public, deleted, created_at, updated_at)
					values ($1, $2, 'ÄRGER', '', false, true, false, 0, 0)`, 1+n%2, 1+n)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := migration.Run(ctx, db, nil); err != nil {
			t.Fatal(err)
		}
		if n := countFilled(ctx, t, db); n != 2400 {
			t.Errorf("%d of 2400 groups sort as they should", n)
		}
	})
}

func countFilled(ctx context.Context, t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from groups where sort_name = 'arger'`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
