package job

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"interdesk/store/sqldb"
)

// fast is a runner's set-up for tests: no waiting between attempts, and a short lease.
func fast() Config {
	return Config{Workers: 8, Lease: 200 * time.Millisecond, Poll: 20 * time.Millisecond}
}

var quick = Options{Base: time.Microsecond, Cap: time.Millisecond, MaxAttempts: 5}

func start(t *testing.T, r *Runner) {
	t.Helper()
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func insert(t *testing.T, db *sqldb.DB, jobs ...Insertion) (ids []int64) {
	t.Helper()
	write(t, db, func(tx *sqldb.Tx) error {
		ids = nil
		for _, j := range jobs {
			id, err := Insert(t.Context(), tx, j)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids
}

func write(t *testing.T, db *sqldb.DB, fn func(tx *sqldb.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, db *sqldb.DB, f Filter) (found []Info) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		found, err = Find(t.Context(), tx, f, 0, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// await polls until the condition holds; the test's own time limit is the only one.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for !holds() {
		select {
		case <-t.Context().Done():
			t.Fatal("never came true: " + what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func states(found []Info) (states []string) {
	for _, i := range found {
		states = append(states, i.State)
	}
	return states
}

// done waits until the queue of the account is empty.
func done(t *testing.T, db *sqldb.DB, account int64) {
	t.Helper()
	await(t, "the queue is empty", func() bool { return len(find(t, db, Filter{Account: account})) == 0 })
}

func ledger(t *testing.T, db *sqldb.DB) {
	t.Helper()
	write(t, db, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), `create table ledger (account_id bigint not null, lane text not null, n bigint not null)`)
		return err
	})
}

func entry(j Job) func(context.Context, *sqldb.Tx) error {
	return func(ctx context.Context, tx *sqldb.Tx) error {
		n := int64(binary.BigEndian.Uint64(j.Payload))
		_, err := tx.Exec(ctx, `insert into ledger (account_id, lane, n) values ($1, $2, $3)`, j.Account, j.Lane, n)
		return err
	}
}

func number(n int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func entries(t *testing.T, db *sqldb.DB) map[string][]int {
	t.Helper()
	got := map[string][]int{}
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		rows, err := tx.Query(t.Context(), `select lane, n from ledger order by lane, n`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var lane string
			var n int
			if err := rows.Scan(&lane, &n); err != nil {
				return err
			}
			got[lane] = append(got[lane], n)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
