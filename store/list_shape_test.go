package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// shapeTickets is how many tickets a desk of these tests has, mostRead how many rows at most a page of them may read.
const (
	shapeTickets = 20_000
	mostRead     = 6_000
)

// shapeNow is the present of these tests.
func shapeNow() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

// shapes are what desks look like: the values of columns that differ between them, of ticket n.
func shapes() map[string]map[string]string {
	now, day := shapeNow().UnixMicro(), 24*time.Hour.Microseconds()
	aged := fmt.Sprintf("%d - (%d - n) * %d", now, shapeTickets, day/50)
	return map[string]map[string]string{
		"all open": {"status_rank": "n % 4", "updated_at": aged, "status_at": aged},
		"98 in 100 closed": {"status_rank": fmt.Sprintf("case when n > %d then n %% 5 else 5 end", shapeTickets*98/100),
			"updated_at": aged, "status_at": aged},
		"one rare status":  {"status_rank": "case when n % 4000 = 7 then 2 else 1 end", "updated_at": aged, "status_at": aged},
		"everything today": {"status_rank": "case when n % 50 = 0 then n / 50 % 5 else 5 end", "updated_at": fmt.Sprintf("%d - n", now), "status_at": aged},
	}
}

// statistics are what a planner may believe: what somebody made up, what is there, what was there when there was little, and
// nothing.
func statistics() []string { return []string{"made up", "real", "old", "none"} }

// madeUp are statistics of a desk that is like no other, for SQLite.
const madeUp = `
	insert into sqlite_stat1 (tbl, idx, stat) values
		('tickets', 'sqlite_autoindex_tickets_1', '100000 50000 1'), ('tickets', 'tickets_updated', '100000 50000 50000 1'),
		('tickets', 'tickets_created', '100000 50000 50000 1'), ('tickets', 'tickets_status', '100000 50000 2 1'),
		('tickets', 'tickets_priority', '100000 50000 2 1'), ('tickets', 'tickets_assignee', '100000 50000 20000 4000 1'),
		('tickets', 'tickets_group', '100000 50000 2 2 1'), ('tickets', 'tickets_requester', '100000 50000 20000 1')`

// fillShape makes a desk of a shape. Some groups have few tickets, and the newest are nobody's.
func fillShape(ctx context.Context, tx *store.Tx, columns map[string]string, from, to int) error {
	values := map[string]string{"ticket_id": "n", "version": "1", "priority_rank": "n % 5", "requester_id": "3000 + n % 2000",
		"assignee_id": "case when n % 3 = 0 then 0 when n % 400 = 1 then 1000 + n / 400 % 3 else 1003 + n % 40 end", "group_id": "n % 20",
		"organization_id": "n % 200", "problem_id": "n % 1000", "created_at": "n * 1000000", "external_id": "'ext' || n", "automated": "''", "service_level": "''", "via": "''", "field_values": "''"}
	for name, value := range columns {
		values[name] = value
	}
	texts, booleans := " type external_id recipient subject tags via field_values description ", " is_public has_attachments has_people has_shares "
	var list []string
	for _, name := range store.TicketNames() {
		switch {
		case values[name] != "":
			list = append(list, values[name])
		case strings.Contains(texts, " "+name+" "):
			list = append(list, "'text'")
		case strings.Contains(booleans, " "+name+" "):
			list = append(list, "false")
		default:
			list = append(list, "0")
		}
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(`
		with recursive numbers (n) as (select cast(%d as bigint) union all select n + 1 from numbers where n < %d)
		insert into tickets (account_id, deleted_at, `+store.TicketColumns+`)
		select 1, 0, %s from numbers`, from, to, strings.Join(list, ", ")))
	return err
}

func fillShapePeople(ctx context.Context, tx *store.Tx) error {
	for i := range 43 {
		u := desk.User{ID: desk.UserID(1000 + i), Name: fmt.Sprintf("Agent %02d", (i*29)%43), Role: desk.EndUser}
		if err := tx.InsertUser(ctx, &u); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `insert into ticket_sequences (account_id, last) values (1, $1)`, shapeTickets)
	return err
}

