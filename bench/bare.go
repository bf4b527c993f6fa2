package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// bareLoop writes the rows of one update of the desk again and again, by itself: the same columns with the same contents
// into the same tables and indexes of the same database, under the number of an account that does not exist.
type bareLoop struct {
	db      *sql.DB
	lite    bool
	create  []statement
	reply   []statement
	next    atomic.Int64
	tickets int64 // made so far, for replies to go to
}

// statement is an insertion or update whose arguments are made for each use.
type statement struct {
	prepared *sql.Stmt
	values   []any
	change   []func(values []any, n int64)
}

// The numbers of what bare loops write begin where no desk comes.
const (
	bareAccount = 1
	bareIDs     = int64(1) << 52
)

// openBare reads what one creation and one reply wrote.
func openBare(ctx context.Context, s *server, clients int, ticket int64) (b *bareLoop, err error) {
	db, err := bareOpen(s.database, clients)
	if err != nil {
		return nil, err
	}
	b = &bareLoop{db: db, lite: strings.HasPrefix(s.database, "sqlite:")}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if b.lite {
		if err := b.addSequence(ctx); err != nil {
			return nil, err
		}
	}
	for _, table := range []string{"tickets", "ticket_tags", "ticket_values", "ticket_people", "comments", "audits"} {
		if err := b.copyRows(ctx, table, ticket); err != nil {
			return nil, err
		}
	}
	return b, b.addUpdate(ctx)
}

// addSequence: an SQLite file takes ticket numbers one by one; on PostgreSQL the desk takes many at once.
func (b *bareLoop) addSequence(ctx context.Context) error {
	p, err := b.db.PrepareContext(ctx, `
		insert into ticket_sequences (account_id, last) values (?1, 1)
		on conflict (account_id) do update set last = ticket_sequences.last + 1`)
	b.create = append(b.create, statement{prepared: p, values: []any{bareAccount}})
	return err
}

// copyRows makes an insertion of each row that a ticket has in a table. Of comments and audits, the first belongs to the
// creation and the last to a reply.
func (b *bareLoop) copyRows(ctx context.Context, table string, ticket int64) error {
	rows, err := b.db.QueryContext(ctx, `select * from `+table+` where ticket_id = $1 and account_id <> $2`, ticket, bareAccount)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	var found [][]any
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		found = append(found, values)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	once := table == "comments" || table == "audits"
	for i, values := range found {
		if once && i > 0 {
			break
		}
		st, err := b.insertion(ctx, table, names, values)
		if err != nil {
			return err
		}
		b.create = append(b.create, st)
		if once {
			b.reply = append(b.reply, st)
		}
	}
	return nil
}

// generated is the one column that PostgreSQL fills in by itself.
const generated = "words"

func (b *bareLoop) insertion(ctx context.Context, table string, names []string, values []any) (st statement, err error) {
	var columns, places []string
	for i, name := range names {
		if name == generated {
			continue
		}
		at := len(st.values)
		st.values = append(st.values, values[i])
		columns, places = append(columns, name), append(places, "$"+strconv.Itoa(at+1))
		switch name {
		case "account_id":
			st.values[at] = bareAccount
		case "ticket_id":
			st.change = append(st.change, func(v []any, n int64) { v[at] = bareIDs + n })
		case "comment_id", "audit_id":
			st.change = append(st.change, func(v []any, _ int64) { v[at] = bareIDs + b.next.Add(1) })
		}
	}
	st.prepared, err = b.db.PrepareContext(ctx, `insert into `+table+` (`+strings.Join(columns, ", ")+`) values (`+strings.Join(places, ", ")+`)`)
	return st, err
}

// addUpdate is what a reply changes in the ticket's row.
func (b *bareLoop) addUpdate(ctx context.Context) error {
	p, err := b.db.PrepareContext(ctx, `
		update tickets set version = version + 1, updated_at = $1, comment_count = comment_count + 1, replies = replies + 1, assignee_at = $2
		where account_id = $3 and ticket_id = $4`)
	b.reply = append(b.reply, statement{prepared: p, values: []any{nil, nil, bareAccount, nil}, change: []func([]any, int64){
		func(v []any, n int64) {
			v[0], v[1], v[3] = time.Now().UnixMicro(), time.Now().UnixMicro(), bareIDs+n
		}}})
	return err
}

// write runs the statements of some updates in one transaction.
func (b *bareLoop) write(ctx context.Context, list []statement, numbers ...int64) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, n := range numbers {
		for _, st := range list {
			values := append([]any(nil), st.values...)
			for _, change := range st.change {
				change(values, n)
			}
			if _, err := tx.StmtContext(ctx, st.prepared).ExecContext(ctx, values...); err != nil {
				return fmt.Errorf("bare loop: %w", err)
			}
		}
	}
	return tx.Commit()
}

// limits measures the loop: each update in a transaction of its own from as many goroutines as the desk had clients, and,
// on SQLite, as many updates as there were clients sharing one, as the desk's writer does.
func (b *bareLoop) limits(ctx context.Context, clients int, span time.Duration, list []statement, number func() int64) ([]bareRun, error) {
	one, err := apply(ctx, clients, span, func(ctx context.Context, _ int) error { return b.write(ctx, list, number()) })
	runs := []bareRun{{How: "one a commit", Rate: one.rate}}
	if err != nil || !b.lite {
		return runs, err
	}
	many, err := apply(ctx, 1, span, func(ctx context.Context, _ int) error {
		numbers := make([]int64, clients)
		for i := range numbers {
			numbers[i] = number()
		}
		return b.write(ctx, list, numbers...)
	})
	return append(runs, bareRun{How: fmt.Sprintf("%d a commit", clients), Rate: many.rate * float64(clients)}), err
}

// creates and replies are the limits of both kinds of update. Replies go to the tickets that creates made.
func (b *bareLoop) creates(ctx context.Context, clients int, span time.Duration) ([]bareRun, error) {
	return b.limits(ctx, clients, span, b.create, func() int64 { return atomic.AddInt64(&b.tickets, 1) })
}

func (b *bareLoop) replies(ctx context.Context, clients int, span time.Duration) ([]bareRun, error) {
	var turn atomic.Int64
	made := max(1, atomic.LoadInt64(&b.tickets))
	return b.limits(ctx, clients, span, b.reply, func() int64 { return 1 + turn.Add(1)*7919%made })
}
