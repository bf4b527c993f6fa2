package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// statementsKept bounds the prepared statements of one SQLite connection. Parsing costs more than running a small
// statement, so all that a server says over and over must fit.
const statementsKept = 400

var errRowsOpen = errors.New("close the rows of the query before the next statement")

// liteConnector makes connections that prepare each statement once.
type liteConnector struct {
	inner driver.Driver
	dsn   string
}

func (c liteConnector) Driver() driver.Driver { return c.inner }

func (c liteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.inner.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	inner, ok := conn.(innerConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("sqlite driver: %T lacks what a pool needs", conn), conn.Close())
	}
	return &liteConn{innerConn: inner, kept: map[string]*liteStatement{}}, nil
}

// innerConn is what the driver's connection can do.
type innerConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
	driver.Pinger
}

// liteConn is a connection of the driver with its prepared statements. database/sql lets one goroutine at a time in.
type liteConn struct {
	innerConn
	kept  map[string]*liteStatement
	clock int64 // counts uses, to find the statement that was not used for longest
	open  bool  // rows are being read
}

type liteStatement struct {
	driver.Stmt
	exec  driver.StmtExecContext
	query driver.StmtQueryContext
	used  int64
	once  bool // not kept: closed after its use
}

// ExecContext implements driver.ExecerContext.
func (c *liteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	ctx = unshield(ctx)
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s.once {
		defer s.Close()
	}
	return s.exec.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *liteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	ctx = unshield(ctx)
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.query.QueryContext(ctx, args)
	if err != nil {
		if s.once {
			_ = s.Close()
		}
		return nil, err
	}
	c.open = true
	return &liteRows{Rows: rows, conn: c, statement: s}, nil
}

func unshield(ctx context.Context) context.Context {
	if s, ok := ctx.(shielded); ok {
		return s.Context
	}
	return ctx
}

func (c *liteConn) statement(ctx context.Context, query string) (*liteStatement, error) {
	if c.open {
		return nil, errRowsOpen
	}
	c.clock++
	if s := c.kept[query]; s != nil {
		s.used = c.clock
		return s, nil
	}
	inner, err := c.PrepareContext(ctx, forLite(query))
	if err != nil {
		return nil, err
	}
	s := &liteStatement{Stmt: inner, used: c.clock, once: !isRepeated(query)}
	s.exec, _ = inner.(driver.StmtExecContext)
	s.query, _ = inner.(driver.StmtQueryContext)
	if !s.once {
		c.keep(query, s)
	}
	return s, nil
}

func (c *liteConn) keep(query string, s *liteStatement) {
	if len(c.kept) >= statementsKept {
		oldest := ""
		for text, other := range c.kept {
			if oldest == "" || other.used < c.kept[oldest].used {
				oldest = text
			}
		}
		_ = c.kept[oldest].Close()
		delete(c.kept, oldest)
	}
	c.kept[query] = s
}

// isRepeated tells the statements of a running program from those of a migration, which run once.
func isRepeated(query string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "create", "drop", "alter", "pragma", "vacuum", "analyze", "reindex", "attach", "detach":
		return false
	}
	return true
}

// CheckNamedValue implements driver.NamedValueChecker: what PostgreSQL refuses is refused here too.
func (c *liteConn) CheckNamedValue(v *driver.NamedValue) error {
	value, err := driver.DefaultParameterConverter.ConvertValue(v.Value)
	if err != nil {
		return err
	}
	switch x := value.(type) {
	case time.Time:
		return fmt.Errorf("argument %d: pass a time as bigint microseconds", v.Ordinal)
	case string:
		if !utf8.ValidString(x) || strings.IndexByte(x, 0) >= 0 {
			return ErrText
		}
	}
	v.Value = value
	return nil
}

// Close closes the kept statements and the connection.
func (c *liteConn) Close() error {
	for _, s := range c.kept {
		_ = s.Close()
	}
	return c.innerConn.Close()
}

// liteRows notes when the reading has come to its end.
type liteRows struct {
	driver.Rows
	conn      *liteConn
	statement *liteStatement
	closed    bool
}

// Next gives an empty bytea as PostgreSQL does: empty, not nil.
func (r *liteRows) Next(dest []driver.Value) error {
	if r.closed {
		return io.EOF
	}
	if err := r.Rows.Next(dest); err != nil {
		return err
	}
	for i := range dest {
		if b, ok := dest[i].([]byte); ok && b == nil {
			dest[i] = []byte{}
		}
	}
	return nil
}

// Close ends the reading.
func (r *liteRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.conn.open = false
	err := r.Rows.Close()
	if r.statement.once {
		err = errors.Join(err, r.statement.Close())
	}
	return err
}
