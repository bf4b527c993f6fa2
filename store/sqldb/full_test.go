package sqldb_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// A full disk takes the whole shared transaction away from SQLite. The write that met it fails; its neighbours do not
// notice.
func TestADiskThatIsFull(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.SQLite)
	exec(t, db, `create table page (account_id bigint not null, id bigint not null primary key, data bytea not null)`)
	limitPages(t, db, 40)
	const add = `insert into page (account_id, id, data) values (1, $1, $2)`
	var all sync.WaitGroup
	for id := range 40 {
		all.Go(func() {
			size := 10
			if id%8 == 0 {
				size = 1 << 20
			}
			err := write(t, db, add, id, make([]byte, size))
			if size == 10 && err != nil || size > 10 && !errors.Is(err, sqldb.ErrFull) {
				t.Errorf("write of %d bytes: %v", size, err)
			}
		})
	}
	all.Wait()
	if n := count(t, db, "page"); n != 35 {
		t.Errorf("%d rows, want 35", n)
	}
}

// limitPages makes the disk full that many pages from now.
func limitPages(t *testing.T, db *sqldb.DB, more int) {
	t.Helper()
	conn, err := db.Pool().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var pages int
	if err := conn.QueryRowContext(t.Context(), `pragma page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	var limit int
	err = conn.QueryRowContext(t.Context(), fmt.Sprintf(`pragma max_page_count = %d`, pages+more)).Scan(&limit)
	if err != nil {
		t.Fatal(err)
	}
}
