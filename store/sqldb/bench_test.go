package sqldb_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// BenchmarkWrite is the rate of durable one-row transactions with so many callers at once.
func BenchmarkWrite(b *testing.B) {
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		for _, callers := range []int{1, 2, 4, 8, 32} {
			b.Run(fmt.Sprintf("%s/callers=%d", d, callers), func(b *testing.B) {
				db := storetest.New(b, d)
				makeTable(b, db)
				var n atomic.Int64
				var all sync.WaitGroup
				b.ResetTimer()
				for range callers {
					all.Go(func() {
						for id := n.Add(1); id <= int64(b.N); id = n.Add(1) {
							if err := db.Write(b.Context(), func(tx *sqldb.Tx) error { return addItem(b, tx, id) }); err != nil {
								b.Error(err)
							}
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
			})
		}
	}
}

// BenchmarkStatement is the cost of one small statement inside a transaction.
func BenchmarkStatement(b *testing.B) {
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		b.Run(d.String(), func(b *testing.B) {
			db := storetest.New(b, d)
			makeTable(b, db)
			err := db.Write(b.Context(), func(tx *sqldb.Tx) error {
				for id := int64(1); b.Loop(); id++ {
					if err := addItem(b, tx, id); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Error(err)
			}
		})
	}
}

func makeTable(b *testing.B, db *sqldb.DB) {
	b.Helper()
	err := db.Write(b.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(b.Context(), `
			create table item (
				account_id bigint not null, id bigint not null, name text not null, at bigint not null,
				primary key (account_id, id))`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

func addItem(b *testing.B, tx *sqldb.Tx, id int64) error {
	_, err := tx.Exec(b.Context(), `insert into item (account_id, id, name, at) values ($1, $2, $3, $4)`,
		1, id, "the name of an item", int64(1_700_000_000_000_000))
	return err
}
