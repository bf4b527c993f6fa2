package store

import (
	"cmp"
	"context"
	"errors"
	"math"
	"strconv"

	"interdesk/store/sqldb"
)

// SQLite plans without knowing how many tickets a list has. It finds them all and sorts them, which is right for a few and
// slow for many. A list of many is rather walked: along the index that it is sorted by, until the page is full. Nobody
// knows where along the index its tickets stand (often the oldest are solved and the newest are not), so a walk has an
// end, and a page that is not full by then is sorted after all. PostgreSQL has statistics and does as much by itself.
//
// A list that is grouped is read group by group, each in the way that is right for it.

// groupsRead is how many groups a list may have that is read group by group.
const groupsRead = 64

// indexScan adds a page of the tickets of a clause without looking at them all, and tells whether it did. It adds nothing
// where that cannot be done, or is not worth it.
func (g *pageReader) indexScan(ctx context.Context, p Page, c *clause, keys []sortKey) (whole bool, err error) {
	index := indexOf(keys)
	byGroup := index == "" && keys[0].decides != "" && !g.tx.looking
	all := len(c.args) == 1 && index != "" // SQLite walks then of itself
	if p.scattered || p.backward() || p.Offset > 0 || all || index == "" && !byGroup {
		return false, nil
	}
	limit, err := g.tx.scanLimit(ctx, p.size()+1)
	if err != nil {
		return false, err
	}
	if n, err := g.tx.countUpTo(ctx, c, limit); err != nil || !n.Capped {
		return false, err
	}
	if byGroup {
		return g.readGroups(ctx, limit, p, c, keys)
	}
	return g.scanIndex(ctx, limit, index, p, c, keys)
}

// scanLimit is how many tickets are many, and how many a scan may pass. To pass a ticket costs about what it costs to
// sort one. A page of m tickets that lie evenly among n is full after page × n / m, which is less than m from the root of
// page × n on.
func (tx *Tx) scanLimit(ctx context.Context, page int) (int, error) {
	var n int64
	err := tx.QueryRow(ctx, `
		select coalesce((select last from ticket_sequences where account_id = $1), 0)`, tx.account).Scan(&n)
	return max(page, int(math.Sqrt(float64(page)*float64(n)))), err
}

// indexOf is the index that lies in the order of the keys; "" where there is none.
func indexOf(keys []sortKey) string {
	indexes := map[string]string{"t.ticket_id": "sqlite_autoindex_tickets_1", "t.created_at": "tickets_created", "t.updated_at": "tickets_updated",
		"t.status_rank": "tickets_status", "t.priority_rank": "tickets_priority"}
	last := keys[len(keys)-1]
	if len(keys) > 2 || last.column != "t.ticket_id" || keys[0].desc != last.desc {
		return ""
	}
	return indexes[keys[0].column]
}

// scanIndex adds a page by a scan of an index.
func (g *pageReader) scanIndex(ctx context.Context, limit int, index string, p Page, c *clause, keys []sortKey, front ...any) (whole bool, err error) {
	end, err := g.tx.endOfScan(ctx, limit, index, p, keys)
	if err != nil {
		return false, err
	}
	if end != nil {
		c = c.extended(func(c *clause) {
			var before string
			before, c.args = Page{Before: "the end"}.beyond(keys, end, c.args)
			c.text = append(c.text, before)
		})
	}
	query, args, err := p.keyset(`select `+keyedColumns(keys)+` from tickets t`+g.tx.IndexedBy(index)+` where `+c.where(), c.args, keys)
	if err != nil {
		return false, err
	}
	begun := len(g.tickets)
	if err := g.readRows(ctx, query, args, keys, front); err != nil {
		return false, err
	}
	if whole = end == nil || len(g.tickets)-begun > p.size(); !whole {
		g.tickets = g.tickets[:begun]
	}
	return whole, nil
}

