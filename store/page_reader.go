package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// How a page of a list is read. There are two good ways, and which is better nobody knows beforehand: to go along the order
// that the list has, past whatever does not belong to it, until the page is full; or to find all tickets of the list by a
// path that leads to few, and sort them. So both are tried by turns, each time a few times further than before, and the one
// that comes to its end first gives the page. What the other has cost by then is no more than that. To count the entries of
// a path costs a tenth of what it costs to look at their tickets, so that is done further ahead; and a path that is no longer
// than the first stretch of the order is taken at once.
//
// A list that is grouped is read group by group. Each group is such a list of its own; what is small is read together.
//
// Only what has no path to at most pathsEnd tickets, and no page within as many of its order, is left to the database:
// whatever it does, it has much to do.
const (
	firstPages = 4  // pages of tickets that are looked at first
	growth     = 4  // times further each time
	ahead      = 16 // times further paths are counted, at most
	pathsEnd   = 1 << 16
)

// pageReader gathers the tickets of a page, with their sort keys, of which cursors are made.
type pageReader struct {
	tx      *Tx
	need    int // as many tickets and no more
	tickets []desk.Ticket
	at      map[desk.TicketID][]any
}

// listPart is what is left to be read of a list, or of one group of it.
type listPart struct {
	*clause
	keys  []sortKey
	at    []any // the place behind which it begins; nil for the start
	front []any // values of keys that come before these, the same for all
}

// readPage reads a page of the tickets of a clause over "tickets t".
func (tx *Tx) readPage(ctx context.Context, p Page, c *clause, keys []sortKey) (Listed[desk.Ticket], error) {
	at, err := p.start(keys)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	g := pageReader{tx: tx, need: p.skipped() + p.size() + 1, at: map[desk.TicketID][]any{}}
	if !c.nothing() {
		err = g.read(ctx, listPart{clause: c, keys: p.directed(keys), at: at})
	}
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	return g.listed(p), nil
}

// sortedPage reads a page by one statement, which leaves to the database how.
func (tx *Tx) sortedPage(ctx context.Context, p Page, c *clause, keys []sortKey) (Listed[desk.Ticket], error) {
	at, err := p.start(keys)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	g := pageReader{tx: tx, need: p.skipped() + p.size() + 1, at: map[desk.TicketID][]any{}}
	if err := g.readAll(ctx, listPart{clause: c, keys: p.directed(keys), at: at}); err != nil {
		return Listed[desk.Ticket]{}, err
	}
	return g.listed(p), nil
}

func (g *pageReader) listed(p Page) Listed[desk.Ticket] {
	return listed(p, g.tickets[min(p.skipped(), len(g.tickets)):], func(t *desk.Ticket) []any { return g.at[t.ID] })
}

func (g *pageReader) missing() int { return g.need - len(g.tickets) }

func (g *pageReader) read(ctx context.Context, part listPart) error {
	order := part.inOrderOf(part.keys)
	if order == nil {
		return g.readUnordered(ctx, part)
	}
	if part.isAll(order) {
		return g.readOrder(ctx, part, order)
	}
	rows, paths := firstPages*g.missing(), part.paths()
	if order.low == nil {
		if done, err := g.readShort(ctx, part, paths, rows); done || err != nil {
			return err
		}
	}
	for passed, begun := 0, len(g.tickets); rows <= pathsEnd; rows *= growth {
		ended, err := g.readStretch(ctx, &part, order, rows)
		if err != nil || ended || g.missing() == 0 {
			return err
		}
		passed += rows
		still := g.missing() * passed / max(1, len(g.tickets)-begun) // as it looks
		most := min(max(still, growth*rows), ahead*rows, pathsEnd)
		if done, err := g.readShort(ctx, part, paths, most); done || err != nil {
			return err
		}
	}
	return g.readAll(ctx, part)
}

// readUnordered reads what no path has in its order.
func (g *pageReader) readUnordered(ctx context.Context, part listPart) error {
	rows, paths := growth*firstPages*g.missing(), part.paths()
	if part.keys[0].decides != "" {
		if done, err := g.readShort(ctx, part, paths, rows); done || err != nil {
			return err
		}
		if done, err := g.readGroups(ctx, part); done || err != nil {
			return err
		}
	}
	if len(paths) == 1 { // there is no better one to be found sooner
		rows *= growth
	}
	for ; rows <= pathsEnd && len(paths) > 0; rows *= growth {
		if done, err := g.readShort(ctx, part, paths, rows); done || err != nil {
			return err
		}
	}
	return g.readAll(ctx, part)
}

// readShort reads by a path of at most so many entries, where there is one.
func (g *pageReader) readShort(ctx context.Context, part listPart, paths []accessPath, most int) (done bool, err error) {
	path, err := g.tx.shortest(ctx, paths, most)
	if path == nil || err != nil {
		return false, err
	}
	return true, g.readPath(ctx, part, path, most)
}

// isAll tells that all tickets of a path belong to the list.
func (part *listPart) isAll(p *accessPath) bool {
	return len(part.text) == 1+part.plain && len(part.equal) == len(p.fixed()) && part.plain == len(part.equal)
}

