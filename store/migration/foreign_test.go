package migration_test

import (
	"errors"
	"testing"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestAnotherProgramsDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	for _, dialect := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t, storetest.URL(t, dialect))
			for _, statement := range []string{
				`create table goose_db_version (id bigint primary key, version_id bigint not null, is_applied boolean not null)`,
				`insert into goose_db_version (id, version_id, is_applied) values (1, 7, true)`,
			} {
				if _, err := db.Pool().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			if err := migration.Run(t.Context(), db, nil); !errors.Is(err, migration.ErrForeign) {
				t.Errorf("got %v, want ErrForeign", err)
			}
			if err := db.Look(t.Context(), func(tx *sqldb.Tx) error {
				var n int
				return tx.QueryRow(t.Context(), `select count(*) from accounts`).Scan(&n)
			}); err == nil {
				t.Error("it was migrated")
			}
		})
	}
}