// endOfScan is the place so many tickets behind the page's start; nil where the index ends before.
func (tx *Tx) endOfScan(ctx context.Context, limit int, index string, p Page, keys []sortKey) ([]any, error) {
	at, err := p.start(keys)
	if err != nil {
		return nil, err
	}
	c := &clause{}
	c.and(`t.account_id = ? and t.deleted_at = 0`, tx.account)
	if at != nil {
		var beyond string
		beyond, c.args = p.beyond(keys, at, c.args)
		c.text = append(c.text, beyond)
	}
	offset := c.bind("?", limit)
	var first, id int64
	err = tx.QueryRow(ctx, `
		select `+keys[0].column+`, t.ticket_id from tickets t`+tx.IndexedBy(index)+`
		where `+c.where()+p.order(keys)+` limit 1 offset `+offset, c.args...).Scan(&first, &id)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil, nil
	}
	return []any{first, id}[:len(keys)], err
}

// ticketGroup are those values of a column that have one sort key.
type ticketGroup struct {
	key    any
	values []int64
}

// readGroups adds a page by going through the groups that the first key makes, until it is full.
func (g *pageReader) readGroups(ctx context.Context, limit int, p Page, c *clause, keys []sortKey) (whole bool, err error) {
	at, err := p.start(keys)
	if err != nil {
		return false, err
	}
	groups, err := g.tx.ticketGroups(ctx, keys[0])
	if err != nil || groups == nil {
		return false, err
	}
	for _, one := range groups {
		if len(g.tickets) > p.size() {
			break
		}
		part := Page{Limit: max(1, p.size()-len(g.tickets))}
		if at != nil {
			place := one.compare(at[0])
			if place != 0 && place < 0 != keys[0].desc {
				continue
			}
			if place == 0 {
				part.After = cursorOf(at[1:]...)
			}
		}
		own := c.extended(func(c *clause) { c.text = append(c.text, keys[0].decides+` in (`+placeholders(c, one.values)+`)`) })
		if err := g.readGroup(ctx, limit, part, own, keys[1:], one.key); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (o ticketGroup) compare(key any) int {
	if text, ok := o.key.(string); ok {
		return cmp.Compare(text, key.(string))
	}
	return cmp.Compare(o.key.(int64), key.(int64))
}

// readGroup adds what a page holds of one group.
func (g *pageReader) readGroup(ctx context.Context, limit int, p Page, c *clause, keys []sortKey, key any) error {
	n, err := g.tx.countUpTo(ctx, c, limit)
	if err != nil || n.N == 0 {
		return err
	}
	if index := indexOf(keys); n.Capped && index != "" {
		whole, err := g.scanIndex(ctx, limit, index, p, c, keys, key)
		if err != nil || whole {
			return err
		}
	}
	return g.sortRows(ctx, p, c, keys, key)
}

// ticketGroups are the groups that a key makes of the account's tickets, in the order of the key; none where there are too
// many. The index of the column answers by stepping from value to value.
func (tx *Tx) ticketGroups(ctx context.Context, key sortKey) ([]ticketGroup, error) {
	order := ""
	if key.desc {
		order = " desc"
	}
	rows, err := tx.Query(ctx, `
		select `+key.decides+`, `+key.column+`
		from (
			select distinct t.account_id, `+key.decides+` from tickets t
			where t.account_id = $1 and t.deleted_at = 0 limit `+strconv.Itoa(groupsRead+1)+`) t
		order by 2`+order, tx.account)
	if err != nil {
		return nil, err
	}
	found, err := scanAll(rows, func(row scanner) (one ticketGroup, err error) {
		one.values = make([]int64, 1)
		err = row.Scan(&one.values[0], &one.key)
		return one, err
	})
	if err != nil || len(found) > groupsRead {
		return nil, err
	}
	return mergeNamesakes(found), nil
}

// mergeNamesakes makes one of neighbours with the same key: namesakes.
func mergeNamesakes(groups []ticketGroup) []ticketGroup {
	var out []ticketGroup
	for _, one := range groups {
		if n := len(out); n > 0 && out[n-1].key == one.key {
			out[n-1].values = append(out[n-1].values, one.values...)
		} else {
			out = append(out, one)
		}
	}
	return out
}
