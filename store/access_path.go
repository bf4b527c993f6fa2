package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/store/sqldb"
)

// An access path is one way to come to all tickets of a clause: the entries of an index, among which they are. Which path
// a list takes is decided here, by counting entries up to a bound, and not by the databases' planners: those go by
// statistics, which are missing, old or right about the average only, and a wrong guess costs a walk over all tickets there
// are. So a statement that goes along a path leaves a planner no choice. It reads the entries first, in the order of the
// index and up to a limit, and then fetches each ticket by its key to ask the conditions of it.
type accessPath struct {
	table   string   // "tickets", or one beside it whose rows name tickets
	index   string   // as SQLite calls it
	guard   string   // the condition that the index is restricted to
	columns []string // of the index behind the account; the last is the ticket's id
	values  []any    // of the first column: any of them; nil where all are meant
	low     []any    // the least that the next columns have, as far as that is known, and at most
	high    []any
	repeats bool // it may name a ticket more than once
}

// pathValues is how many values of a column a path may have.
const pathValues = 64

const (
	ticketsKey = "sqlite_autoindex_tickets_1"
	notDeleted = " and t.deleted_at = 0"
)

// interval is a stretch of the values of a column, with both its ends.
type interval struct{ from, to int64 }

// orders are the paths over all tickets of an account, each in an order that lists are sorted by. The keys are those of
// deleted tickets, too.
func orders() []accessPath {
	path := func(index string, columns ...string) accessPath {
		return accessPath{table: "tickets", index: index, guard: notDeleted, columns: columns}
	}
	return []accessPath{{table: "tickets", index: ticketsKey, columns: []string{"ticket_id"}}, path("tickets_created", "created_at", "ticket_id"),
		path("tickets_updated", "updated_at", "ticket_id"), path("tickets_status", "status_rank", "ticket_id"),
		path("tickets_priority", "priority_rank", "ticket_id")}
}

// indexed are the paths to the tickets with some values of a column, which are still to be said. Each is restricted as its
// index is, and no further: else it would be open to other indexes as well.
func indexed() []accessPath {
	path := func(index, guard string, columns ...string) accessPath {
		return accessPath{table: "tickets", index: index, guard: guard, columns: columns}
	}
	return []accessPath{
		path(ticketsKey, "", "ticket_id"),
		path("tickets_requester", notDeleted, "requester_id", "ticket_id"),
		path("tickets_organization", notDeleted+" and t.organization_id <> 0", "organization_id", "ticket_id"),
		path("tickets_problem", " and t.problem_id <> 0", "problem_id", "ticket_id"),
		path("tickets_external", " and t.external_id <> ''", "external_id", "ticket_id"),
		path("tickets_assignee", notDeleted, "assignee_id", "status_rank", "ticket_id"),
		path("tickets_group", notDeleted, "group_id", "status_rank", "ticket_id"),
		path("tickets_status", notDeleted, "status_rank", "ticket_id"),
		path("tickets_priority", notDeleted, "priority_rank", "ticket_id"),
	}
}

// sinceIn leads to the tickets that have a status since some time.
func sinceIn(statuses []any, since interval) accessPath {
	return accessPath{table: "tickets", index: "tickets_status_at", guard: notDeleted, columns: []string{"status_rank", "status_at", "ticket_id"},
		values: statuses, low: []any{since.from}, high: []any{since.to}}
}

// pathBy leads to the tickets with some values of a column, of which indexed must know.
func pathBy(column string, values []any) accessPath {
	all := indexed()
	p := all[slices.IndexFunc(all, func(p accessPath) bool { return p.columns[0] == column })]
	p.values = values
	return p
}

// promised leads to the tickets whose foremost promise is broken in some span of time.
func promised(at interval) accessPath {
	return accessPath{table: "tickets", index: "tickets_sla", guard: notDeleted + " and t.sla_at <> 0", columns: []string{"sla_at", "ticket_id"},
		low: []any{at.from}, high: []any{at.to}}
}

