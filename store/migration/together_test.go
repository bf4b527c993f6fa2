package migration_test

import (
	"errors"
	"sync"
	"testing"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestProcessesThatStartTogether(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, sqldb.Postgres)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			db, err := sqldb.Open(t.Context(), url, sqldb.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(migration.Run(t.Context(), db, nil), db.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
