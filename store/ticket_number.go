package store

import (
	"context"
	"sync"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// ticketNumbers hands out ticket ids: small, rising, with gaps. On PostgreSQL a process takes them in blocks by
// transactions of their own, so that creates do not queue on one row; SQLite has one writer anyway and takes them one by
// one. A transaction never fetches a block itself: it would hold one connection and wait for another.
type ticketNumbers struct {
	mu     sync.Mutex
	blocks map[desk.AccountID]*block
}

// block is what is left of the numbers that were fetched for an account.
type block struct {
	fetching chan struct{} // holds one: the turn to fetch

	mu      sync.Mutex
	left    []int64
	waiting int // who want a number and wait for their turn to fetch
}

// The least number of ids fetched at once, and how many are left when the next ones are fetched ahead.
const (
	blockSize = 16
	blockLow  = 4
)

func newTicketNumbers() *ticketNumbers {
	return &ticketNumbers{blocks: map[desk.AccountID]*block{}}
}

// NextTicket takes the next ticket id of the account. Where none is at hand the transaction starts again once some are.
func (tx *Tx) NextTicket(ctx context.Context) (desk.TicketID, error) {
	if tx.Dialect() == sqldb.SQLite {
		last, err := advance(ctx, tx.Tx, tx.account, 1)
		return desk.TicketID(last), err
	}
	db, account, b := tx.store.db, tx.account, tx.store.tickets.block(tx.account)
	id, left, ok := b.take()
	tx.numbered++
	if !ok {
		need := 2 * tx.numbered
		return 0, tx.RetryAfter(func(ctx context.Context) error { return b.fetch(ctx, db, account, need) })
	}
	if left == blockLow {
		// When this fails, whoever finds no number left will say why.
		tx.AfterCommit(func() { _ = b.fetch(ctx, db, account, blockLow+1) })
	}
	return desk.TicketID(id), nil
}

func (n *ticketNumbers) block(a desk.AccountID) *block {
	n.mu.Lock()
	defer n.mu.Unlock()
	b, ok := n.blocks[a]
	if !ok {
		b = &block{fetching: make(chan struct{}, 1)}
		n.blocks[a] = b
	}
	return b
}

func (b *block) take() (id int64, left int, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.left) == 0 {
		return 0, 0, false
	}
	id, b.left = b.left[0], b.left[1:]
	return id, len(b.left), true
}

// fetch sees to it that there are as many numbers as needed, and one for everybody who waits along.
func (b *block) fetch(ctx context.Context, db *sqldb.DB, a desk.AccountID, need int) error {
	b.wait(1)
	defer b.wait(-1)
	select {
	case b.fetching <- struct{}{}:
		defer func() { <-b.fetching }()
	case <-ctx.Done():
		return ctx.Err()
	}
	by := b.lacks(need)
	if by == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		last, err := advance(ctx, tx, a, by)
		if err == nil {
			tx.AfterCommit(func() { b.add(last-by+1, last) })
		}
		return err
	})
}

func (b *block) wait(more int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting += more
}

// lacks is how many numbers to fetch: 0 when there are enough.
func (b *block) lacks(need int) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.left) >= need {
		return 0
	}
	return int64(max(blockSize, need, b.waiting))
}

func (b *block) add(first, last int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id := first; id <= last; id++ {
		b.left = append(b.left, id)
	}
}

func advance(ctx context.Context, tx *sqldb.Tx, a desk.AccountID, by int64) (last int64, err error) {
	err = tx.QueryRow(ctx, `
		insert into ticket_sequences (account_id, last) values ($1, $2)
		on conflict (account_id) do update set last = ticket_sequences.last + $2
		returning last`, a, by).Scan(&last)
	return last, err
}
