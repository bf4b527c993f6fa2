package sqldb

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Fault is an error with its path: which exported functions were at work, which statement ran, and on which ids. Texts
// among the statement's arguments are nobody's business and left out. Nothing of it is worked out before somebody reads
// the error, and nothing at all when there is none.
type Fault struct {
	Err error

	callers []uintptr
	query   string
	args    []any
}

// maxCallers bounds the stack that a Fault keeps.
const maxCallers = 40

func newFault(err error, query string, args []any) *Fault {
	callers := make([]uintptr, maxCallers)
	n := runtime.Callers(3, callers)
	return &Fault{Err: err, callers: callers[:n], query: query, args: slices.Clone(args)}
}

// Error is such as "ticketing.Service.ApplyIn: store.Tx.UpdateTicket: update tickets (account_id 1, ticket_id 7): disk full".
func (f *Fault) Error() string {
	parts := operations(f.callers)
	if s := statement(f.query); s != "" {
		if ids := idsOf(f.query, f.args); ids != "" {
			s += " (" + ids + ")"
		}
		parts = append(parts, s)
	}
	return strings.Join(append(parts, f.Err.Error()), ": ")
}

// Unwrap gives the error that the path leads to.
func (f *Fault) Unwrap() error { return f.Err }

// Trace gives an error that has none the path of the transaction's last statement. It is for errors that are not the
// database's own, such as a stored value that cannot be read.
func (tx *Tx) Trace(err error) error {
	if err == nil || hasFault(err) {
		return err
	}
	return newFault(err, tx.query, tx.args)
}

func hasFault(err error) bool {
	_, ok := errors.AsType[*Fault](err)
	return ok
}

// outside gives the database's errors that come from no statement, such as a failed commit, the path of their caller.
func outside(err error) error {
	err = normalise(err)
	if err == nil || hasFault(err) || !isDriverError(err) {
		return err
	}
	return newFault(err, "", nil)
}

func isDriverError(err error) bool {
	for _, kind := range []error{ErrUnique, ErrForeignKey, ErrConstraint, ErrText, ErrRetry, ErrBusy, ErrFull, ErrClosed, ErrDown} {
		if errors.Is(err, kind) {
			return true
		}
	}
	_, lite := errors.AsType[*sqlite.Error](err)
	_, postgres := errors.AsType[*pgconn.PgError](err)
	return lite || postgres
}

// maxOperations is how many functions a path names, the innermost ones.
const maxOperations = 4

// operations are the exported functions of ours on a stack, outermost first, as "store.Tx.UpdateTicket". What serves the
// request around them says nothing: the log has its path.
func operations(callers []uintptr) []string {
	var names []string
	frames := runtime.CallersFrames(callers)
	for more := len(callers) > 0; more && len(names) < maxOperations; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasSuffix(frame.Function, ".ServeHTTP") {
			break
		}
		if name := operation(frame.Function); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Reverse(names)
	return names
}

// operation shortens "interdesk/store.(*Tx).UpdateTicket.func1" to "store.Tx.UpdateTicket"; "" for what is unexported, in
// this package or not ours.
func operation(function string) string {
	path, ours := strings.CutPrefix(function, "interdesk/")
	path = path[strings.LastIndexByte(path, '/')+1:]
	parts := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".()*[]", r) })
	closure := slices.IndexFunc(parts, func(p string) bool { return strings.HasPrefix(p, "func") && p != "func" })
	if closure > 0 {
		parts = parts[:closure]
	}
	if !ours || len(parts) < 2 || parts[0] == "sqldb" {
		return ""
	}
	for _, p := range parts[1:] {
		if p[0] < 'A' || p[0] > 'Z' {
			return ""
		}
	}
	return strings.Join(parts, ".")
}

// statement is what a query does to which table: "update tickets".
func statement(query string) string {
	words := strings.Fields(query)
	if len(words) == 0 {
		return ""
	}
	for i, w := range words[:len(words)-1] {
		if w == "from" || w == "into" || w == "update" {
			table, _, _ := strings.Cut(words[i+1], "(")
			if w == "update" {
				return "update " + table
			}
			return words[0] + " " + w + " " + table
		}
	}
	return words[0]
}

// idsOf names the ids among a query's arguments by the columns that they are compared with or stored in.
func idsOf(query string, args []any) string {
	var ids []string
	add := func(column, placeholder string) {
		digits, ok := strings.CutPrefix(placeholder, "$")
		n, err := strconv.Atoi(digits)
		if column != "id" && !strings.HasSuffix(column, "_id") || !ok || err != nil || n < 1 || n > len(args) {
			return
		}
		if text := fmt.Sprintf("%s %d", column, args[n-1]); isNumber(args[n-1]) && !slices.Contains(ids, text) {
			ids = append(ids, text)
		}
	}
	words := strings.FieldsFunc(query, func(r rune) bool { return strings.ContainsRune(" \t\n(),;", r) })
	for i := 0; i+2 < len(words); i++ {
		if words[i+1] == "=" {
			add(words[i][strings.LastIndexByte(words[i], '.')+1:], words[i+2])
		}
	}
	for _, inserted := range insertions(query) {
		add(inserted.column, inserted.value)
	}
	return strings.Join(ids, ", ")
}

func isNumber(arg any) bool {
	v := reflect.ValueOf(arg)
	return v.IsValid() && v.CanInt()
}

type insertion struct{ column, value string }

// insertions pairs the columns of "insert into t (a, b) values ($1, $2)" with their values; where these are more than
// placeholders and literals it gives up.
func insertions(query string) []insertion {
	_, rest, _ := strings.Cut(query, "insert into")
	_, rest, _ = strings.Cut(rest, "(")
	columns, rest, _ := strings.Cut(rest, ")")
	_, rest, _ = strings.Cut(rest, "values")
	_, rest, _ = strings.Cut(rest, "(")
	values, _, _ := strings.Cut(rest, ")")
	names, given := strings.Split(columns, ","), strings.Split(values, ",")
	if len(names) != len(given) {
		return nil
	}
	out := make([]insertion, len(names))
	for i := range names {
		out[i] = insertion{strings.TrimSpace(names[i]), strings.TrimSpace(given[i])}
	}
	return out
}