// paths are the ways to the tickets of a clause.
func (c *clause) paths() []accessPath {
	out := slices.Clone(c.beside)
	since, lasting := c.spans["status_at"]
	if lasting {
		out = append(out, sinceIn(c.equal["status_rank"], since))
	}
	if at, asked := c.spans["sla_at"]; asked {
		out = append(out, promised(at))
	}
	for _, p := range indexed() {
		values, asked := c.equal[p.columns[0]]
		partial := strings.Contains(p.guard, "<>")
		if !asked || len(values) > pathValues || partial && slices.ContainsFunc(values, isNone) {
			continue
		}
		p.values = values
		if p.columns[0] == "status_rank" && (lasting || slices.ContainsFunc(out, knowsStatus)) {
			continue // it leads to all those that the other one does
		}
		out = append(out, c.narrowed(p))
	}
	for _, p := range orders() {
		if _, asked := c.spans[p.columns[0]]; asked {
			out = append(out, c.narrowed(p))
		}
	}
	return out
}

func knowsStatus(p accessPath) bool {
	return p.table == "tickets" && len(p.columns) > 2 && p.columns[1] == "status_rank"
}

func isNone(v any) bool { return v == int64(0) || v == "" }

// narrowed is a path without the entries whose status or time is out of the question, where its index knows them.
func (c *clause) narrowed(p accessPath) accessPath {
	if p.values == nil {
		if s, asked := c.spans[p.columns[0]]; asked {
			p.low, p.high = []any{s.from}, []any{s.to}
		}
		return p
	}
	ranks := c.equal["status_rank"]
	if !knowsStatus(p) || len(ranks) == 0 {
		return p
	}
	low, high := ranks[0].(int64), ranks[0].(int64)
	for _, r := range ranks {
		low, high = min(low, r.(int64)), max(high, r.(int64))
	}
	p.low, p.high = []any{low}, []any{high}
	return p
}

// inOrderOf finds the path whose entries lie in the order of the keys, by which a page can be read without sorting.
func (c *clause) inOrderOf(keys []sortKey) *accessPath {
	for _, p := range append(c.paths(), orders()...) {
		if p.table == "tickets" && p.liesIn(keys) {
			p = c.narrowed(p)
			return &p
		}
	}
	return nil
}

func (p *accessPath) liesIn(keys []sortKey) bool {
	free := p.columns[len(p.fixed()):]
	if len(p.values) > 1 || len(free) == 0 || len(free) != len(keys) || len(p.fixed()) > 1 && !keys[0].desc {
		return false // with two columns fixed it would not stop in time: see entries
	}
	for i, k := range keys {
		if k.column != "t."+free[i] || k.desc != keys[0].desc {
			return false
		}
	}
	return true
}

// fixed are the values of the first columns, as far as each has one only.
func (p *accessPath) fixed() []any {
	if len(p.values) != 1 {
		return nil
	}
	out := []any{p.values[0]}
	for i := range p.low {
		if p.low[i] != p.high[i] {
			break
		}
		out = append(out, p.low[i])
	}
	return out
}

// between begins the statement that reads the entries between two places of the index; a place without values is no bound.
// SQLite is told the index, so what both places have in common is equal there. For PostgreSQL the comparisons are of rows even
// where they mean one value: if a column were equal to something, another index could give the order.
func (p *accessPath) between(tx *Tx, c *clause, low, high []any, above, below string) string {
	text := " from " + p.table + " t" + tx.IndexedBy(p.index) + tx.Many() + " where t.account_id = $1" + p.guard
	common := 0
	for tx.Dialect() == sqldb.SQLite && common < min(len(low), len(high)) && low[common] == high[common] {
		text += c.bind(" and t."+p.columns[common]+" = ?", low[common])
		common++
	}
	side := func(place []any, compare string) {
		if n := len(place); n > common {
			text += c.bind(" and (t."+strings.Join(p.columns[common:n], ", t.")+") "+compare+" (?"+strings.Repeat(", ?", n-common-1)+")", place[common:]...)
		}
	}
	side(low, above)
	side(high, below)
	return text
}

