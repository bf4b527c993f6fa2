package store

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// An id is milliseconds since epoch (41 bits), a node number (6 bits) and a counter (6 bits): 53 bits, which a JavaScript
// number holds exactly until the year 2095. A node number is leased, so several processes on one database never collide.
// A SQLite file has one process at a time, which is always node 0. Beside the node number stands how far its ids may have
// come: whoever takes it goes on from there, so that a clock that was put back between two processes neither repeats an
// id nor sorts what is new below what is old.
const (
	epochMillis = 1_767_225_600_000 // 2026-01-01T00:00:00Z
	nodeBits    = 6
	countBits   = 6
	nodeLease   = 30 * time.Second
)

type generator struct {
	mu     sync.Mutex
	now    func() time.Time
	node   int64
	holder string
	last   int64           // milliseconds and counter of the last id of the present, shifted together
	early  map[int64]int64 // milliseconds to come → how many ids were given of them
}

// next never gives an id twice: when a millisecond's 64 are used up, or the clock steps back, it counts on ahead.
func (g *generator) next() int64 { return g.nextAt(time.Time{}) }

// mostAhead is how far a time ahead of the clock can take the ids along.
const mostAhead = time.Minute

// nextAt gives an id of the time, or of the present when that is later. An id of a time to come leaves those of the present
// where they are: what has nothing to do with it must not be minted above what another process mints after it.
func (g *generator) nextAt(at time.Time) int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if limit := now.Add(mostAhead); at.After(limit) {
		at = limit
	}
	g.last = max(g.last, (now.UnixMilli()-epochMillis)<<countBits-1)
	if millis := at.UnixMilli() - epochMillis; millis > (g.last+1)>>countBits {
		return g.nextEarly(millis)
	}
	g.last++
	g.skipEarly()
	return g.id(g.last>>countBits, g.last&(1<<countBits-1))
}

// nextEarly gives an id of a millisecond to come, or of the first one after it that has any left.
func (g *generator) nextEarly(millis int64) int64 {
	if g.early == nil {
		g.early = map[int64]int64{}
	}
	for g.early[millis] == 1<<countBits {
		millis++
	}
	count := g.early[millis]
	g.early[millis]++
	return g.id(millis, count)
}

// skipEarly passes over what was given of the present before it came.
func (g *generator) skipEarly() {
	if len(g.early) == 0 {
		return
	}
	for g.last&(1<<countBits-1) < g.early[g.last>>countBits] {
		g.last++
	}
	maps.DeleteFunc(g.early, func(millis, _ int64) bool { return millis < g.last>>countBits })
}

func (g *generator) id(millis, count int64) int64 {
	return millis<<(nodeBits+countBits) | g.node<<countBits | count
}

// claimNode leases the lowest node number that nobody holds, and waits for one while all are taken.
func claimNode(ctx context.Context, db *sqldb.DB, now func() time.Time) (*generator, error) {
	g := &generator{now: now, holder: rand.Text()}
	for {
		took, err := g.claim(ctx, db)
		if took || err != nil {
			return g, err
		}
		select {
		case <-ctx.Done():
			return nil, desk.Errorf(desk.Unavailable, "all %d node numbers are taken: stop a process and wait %s", 1<<nodeBits, nodeLease)
		case <-time.After(nodeLease / 10):
		}
	}
}

func (g *generator) claim(ctx context.Context, db *sqldb.DB) (took bool, err error) {
	err = db.Write(ctx, func(tx *sqldb.Tx) error {
		took = false
		for n := int64(0); n < 1<<nodeBits && !took; n++ {
			if took, err = g.claimOne(ctx, tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	return took, err
}

// claimOne takes a node number that was given back or whose lease is over. On SQLite whoever held it is gone.
func (g *generator) claimOne(ctx context.Context, tx *sqldb.Tx, n int64) (took bool, err error) {
	var holder string
	var until int64
	err = tx.QueryRow(ctx, `select holder, until from nodes where node_id = $1`, n).Scan(&holder, &until)
	if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
		return false, err
	}
	if holder != "" && until >= micros(g.now()) && tx.Dialect() != sqldb.SQLite {
		return false, nil
	}
	rows, err := tx.Exec(ctx, `
		insert into nodes (node_id, holder, until) values ($1, $2, $3)
		on conflict (node_id) do update set holder = excluded.holder, until = excluded.until
		where nodes.holder = $4 and nodes.until = $5`, n, g.holder, max(until, micros(g.now()))+nodeLease.Microseconds(), holder, until)
	if err != nil || rows == 0 {
		return false, err
	}
	g.node, g.last = n, max(0, (until/1000-epochMillis)<<countBits)
	return true, nil
}

// reached is the first moment of which no id was given yet.
func (g *generator) reached() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	millis := g.last >> countBits
	for early := range g.early {
		millis = max(millis, early)
	}
	return time.UnixMilli(millis + epochMillis + 1)
}

// RenewEvery is how often a process calls Renew.
const RenewEvery = nodeLease / 3

// Renew prolongs the lease of the node number. After an error of kind Internal the process must stop: its number is
// another's.
func (s *Store) Renew(ctx context.Context) error {
	from := s.now()
	if reached := s.ids.reached(); reached.After(from) {
		from = reached
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		kept, err := tx.Exec(ctx, `update nodes set until = $1 where node_id = $2 and holder = $3`,
			micros(from.Add(nodeLease)), s.ids.node, s.ids.holder)
		if err == nil && kept == 0 {
			return desk.Errorf(desk.Internal, "node number %d was taken by another process", s.ids.node)
		}
		return err
	})
}

// release gives the node number back, with how far its ids have come.
func (g *generator) release(ctx context.Context, db *sqldb.DB) error {
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `update nodes set holder = '', until = $1 where node_id = $2 and holder = $3`,
			micros(g.reached()), g.node, g.holder)
		return err
	})
	if errors.Is(err, sqldb.ErrClosed) {
		return nil
	}
	return err
}
