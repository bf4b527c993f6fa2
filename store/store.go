// Package store is the SQL of the vocabulary: it reads and writes what package desk names, and knows nothing of why.
//
// All work is on one account: Store.Account gives a handle whose Read and Write run a function in a transaction. The Tx
// they pass carries the account, so that a query can neither forget account_id nor name another's. Only the directory
// (host names) and the list of accounts lie outside; they are the methods of Store itself.
//
// Each noun has its file. SQL is hand-written, one text for SQLite and PostgreSQL. Records are stored as they come: what is
// wrong with one by itself its Check says, what a desk cannot be package admin refuses, in the same transaction. Missing rows
// are desk.NotFound errors; taken keys, cursors that no list gave and tokens of no upload are desk.Invalid ones of their field.
package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/wordindex"
)

// Store is one installation's database.
type Store struct {
	db      *sqldb.DB
	ids     *generator
	tickets *ticketNumbers
	configs *configCache
	counts  *counts
	words   *wordindex.Index
	indexed *indexedAccounts
	turns   atomic.Int64 // of transactions that count firings
	now     func() time.Time
	people  []PeopleFollower
}

// Open readies a migrated database for use: it claims a node number for new ids, and opens the index of words.
func Open(ctx context.Context, db *sqldb.DB) (*Store, error) {
	s := &Store{db: db, now: time.Now, tickets: newTicketNumbers(), configs: newConfigCache(), counts: newCounts(), indexed: &indexedAccounts{}}
	ids, err := claimNode(ctx, db, s.now)
	if err != nil {
		return nil, err
	}
	s.ids = ids
	if s.words, err = wordindex.Open(ctx, db); err != nil {
		return nil, errors.Join(err, s.ids.release(ctx, db))
	}
	return s, nil
}

// Close gives the node number and the index of words back. The database stays open.
func (s *Store) Close(ctx context.Context) error {
	return errors.Join(s.words.Close(), s.ids.release(ctx, s.db))
}

// DB is the database below, for packages that keep tables of their own.
func (s *Store) DB() *sqldb.DB { return s.db }

// NewID mints an id below 2^53, unique in the installation, rising with time.
func (s *Store) NewID() int64 { return s.ids.next() }

// Account gives the handle through which all work on one account goes.
func (s *Store) Account(id desk.AccountID) Account { return Account{store: s, id: id} }

// Account is one account's part of the database.
type Account struct {
	store *Store
	id    desk.AccountID
}

// ID is the account's id.
func (a Account) ID() desk.AccountID { return a.id }

// Read runs fn in a consistent snapshot that cannot write.
func (a Account) Read(ctx context.Context, fn func(tx *Tx) error) error {
	return a.store.db.Read(ctx, func(q *sqldb.Tx) error {
		return traced(q, fn(&Tx{Tx: q, store: a.store, account: a.id, reading: true}))
	})
}

// Look runs fn without a snapshot, at half the price on PostgreSQL: each query sees what is committed when it begins. A
// ticket, or a page of them, is one query with all that belongs to them and the version of the configuration, so these
// agree; what a second query adds may be newer. It is for showing, never for deciding who may see what.
func (a Account) Look(ctx context.Context, fn func(tx *Tx) error) error {
	return a.store.db.Look(ctx, func(q *sqldb.Tx) error {
		return traced(q, fn(&Tx{Tx: q, store: a.store, account: a.id, reading: true, looking: true}))
	})
}

// Write runs fn in a transaction that is on disk when Write returns. fn may run again after a serialisation failure, so
// it must have no effect outside tx.
func (a Account) Write(ctx context.Context, fn func(tx *Tx) error) error {
	return a.store.db.Write(ctx, func(q *sqldb.Tx) error { return traced(q, fn(&Tx{Tx: q, store: a.store, account: a.id})) })
}

// traced gives what nobody expected the path of the last statement; what the desk itself refuses needs none.
func traced(q *sqldb.Tx, err error) error {
	if err == nil || desk.KindOf(err) != desk.Internal {
		return err
	}
	return q.Trace(err)
}

// Tx is a transaction on one account.
type Tx struct {
	*sqldb.Tx
	store         *Store
	account       desk.AccountID
	reading       bool            // what it shows is committed
	looking       bool            // each query sees a moment of its own
	configChanged bool            // this transaction changed the configuration
	config        *desk.Config    // as this transaction saw it last
	numbered      int             // how many ticket ids this transaction asked for
	slot          int64           // in which this transaction counts firings; 0: none yet
	inserted      []desk.TicketID // tickets that this transaction made
	toldVersion   int64           // version of the configuration that a statement told beside tickets; 0: none did
}

// Account is the account the transaction works on.
func (tx *Tx) Account() desk.AccountID { return tx.account }

// NewID mints an id below 2^53.
func (tx *Tx) NewID() int64 { return tx.store.NewID() }

// NewIDAt mints an id for what bears a time, not lower than any that was minted before that time. So what happens to one
// ticket is sorted by its ids, whichever process did it and however their clocks differ.
func (tx *Tx) NewIDAt(at time.Time) int64 { return tx.store.ids.nextAt(at) }

// micros is how times lie in the database; 0 is the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// notFound turns the driver's "no rows" into the vocabulary's NotFound.
func notFound(err error) error {
	if errors.Is(err, sqldb.ErrNoRows) {
		return desk.Missing()
	}
	return err
}

// nullIfEmpty stores "" as null where a unique key must allow many without.
func nullIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}