// order sorts entries as they lie.
func (p *accessPath) order(desc bool) string {
	way := ""
	if desc {
		way = " desc"
	}
	return " order by t." + strings.Join(p.columns, way+", t.") + way
}

// entries is a statement that lists at most so many tickets of the path; the arguments go to the clause. It begins at the
// high end: a row comparison stops PostgreSQL where the first column changes and no sooner, and what lies below the status
// that is asked for is less than what lies above it.
func (p *accessPath) entries(tx *Tx, c *clause, most int) string {
	limit := " limit " + strconv.Itoa(most)
	one := func(value ...any) string {
		return "select " + p.entry(tx) + p.between(tx, c, slices.Concat(value, p.low), slices.Concat(value, p.high), ">=", "<=") + p.order(true) + limit
	}
	if p.values == nil {
		return one()
	}
	var parts []string
	for _, v := range p.values {
		parts = append(parts, one(v))
	}
	text := parts[0]
	if len(parts) > 1 {
		text = "select entry from (" + strings.Join(parts, ") one union all select entry from (") + ") one" + limit
	}
	if p.repeats {
		text = "select distinct entry from (" + text + ") each_once"
	}
	return text
}

// behind begins the statement that reads the entries of a path that has one value at most, in its order, from a place on.
// The place is that of the columns that are not fixed.
func (p *accessPath) behind(tx *Tx, c *clause, desc bool, at []any) string {
	first := p.values[:min(len(p.values), 1)]
	low, high, above, below := slices.Concat(first, p.low), slices.Concat(first, p.high), ">=", "<="
	if at != nil {
		place := slices.Concat(p.fixed(), at)
		if desc {
			high, below = place, "<"
		} else {
			low, above = place, ">"
		}
	}
	return p.between(tx, c, low, high, above, below)
}

// entry is how an entry names its ticket: on SQLite by the row, where it can.
func (p *accessPath) entry(tx *Tx) string {
	if p.byRow(tx) {
		return "t.rowid as entry"
	}
	return "t.ticket_id as entry"
}

func (p *accessPath) byRow(tx *Tx) bool { return p.table == "tickets" && tx.Dialect() == sqldb.SQLite }

// eachTicket joins the ticket of each entry of d, by its row or its key and by nothing else.
func (tx *Tx) eachTicket(byRow bool) string {
	switch {
	case byRow:
		return " cross join tickets t not indexed where t.rowid = d.entry"
	case tx.Dialect() == sqldb.SQLite:
		return " cross join tickets t" + tx.IndexedBy(ticketsKey) + " where t.account_id = $1 and t.ticket_id = d.entry"
	}
	return " cross join lateral (select * from tickets o where o.account_id = $1 and o.ticket_id = d.entry offset 0) t where true"
}

// shortest finds the path with the fewest entries, as far as there is one with at most so many.
func (tx *Tx) shortest(ctx context.Context, paths []accessPath, most int) (*accessPath, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	counts, err := tx.countEntries(ctx, paths, most)
	if err != nil {
		return nil, err
	}
	best := slices.Index(counts, slices.Min(counts))
	if counts[best] > most {
		return nil, nil
	}
	return &paths[best], nil
}

// countEntries counts the entries of some paths, each up to one more than most.
func (tx *Tx) countEntries(ctx context.Context, paths []accessPath, most int) ([]int, error) {
	c := &clause{args: []any{tx.account}}
	counts, into := make([]int, len(paths)), make([]any, len(paths))
	var parts []string
	for i, p := range paths {
		into[i] = &counts[i]
		parts = append(parts, "(select count(*) from ("+p.entries(tx, c, roundUp(most+1))+") counted)")
	}
	return counts, tx.QueryRow(ctx, "select "+strings.Join(parts, ", "), c.args...).Scan(into...)
}
