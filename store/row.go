package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// queryAll reads all rows of a query by scan.
func queryAll[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scan)
}

// queryByID reads a page of a list that is sorted by one id; query ends in its where clause. Without a limit the page is
// the whole list.
func queryByID[T any](ctx context.Context, tx *Tx, p Page, column string, scan func(scanner) (T, error), id func(*T) int64, query string, args []any) (Listed[T], error) {
	wider := p
	if p.Limit > 0 {
		wider.Limit++
	}
	query, args, err := wider.byID(column, query, args)
	if err != nil {
		return Listed[T]{}, err
	}
	rows, err := queryAll(ctx, tx, scan, query, args...)
	if err != nil {
		return Listed[T]{}, err
	}
	out := Listed[T]{Items: rows}
	if p.Limit > 0 && len(rows) > p.Limit {
		out.Items, out.More = rows[:p.Limit], true
	}
	out.Items = inOrder(p, out.Items)
	if n := len(out.Items); n > 0 {
		out.Before = strconv.FormatInt(id(&out.Items[0]), 10)
		out.After = strconv.FormatInt(id(&out.Items[n-1]), 10)
	}
	return out, nil
}

// queryOne reads the only row of a query by scan; desk.NotFound when there is none.
func queryOne[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	found, err := scan(tx.QueryRow(ctx, query, args...))
	return found, notFound(err)
}

// requireRow makes a statement about one row that found none a desk.NotFound.
func requireRow(rows int64, err error) error {
	if err == nil && rows == 0 {
		return desk.Missing()
	}
	return err
}

func scanID(row scanner) (id int64, err error) {
	err = row.Scan(&id)
	return id, err
}

// uniqueFault turns the breach of a unique key that has the column into the fault of one field.
func uniqueFault(err error, column, field, message string) error {
	var u *sqldb.UniqueError
	if errors.As(err, &u) && slices.Contains(u.Columns, column) {
		return desk.InvalidField(field, "DuplicateValue", message)
	}
	return err
}

// toJSON writes what is stored but never searched. What it is given can always be written.
func toJSON(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

func fromJSON(text, what string, v any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("stored %s: %w", what, err)
	}
	return nil
}

// joinWords and splitWords keep a list of words, such as tags, in one column.
func joinWords(words []string) string { return strings.Join(words, " ") }

func splitWords(text string) []string { return strings.Fields(text) }

// stamp gives a new row its id and times where the caller set none.
func stamp[I ~int64](tx *Tx, id *I, created, updated *time.Time) {
	now := tx.store.now().UTC().Truncate(time.Microsecond)
	if *id == 0 {
		*id = I(tx.NewID())
	}
	if created.IsZero() {
		*created = now
	}
	if updated.IsZero() {
		*updated = *created
	}
}

// now is the time of a change that happens now.
func (tx *Tx) now() time.Time { return tx.store.now().UTC().Truncate(time.Microsecond) }

// emptyIfNull reads a column that may be null.
func emptyIfNull(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// withIDs are the arguments of a query for rows of the account by their ids.
func withIDs[I any](account desk.AccountID, ids []I) []any {
	args := make([]any, 1, len(ids)+1)
	args[0] = account
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}

// escapeLike makes text stand for itself in a pattern whose escape is a backslash.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
