package store

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// An id is milliseconds since epoch (41 bits), a node number (6 bits) and a counter (6 bits): 53 bits, which a JavaScript
// number holds exactly until the year 2095. A node number is leased, so several processes on one database never collide.
// A SQLite file has one process at a time, which is always node 0.
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
	last   int64 // milliseconds and counter of the last id, shifted together
}

// next never gives an id twice: when a millisecond's 64 are used up, or the clock steps back, it counts on ahead.
func (g *generator) next() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := (g.now().UnixMilli() - epochMillis) << countBits
	if at <= g.last {
		at = g.last + 1
	}
	g.last = at
	millis, count := at>>countBits, at&(1<<countBits-1)
	return millis<<(nodeBits+countBits) | g.node<<countBits | count
}

// claimNode leases the lowest node number that nobody holds, and waits for one while all are taken.
func claimNode(ctx context.Context, db *sqldb.DB, now func() time.Time) (*generator, error) {
	g := &generator{now: now, holder: rand.Text()}
	if db.Dialect() == sqldb.SQLite {
		return g, nil
	}
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
		for n := range int64(1 << nodeBits) {
			rows, err := tx.Exec(ctx, `
				insert into nodes (node_id, holder, until) values ($1, $2, $3)
				on conflict (node_id) do update set holder = excluded.holder, until = excluded.until
				where nodes.until < $4`, n, g.holder, micros(g.now().Add(nodeLease)), micros(g.now()))
			if err != nil {
				return err
			}
			if rows == 1 {
				g.node, took = n, true
				return nil
			}
		}
		return nil
	})
	return took, err
}

// RenewEvery is how often a process calls Renew.
const RenewEvery = nodeLease / 3

// Renew prolongs the lease of the node number. After an error of kind Internal the process must stop: its number is
// another's.
func (s *Store) Renew(ctx context.Context) error {
	if s.db.Dialect() == sqldb.SQLite {
		return nil
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		kept, err := tx.Exec(ctx, `update nodes set until = $1 where node_id = $2 and holder = $3`,
			micros(s.now().Add(nodeLease)), s.ids.node, s.ids.holder)
		if err == nil && kept == 0 {
			return desk.Errorf(desk.Internal, "node number %d was taken by another process", s.ids.node)
		}
		return err
	})
}

func (g *generator) release(ctx context.Context, db *sqldb.DB) error {
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `delete from nodes where node_id = $1 and holder = $2`, g.node, g.holder)
		return err
	})
	if errors.Is(err, sqldb.ErrClosed) {
		return nil
	}
	return err
}
