package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// The errors that callers tell apart with errors.Is.
var (
	ErrNoRows     = sql.ErrNoRows
	ErrUnique     = errors.New("a row with this key exists already")
	ErrForeignKey = errors.New("the row refers to one that is missing, or is still referred to")
	ErrConstraint = errors.New("the row breaks a check or lacks a value")
	ErrText       = errors.New("text must be valid UTF-8 without NUL")
	ErrRetry      = errors.New("the transaction must be tried again") // a function given to Write returns it to ask for that
	ErrBusy       = errors.New("the database is busy")
	ErrFull       = errors.New("the disk of the database is full")
	ErrClosed     = errors.New("the database is closed")
	ErrDown       = errors.New("the database cannot be reached, or not written")
	ErrLocked     = errors.New("the database file is in use by another process")
)

// UniqueError tells which key was taken. It is an [ErrUnique].
type UniqueError struct {
	Table      string
	Columns    []string // in the order of the key; empty when the key is an expression
	Constraint string   // the name of the key; SQLite tells it only for keys that are expressions
	Cause      error
}

func (e *UniqueError) Error() string {
	return fmt.Sprintf("%v: %s (%s%s)", ErrUnique, e.Table, strings.Join(e.Columns, ", "), e.Constraint)
}

// Is makes every UniqueError an ErrUnique.
func (e *UniqueError) Is(target error) bool { return target == ErrUnique }

// Unwrap gives the driver's error.
func (e *UniqueError) Unwrap() error { return e.Cause }

// normalise puts the kind in front of a driver's error. Errors that are no driver's are left alone.
func normalise(err error) error {
	if err == nil || isNormal(err) {
		return err
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return normaliseLite(err, lite)
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return normalisePostgres(err, pg)
	}
	if errors.Is(err, sql.ErrConnDone) || err.Error() == "sql: database is closed" {
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	if isCutOff(err) {
		return fmt.Errorf("%w: %w", ErrDown, err)
	}
	return err
}

// isCutOff tells whether the connection to the database failed, or could not be made.
func isCutOff(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err.Error() == "conn closed"
}

// Unavailable tells of an error that the database is to blame for it, and that a later try may succeed.
func Unavailable(err error) bool {
	return slices.ContainsFunc([]error{ErrRetry, ErrBusy, ErrFull, ErrClosed, ErrDown}, func(kind error) bool { return errors.Is(err, kind) })
}

func isNormal(err error) bool {
	for _, kind := range []error{
		ErrNoRows, ErrUnique, ErrForeignKey, ErrConstraint, ErrText, ErrRetry, ErrBusy, ErrFull, ErrClosed, ErrDown,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

func normaliseLite(err error, lite *sqlite.Error) error {
	switch lite.Code() {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return liteUnique(lite)
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", ErrForeignKey, err)
	}
	switch lite.Code() & 0xff {
	case lib.SQLITE_CONSTRAINT:
		return fmt.Errorf("%w: %w", ErrConstraint, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_INTERRUPT:
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case lib.SQLITE_FULL:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case lib.SQLITE_IOERR, lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: %w", ErrDown, err)
	}
	return err
}

// liteUnique reads "…: UNIQUE constraint failed: tickets.account_id, tickets.id (2067)", or, for a key that is an
// expression, "…: UNIQUE constraint failed: index 'tickets_subject' (2067)".
func liteUnique(lite *sqlite.Error) error {
	e := &UniqueError{Cause: lite}
	_, list, _ := strings.Cut(lite.Error(), "constraint failed: UNIQUE constraint failed: ")
	if at := strings.LastIndex(list, " ("); at >= 0 {
		list = list[:at]
	}
	if name, ok := strings.CutPrefix(list, "index '"); ok {
		e.Constraint = strings.TrimSuffix(name, "'")
		return e
	}
	for column := range strings.SplitSeq(list, ", ") {
		table, name, _ := strings.Cut(column, ".")
		e.Table = table
		e.Columns = append(e.Columns, name)
	}
	return e
}

func normalisePostgres(err error, pg *pgconn.PgError) error {
	switch pg.Code {
	case "23505":
		return postgresUnique(pg)
	case "23503":
		return fmt.Errorf("%w: %w", ErrForeignKey, err)
	case "40001", "40P01":
		return fmt.Errorf("%w: %w", ErrRetry, err)
	case "55P03", "53300", "57P03", "57014", "53200": // 57014: statement_timeout, which the operator set
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case "22021":
		return fmt.Errorf("%w: %w", ErrText, err)
	case "53100":
		return fmt.Errorf("%w: %w", ErrFull, err)
	case "57P01", "57P02", "57P05", "25006": // it stops, or has become a standby
		return fmt.Errorf("%w: %w", ErrDown, err)
	}
	switch {
	case strings.HasPrefix(pg.Code, "23"):
		return fmt.Errorf("%w: %w", ErrConstraint, err)
	case strings.HasPrefix(pg.Code, "08"):
		return fmt.Errorf("%w: %w", ErrDown, err)
	}
	return err
}

// postgresUnique reads the columns from the detail "Key (account_id, id)=(1, 2) already exists."
func postgresUnique(pg *pgconn.PgError) error {
	e := &UniqueError{Table: pg.TableName, Constraint: pg.ConstraintName, Cause: pg}
	_, rest, _ := strings.Cut(pg.Detail, "Key (")
	if list, _, ok := strings.Cut(rest, ")=("); ok && !strings.ContainsAny(list, "(") {
		e.Columns = strings.Split(list, ", ")
	}
	return e
}

// isLost tells whether SQLite has, or may have, rolled the whole transaction back by itself.
func isLost(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch lite.Code() & 0xff {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_NOMEM, lib.SQLITE_INTERRUPT, lib.SQLITE_BUSY, lib.SQLITE_CORRUPT, lib.SQLITE_READONLY:
		return true
	}
	return false
}

// Damaged tells that an SQLite file is broken, or none at all.
func Damaged(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && (lite.Code()&0xff == lib.SQLITE_CORRUPT || lite.Code()&0xff == lib.SQLITE_NOTADB)
}
