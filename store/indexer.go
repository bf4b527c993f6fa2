package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store/sqldb"
	"interdesk/store/wordindex"
)

// How the indexer works: it lets changes gather for a moment, takes so many at a time, and looks every so often for those
// of other processes and whether the index is still there. Tickets that were there before the index are taken from the
// newest to the oldest, between the changes.
const (
	indexPause = 200 * time.Millisecond
	indexPoll  = 700 * time.Millisecond
	dueAtOnce  = 500
	pastAtOnce = 1000
)

// RunSearchIndexer makes what is stored findable by its words, soon after it is, until ctx ends. Whoever serves runs it beside.
func (s *Store) RunSearchIndexer(ctx context.Context, log *slog.Logger) {
	rings, stop := s.db.Listen(indexerSignal)
	defer stop()
	for ctx.Err() == nil {
		more, err := s.indexNext(ctx)
		if mended, failed := s.mendIndex(ctx, err, log); mended || failed != nil {
			more, err = mended, failed
		}
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "words could not be indexed for searching", "cause", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(indexPoll):
		case <-rings:
			select {
			case <-ctx.Done():
			case <-time.After(indexPause):
			}
		}
	}
}

// mendIndex begins the index anew when it is missing or damaged.
func (s *Store) mendIndex(ctx context.Context, err error, log *slog.Logger) (bool, error) {
	mended, err := s.words.Mend(ctx, err, log)
	if mended {
		s.indexed.reset()
	}
	return mended, err
}

// RebuildSearchIndex begins the index anew: RunSearchIndexer, or IndexWords, fills it.
func (s *Store) RebuildSearchIndex(ctx context.Context) error {
	err := s.words.Rebuild(ctx)
	s.indexed.reset()
	return err
}

// IndexWords makes all that is stored findable by its words.
func (s *Store) IndexWords(ctx context.Context) error {
	for {
		more, err := s.indexNext(ctx)
		if !more || err != nil {
			return err
		}
	}
}

// indexNext indexes a handful of changes or, when there are none, of older tickets. It tells whether there may be more.
func (s *Store) indexNext(ctx context.Context) (more bool, err error) {
	n, err := s.indexDue(ctx)
	if err != nil || n == dueAtOnce {
		return err == nil, err
	}
	return s.indexPast(ctx)
}

// indexDue indexes some of the changes that wait.
func (s *Store) indexDue(ctx context.Context) (n int, err error) {
	var waits bool
	err = s.db.Look(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `select exists (select 1 from search_due)`).Scan(&waits)
	})
	if err != nil || !waits {
		return 0, err
	}
	var due []searchDue
	err = s.words.Update(ctx, func(main, index *sqldb.Tx) error {
		rows, err := main.Query(ctx, `
			select `+dueColumns+` from search_due order by account_id, altered desc, ticket_id, due_id limit $1`, dueAtOnce)
		if err != nil {
			return err
		}
		if due, err = scanAll(rows, scanDue); err != nil {
			return err
		}
		var b wordindex.Batch
		for _, part := range byAccount(due) {
			if err := s.indexChanges(ctx, main, &b, part); err != nil {
				return err
			}
		}
		return b.Apply(ctx, index)
	}, func(main *sqldb.Tx) error { return forgetDue(ctx, main, due) })
	return len(due), err
}

func byAccount(due []searchDue) (parts [][]searchDue) {
	for i, d := range due {
		if i == 0 || due[i-1].account != d.account {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], d)
	}
	return parts
}

func forgetDue(ctx context.Context, main *sqldb.Tx, due []searchDue) error {
	for _, d := range due {
		_, err := main.Exec(ctx, `
			delete from search_due where account_id = $1 and altered = $2 and ticket_id = $3 and due_id = $4`,
			d.account, d.altered, d.ticket, d.id)
		if err != nil {
			return err
		}
	}
	return nil
}

// indexChanges gathers what the changes of one account's tickets mean for the index.
func (s *Store) indexChanges(ctx context.Context, main *sqldb.Tx, b *wordindex.Batch, due []searchDue) error {
	tx := &Tx{Tx: main, store: s, account: desk.AccountID(due[0].account), reading: true}
	var tickets []int64
	var r textRange
	for _, d := range due {
		tickets = append(tickets, d.ticket)
		switch {
		case d.comment != 0:
			r.other, r.comments = append(r.other, d.ticket), append(r.comments, d.comment)
		case d.place == 0:
			r.whole = append(r.whole, d.ticket)
		}
	}
	texts, err := tx.ticketTexts(ctx, tickets, r)
	if err != nil {
		return err
	}
	for _, d := range due {
		t, there := texts[d.ticket]
		if !there {
			continue
		}
		if d.place != 0 {
			b.Remove(d.account, d.ticket, d.place, wordsOf(d.place, d.gone))
		}
		if t.deleted {
			t.each(func(place search.Place, words []string) { b.Remove(d.account, d.ticket, place, words) })
		}
	}
	for id, t := range texts {
		if !t.deleted {
			t.each(func(place search.Place, words []string) { b.Add(due[0].account, id, place, words) })
		}
	}
	return nil
}

