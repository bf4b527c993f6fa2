package store_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// exceptions are the tables (with all their keys) and the indexes that do not begin with account_id, and why.
var exceptions = map[string]string{
	"installation":     "what the installation as a whole keeps",
	"nodes":            "processes take their numbers for all accounts",
	"hosts":            "the directory: it finds the account",
	"mail_routes":      "the directory of support addresses: it finds the account",
	"goose_db_version": "belongs to the migrations",
	"job_owners":       "workers serve all accounts",
	"job_periods":      "periodic work of the installation",
	"jobs_ready":       "workers take what is due, of whatever account",
	"jobs_running":     "what a dead worker held is found by the worker",
	"jobs_finished":    "old jobs are pruned by age",
}

var engineExceptions = map[sqldb.Dialect]map[string]string{
	sqldb.SQLite: {
		"sqlite_sequence": "the engine's own",
		"sqlite_stat1":    "what the planner believes",
		"sqlite_stat4":    "what the planner believes",
	},
}

// key is a table's column list, a primary key, a unique key, a foreign key or an index.
type key struct {
	table, name, first string
}

// On a distributed PostgreSQL rows lie by account, and no query may name another's: so everything begins with account_id.
func TestEverythingBeginsWithTheAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		reasons := maps.Clone(exceptions)
		maps.Copy(reasons, engineExceptions[db.Dialect()])
		used := map[string]bool{}
		keys := schemaOf(t, db)
		if len(keys) < 60 {
			t.Fatalf("found %d tables and keys only: %v", len(keys), keys)
		}
		for _, k := range keys {
			table, name := reasons[k.table] != "", reasons[k.name] != ""
			used[k.table], used[k.name] = used[k.table] || table, used[k.name] || name
			if k.first != "account_id" && !table && !name {
				t.Errorf("%s of table %s begins with %q, want account_id", k.name, k.table, k.first)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(reasons)) {
			if !used[name] {
				t.Errorf("the exception %s is no longer needed", name)
			}
		}
	})
}

func schemaOf(t *testing.T, db *sqldb.DB) (keys []key) {
	t.Helper()
	queries := []string{`
		select c.relname, 'the columns', a.attname
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
		where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`, `
		select t.relname, i.relname, coalesce(a.attname, 'an expression')
		from pg_index x
		join pg_class t on t.oid = x.indrelid
		join pg_class i on i.oid = x.indexrelid
		left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0] and a.attnum > 0
		where t.relnamespace = 'public'::regnamespace`, `
		select t.relname, f.conname, a.attname
		from pg_constraint f
		join pg_class t on t.oid = f.conrelid
		join pg_attribute a on a.attrelid = t.oid and a.attnum = f.conkey[1]
		where f.contype = 'f' and t.relnamespace = 'public'::regnamespace`}
	if db.Dialect() == sqldb.SQLite {
		queries = []string{`
			select t.name, 'the columns', c.name
			from sqlite_schema t join pragma_table_info(t.name) c on c.cid = 0
			where t.type = 'table'`, `
			select t.name, i.name, coalesce(c.name, 'an expression')
			from sqlite_schema t join pragma_index_list(t.name) i join pragma_index_info(i.name) c on c.seqno = 0
			where t.type = 'table'`, `
			select t.name, 'foreign key to ' || f."table", f."from"
			from sqlite_schema t join pragma_foreign_key_list(t.name) f on f.seq = 0
			where t.type = 'table'`}
	}
	for _, query := range queries {
		found, err := readKeys(t.Context(), db, query)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, found...)
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.table+a.name, b.table+b.name) })
	return keys
}

func readKeys(ctx context.Context, db *sqldb.DB, query string) (keys []key, err error) {
	err = db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var k key
			if err := rows.Scan(&k.table, &k.name, &k.first); err != nil {
				return err
			}
			keys = append(keys, k)
		}
		return rows.Err()
	})
	return keys, err
}
