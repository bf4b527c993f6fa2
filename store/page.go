package store

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
)

// MaxPage is the largest page of a list of tickets.
const MaxPage = 1000

// Page asks for a part of a list: from a cursor that an earlier part gave (After to go on, Before to go back), or from an
// Offset. A cursor wins over an offset.
type Page struct {
	Limit  int // at most this many; 0 means all, of tickets MaxPage
	Offset int
	After  string
	Before string

	// steady says that one plan is right whatever the arguments of the query are. The limit is then a number in its text:
	// of a limit that is an argument PostgreSQL knows nothing, and plans anew each time, which costs as much as the page.
	steady bool
}

// Listed is a part of a list, in the list's own order whichever way it was reached.
type Listed[T any] struct {
	Items  []T
	More   bool   // there is more in the direction that was asked for
	After  string // cursor behind the last item, "" when there are no items
	Before string // cursor in front of the first item
}

func (p Page) size() int {
	if p.Limit <= 0 {
		return MaxPage
	}
	return min(p.Limit, MaxPage)
}

// backward tells whether the list is walked from its end towards its start.
func (p Page) backward() bool { return p.Before != "" }

// byID ends a query that has a where with the part of a list that is sorted by one id, whose decimal text is the cursor.
// The rows of a page that ends at Before come in reverse: inOrder turns them.
func (p Page) byID(column, query string, args []any) (string, []any, error) {
	order, from, compare := "", p.After, " > $"
	if p.backward() {
		order, from, compare = " desc", p.Before, " < $"
	}
	if from != "" {
		id, err := strconv.ParseInt(from, 10, 64)
		if err != nil {
			return "", nil, badCursor()
		}
		args = append(args, id)
		query += " and " + column + compare + strconv.Itoa(len(args))
	}
	query += " order by " + column + order
	if p.Limit > 0 || p.Offset > 0 {
		limit := p.Limit
		if limit <= 0 {
			limit = math.MaxInt32
		}
		args = append(args, limit)
		query += " limit $" + strconv.Itoa(len(args))
	}
	if p.Offset > 0 && from == "" {
		args = append(args, p.Offset)
		query += " offset $" + strconv.Itoa(len(args))
	}
	return query, args, nil
}

func inOrder[T any](p Page, rows []T) []T {
	if p.backward() {
		slices.Reverse(rows)
	}
	return rows
}

func badCursor() error {
	return desk.InvalidField("page", "InvalidCursor", "The cursor is not one that this list gave")
}

// cursor is the place the page starts from: the sort keys of the item beside it; nil for the start of the list.
func (p Page) cursor(keys int) ([]any, error) {
	text := p.After
	if p.backward() {
		text = p.Before
	}
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var parts []any
	if err != nil || json.Unmarshal(raw, &cursorParts{&parts}) != nil || len(parts) != keys {
		return nil, badCursor()
	}
	return parts, nil
}

// sortKey is an expression that a list is sorted by. It must never be null.
type sortKey struct {
	column  string
	desc    bool
	text    bool   // a text; else an integer
	decides string // column of few values, and of an index, that alone decides the key; "" where there is none
	names   string // table of the names that the values of decides sort by; "" where they sort by themselves
	named   string // the key of that table
}

// start is the place the page starts from as these keys have it; nil for the start of the list.
func (p Page) start(keys []sortKey) ([]any, error) {
	at, err := p.cursor(len(keys))
	if err != nil || at == nil {
		return nil, err
	}
	for i, k := range keys {
		if _, text := at[i].(string); text != k.text {
			return nil, badCursor()
		}
	}
	return at, nil
}

// directed are the keys in the direction in which the page is read.
func (p Page) directed(keys []sortKey) []sortKey {
	if !p.backward() {
		return keys
	}
	out := slices.Clone(keys)
	for i := range out {
		out[i].desc = !out[i].desc
	}
	return out
}

// skipped is how many items the page lies behind its start.
func (p Page) skipped() int {
	if p.After != "" || p.Before != "" {
		return 0
	}
	return max(p.Offset, 0)
}

// keyset ends a query that has a where with the part of a list that the page is. The last key must be unique. One item
// more than the page holds is asked for: see listed.
func (p Page) keyset(query string, args []any, keys []sortKey) (string, []any, error) {
	at, err := p.start(keys)
	if err != nil {
		return "", nil, err
	}
	c := &clause{args: args}
	keys = p.directed(keys)
	if at != nil {
		query += " and " + beyond(keys, at, c)
	}
	query += orderBy(keys)
	if p.steady {
		query += " limit " + strconv.Itoa(p.size()+1)
	} else {
		query += c.bind(" limit ?", p.size()+1)
	}
	if n := p.skipped(); n > 0 {
		query += c.bind(" offset ?", n)
	}
	return query, c.args, nil
}

func orderBy(keys []sortKey) string {
	text := " order by "
	for i, k := range keys {
		if i > 0 {
			text += ", "
		}
		text += k.column
		if k.desc {
			text += " desc"
		}
	}
	return text
}

// beyond is the condition that an item lies further than a place. With all keys in one direction it is one comparison of
// rows, which an index can answer.
func beyond(keys []sortKey, at []any, c *clause) string {
	compare := func(k sortKey) string {
		if k.desc {
			return " < "
		}
		return " > "
	}
	columns, places, equal, one := "", "", "", true
	var steps []string
	for i, k := range keys {
		place := c.bind("?", at[i])
		if i > 0 {
			columns, places = columns+", ", places+", "
		}
		columns, places = columns+k.column, places+place
		steps = append(steps, "("+equal+k.column+compare(k)+place+")")
		equal += k.column + " = " + place + " and "
		one = one && k.desc == keys[0].desc
	}
	if one {
		return "(" + columns + ")" + compare(keys[0]) + "(" + places + ")"
	}
	return "(" + strings.Join(steps, " or ") + ")"
}

// cursorOf writes the place of an item: its sort keys, integers and texts.
func cursorOf(keys ...any) string {
	raw, err := json.Marshal(keys)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// CursorAt is the place of an item in a list that is sorted by its ids alone, as comments and audits are: After it comes
// what is newer, Before it what is older. No item needs to have the id.
func CursorAt[T ~int64](id T) string { return cursorOf(int64(id)) }

// cursorParts reads a cursor's keys as what they were: int64 or string, nothing else.
type cursorParts struct{ into *[]any }

func (c *cursorParts) UnmarshalJSON(raw []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		var n int64
		var s string
		if err := json.Unmarshal(part, &n); err == nil {
			*c.into = append(*c.into, n)
			continue
		}
		if err := json.Unmarshal(part, &s); err != nil {
			return err
		}
		if strings.ContainsRune(s, 0) {
			return badCursor()
		}
		*c.into = append(*c.into, s)
	}
	return nil
}

// listed cuts what was read down to the page: one item more than asked for tells that there is more.
func listed[T any](p Page, items []T, key func(*T) []any) Listed[T] {
	out := Listed[T]{Items: items}
	if len(items) > p.size() {
		out.Items, out.More = items[:p.size()], true
	}
	if p.backward() {
		slices.Reverse(out.Items)
	}
	if n := len(out.Items); n > 0 {
		out.Before, out.After = cursorOf(key(&out.Items[0])...), cursorOf(key(&out.Items[n-1])...)
	}
	return out
}
