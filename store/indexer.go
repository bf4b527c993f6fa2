package store

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// On PostgreSQL the words of a comment are a column of its row. SQLite's index of words costs a write of its own for each
// transaction that touches it, several times what the comment costs; so there comments wait in comment_words_due, and are
// indexed many at a time: soon after they came (RunSearchIndexer), and before each search (IndexComments).

const indexerSignal = "comment words"

// notifyIndexer wakes RunSearchIndexer when this transaction is committed.
func (tx *Tx) notifyIndexer() {
	if tx.Dialect() == sqldb.SQLite {
		tx.Notify(indexerSignal)
	}
}

// The bounds of one indexing transaction, short so that other writers hardly notice, and how long RunSearchIndexer lets comments
// gather.
const (
	indexBatch = 200
	indexPause = 500 * time.Millisecond
)

// IndexComments makes all comments that are stored findable by their words. It is quick when nothing waits.
func (s *Store) IndexComments(ctx context.Context) error {
	if s.db.Dialect() != sqldb.SQLite {
		return nil
	}
	for {
		var due bool
		err := s.db.Read(ctx, func(tx *sqldb.Tx) error {
			return tx.QueryRow(ctx, `select exists (select 1 from comment_words_due)`).Scan(&due)
		})
		if err != nil || !due {
			return err
		}
		n := 0
		err = s.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
			n, err = indexSome(ctx, tx)
			return err
		})
		if err != nil || n < indexBatch { // what has come since the call began may wait
			return err
		}
	}
}

// RunSearchIndexer indexes comments soon after they are stored, until ctx ends. Whoever serves runs it beside.
func (s *Store) RunSearchIndexer(ctx context.Context, log *slog.Logger) {
	rings, stop := s.db.Listen(indexerSignal)
	defer stop()
	for {
		if err := s.IndexComments(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "comments could not be indexed for searching", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-rings:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(indexPause):
		}
	}
}

type dueComment struct {
	account, ticket, comment int64
	title, body              *string // nil: the comment is gone
}

// indexSome indexes a handful of the comments that wait.
func indexSome(ctx context.Context, tx *sqldb.Tx) (n int, err error) {
	rows, err := tx.Query(ctx, `
		select d.account_id, d.ticket_id, d.comment_id, c.title, c.body
		from comment_words_due d
		left join comments c on c.account_id = d.account_id and c.ticket_id = d.ticket_id and c.comment_id = d.comment_id
		order by d.account_id, d.ticket_id, d.comment_id limit $1`, indexBatch)
	if err != nil {
		return 0, err
	}
	due, err := scanAll(rows, func(row scanner) (d dueComment, err error) {
		err = row.Scan(&d.account, &d.ticket, &d.comment, &d.title, &d.body)
		return d, err
	})
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		if err := d.index(ctx, tx); err != nil {
			return 0, err
		}
	}
	if len(due) == 0 {
		return 0, nil
	}
	last := due[len(due)-1] // nothing can have come before it meanwhile: there is one writer
	_, err = tx.Exec(ctx, `
		delete from comment_words_due where (account_id, ticket_id, comment_id) <= ($1, $2, $3)`,
		last.account, last.ticket, last.comment)
	return len(due), err
}

func (d dueComment) index(ctx context.Context, tx *sqldb.Tx) error {
	if d.body == nil {
		_, err := tx.Exec(ctx, `delete from comment_words where rowid = $1`, d.comment)
		return err
	}
	_, err := tx.Exec(ctx, `
		insert or replace into comment_words (rowid, account_id, ticket_id, account, title, body)
		values ($1, $2, $3, $4, $5, $6)`,
		d.comment, d.account, d.ticket, accountWord(desk.AccountID(d.account)), *d.title, *d.body)
	return err
}

// accountWord is the word that marks a comment's account among the words.
func accountWord(a desk.AccountID) string { return strconv.FormatInt(int64(a), 10) }