// readOrder reads the next tickets in the order of a path, of which all belong to the list.
func (g *pageReader) readOrder(ctx context.Context, part listPart, order *accessPath) error {
	c, desc := &clause{args: []any{g.tx.account}}, part.keys[0].desc
	query := `select ` + keyedColumns(part.keys) + order.behind(g.tx, c, desc, part.at)
	if !strings.Contains(order.guard, notDeleted) {
		query += ` and t.deleted_at + 0 = 0` // said so that it does not open the indexes of tickets that are not deleted
	}
	return g.add(ctx, query+order.order(desc)+` limit `+strconv.Itoa(g.missing()), c.args, part)
}

// readStretch reads what of the next so many entries of a path belongs to the list, and moves the part behind them. It tells
// whether the path ended.
func (g *pageReader) readStretch(ctx context.Context, part *listPart, order *accessPath, rows int) (ended bool, err error) {
	desc := part.keys[0].desc
	err = g.readFrom(ctx, *part, order, func(c *clause) string {
		return `select ` + order.entry(g.tx) + order.behind(g.tx, c, desc, part.at) + order.order(desc) + ` limit ` + strconv.Itoa(rows)
	})
	if err != nil || g.missing() == 0 {
		return false, err
	}
	c := &clause{args: []any{g.tx.account}}
	free := order.columns[len(order.fixed()):]
	query := `select t.` + strings.Join(free, ", t.") + order.behind(g.tx, c, desc, part.at) + order.order(desc)
	at, into := make([]int64, len(free)), make([]any, len(free))
	for i := range at {
		into[i] = &at[i]
	}
	err = g.tx.QueryRow(ctx, query+` limit 1 offset `+strconv.Itoa(rows-1), c.args...).Scan(into...)
	if errors.Is(err, sqldb.ErrNoRows) {
		return true, nil
	}
	part.at = anys(at)
	return false, err
}

// readPath reads the next tickets of the list among those of a path that has at most so many.
func (g *pageReader) readPath(ctx context.Context, part listPart, path *accessPath, most int) error {
	return g.readFrom(ctx, part, path, func(c *clause) string { return path.entries(g.tx, c, roundUp(most)) })
}

// roundUp keeps the texts of statements few, so that they stay prepared.
func roundUp(n int) int {
	out := 1
	for out < n {
		out *= 2
	}
	return out
}

// readFrom reads the next tickets of the list among some entries of a path. First they are found and sorted, and only those
// of the page are then read whole.
func (g *pageReader) readFrom(ctx context.Context, part listPart, path *accessPath, entries func(c *clause) string) error {
	c := part.extended(func(*clause) {})
	if strings.Contains(path.guard, notDeleted) {
		c.text[0] = "true" // of the account and not deleted are all entries, and to ask that again of each costs
	}
	return g.readFound(ctx, part, c, `(`+entries(c)+`) d`+g.tx.eachTicket(path.byRow(g.tx))+` and `)
}

// readAll reads the next tickets of the list by whatever way the database finds.
func (g *pageReader) readAll(ctx context.Context, part listPart) error {
	return g.readFound(ctx, part, part.extended(func(*clause) {}), `tickets t where `)
}

func (g *pageReader) readFound(ctx context.Context, part listPart, c *clause, from string) error {
	byRow, key := g.tx.Dialect() == sqldb.SQLite, "t.ticket_id"
	if byRow {
		key = "t.rowid"
	}
	found := `select ` + key + ` as entry` + namedKeys(part.keys) + ` from ` + from + c.where()
	if part.at != nil {
		found += " and " + beyond(part.keys, part.at, c)
	}
	found += orderBy(foundKeys(part.keys, "")) + ` limit ` + strconv.Itoa(g.missing())
	keys := foundKeys(part.keys, "d.")
	query := `
		select ` + keyedColumns(keys) + ` from (` + found + `) d` + g.tx.eachTicket(byRow) + orderBy(keys)
	return g.add(ctx, query, c.args, part)
}

// namedKeys are the keys of what is found, so that they are worked out once, and foundKeys how they are called then. The last
// key is the id.
func namedKeys(keys []sortKey) (columns string) {
	for i, k := range foundKeys(keys[:len(keys)-1], "") {
		columns += ", " + keys[i].column + " as " + k.column
	}
	return columns
}

func foundKeys(keys []sortKey, of string) []sortKey {
	out := slices.Clone(keys)
	for i := range out {
		if out[i].column != "t.ticket_id" {
			out[i].column = of + "key" + strconv.Itoa(i)
		}
	}
	return out
}

// keyedColumns are those of whole tickets and the keys that they are sorted by; the last key is the id.
func keyedColumns(keys []sortKey) string {
	columns := wholeTicket
	for _, k := range keys[:len(keys)-1] {
		columns += ", " + k.column
	}
	return columns
}

// add takes in the rows of a query of keyedColumns.
func (g *pageReader) add(ctx context.Context, query string, args []any, part listPart) error {
	row := newRowReaderOf(wholeTicketWidth + len(part.keys) - 1)
	found, err := g.tx.ticketRows(ctx, row, query, args, func(r *rowReader) {
		key := slices.Grow(slices.Clone(part.front), len(part.keys))
		for _, k := range part.keys[:len(part.keys)-1] {
			if k.text {
				key = append(key, r.text())
			} else {
				key = append(key, r.int())
			}
		}
		id := r.values[0].(int64)
		g.at[desk.TicketID(id)] = append(key, id)
	})
	g.tickets = append(g.tickets, found...)
	return err
}
