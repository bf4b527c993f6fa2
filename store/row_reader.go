package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// rowReader reads wide rows, column after column, without the reflection that scanning into typed variables costs: a ticket
// has forty columns, a page of tickets more than a thousand.
type rowReader struct {
	values []any
	into   []any
	next   int
	err    error
}

// newRowReader are the cells of a list of plain column names.
func newRowReader(columns string) *rowReader { return newRowReaderOf(strings.Count(columns, ",") + 1) }

func newRowReaderOf(n int) *rowReader {
	c := &rowReader{values: make([]any, n), into: make([]any, n)}
	for i := range c.values {
		c.into[i] = &c.values[i]
	}
	return c
}

// read takes in a row; the methods below then give its columns in order.
func (c *rowReader) read(row scanner) error {
	c.next, c.err = 0, nil
	return row.Scan(c.into...)
}

func (c *rowReader) cell() any {
	v := c.values[c.next]
	c.next++
	return v
}

// parse reads a number that is part of a column.
func (c *rowReader) parse(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		c.note(fmt.Errorf("column %d: %w", c.next, err))
	}
	return n
}

func (c *rowReader) int() int64 {
	switch v := c.cell().(type) {
	case int64:
		return v
	case nil:
		return 0
	default:
		c.fail(v)
		return 0
	}
}

func (c *rowReader) text() string {
	switch v := c.cell().(type) {
	case string:
		return v
	case nil:
		return ""
	default:
		c.fail(v)
		return ""
	}
}

func (c *rowReader) bool() bool {
	switch v := c.cell().(type) {
	case bool:
		return v
	case int64:
		return v != 0
	default:
		c.fail(v)
		return false
	}
}

func (c *rowReader) bytes() []byte {
	switch v := c.cell().(type) {
	case []byte:
		return v
	case nil:
		return nil
	default:
		c.fail(v)
		return nil
	}
}

func (c *rowReader) time() time.Time { return fromMicros(c.int()) }

// via joins a channel with what else is known of where something came from.
func (c *rowReader) via() desk.Via {
	via := desk.Via{Channel: desk.Channel(c.int())}
	if text := c.text(); text != "" {
		c.note(fromJSON(text, "via", &via))
	}
	return via
}

func (c *rowReader) fail(v any) { c.note(fmt.Errorf("column %d: unexpected %T", c.next, v)) }

func (c *rowReader) note(err error) {
	if c.err == nil {
		c.err = err
	}
}

// viaText is what a Via says beyond its channel, "" for nothing.
func viaText(v desk.Via) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil || string(raw) == `{"c":`+strconv.Itoa(int(v.Channel))+`}` {
		return "", err
	}
	return string(raw), nil
}