func wordsOf(place search.Place, text string) []string {
	var d search.Doc
	d.Add(place, text)
	return d.Words(place)
}

// indexPast indexes some of the tickets that were there before the index, the newest first.
func (s *Store) indexPast(ctx context.Context) (more bool, err error) {
	accounts, err := s.accountsToIndex(ctx)
	if err != nil || len(accounts) == 0 {
		return false, err
	}
	account, complete := accounts[0], false
	err = s.words.Update(ctx, func(main, index *sqldb.Tx) (err error) {
		complete, err = s.indexOlder(ctx, main, index, account)
		return err
	}, func(*sqldb.Tx) error { return nil })
	if err == nil && complete {
		s.indexed.add(account)
	}
	return err == nil, err
}

func (s *Store) indexOlder(ctx context.Context, main, index *sqldb.Tx, account desk.AccountID) (complete bool, err error) {
	next, begun, err := wordindex.Progress(ctx, index, int64(account))
	if err != nil || begun && next == 0 {
		return begun, err
	}
	tx := &Tx{Tx: main, store: s, account: account, reading: true}
	if !begun {
		next = 1 << 60
	}
	ids, err := queryAll(ctx, tx, scanID, `
		select ticket_id from tickets where account_id = $1 and ticket_id < $2 order by ticket_id desc limit $3`, account, next, pastAtOnce)
	if err != nil {
		return false, err
	}
	if next = 0; len(ids) == pastAtOnce {
		next = ids[len(ids)-1]
	}
	texts, err := tx.ticketTexts(ctx, ids, textRange{whole: ids})
	if err != nil {
		return false, err
	}
	var b wordindex.Batch
	for id, t := range texts {
		if !t.deleted {
			t.each(func(place search.Place, words []string) { b.Add(int64(account), id, place, words) })
		}
	}
	if err := b.Apply(ctx, index); err != nil {
		return false, err
	}
	return next == 0, wordindex.SetProgress(ctx, index, int64(account), next)
}

// accountsToIndex are those of which not all tickets are known to be indexed.
func (s *Store) accountsToIndex(ctx context.Context) (out []desk.AccountID, err error) {
	err = s.db.Look(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `select account_id from accounts order by account_id`)
		if err != nil {
			return err
		}
		ids, err := scanAll(rows, scanID)
		for _, id := range ids {
			if !s.indexed.has(desk.AccountID(id)) {
				out = append(out, desk.AccountID(id))
			}
		}
		return err
	})
	return out, err
}

// indexedAccounts are the accounts of which all tickets are indexed, as far as this process knows.
type indexedAccounts struct {
	mu  sync.Mutex
	ids map[desk.AccountID]bool
}

func (a *indexedAccounts) has(id desk.AccountID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ids[id]
}

func (a *indexedAccounts) add(id desk.AccountID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ids == nil {
		a.ids = map[desk.AccountID]bool{}
	}
	a.ids[id] = true
}

func (a *indexedAccounts) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.ids)
}

// SearchIndexState is how far the index of words is.
type SearchIndexState struct {
	Due      int // changes that wait, counted up to dueCounted
	Accounts int // whose older tickets are still being indexed
}

const dueCounted = 10_000

// SearchIndexState tells how far the index of words is.
func (s *Store) SearchIndexState(ctx context.Context) (state SearchIndexState, err error) {
	accounts, err := s.accountsToIndex(ctx)
	if err != nil {
		return state, err
	}
	state.Accounts = len(accounts)
	err = s.db.Look(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from (select 1 from search_due limit $1) counted`, dueCounted).Scan(&state.Due)
	})
	return state, err
}

// SearchIncomplete tells that not all tickets of the account are indexed yet: a search finds what is.
func (tx *Tx) SearchIncomplete(ctx context.Context) (bool, error) {
	if tx.store.indexed.has(tx.account) {
		return false, nil
	}
	var next int64
	var begun bool
	err := tx.store.words.Read(ctx, tx.Tx, func(index *sqldb.Tx) (err error) {
		next, begun, err = wordindex.Progress(ctx, index, int64(tx.account))
		return err
	})
	if errors.Is(err, wordindex.ErrClosed) {
		return true, nil
	}
	if err == nil && begun && next == 0 {
		tx.store.indexed.add(tx.account)
	}
	return next != 0, err
}
