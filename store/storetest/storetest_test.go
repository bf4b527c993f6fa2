package storetest_test

import (
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Two databases of one test share nothing, and both have the schema.
func TestEachIsFreshAndMigrated(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		other := storetest.New(t, db.Dialect())
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into job_owners (id, pulse) values (1, 1)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		err = other.Read(t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(t.Context(), "select count(*) from job_owners").Scan(&n)
		})
		if err != nil || n != 0 {
			t.Errorf("the other database has %d rows, error %v; want none", n, err)
		}
	})
}

func TestURLIsEmpty(t *testing.T) {
	t.Parallel()
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			db := storetest.Open(t, storetest.URL(t, d))
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), "create table jobs (account_id bigint not null primary key)")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
