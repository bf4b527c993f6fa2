package store

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// CountCap is the highest number that lists and views count to.
const CountCap = 100_000

// Count is a number of tickets. Capped: there are more, but nobody waits for them to be counted.
type Count struct {
	N      int
	Capped bool
}

// A count of many tickets costs many times what a page of them costs, and is shown beside every page. So a high count is
// kept for a moment: a hundred times as long as it took to make, and no longer than countAge. Lower ones are always exact.
const (
	countHigh  = 1_000
	countWorth = 100
	countAge   = 5 * time.Second
	countsKept = 1_000
)

// A count looks for a path of at most countRows entries, then for one with countGrowth times as many, and so on.
const (
	countRows   = 1_000
	countGrowth = 8
)

// counts keeps high counts by the question that they answer.
type counts struct {
	mu   sync.Mutex
	kept map[string]keptCount
}

type keptCount struct {
	n     int
	at    time.Time
	good  time.Duration // how long it may be told
	again bool          // somebody is counting anew
}

func newCounts() *counts { return &counts{kept: map[string]keptCount{}} }

// lookup gives a count that is still good. Of those who find it just out of date, the first counts anew, and the others take
// what there is.
func (c *counts) lookup(question string, now time.Time) (n int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, known := c.kept[question]
	age := now.Sub(k.at)
	if !known || age > 2*k.good || age > k.good && !k.again {
		if known {
			k.again = true
			c.kept[question] = k
		}
		return 0, false
	}
	return k.n, true
}

// remember takes note of a count that was made from a moment on and took so long.
func (c *counts) remember(question string, n int, at time.Time, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n < countHigh {
		delete(c.kept, question)
		return
	}
	if len(c.kept) >= countsKept {
		clear(c.kept)
	}
	c.kept[question] = keptCount{n: n, at: at, good: min(countWorth*took, countAge)}
}

// countTickets counts the tickets of a clause over "tickets t". Only a snapshot may be told a kept count: who writes
// wants to know what is there now.
func (tx *Tx) countTickets(ctx context.Context, c *clause) (Count, error) {
	return tx.countUpTo(ctx, c, CountCap)
}

func (tx *Tx) countUpTo(ctx context.Context, c *clause, most int) (Count, error) {
	question := c.where() + fmt.Sprint(c.args, most)
	begun := tx.store.now()
	if tx.reading {
		if n, ok := tx.store.counts.lookup(question, begun); ok {
			return countOf(n, most), nil
		}
	}
	n, err := tx.countBest(ctx, c, most)
	if err == nil && tx.reading {
		tx.store.counts.remember(question, n, begun, tx.store.now().Sub(begun))
	}
	return countOf(n, most), err
}

// countBest counts up to one more than most: along the path that leads to the fewest tickets, or until there are enough.
func (tx *Tx) countBest(ctx context.Context, c *clause, most int) (n int, err error) {
	if c.nothing() {
		return 0, nil
	}
	paths := c.paths()
	for rows := countRows; len(paths) > 0 && rows <= pathsEnd; rows *= countGrowth {
		path, err := tx.shortest(ctx, paths, rows)
		if err != nil {
			return 0, err
		}
		if path != nil {
			return tx.countAlong(ctx, c, path, rows, most)
		}
		if most < rows {
			if n, err = tx.countAlong(ctx, c, &paths[0], rows, most); n > most || err != nil {
				return n, err
			}
		}
	}
	return tx.countFrom(ctx, c.extended(func(*clause) {}), `tickets t where `, most)
}

// countAlong counts among the first so many tickets of a path.
func (tx *Tx) countAlong(ctx context.Context, c *clause, path *accessPath, rows, most int) (int, error) {
	c = c.extended(func(*clause) {})
	return tx.countFrom(ctx, c, `(`+path.entries(tx, c, rows)+`) d`+tx.eachTicket(path.byRow(tx))+` and `, most)
}

func (tx *Tx) countFrom(ctx context.Context, c *clause, from string, most int) (n int, err error) {
	limit := c.bind("?", most+1)
	err = tx.QueryRow(ctx, `
		select count(*) from (select 1 from `+from+c.where()+` limit `+limit+`) counted`, c.args...).Scan(&n)
	return n, err
}

func countOf(n, most int) Count { return Count{N: min(n, most), Capped: n > most} }