// shapeDesk is a desk of a shape with such statistics.
func shapeDesk(t *testing.T, dialect sqldb.Dialect, columns map[string]string, known string, observe func(string, []any)) store.Account {
	t.Helper()
	db := storetest.OpenWith(t, storetest.Migrated(t, dialect), sqldb.Options{Observe: observe})
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	a := s.Account(1)
	run := func(statement string) {
		t.Helper()
		if _, err := db.Pool().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	fill := func(from, to int) {
		t.Helper()
		err := a.Write(t.Context(), func(tx *store.Tx) error {
			if from == 1 {
				if err := fillShapePeople(t.Context(), tx); err != nil {
					return err
				}
			}
			return fillShape(t.Context(), tx, columns, from, to)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if dialect == sqldb.Postgres {
		run(`alter table tickets set (autovacuum_enabled = false)`)
	}
	fill(1, 200)
	if known == "old" {
		run(`analyze`)
	}
	fill(201, shapeTickets)
	switch {
	case known == "real":
		run(`analyze`)
	case known == "made up":
		run(madeUp)
	}
	if dialect == sqldb.SQLite {
		run(`analyze sqlite_schema`)
	}
	return a
}

// shapeLists are the lists that are read of each desk: the standard views, and views and lists in other orders.
func shapeLists(cfg *desk.Config) map[string]func(ctx context.Context, tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error) {
	out := map[string]func(ctx context.Context, tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error){}
	view := func(v desk.View, o desk.Output) func(ctx context.Context, tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error) {
		return func(ctx context.Context, tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error) {
			q := store.ViewQuery{Page: p, Config: cfg, Tree: v.Conditions, Viewer: desk.Actor{ID: 1007, Role: desk.Agent}, At: shapeNow(), Output: o}
			if _, err := tx.CountWhere(ctx, store.ViewQuery{Config: cfg, Tree: v.Conditions, Viewer: q.Viewer, At: q.At, Cap: 100}); err != nil {
				return store.Listed[desk.Ticket]{}, err
			}
			return tx.TicketsWhere(ctx, q)
		}
	}
	views := setup.Standard().Views
	for _, v := range views {
		out[v.Title] = view(v, v.Output)
	}
	all := views[2]
	for i, group := range []string{"", "assignee", "group", "status", "priority"} {
		for j, sort := range []string{"nice_id", "created", "updated", "status"} {
			way := []string{"asc", "desc"}[(i+j)%2]
			out["all by "+group+" "+way+", "+sort] = view(all, desk.Output{GroupBy: group, GroupOrder: way, SortBy: sort, SortOrder: "desc"})
		}
	}
	for name, q := range map[string]store.TicketQuery{"list": {}, "of a requester": {Requester: 3007}, "of a group": {Group: 7},
		"of an assignee": {Assignee: 1007, Statuses: desk.Statuses[:desk.Solved.Rank()]}, "of an organization": {Organization: 7},
		"incidents": {Problem: 7}, "external": {ExternalID: "ext7"}, "named": {IDs: []desk.TicketID{1, 2, 3}}} {
		for _, sort := range []store.TicketSort{store.SortID, store.SortUpdated, store.SortStatus} {
			out[fmt.Sprint(name, " by ", sort)] = func(ctx context.Context, tx *store.Tx, p store.Page) (store.Listed[desk.Ticket], error) {
				q := q
				q.Page, q.Sort, q.Desc = p, sort, true
				return tx.TicketList(ctx, q)
			}
		}
	}
	return out
}

// A page costs about what it shows, whatever a desk looks like, and whatever a planner believes of it.
func TestAPageReadsFewRowsWhateverIsBelieved(t *testing.T) {
	t.Parallel()
	for _, dialect := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		for shape, columns := range shapes() {
			for _, known := range statistics() {
				if dialect == sqldb.Postgres && known == "made up" {
					continue // nobody writes them there
				}
				t.Run(dialect.String()+"/"+shape+"/"+known, func(t *testing.T) {
					t.Parallel()
					var seen observed
					a := shapeDesk(t, dialect, columns, known, seen.add)
					for name, list := range shapeLists((&desk.Config{}).BuildIndexes()) {
						after := ""
						for range 2 {
							var page store.Listed[desk.Ticket]
							err := a.Read(t.Context(), func(tx *store.Tx) (err error) {
								before := rowsRead(t, tx)
								seen.reset()
								if page, err = list(t.Context(), tx, store.Page{Limit: 30, After: after}); err == nil {
									checkRead(t, tx, name, before, seen.take())
								}
								return err
							})
							if err != nil {
								t.Fatal(name, err)
							}
							after = page.After
						}
					}
				})
			}
		}
	}
}

// observed are the statements that have run.
type observed struct {
	mu   sync.Mutex
	list []statement
}

type statement struct {
	query string
	args  []any
}

func (o *observed) add(query string, args []any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, statement{query, args})
}

func (o *observed) reset() { o.take() }

func (o *observed) take() []statement {
	o.mu.Lock()
	defer o.mu.Unlock()
	list := o.list
	o.list = nil
	return list
}

// checkRead tells of a page that read too much. PostgreSQL counts the rows that a transaction reads. SQLite does not; there
// each statement has to go to tickets by their keys, or along an index up to a limit.
func checkRead(t *testing.T, tx *store.Tx, name string, before int, ran []statement) {
	t.Helper()
	if len(ran) > 40 {
		t.Errorf("%s: %d statements", name, len(ran))
	}
	if tx.Dialect() == sqldb.Postgres {
		if rows := rowsRead(t, tx) - before; rows > mostRead {
			t.Errorf("%s: %d rows read by %d statements", name, rows, len(ran))
		}
		return
	}
	for _, s := range ran {
		plan := explained(t, tx, s.query, s.args...)
		sorts := strings.Count(plan, "USE TEMP B-TREE FOR ORDER BY")
		if sorts > strings.Count(s.query, "cross join tickets t") { // entries lie in order; what is found among them is sorted
			t.Errorf("%s: sorts\n%s\n%s", name, s.query, plan)
		}
		for line := range strings.SplitSeq(plan, "\n") {
			if strings.HasPrefix(line, "SCAN ") && !strings.Contains(boundedScans, " "+strings.Fields(line)[1]+" ") {
				t.Errorf("%s: %s\n%s\n%s", name, line, s.query, plan)
			}
		}
	}
}

// boundedScans are what an SQLite plan may scan: the results of steps that are bounded themselves, and small tables.
const boundedScans = " d step one each_once counted CONSTANT (subquery-1) users groups accounts "

// rowsRead is how many rows of tickets PostgreSQL has read for this connection, from some moment on.
func rowsRead(t *testing.T, tx *store.Tx) (rows int) {
	t.Helper()
	if tx.Dialect() != sqldb.Postgres {
		return 0
	}
	err := tx.QueryRow(t.Context(), `
		select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables where relname = 'tickets'`).Scan(&rows)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
